"""Tables as the rows in binlog files leave them, value by value as penstock shows them, held against what the server's SELECT gives.

This is what judges where the servers' tools print nothing, or what is stored instead of what is meant.
"""

import collections
import re
import struct
from dataclasses import dataclass

from .columns import Column
from .printed_values import Number, json_text, quoted_name, stored_bytes, stored_geometry
from .traffic import Table, Traffic

INTEGER_BITS = {"TINYINT": 8, "SMALLINT": 16, "MEDIUMINT": 24, "INT": 32, "BIGINT": 64}


def vector_text(stored: bytes) -> bytes:
    return b"[" + b",".join(b"%.5e" % number for (number,) in struct.iter_unpack("<f", stored)) + b"]"


@dataclass
class Shown:
    """A value of penstock's JSON."""
    value: object
    null_document: bool
    metadata: str  # binlog_row_metadata when it was logged

    def as_selected(self, column: Column, mariadb: bool) -> bytes | None:
        value = self.value
        if value is None:
            return b"null" if self.null_document else None
        if column.type == "JSON" and not mariadb:
            return json_text(value).encode()
        if isinstance(value, list):
            return ("[" + ",".join(value) + "]").encode()
        if isinstance(value, dict) and "wkb" in value:
            return stored_geometry(value)
        if isinstance(value, Number):
            # Without metadata the log does not tell that a column has no sign.
            if self.metadata == "NO_LOG" and value.startswith("-") and " UNSIGNED" in column.type:
                value = str(int(value) + (1 << INTEGER_BITS[column.type.split()[0]]))
            return value.encode()
        data = stored_bytes(value)
        if self.metadata == "NO_LOG" and (binary := re.match(r"BINARY\((\d+)\)|CHAR\((\d+)\) CHARACTER SET binary|INET4|INET6|UUID", column.type)):
            # Nor that it is BINARY, whose zeros at the end are not stored.
            return data.ljust(int(binary[1] or binary[2] or {"INET4": 4}.get(binary[0], 16)), b"\0")
        return data


class Mirror:
    """Rows events are given to take() in their order; check() then holds the tables against the server's."""

    def __init__(self, traffic: Traffic) -> None:
        self.traffic = traffic
        self.rows: dict[tuple[str, str], dict[str, dict[str, Shown]]] = {}  # by table, key and column
        self.connection = traffic.server.connect(charset="utf8mb4", use_unicode=False, conv={})
        with self.connection.cursor() as cursor:
            cursor.execute("SET SESSION time_zone='+00:00', character_set_results=NULL")
        self.values: collections.Counter = collections.Counter()  # by type
        self.not_in_the_log = 0  # values that no event tells: defaults, or changes of a document that is not there

    def take(self, events: list[dict]) -> None:
        tables = self._tables()
        maps: dict[str, dict] = {}
        for event in events:
            if event["type"] == "Table_map":
                maps[event["table_id"]] = event
            table = tables.get((event.get("schema"), event.get("table")))
            if table is None or "rows" not in event:
                continue
            logged = maps[event["table_id"]]["columns"]
            names = {column["name"]: table.columns[number] for number, column in enumerate(logged)}
            for row in event["rows"]:
                self._row(table, names, row)

    def _tables(self) -> dict[tuple[str, str], Table]:
        return {(table.schema, table.name): table for table in self.traffic.tables}

    def _row(self, table: Table, names: dict[str, Column], row: dict) -> None:
        rows = self.rows.setdefault((table.schema, table.name), {})

        def image(of: str) -> dict[str, Shown]:
            null_documents = row.get("null_documents", {}).get(of, [])
            return {names[name].name: Shown(value, name in null_documents, self.traffic.metadata) for name, value in row.get(of, {}).items()}

        state = rows.pop(image("before")[table.key].value, {}) if "before" in row else {}
        if "after" not in row:
            return
        generated = {column.name for column in table.columns if "GENERATED" in column.suffix}  # these change with others
        changed = {names[name].name for name in row.get("changes", {})}
        state = {name: shown for name, shown in state.items() if name not in generated | changed} | image("after")
        rows[state[table.key].value] = state

    def check(self) -> list[str]:
        """The differences."""
        tables = self._tables()
        self.rows = {name: rows for name, rows in self.rows.items() if name in tables}
        return [difference for name, table in tables.items() for difference in self._differences(table, self.rows.get(name, {}))]

    def _differences(self, table: Table, rows: dict[str, dict[str, Shown]]) -> list[str]:
        asked = [quoted_name(table.key)]
        for column in table.columns:
            asked += [column.read.format(column.quoted_name)]
            asked += [f"CAST({column.quoted_name} AS UNSIGNED)"] * column.numbered
        with self.connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(asked)} FROM {table.quoted}")
            selected = {Number(row[0].decode()): row[1:] for row in cursor.fetchall()}
        differences = []
        if set(selected) != set(rows):
            differences.append(f"{table.quoted}: SELECT has {len(selected)} rows, the log leaves {len(rows)}; of one only: "
                               f"{sorted(set(selected) ^ set(rows))[:5]}")
        for key in set(selected) & set(rows):
            given = iter(selected[key])
            for column in table.columns:
                wanted = next(given)
                number = next(given) if column.numbered else wanted
                shown = rows[key].get(column.name)
                if shown is None:
                    self.not_in_the_log += 1
                    continue
                self.values[re.split("[ (]", column.type)[0]] += 1
                if isinstance(shown.value, list) and self.traffic.mariadb:
                    wanted = vector_text(wanted)  # MariaDB prints other numbers of digits
                have = shown.as_selected(column, self.traffic.mariadb)
                if isinstance(shown.value, Number):
                    wanted = number
                if have != wanted:
                    differences.append(f"{table.quoted}, {table.key} {key}, column {column.quoted_name} {column.type}: penstock has "
                                       f"{have[:300] if have else have!r}, SELECT {wanted[:300] if wanted else wanted!r}")
        return differences
