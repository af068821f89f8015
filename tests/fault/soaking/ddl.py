"""Random changes of definitions. What concerns copied tables waits until they are copied; new objects come at any time."""

import random

from . import statements, values
from .tables import DATABASES, Table

KEPT = 3  # of each kind of new object


class Changes:
    """Knows what it has made, and takes away the oldest."""

    def __init__(self, tables: list[Table]) -> None:
        # MySQL 9.7.4 itself cuts values to the key's prefix when such a table is altered under writers (README.md).
        self._tables = [table for table in tables if "PRIMARY KEY (s(3))" not in table.constraints]
        self._number = 0
        self._columns: list[tuple[Table, str]] = []
        self._indexes: list[tuple[Table, str]] = []
        self._made: dict[str, list[str]] = {"TABLE": [], "VIEW": [], "EVENT": [], "PROCEDURE": [], "TRIGGER": []}

    def make_one(self, session, chance: random.Random, copied: bool) -> None:
        always = [self.table, self.view, self.event, self.routine, self.maintenance, self.outside]
        later = [self.column, self.column, self.modify, self.index, self.truncate, self.rename, self.trigger,
                 self.table_from_rows]
        self._number += 1
        chance.choice(always + later if copied else always)(session, chance)

    def column(self, session, chance: random.Random) -> None:
        if len(self._columns) >= KEPT:
            table, name = self._columns.pop(0)
            session.run(f"ALTER TABLE {table} DROP COLUMN {name}")
            return
        table, name = chance.choice(self._tables), f"extra_{self._number}"
        definition, make = chance.choice([
            ("INT NOT NULL DEFAULT 7", values.integer(16)), ("VARCHAR(30) DEFAULT 'x'", values.word),
            ("TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6)", values.moment(6)), ("JSON", values.TYPES[-1][1]),
            ("VARBINARY(20)", values.blob(20)), ("ENUM('x','y') DEFAULT 'y'", lambda chance: chance.choice("xy"))])
        place = chance.choice(["", " FIRST", f" AFTER `{table.key[0].name}`"])
        algorithm = chance.choice(["", ", ALGORITHM=COPY", ", ALGORITHM=INPLACE"])
        session.run(f"ALTER TABLE {table} ADD COLUMN {name} {definition}{place}{algorithm}")
        self._columns.append((table, name))
        for key in statements.sample(session, chance, table, 5):
            session.run(f"UPDATE {table} SET {name} = %s WHERE {statements._where(table.key)}", [make(chance), *key])

    def modify(self, session, chance: random.Random) -> None:
        """An added column changes its type or name."""
        if not self._columns:
            return
        at = chance.randrange(len(self._columns))
        table, name = self._columns[at]
        if chance.random() < 0.5:
            session.run(f"ALTER TABLE {table} MODIFY {name} LONGTEXT COLLATE utf8mb4_bin")
        else:
            session.run(f"ALTER TABLE {table} RENAME COLUMN {name} TO {name}_r")
            self._columns[at] = (table, f"{name}_r")

    def index(self, session, chance: random.Random) -> None:
        if len(self._indexes) >= KEPT:
            table, name = self._indexes.pop(0)
            session.run(f"DROP INDEX {name} ON {table}")
            return
        table = chance.choice(self._tables)
        # The index that a server makes for a foreign key by itself goes when another one serves; on the destination
        # it was made by name and stays.
        keys = " ".join(table.constraints)
        columns = [column.name for column in table.columns if f"({column.name})" not in keys
                   and not any(kind in column.definition
                               for kind in ("TEXT", "BLOB", "JSON", "VARCHAR(300)", "VARBINARY(300)"))]
        if not columns:
            return
        name = f"index_{self._number}"
        order = chance.choice(["", " DESC"])
        session.run(f"CREATE INDEX {name} ON {table} (`{chance.choice(columns)}`{order})")
        self._indexes.append((table, name))

    def truncate(self, session, chance: random.Random) -> None:
        session.run(f"TRUNCATE TABLE {chance.choice(self._tables)}")

    def rename(self, session, chance: random.Random) -> None:
        """A table is built anew beside the old one and takes its place."""
        table = chance.choice([table for table in self._tables if not table.parents and not table.referenced])
        new, old = (f"`{table.database}`.{word}_{self._number}" for word in ("new", "old"))
        session.run(f"CREATE TABLE {new} LIKE {table}")
        columns = ", ".join(f"`{column.name}`" for column in table.written)
        session.run(f"INSERT INTO {new} ({columns}) SELECT {columns} FROM {table}")
        session.run(f"RENAME TABLE {table} TO {old}, {new} TO {table}")
        session.run(f"DROP TABLE {old}")

    def trigger(self, session, chance: random.Random) -> None:
        table = chance.choice(self._tables)
        self._take_away(session, "TRIGGER")
        name = f"`{table.database}`.trigger_{self._number}"
        session.run(f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} FOR EACH ROW SET @changed = @changed + 1")
        self._made["TRIGGER"].append(name)

    def table_from_rows(self, session, chance: random.Random) -> None:
        table = chance.choice(self._tables)
        self._take_away(session, "TABLE")
        name = f"`{chance.choice(DATABASES)}`.picked_{self._number}"
        session.run(f"CREATE TABLE {name} SELECT * FROM {table} LIMIT {chance.choice([0, 1, 300])}")
        self._made["TABLE"].append(name)
        session.run(f"DELETE FROM {name} LIMIT 2")

    def table(self, session, chance: random.Random) -> None:
        self._take_away(session, "TABLE")
        name = f"`{chance.choice(DATABASES)}`.made_{self._number}"
        session.run(f"CREATE TABLE {name} (id INT AUTO_INCREMENT PRIMARY KEY, t VARCHAR(50) DEFAULT 'ß')")
        self._made["TABLE"].append(name)
        session.run(f"INSERT INTO {name} (t) VALUES ('Frühling'), ('Café'), (DEFAULT)")
        if chance.random() < 0.5:
            session.run(f"ALTER TABLE {name} ADD COLUMN u INT UNIQUE, RENAME TO {name}_r")
            self._made["TABLE"][-1] = f"{name}_r"
            session.run(f"UPDATE {name}_r SET u = id * 2")

    def view(self, session, chance: random.Random) -> None:
        self._take_away(session, "VIEW")
        name = f"`{DATABASES[0]}`.view_{self._number}"
        session.run(f"CREATE VIEW {name} AS SELECT {self._number} AS n, 'ü' AS text")
        session.run(f"ALTER VIEW {name} AS SELECT what, detail FROM `{DATABASES[0]}`.audit")
        self._made["VIEW"].append(name)

    def event(self, session, chance: random.Random) -> None:
        self._take_away(session, "EVENT")
        name = f"`{chance.choice(DATABASES)}`.event_{self._number}"
        once = chance.random() < 0.4
        when = "AT NOW() + INTERVAL 1 SECOND" if once else "EVERY 2 SECOND"
        session.run(f"CREATE EVENT {name} ON SCHEDULE {when} DO "
                    f"INSERT INTO `{DATABASES[0]}`.audit VALUES (NOW(6), 'event {self._number}', NULL)")
        if not once:
            self._made["EVENT"].append(name)
            session.run(f"ALTER EVENT {name} {chance.choice(['DISABLE', 'ON SCHEDULE EVERY 3 SECOND'])}")

    def routine(self, session, chance: random.Random) -> None:
        self._take_away(session, "PROCEDURE")
        name = f"`{chance.choice(DATABASES)}`.routine_{self._number}"
        session.run(f"CREATE PROCEDURE {name}(n INT) COMMENT 'Größe' BEGIN SELECT n + {self._number}; END")
        self._made["PROCEDURE"].append(name)

    def maintenance(self, session, chance: random.Random) -> None:
        session.rows(f"{chance.choice(['ANALYZE', 'OPTIMIZE'])} TABLE {chance.choice(self._tables)}")
        session.run(chance.choice(["FLUSH BINARY LOGS", "FLUSH TABLES", "FLUSH STATUS"]))

    def outside(self, session, chance: random.Random) -> None:
        session.run("CREATE TABLE IF NOT EXISTS elsewhere.other (id INT PRIMARY KEY)")
        session.run("DROP TABLE elsewhere.other")

    def _take_away(self, session, kind: str) -> None:
        if len(self._made[kind]) >= KEPT:
            session.run(f"DROP {kind} {self._made[kind].pop(0)}")
