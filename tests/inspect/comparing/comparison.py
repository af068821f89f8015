"""One binlog file, shown by penstock and by a server's tool: event by event, row by row, value by value."""

import calendar
import collections
import json
import os
import re
import subprocess
import tempfile
import time

from . import text_lines
from .printed_values import Number, as_printed, json_text, quoted, quoted_name, stored_bytes
from .tool_output import OPTIONS, Event, Printed, Reader, Row, unescaped

MOST_DIFFERENCES = 30

# What the tool prints as an event's head, and the types it may be.
HEADS = [
    ("Start: binlog", {"Format_desc"}), ("Previous-GTIDs", {"Previous_gtids"}), ("Anonymous_GTID", {"Anonymous_Gtid"}),
    ("GTID\t", {"Gtid", "Gtid_tagged"}), ("GTID ", {"Gtid (MariaDB)"}), ("Gtid list", {"Gtid_list"}),
    ("Binlog checkpoint", {"Binlog_checkpoint"}), ("Query_compressed", {"Query_compressed"}), ("Query", {"Query", "Query_compressed"}),
    ("Xid = ", {"Xid"}), ("XA PREPARE ", {"XA_prepare"}), ("XID = ", {"XA_prepare"}), ("Rotate to", {"Rotate"}), ("Stop", {"Stop"}),
    ("Rows_query", {"Rows_query"}), ("Annotate_rows", {"Annotate_rows"}), ("Table_map", {"Table_map"}),
    ("Write_rows", {"Write_rows", "Write_rows_v1"}), ("Update_rows_partial", {"Update_rows_partial"}),
    ("Update_rows", {"Update_rows", "Update_rows_v1"}), ("Delete_rows", {"Delete_rows", "Delete_rows_v1"}),
    ("Write_compressed_rows", {"Write_rows_compressed_v1"}), ("Update_compressed_rows", {"Update_rows_compressed_v1"}),
    ("Delete_compressed_rows", {"Delete_rows_compressed_v1"}), ("Transaction_Payload", {"Transaction_payload"}),
    ("Intvar", {"Intvar"}), ("Rand", {"Rand"}), ("User_var", {"User_var"}), ("Incident", {"Incident"}),
    ("Begin_load_query", {"Begin_load_query"}), ("Append_block", {"Append_block"}), ("Execute_load_query", {"Execute_load_query"}),
    # What mariadb-binlog makes of MySQL's own, and both of Amazon Aurora's padding, type 100.
    ("Ignorable", {"Ignorable", "Previous_gtids", "Gtid", "Anonymous_Gtid", "Rows_query", "Unknown_100"}),
]

# What is in the files and can't be compared, because one of the two does not show it: (tool, what it prints or what penstock
# calls it, why). The test counts and names each of these; anything else that is not shown by both is a failure.
NOT_UNDERSTOOD = [
    ("mysqlbinlog", "type=255", "GEOMETRY: mysqlbinlog does not print it, and nothing of the event after it"),
    ("mysqlbinlog", "Intvar", "of LOAD DATA: mysqlbinlog keeps it for the next Query event, which is of another transaction"),
    ("mysqlbinlog", "my_row_id", "with binlog_row_metadata=MINIMAL the log has no names; mysqlbinlog knows that of a generated invisible "
                                 "primary key, penstock calls it @1"),
    ("mariadb-binlog", "INVALID_TYPE", "--print-table-metadata does not know the temporal types of before 10.1 and "
                                       "COMPRESSED ones, and is wrong from there on; the values are compared"),
    ("mariadb-binlog", "YEAR", "--print-table-metadata takes the sign that the log has for a YEAR for that of the next number"),
]

# MariaDB since 11.4: what goes through a transaction's cache, of which the log doesn't say where it ends.
CACHED = re.compile(r"Query|Annotate_rows|Table_map|\w+_rows_|Intvar|Rand|User_var|Begin_load_query|Append_block|Delete_file|Execute_load")

OPERATIONS = {"Write_rows": "INSERT INTO", "Update_rows": "UPDATE", "Delete_rows": "DELETE FROM"}


