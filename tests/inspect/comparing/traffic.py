"""Random statements over random tables of all types, a binlog file at a time. The values are those of make_value_files.py."""

import importlib.util
import pathlib
import random
import re
from dataclasses import dataclass, field

import pymysql

ROOT = pathlib.Path(__file__).resolve().parents[3]
_spec = importlib.util.spec_from_file_location("make_value_files", ROOT / "tests/unit/binlog/data/make_value_files.py")
values = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(values)

CHARSETS = ["latin1", "utf8mb3", "utf8mb4", "utf16", "binary", "ucs2", "cp1251", "sjis"]
SCHEMA = "traffic"


def members(count: int, prefix: str = "m") -> str:
    return ",".join(f"'{prefix}{number}'" for number in range(count))


def documents(chance: random.Random) -> str:
    """A document that the statements of DOCUMENT_CHANGES find something to change in, or any one."""
    pad = "y" * chance.randrange(80)
    return chance.choice([
        f"""'{{"a": 1, "b": ["{pad}", 2, {{"c d": "{pad}", "é": 5}}], "name": "{pad}"}}'""", f"""'["{pad}", "{pad}", [1, 2, 3]]'""",
        "JSON_OBJECT('a', CAST('2026-01-02 03:04:05.678' AS DATETIME(3)), 'b', JSON_ARRAY(X'0001FF', 1.50, 1e100, -0.0))",
        "CAST('null' AS JSON)", "CAST(true AS JSON)", "CAST(18446744073709551615 AS JSON)", "'\"text\\\\\\\\ \\\\n\\\\u0001 é 😀\"'",
        "JSON_ARRAY(CAST('-838:59:59.5' AS TIME(1)), CAST('9999-12-31' AS DATE), CAST(123.4500 AS DECIMAL(30,4)))"])


DOCUMENT_CHANGES = [
    "JSON_SET({0}, '$.a', 2)", "JSON_SET({0}, '$.name', 'z\\n\"q\"')", "JSON_REMOVE({0}, '$.name')", "JSON_REPLACE({0}, '$.b[last]', 7)",
    "JSON_SET({0}, '$.\"b\"[2].\"c d\"', 'quoted \"x\" \\\\ y')", "JSON_SET({0}, '$.b[2].\"é\"', CAST('1.25' AS DECIMAL(5,2)))",
    "JSON_REMOVE({0}, '$.b[0]')", "JSON_REMOVE({0}, '$[last-1]')", "JSON_SET({0}, '$[0]', JSON_OBJECT('k', 1))",
    "JSON_SET({0}, '$[2][1]', 'w', '$[2][0]', 1.5)", "JSON_SET({0}, '$.b[1]', null, '$.a', true)", "JSON_ARRAY_INSERT({0}, '$.b[0]', 5)",
    "JSON_SET(JSON_REMOVE({0}, '$.b'), '$.\"x.y[\"', 1)", "JSON_REPLACE({0}, '$.a', CAST('2020-01-02' AS DATE))", "'[1]'", "NULL",
    "JSON_REPLACE({0}, '$[1]', JSON_ARRAY(1, 'ß', NULL))"]