def shown(text: bytes) -> str:
    """As penstock shows texts that are no values: what is no UTF-8 byte by byte."""
    try:
        return text.decode()
    except UnicodeDecodeError:
        return "".join(chr(byte) if byte < 128 else f"\\x{byte:02X}" for byte in text)


class Comparison:
    """`differences` are the lines of the report; `values` and so on count what was compared."""

    def __init__(self, penstock: str, tool: list[str], mariadb: bool, evaluate=None) -> None:
        self.penstock, self.tool, self.mariadb = penstock, tool, mariadb
        self.evaluate = evaluate  # runs an expression of JSON functions on a server, returns its text
        self.differences: list[str] = []
        self.not_understood: collections.Counter = collections.Counter()
        self.events = self.rows = self.values = self.documents_changed = 0
        self.types: collections.Counter = collections.Counter()  # of values, as the tool names them
        self.event_types: collections.Counter = collections.Counter()

    @property
    def tool_name(self) -> str:
        return "mariadb-binlog" if self.mariadb else "mysqlbinlog"

    # -- one file -----------------------------------------------------------------------------------------------

    def file(self, path: str) -> list[dict]:
        """penstock's events, if there are any."""
        if len(self.differences) >= MOST_DIFFERENCES:
            return []
        with tempfile.TemporaryDirectory(prefix="penstock-compare-") as loaded:
            shown = subprocess.run(self.tool + OPTIONS + [f"--local-load={loaded}", path], capture_output=True,
                                   env=os.environ | {"TZ": "UTC"}, check=False)
        if shown.returncode != 0:
            self._differ(path, 0, f"{self.tool_name} refuses the file: {shown.stderr.decode(errors='replace')[-300:]}")
            return []
        printed = Reader(shown.stdout)
        events = self.cat(path)
        if events is None:
            return []
        self._events(path, events, printed)
        self._rows(path, events, printed.rows)
        self._statistics(path, printed)
        self._text(path, events)
        return events

    def cat(self, path: str) -> list[dict] | None:
        outcome = subprocess.run([self.penstock, "binlog", "cat", "--json", path], capture_output=True, check=False)
        if outcome.returncode != 0 or outcome.stderr:
            self._differ(path, 0, f"penstock binlog cat ends with {outcome.returncode}: {outcome.stderr.decode(errors='replace')}")
            return None
        return [json.loads(line, parse_int=Number, parse_float=Number) for line in outcome.stdout.splitlines()]

    def _text(self, path: str, events: list[dict]) -> None:
        text = subprocess.run([self.penstock, "binlog", "cat", path], capture_output=True, check=False).stdout.decode("utf-8", "surrogateescape")
        for offset, what in text_lines.differences(events, text.split("\n")[:-1]):
            self._differ(path, offset, f"penstock differs from itself: {what}")

    def _differ(self, path: str, offset, what: str) -> None:
        if len(self.differences) < MOST_DIFFERENCES:
            self.differences.append(f"{path}:{offset}: {what}")

    def never_met(self) -> list[str]:
        """What is listed as not shown by the tool, and was shown each time or not there."""
        known = [f"{tool}: {reason}" for tool, _, reason in NOT_UNDERSTOOD if tool == self.tool_name]
        return [reason for reason in known if reason not in self.not_understood]

    def _pass_over(self, mark: str) -> bool:
        """Whether this is known not to be shown; counted."""
        for tool, sign, reason in NOT_UNDERSTOOD:
            if tool == self.tool_name and sign in mark:
                self.not_understood[f"{tool}: {reason}"] += 1
                return True
        return False

    # -- events -------------------------------------------------------------------------------------------------

    def _events(self, path: str, events: list[dict], printed: Reader) -> None:
        heads = collections.deque(printed.events)
        columns: dict[str, tuple[list[dict], list[dict]]] = {}
        late: collections.deque = collections.deque()
        places = []
        # In a relay log the ends that the tools print are those in the source's file.
        relayed = sum(event["type"] == "Format_desc" for event in events) > 1
        for event in events:
            offset, kind = event["offset"], event["type"]
            if "in_payload" not in event:
                places.append(int(offset))
            if not heads:
                if not self._pass_over(kind):
                    self._differ(path, offset, f"{kind} event: {self.tool_name} shows no more events")
                    return
                continue
            while late and heads[0].text == late[0]["type"] != kind:
                self._head(path, late.popleft(), heads.popleft(), relayed)
            head = heads[0]
            types = next((types for start, types in HEADS if head.text.startswith(start)), None)
            if types is None or kind not in types:
                if self._pass_over(kind):
                    late.append(event)
                    continue
                self._differ(path, offset, f"{kind} event: {self.tool_name} shows \"{head.text}\" at {head.at}")
                return
            heads.popleft()
            self.events += 1
            self.event_types[kind] += 1
            self._head(path, event, head, relayed)
            if kind == "Table_map":
                self._columns(path, event, head.columns)
                columns[event["table_id"]] = (event["columns"], head.columns)
            elif "rows" in event:
                event["names"] = [column["name"] for column in columns[event["table_id"]][0]]
                event["types"] = columns[event["table_id"]][1]
        if heads:
            self._differ(path, heads[0].at, f"\"{heads[0].text}\" of {self.tool_name} is not shown by penstock")
        if places != printed.places:
            wrong = sorted(set(places) ^ set(printed.places))
            self._differ(path, wrong[:1], f"offsets differ: penstock has {len(places)}, {self.tool_name} {len(printed.places)}")

    def _head(self, path: str, event: dict, head: Event, relayed: bool) -> None:
        def same(what: str, ours, theirs) -> None:
            if str(ours) != str(theirs):
                self._differ(path, event["offset"], f"{event['type']} event: {what}: penstock {ours!r}, {self.tool_name} {theirs!r}")

        same("server_id", event["server_id"], head.server_id)
        moment = calendar.timegm(time.strptime(head.time.replace("  ", " "), "%y%m%d %H:%M:%S"))
        same("time", event["time"] or "1970-01-01T00:00:00Z", time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment)))
        not_said = self.mariadb and head.end == 0 and CACHED.match(event["type"])
        if not head.in_payload and not relayed and not not_said:
            same("end", int(event["offset"]) + int(event["bytes"]), head.end)
        body = b"\n".join(head.body)
        kind = event["type"] if not head.text.startswith("Ignorable") else ""
        if kind in ("Query", "Query_compressed"):
            parts = re.match(r"\w+\tthread_id=(\d+)\texec_time=(\d+)\terror_code=(\d+)", head.text)
            same("thread_id", event["thread_id"], parts[1])
            same("exec_seconds", event.get("exec_seconds", 0), parts[2])
            same("error_code", event.get("error_code", 0), parts[3])
            self._statement(path, event, body)
        elif kind == "Xid":
            same("xid", event["xid"], head.text.split(" = ")[1])
        elif kind == "Rotate":
            same("next file", f"{event['next_file']}  pos: {event['position']}", head.text.removeprefix("Rotate to "))
        elif kind in ("Gtid", "Gtid_tagged", "Anonymous_Gtid"):
            same("gtid", event["gtid"] if "gtid" in event and kind != "Anonymous_Gtid" else "ANONYMOUS",
                 re.search(rb"GTID_NEXT= '(.*?)'", body)[1].decode())
            for ours, theirs in (("last_committed", "last_committed"), ("sequence_number", "sequence_number"),
                                 ("immediate_commit_us", "immediate_commit_timestamp"), ("transaction_bytes", "transaction_length"),
                                 ("original_commit_us", "original_committed_timestamp")):
                found = re.search(rf"\b{theirs}=(\d+)", head.text)
                if found:
                    same(ours, event.get(ours, 0), found[1])
        elif kind == "Gtid (MariaDB)":
            words = head.text.split()
            same("gtid", event["gtid"], words[1])
            same("flags", [event["ddl"], event["transactional"], event["waited"]], [word in words for word in ("ddl", "trans", "waited")])
            alter = re.search(r"(START|COMMIT|ROLLBACK) ALTER(?: id= (\d+))?", head.text)
            same("alter", [event.get("alter"), event.get("start_alter_sequence")], list(alter.groups()) if alter else [None, None])
            same("thread_id", event.get("thread_id", 0), next((word[10:] for word in words if word.startswith("thread_id=")), 0))
            same("commit_id", event.get("commit_id", 0), next((word[4:] for word in words if word.startswith("cid=")), 0))
        elif kind == "Gtid_list":
            lines = [head.text.removeprefix("Gtid list ")] + [line.decode() for line in head.body if re.match(rb"# \d+-\d+-\d", line)]
            same("gtids", sorted(event["gtids"].split(",")), sorted(re.sub(r"[\[\]#\s]", "", "".join(lines)).split(",")))
        elif kind == "Previous_gtids":
            lines = [line[2:].decode() for line in head.body if line.startswith(b"# ")]
            same("gtids", event["gtids"], re.sub(r"\s", "", "".join(lines)).replace("[empty]", ""))
        elif kind == "Rows_query":
            # mysqlbinlog escapes what can't be seen, and leaves empty lines out.
            lines = [line for line in event["sql"].split("\n") if line]
            same("sql", lines, [shown(unescaped(line[2:].decode("latin1")).encode("latin1")) for line in head.body[:len(lines)]])
        elif kind == "Annotate_rows":
            same("sql", event["sql"].split("\n"), [shown(line[4:]) for line in head.body if line.startswith(b"#Q> ")])
        elif kind == "Intvar":
            same("value", f"{event['variable']}={event['value']}", re.search(rb"SET (\S+=\d+)/", body)[1].decode())
        elif kind == "Rand":
            same("seeds", [event["seed1"], event["seed2"]], [seed.decode() for seed in re.findall(rb"SEED\d=(\d+)", body)])
        elif kind == "User_var":
            self._user_variable(path, event, body)
        elif kind == "XA_prepare":
            same("xa", event["xa"], re.search(r"X'.*'.*", head.text)[0].removesuffix(" ONE PHASE").strip())
        elif kind == "Table_map":
            quote = quoted_name if self.mariadb else "`{}`".format
            same("table", f"{quote(event['schema'])}.{quote(event['table'])} mapped to number {event['table_id']}",
                 head.text.removeprefix("Table_map: ").removesuffix(" (has triggers)"))
        elif kind == "Transaction_payload":
            same("payload", f"payload_size={event['payload_bytes']}\tcompression_type={event['compression'].upper()}"
                            f"\tuncompressed_size={event['expanded_bytes']}", head.text.split("\t", 1)[1].strip())

    def _statement(self, path: str, event: dict, body: bytes) -> None:
        sql = event["sql"]
        if self.mariadb and sql in ("BEGIN", "COMMIT"):
            return  # START TRANSACTION stands at the GTID
        # An ALTER that MariaDB logs twice is a comment below the BINLOG statement.
        ways = (f"{sql}/*!*/;", f"{sql}\n/*!*/;", f"### {sql}\n")
        if not any(way in text + "\n" for way in ways for text in (shown(body), body.decode("utf-8", "replace"))):
            self._differ(path, event["offset"], f"Query event: penstock {sql!r}, {self.tool_name} {shown(body)!r}")

    def _user_variable(self, path: str, event: dict, body: bytes) -> None:
        name, value = re.search(rb"SET @`(.*?)`:=(.*)/\*!\*/;", body).groups()
        text = re.match(rb"(_\w+) (?:X'|0x|\"\")(\w*)", value)
        ours = event.get("value", "NULL")
        if text:
            theirs = bytes.fromhex(text[2].decode())
            same = (bytes.fromhex(ours["hex"]) if isinstance(ours, dict) else ours.encode()) == theirs
        else:
            # Of reals the tools print 14 digits, penstock all that it takes to read the same number again.
            same = ours == value.decode() or "NULL" not in (ours, value.decode()) and f"{float(ours):.14g}" == value.decode()
        if event["name"] != name.decode().replace("``", "`") or not same:
            self._differ(path, event["offset"], f"User_var event: penstock {event['name']} {ours!r}, {self.tool_name} {name!r} {value!r}")

    def _columns(self, path: str, event: dict, columns: list[dict]) -> None:
        if any("INVALID_TYPE" in column["type"] for column in columns):
            self._pass_over("INVALID_TYPE")
            columns[:] = [{"members": [stored_bytes(member).decode("utf-8", "surrogateescape") for member in ours.get("members", [])],
                           "binary": ours.get("collation") == "63"} for ours in event["columns"]]
            return
        if len(event["columns"]) != len(columns):
            self._differ(path, event["offset"], f"{len(event['columns'])} columns, {self.tool_name} prints {len(columns)}")
            return
        signs_shifted = self.mariadb and any(column["type"] == "YEAR" for column in columns) and self._pass_over("YEAR")
        for ours, theirs in zip(event["columns"], columns):
            # Without a character set in the log the tool calls all of them binary.
            theirs["binary"] = ours.get("collation") == "63"
            if theirs["name"] is not None and ours["name"] != theirs["name"] and not (
                    ours["name"] == "@1" and self._pass_over(theirs["name"])):
                self._differ(path, event["offset"], f"column {ours['name']}: {self.tool_name} calls it {theirs['name']}")
            members = [stored_bytes(member) for member in ours.get("members", [])]
            if members != [member.encode("utf-8", "surrogateescape") for member in theirs["members"]]:
                self._differ(path, event["offset"], f"column {ours['name']}: members {str(ours.get('members', []))[:300]} instead of "
                                                    f"{str(theirs['members'])[:300]}")
            if not signs_shifted and ours.get("unsigned", False) != theirs["unsigned"] and theirs["type"] != "YEAR" and theirs["name"] is not None:
                self._differ(path, event["offset"], f"column {ours['name']}: unsigned {not theirs['unsigned']} instead of "
                                                    f"{theirs['unsigned']} ({theirs['type']})")

    # -- rows ---------------------------------------------------------------------------------------------------

    def _rows(self, path: str, events: list[dict], printed: list[Row]) -> None:
        rest = collections.deque(printed)
        for event in events:
            if not event.get("rows") or "types" not in event:
                continue
            for number, row in enumerate(event["rows"]):
                if not rest:
                    self._differ(path, event["offset"], f"row {number}: {self.tool_name} prints no more rows")
                    return
                theirs = rest.popleft()
                operation = OPERATIONS[re.match(r"[A-Za-z]+_rows", event["type"])[0]]
                table = f"{quoted_name(event['schema'])}.{quoted_name(event['table'])}"
                if (operation, table) != (theirs.operation, theirs.table):
                    self._differ(path, event["offset"], f"row {number}: {operation} {table}, {self.tool_name} prints "
                                                        f"{theirs.operation} {theirs.table}")
                    return
                self.rows += 1
                self._row(path, event, number, row, theirs)
                if theirs.gave_up:
                    if not self._pass_over(theirs.gave_up):
                        self._differ(path, event["offset"], f"row {number}: {self.tool_name} says: {theirs.gave_up}")
                    break
        if rest:
            self._differ(path, "?", f"{self.tool_name} prints {len(rest)} rows more, first {rest[0]}")

    def _row(self, path: str, event: dict, number: int, ours: dict, theirs: Row) -> None:
        names = event["names"]
        for image in ("before", "after"):
            printed = getattr(theirs, image)
            have, changes = ours.get(image, {}), ours.get("changes", {}) if image == "after" else {}
            shown = {names[column - 1]: (column, value) for column, value in printed.items()}
            missing = {name for name in shown if name not in have and name not in changes
                       and shown[name][1].text != b"@%d" % shown[name][0]}
            extra = set() if theirs.gave_up else set(have) - set(shown)
            if missing or extra:
                self._differ(path, event["offset"], f"row {number}, {image}: only in {self.tool_name}: {sorted(missing)}, "
                                                    f"only in penstock: {sorted(extra)}")
            documents = ours.get("null_documents", {}).get(image, [])
            for name, (column, value) in shown.items():
                where = f"row {number}, {image}, column {column} {name} ({value.type})"
                if name in have:
                    self._value(path, event, where, column, have[name], value, ours, name in documents)
                elif name in changes:
                    self._changes(path, event, where, column, changes[name], value)

    def _value(self, path, event, where, column: int, ours, theirs: Printed, row: dict, null_document: bool) -> None:
        self.values += 1
        self.types[re.sub(r"\d+( bytes?)?", "n", theirs.type)] += 1
        name = event["names"][column - 1]
        if theirs.type == "JSON" and theirs.text.startswith((b"JSON_", b"@")):
            self._applied(path, event, where, column, ours, theirs, row["before"].get(name))
            return
        try:
            wanted = as_printed(ours, theirs, event["types"][column - 1], self.mariadb, null_document)
        except (ValueError, TypeError, AttributeError, KeyError, IndexError, StopIteration) as error:
            wanted = f"({type(error).__name__}: {error})".encode()
        if wanted != theirs.text:
            self._differ(path, event["offset"], f"{where}: penstock {json_text(ours)[:300]}, as {self.tool_name} prints it "
                                                f"{wanted[:300]!r}, but that prints {theirs.text[:300]!r}")

    def _applied(self, path, event, where, column: int, ours, theirs: Printed, before) -> None:
        """Changes of a JSON document, which penstock has applied to the document before."""
        self.documents_changed += 1
        expression = theirs.text
        if expression == b"@%d" % column:
            wanted = before
        elif self.evaluate is None:
            self.not_understood["changes of JSON documents, as there is no server to apply them"] += 1
            return
        else:
            document = b"CAST(" + quoted(json_text(before).encode(), False) + b" AS JSON)"
            wanted = json.loads(self.evaluate(expression.replace(b"(@%d, " % column, b"(" + document + b", ", 1)))
            ours = json.loads(json_text(ours))
        if ours != wanted:
            self._differ(path, event["offset"], f"{where}: penstock {json_text(ours)}, {expression!r} applied is {json_text(wanted)}")

    def _changes(self, path, event, where, column: int, changes: list[dict], theirs: Printed) -> None:
        self.values += 1
        self.documents_changed += 1
        text = f"@{column}"
        last = None
        for change in changes:
            function = f"JSON_{change['operation'].upper()}"
            argument = quoted(change["path"].encode(), False).decode()
            if "value" in change:
                argument += ", " + self._argument(change["value"])
            text = f"{text[:-1]}, {argument})" if function == last else f"{function}({text}, {argument})"
            last = function
        if text.encode() != theirs.text:
            self._differ(path, event["offset"], f"{where}: penstock {json.dumps(changes)}, that is {text}, {self.tool_name} prints "
                                                f"{theirs.text.decode(errors='replace')}")

    @staticmethod
    def _argument(value) -> str:
        if isinstance(value, Number) or value is None or value is True or value is False:
            return json_text(value)
        if isinstance(value, str):
            return quoted(value.encode(), False).decode()
        return f"CAST({quoted(json_text(value).encode(), False).decode()} AS JSON)"

    # -- statistics ---------------------------------------------------------------------------------------------

    def _statistics(self, path: str, printed: Reader) -> None:
        outcome = subprocess.run([self.penstock, "binlog", "stat", "--json", path], capture_output=True, check=False)
        if outcome.returncode != 0:
            self._differ(path, 0, f"penstock binlog stat ends with {outcome.returncode}: {outcome.stderr.decode(errors='replace')}")
            return
        statistics = json.loads(outcome.stdout)

        def same(what: str, ours, theirs) -> None:
            if ours != theirs:
                self._differ(path, 0, f"binlog stat: {what}: {ours}, counted from {self.tool_name}: {theirs}")

        same("events", statistics["events"], len(printed.places))
        same("bytes", statistics["bytes"], os.path.getsize(path) - 4)
        if not any(event.text.startswith("Ignorable") for event in printed.events):
            same("transactions", statistics["transactions"], sum(
                event.text.startswith(("GTID", "Anonymous_GTID")) for event in printed.events))
        same("compressed transactions", statistics["compressed"]["transactions"],
             sum(event.text.startswith("Transaction_Payload") for event in printed.events))
        if any(row.gave_up for row in printed.rows):
            return
        tables: dict = collections.defaultdict(lambda: {"INSERT INTO": 0, "UPDATE": 0, "DELETE FROM": 0})
        for row in printed.rows:
            tables[row.table][row.operation] += 1
        same("rows", statistics["rows"], len(printed.rows))
        for table in statistics["tables"]:
            counted = tables.pop(f"{quoted_name(table['schema'])}.{quoted_name(table['table'])}", None)
            if counted is None and not table["inserted"] + table["updated"] + table["deleted"]:
                continue
            same(f"{table['schema']}.{table['table']}", [table["inserted"], table["updated"], table["deleted"]],
                 list(counted.values()) if counted else None)
        same("tables", {}, dict(tables))