def column_types(chance: random.Random, mariadb: bool, new_mariadb: bool) -> list[tuple[str, object]]:
    """A type and what makes a literal of it."""
    def whole(bits: int, signed: bool):
        low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if signed else (0, (1 << bits) - 1)
        return lambda: str(chance.choice([low, high, 0, max(low, -1), chance.randint(low, high)]))

    def text(most: int, alphabet: str = "abc \t\n\\'\"äöé€漢😀\0\r\x1f\x7f"):
        return lambda: values.of_text(values.text(most, alphabet))

    def raw(most: int):
        return lambda: values.of_bytes(values.some_bytes(most))

    def quoted(make):
        return lambda: "'" + make() + "'"

    kind, bits = chance.choice([("TINYINT", 8), ("SMALLINT", 16), ("MEDIUMINT", 24), ("INT", 32), ("BIGINT", 64)])
    signed = chance.random() < 0.5
    precision, scale = chance.choice(values.decimal_shapes_mariadb if mariadb else values.decimal_shapes)
    digits = chance.randrange(7)
    bit, wide = chance.randint(1, 64), chance.randint(1, 64)
    charset = chance.choice(CHARSETS)
    length = chance.choice([1, 10, 63, 64, 85, 86, 255])
    size = chance.choice(["TINY", "", "MEDIUM", "LONG"])
    count = chance.choice([1, 3, 255, 256, 700])
    types = [
        (kind + ("" if signed else " UNSIGNED"), whole(bits, signed)), (kind + ("" if signed else " UNSIGNED ZEROFILL"), whole(bits, signed)),
        ("FLOAT", values.single), ("DOUBLE", values.double), ("FLOAT(10,2)", values.single), ("DOUBLE UNSIGNED", values.double),
        (f"DECIMAL({precision},{scale})", quoted(lambda: values.decimal(precision, scale))),
        ("DATE", quoted(values.date)), ("YEAR", values.year), (f"TIME({digits})", quoted(values.time)),
        (f"DATETIME({digits})", quoted(values.moment)), (f"TIMESTAMP({digits}) NULL", quoted(lambda: values.timestamp(new_mariadb))),
        (f"BIT({bit})", lambda: str(chance.choice([0, (1 << bit) - 1, chance.getrandbits(bit)]))),
        (f"ENUM({members(count)})", lambda: str(chance.randint(0, count))),
        ("ENUM('a','b,','c''','ü','\\\\','')", lambda: str(chance.randint(0, 6))),
        ("ENUM('ä','ö','') CHARACTER SET latin1", lambda: str(chance.randint(0, 3))),
        (f"SET({members(wide)})", lambda: str(chance.choice([0, (1 << wide) - 1, chance.getrandbits(wide)]))),
        (f"CHAR({length}) CHARACTER SET {charset}", text(length)), (f"VARCHAR({length}) CHARACTER SET {charset}", text(length)),
        (f"VARCHAR(3000) CHARACTER SET {chance.choice(['latin1', 'utf8mb3'])}", text(300)),
        (f"{size}TEXT CHARACTER SET {charset}", text(200)), (f"{size}BLOB", raw(255)),
        (f"BINARY({min(length, 255)})", raw(min(length, 255))), (f"VARBINARY({length * 4})", raw(length * 4))]
    if mariadb:
        types += [
            (f"VARCHAR({length * 4}) COMPRESSED CHARACTER SET latin1", lambda: values.of_bytes(values.compressible(length * 4))),
            (f"{size}BLOB COMPRESSED", lambda: values.of_bytes(values.compressible(250))),
            ("INET4", quoted(lambda: ".".join(str(chance.randrange(256)) for _ in range(4)))),
            ("INET6", quoted(lambda: chance.choice(["::", "::1", "2001:db8::ff00:42:8329", "ffff::"]))),
            ("UUID", quoted(lambda: "%08x-0000-1000-8000-00000000000%x" % (chance.getrandbits(32), chance.randrange(16)))),
            ("JSON", lambda: "'{\"a\": [1, \"x\"]}'"), ("GEOMETRY", lambda: "ST_GeomFromText('POINT(1.5 -2)', 3857)")]
    else:
        types += [("JSON", lambda: documents(chance))] * 4
    if new_mariadb or not mariadb:
        # MySQL's may be shorter than the column.
        function, least = ("VEC_FromText", length) if mariadb else ("STRING_TO_VECTOR", 1)
        types += [(f"VECTOR({length})", lambda: f"{function}('[" + ",".join(
            chance.choice(["0", "-0.0", "1e30", "1e-30", "3.40282e38", "-12.345"])
            for _ in range(chance.randint(least, length))) + "]')")]
    return types


@dataclass
class Table:
    name: str
    columns: list[tuple[str, str, object]] = field(default_factory=list)  # name, type, maker of literals
    keyed: bool = True
    last_id: int = 0

    def row(self, chance: random.Random) -> str:
        self.last_id += 1
        return "(" + ", ".join([str(self.last_id)] + [
            "NULL" if "NOT NULL" not in kind and chance.random() < 0.12 else make() for _, kind, make in self.columns]) + ")"


class Traffic:
    def __init__(self, server, mariadb: bool, seed: int) -> None:
        self.server, self.mariadb = server, mariadb
        self.chance = random.Random(seed)
        values.random_.seed(seed)
        self.connection = server.connect(charset="utf8mb4")
        self.refused = self.done = self.inserted = 0
        self.large_committed = False
        self.tables: list[Table] = []
        self._numbers = 0
        self.new_mariadb = mariadb and not server.record["version"].startswith("10.")  # the two that are tested are 10.11 and 11.8
        self.run("SET SESSION sql_mode='ALLOW_INVALID_DATES'")
        self.run(f"CREATE DATABASE IF NOT EXISTS {SCHEMA} CHARACTER SET utf8mb4")
        self.run(f"USE {SCHEMA}")

    def run(self, statement: str):
        with self.connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall()

    def attempt(self, statement: str) -> bool:
        """A random statement may be one that the server refuses; too many of these are a mistake here."""
        try:
            self.run(statement)
            self.done += 1
            return True
        except pymysql.MySQLError as error:
            if error.args[0] in (2006, 2013):  # the server is gone
                raise
            self.refused += 1
            return False

    # -- a file -------------------------------------------------------------------------------------------------

    def files(self, rows: int) -> list[pathlib.Path]:
        """Writes a binlog file with some `rows` rows inserted, and at times one more; they are complete when this returns."""
        chance = self.chance
        self.run(f"SET GLOBAL binlog_row_metadata={chance.choice(['MINIMAL', 'FULL', 'FULL'])}")
        if self.mariadb:
            self.run(f"SET GLOBAL log_bin_compress={chance.randrange(2)}, GLOBAL log_bin_compress_min_len=10")
        if self.new_mariadb:
            self.run(f"SET GLOBAL binlog_legacy_event_pos={chance.choice([0, 0, 1])}, GLOBAL binlog_checksum={chance.choice(['CRC32', 'NONE'])}")
        self.run("FLUSH BINARY LOGS")
        before = self._complete_files()
        enough = self.inserted + rows
        while self.inserted < enough:
            if len(self.tables) < 4 or chance.random() < 0.1:
                self._create()
            self._transaction()
        self._unusual()
        if self.new_mariadb and not self.large_committed:
            self._large_transaction()
        self.run("FLUSH BINARY LOGS")
        return [self.server.data / name for name in self._complete_files() if name not in before]

    def _complete_files(self) -> list[str]:
        return [name for name, *_ in self.run("SHOW BINARY LOGS")[:-1]]

    def _large_transaction(self) -> None:
        """One whose cache becomes a binlog file."""
        self.large_committed = True
        self.run("SET GLOBAL log_bin_compress=0, GLOBAL binlog_legacy_event_pos=0, GLOBAL binlog_large_commit_threshold=10485760")
        self.run("CREATE TABLE large (id INT, a LONGBLOB)")
        before = len(self._complete_files())
        self.run("INSERT INTO large SELECT seq, REPEAT(CHAR(64 + seq), 700000) FROM seq_1_to_16")
        assert len(self._complete_files()) == before + 1
        self.run("DROP TABLE large")

    def _create(self) -> None:
        chance = self.chance
        self._numbers += 1
        table = Table(f"t{self._numbers}", keyed=chance.random() < 0.8)
        old = self.mariadb and chance.random() < 0.3
        if self.mariadb:
            self.run(f"SET GLOBAL mysql56_temporal_format={'OFF' if old else 'ON'}")
        for number in range(chance.randint(1, 14)):
            kind, make = chance.choice(column_types(chance, self.mariadb, self.new_mariadb))
            if old:
                # The log does not tell how long the old types with fractions are: nothing reads their rows.
                kind = re.sub(r"TIME\(\d\)|TIMESTAMP\(\d\)", lambda match: match[0][:-3], kind)
            required = not kind.startswith("TIMESTAMP") and chance.random() < 0.2
            table.columns.append((f"c{number}" if chance.random() < 0.9 else f"naïve {number}", kind + (" NOT NULL" if required else ""), make))
        if not self.mariadb and chance.random() < 0.1:
            table.columns.append(("shape", "GEOMETRY", lambda: "ST_GeomFromText('POINT(1 2)', 4326)"))
        key = ", PRIMARY KEY (id)" if table.keyed else chance.choice(["", ", KEY (id)", ", UNIQUE KEY (id)"])
        columns = ", ".join(f"`{name}` {kind}" for name, kind, _ in table.columns)
        if self.attempt(f"CREATE TABLE {table.name} (id INT UNSIGNED NOT NULL, {columns}{key}) CHARACTER SET "
                        f"{chance.choice(['latin1', 'utf8mb4', 'utf8mb3', 'binary'])}"):
            self.tables.append(table)
        if self.mariadb:  # else a later ALTER would give other tables the old types
            self.run("SET GLOBAL mysql56_temporal_format=ON")
        if len(self.tables) > 8:
            gone = self.tables.pop(0)
            self.attempt(f"DROP TABLE {gone.name}")

    def _transaction(self) -> None:
        chance = self.chance
        self.attempt(f"SET SESSION binlog_row_image={chance.choice(['FULL', 'FULL', 'MINIMAL', 'NOBLOB'])}")
        self.attempt(f"SET SESSION time_zone='{chance.choice(['+00:00', 'SYSTEM', '-11:30', 'Europe/Berlin'])}'")
        if self.mariadb:
            self.attempt(f"SET SESSION binlog_annotate_row_events={chance.randrange(2)}")
            self.attempt(f"SET SESSION gtid_domain_id={chance.choice([0, 0, 5])}")
        else:
            self.attempt(f"SET SESSION binlog_rows_query_log_events={chance.randrange(2)}")
            self.attempt(f"SET SESSION binlog_transaction_compression={chance.randrange(2)}")
            self.attempt(f"SET SESSION binlog_row_value_options='{chance.choice(['', 'PARTIAL_JSON'])}'")
            self.attempt(f"SET SESSION gtid_next='{chance.choice(['AUTOMATIC', 'AUTOMATIC:tagged'])}'")
        self.run("BEGIN")
        for number in range(chance.choice([1, 1, 2, 6])):
            if chance.random() < 0.1:
                self.attempt(f"SAVEPOINT s{number}")
            self._statement(chance.choice(self.tables))
        if chance.random() < 0.1 and self.attempt("SAVEPOINT back"):
            self._statement(chance.choice(self.tables))
            self.attempt("ROLLBACK TO back")
        self.run(chance.choice(["COMMIT", "COMMIT", "COMMIT", "COMMIT", "ROLLBACK"]))
        if not self.mariadb:
            self.run("SET SESSION gtid_next='AUTOMATIC'")

    def _statement(self, table: Table) -> None:
        chance = self.chance
        some = f"WHERE id % {chance.choice([1, 2, 5])} = 0 LIMIT {chance.choice([1, 3, 40])}"
        kind = chance.random()
        if kind < 0.5 or table.last_id == 0:
            verb = chance.choice(["INSERT IGNORE", "INSERT IGNORE", "REPLACE"])
            count = chance.choice([1, 1, 3, 30])
            self.inserted += count
            rows = ", ".join(table.row(chance) for _ in range(count))
            self.attempt(f"{verb} INTO {table.name} VALUES {rows}")
        elif kind < 0.85:
            changed = chance.sample(table.columns, chance.randint(1, min(3, len(table.columns))))
            changes = []
            for name, definition, make in changed:
                change = chance.choice(DOCUMENT_CHANGES).format(f"`{name}`") if definition.startswith("JSON") and not self.mariadb \
                    and chance.random() < 0.85 else make()
                changes.append(f"`{name}` = {change}")
            self.attempt(f"UPDATE IGNORE {table.name} SET {', '.join(changes)} {some}")
        elif kind < 0.95:
            self.attempt(f"DELETE FROM {table.name} {some}")
        else:
            other = chance.choice(self.tables)
            self.attempt(f"DELETE a, b FROM {table.name} a JOIN {other.name} b ON a.id = b.id WHERE a.id < 20")

    def _unusual(self) -> None:
        """What comes seldom: statements in the log, XA, DDL of all sorts, names and texts beyond ASCII."""
        chance = self.chance
        self.attempt("SET SESSION binlog_format=STATEMENT")
        self.attempt("CREATE TABLE IF NOT EXISTS stated (id INT AUTO_INCREMENT PRIMARY KEY, a DOUBLE, b TEXT)")
        self.attempt("SET @text='it''s é 😀', @number=-7, @real=1.5e100, @decimal=12345678901234567890.12345")
        self.attempt("INSERT INTO stated (a, b) VALUES (RAND(), @text), (@number, CONCAT(@real, @decimal, LAST_INSERT_ID()))")
        self.attempt(f"UPDATE stated SET b='line\nbreak and ''quotes'' {chance.randrange(9)}' WHERE id % 2 = 0")
        self.attempt("SET SESSION binlog_format=ROW")
        self.attempt("CREATE OR REPLACE VIEW shown AS SELECT 'ü' AS `ü`")
        self.attempt(f"ALTER TABLE {self.tables[0].name} COMMENT='{'é' * chance.randrange(20)}'")
        self.attempt("SET NAMES latin1")
        self.connection.encoding = "latin1"
        self.attempt("CREATE TABLE IF NOT EXISTS `latin_ä` (`ö` VARCHAR(10) COMMENT 'ü')")
        self.attempt(f"INSERT INTO `latin_ä` VALUES ('ß{chance.randrange(100)}')")
        self.connection.encoding = "utf8"
        self.attempt("SET NAMES utf8mb4")
        name = f"x{chance.randrange(10**6)}"
        for statement in (f"XA START '{name}'", "INSERT INTO stated (a) VALUES (1)", f"XA END '{name}'", f"XA PREPARE '{name}'",
                          chance.choice([f"XA COMMIT '{name}'", f"XA ROLLBACK '{name}'"])):
            self.attempt(statement)
        self.attempt("TRUNCATE TABLE stated")
        if self.mariadb:
            self._unusual_of_mariadb()

    def _unusual_of_mariadb(self) -> None:
        """Sequences, tables with their history, an ALTER that is logged twice, transactions of one engine and of two."""
        chance = self.chance
        self.attempt(f"CREATE OR REPLACE SEQUENCE counted INCREMENT BY {chance.choice([-3, 1, 7])} CACHE {chance.choice([0, 2, 1000])}")
        self.attempt(f"DO NEXTVAL(counted), SETVAL(counted, {chance.randrange(10**6)}), NEXTVAL(counted)")
        self.attempt("CREATE OR REPLACE TABLE past (id INT, a VARCHAR(9)) WITH SYSTEM VERSIONING")
        for change in ("INSERT INTO past VALUES (1,'a'), (2,NULL)", "UPDATE past SET a='b'", "DELETE FROM past WHERE id=2"):
            self.attempt(change)
        self.attempt("CREATE OR REPLACE TABLE other (id INT) ENGINE=Aria")
        self.attempt("BEGIN")
        self.attempt("INSERT INTO stated (a) VALUES (7), (7)")
        if chance.random() < 0.5:
            self.attempt("INSERT INTO other VALUES (1)")
        self.attempt("COMMIT")
        self.attempt(f"SET SESSION binlog_alter_two_phase={chance.randrange(2)}")
        self.attempt("ALTER TABLE other ADD x INT, ALGORITHM=COPY")
        self.attempt("ALTER TABLE stated ADD UNIQUE (a)")  # fails
        self.attempt("SET SESSION binlog_alter_two_phase=0")
