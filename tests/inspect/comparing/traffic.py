"""Random statements over random tables of all types, a binlog file at a time."""

import pathlib
import random
import re
import tempfile
from dataclasses import dataclass, field

import pymysql

from . import columns as kinds
from .columns import DOCUMENT_CHANGES, Column, values
from .printed_values import quoted_name

SCHEMAS = ["traffic", "trä`ffic 2"]
MANY_COLUMNS = (250, 251, 252, 300, 900)


@dataclass
class Table:
    """`columns` in the order that the log has them; `key` is one whose values are unique, and in the log whenever a row is changed."""
    schema: str
    name: str
    columns: list[Column] = field(default_factory=list)
    key: str = "id"
    keyed: bool = True  # the server knows that `id` is unique
    last_id: int = 0

    @property
    def quoted(self) -> str:
        return f"{quoted_name(self.schema)}.{quoted_name(self.name)}"

    @property
    def written(self) -> list[Column]:
        """The columns that statements give values for."""
        return [column for column in self.columns if column.make]

    def row(self, chance: random.Random, identity: int | None = None) -> str:
        self.last_id += identity is None
        return "(" + ", ".join([str(identity or self.last_id)] + [
            "NULL" if "NOT NULL" not in column.suffix and chance.random() < 0.12 else column.make() for column in self.written]) + ")"

    def insert(self, verb: str, rows: list[str]) -> str:
        names = ", ".join(["id", *(column.quoted_name for column in self.written)])
        return f"{verb} INTO {self.quoted} ({names}) VALUES {', '.join(rows)}"


class Traffic:
    """`tables` have rows that a SELECT may be held against; the `unusual` are for the rest of what comes in a log."""

    def __init__(self, server, mariadb: bool, seed: int) -> None:
        self.server, self.mariadb = server, mariadb
        self.chance = random.Random(seed)
        values.random_.seed(seed)
        self.connection = server.connect(charset="utf8mb4", local_infile=True)
        self.refused = self.done = self.inserted = 0
        self.refusals: dict[str, int] = {}
        self.metadata = "FULL"  # binlog_row_metadata of the file in hand
        self.large_committed = False
        self.tables: list[Table] = []
        self._numbers = 0
        self.new_mariadb = mariadb and not server.record["version"].startswith("10.")  # the two that are tested are 10.11 and 11.8
        self.run("SET GLOBAL local_infile=1")
        self.run("SET SESSION sql_mode='ALLOW_INVALID_DATES'")
        for schema in SCHEMAS:
            self.run(f"CREATE DATABASE {quoted_name(schema)} CHARACTER SET utf8mb4")
        self.run(f"USE {SCHEMAS[0]}")
        if not mariadb:  # values for documents, see make_value_files.py
            maker = values.Maker(server.socket, 5)
            for statement in ("SET SESSION sql_mode='ALLOW_INVALID_DATES'", f"USE {SCHEMAS[0]}"):
                maker.run(statement)
            maker.temporal()
            maker.bits()
            maker.cursor.connection.close()

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
            reason = f"{error.args[0]} {statement.split(maxsplit=1)[0]}"
            self.refusals[reason] = self.refusals.get(reason, 0) + 1
            return False

    # -- a file -------------------------------------------------------------------------------------------------

    def files(self, rows: int) -> list[pathlib.Path]:
        """Writes a binlog file with some `rows` rows inserted, and at times one more; they are complete when this returns."""
        chance = self.chance
        self.metadata = chance.choice(["MINIMAL", "FULL", "FULL"] + ["NO_LOG"] * self.mariadb)
        self.run(f"SET GLOBAL binlog_row_metadata={self.metadata}")
        self.run(f"SET GLOBAL binlog_checksum={chance.choice(['CRC32', 'CRC32', 'CRC32', 'NONE'])}")
        if self.mariadb:
            self.run(f"SET GLOBAL log_bin_compress={chance.randrange(2)}, GLOBAL log_bin_compress_min_len=10")
        if self.new_mariadb:
            self.run(f"SET GLOBAL binlog_legacy_event_pos={chance.choice([0, 0, 1])}")
        self.run("FLUSH BINARY LOGS")
        before = self._complete_files()
        enough = self.inserted + rows
        while self.inserted < enough:
            if len(self.tables) < 4 or chance.random() < 0.1:
                self._create()
                continue
            if chance.random() < 0.03:
                self._alter(chance.choice(self.tables))
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

    # -- tables -------------------------------------------------------------------------------------------------

    def _table_name(self) -> str:
        self._numbers += 1
        plain = f"t{self._numbers}"
        if self.chance.random() < 0.7:
            return plain
        return self.chance.choice(["we`ird {}", "表 {}", "a.b {}", "-- {}", "'q' \"{}\"", "/*{}*/", "back\\slash {}", "naïve\t{}",
                                   "表" * 55 + "{}"]).format(plain)

    def _column_name(self, number: int) -> str:
        if self.chance.random() < 0.9:
            return f"c{number}"
        return self.chance.choice(["naïve {}", "a`b {}", "表 {}", "it's {}", "\"{}\"", "a\\n {}", "x={} /* */"]).format(number)

    def _columns(self, old_temporal: bool) -> list[Column]:
        chance = self.chance
        wide = chance.random() < 0.06
        count = chance.choice(MANY_COLUMNS) if wide else chance.randint(1, 14)
        chosen = []
        while len(chosen) < count:
            column = chance.choice(kinds.narrow_columns(chance, self.mariadb, self.new_mariadb)) if wide or len(chosen) > kinds.INLINE_COLUMNS \
                else kinds.any_column(chance, self.mariadb, self.new_mariadb)
            column.name = self._column_name(len(chosen))
            if old_temporal:
                # The log does not tell how long the old types with fractions are: nothing reads their rows.
                column.type = re.sub(r"(TIME|TIMESTAMP)\(\d\)", r"\1", column.type)
            if not column.type.startswith("TIMESTAMP") and chance.random() < 0.2:
                column.suffix = "NOT NULL"
            if chance.random() < 0.05 and not (self.mariadb and column.suffix):
                column.suffix += " INVISIBLE"
            chosen.append(column)
        if wide:
            return chosen
        if chance.random() < 0.1:
            chosen.append(Column("wide", "VARCHAR(9000) CHARACTER SET latin1",
                                 lambda: f"REPEAT('{chance.choice('äxyz')}', {chance.choice([0, 255, 256, 9000, chance.randint(0, 9000)])})"))
        if chance.random() < 0.15:
            generated = kinds.generated_column(chance, self.mariadb)
            generated.name = "made"
            chosen.append(generated)
        if not self.mariadb and chance.random() < 0.15:  # the last one, since mysqlbinlog knows no further there
            shape = kinds.geometry(chance, self.mariadb)
            shape.name = "shape"
            chosen.append(shape)
        return chosen

    def _create(self) -> None:
        chance = self.chance
        table = Table(chance.choice(SCHEMAS), self._table_name(), keyed=chance.random() < 0.8)
        old = self.mariadb and chance.random() < 0.3
        if self.mariadb:
            self.run(f"SET GLOBAL mysql56_temporal_format={'OFF' if old else 'ON'}")
        table.columns = [Column("id", "INT UNSIGNED", suffix="NOT NULL"), *self._columns(old)]
        definitions = [column.definition for column in table.columns]
        key = "PRIMARY KEY (id)" if table.keyed else chance.choice(["", "KEY (id)", "UNIQUE KEY (id)"])
        table.keyed = table.keyed or "UNIQUE" in key
        if not self.mariadb:
            self.run(f"SET SESSION sql_generate_invisible_primary_key={chance.randrange(2)}")
            if chance.random() < 0.1:  # an index over an expression, whose column is hidden
                definitions.append("KEY ((id + 1))")
        if self.attempt(f"CREATE TABLE {table.quoted} ({', '.join([*definitions, key] if key else definitions)}) CHARACTER SET "
                        f"{chance.choice(['latin1', 'utf8mb4', 'utf8mb3', 'binary'])}"):
            if self.run(f"SHOW COLUMNS FROM {table.quoted} LIKE 'my_row_id'"):
                table.key = "my_row_id"
                table.columns.insert(0, Column("my_row_id", "BIGINT UNSIGNED"))
            self.tables.append(table)
        if self.mariadb:  # else a later ALTER would give other tables the old types
            self.run("SET GLOBAL mysql56_temporal_format=ON")
        if len(self.tables) > 8:
            gone = self.tables.pop(0)
            self.attempt(f"DROP TABLE {gone.quoted}")

    def _alter(self, table: Table) -> None:
        column = self.chance.choice(kinds.narrow_columns(self.chance, self.mariadb, self.new_mariadb))
        column.name = f"added {len(table.columns)}"
        if self.mariadb:
            self.run(f"SET SESSION binlog_alter_two_phase={self.chance.randrange(2)}")
        if self.attempt(f"ALTER TABLE {table.quoted} ADD COLUMN {column.definition}"):
            table.columns.append(column)

    # -- rows ---------------------------------------------------------------------------------------------------

    def _transaction(self) -> None:
        chance = self.chance
        images = ["FULL", "FULL", "MINIMAL", "NOBLOB"] + (["FULL_NODUP"] if self.new_mariadb else [])
        self.attempt(f"SET SESSION binlog_row_image={chance.choice(images)}")
        self.attempt(f"SET SESSION time_zone='{chance.choice(['+00:00', 'SYSTEM', '-11:30', 'Europe/Berlin'])}'")
        if self.mariadb:
            self.attempt(f"SET SESSION binlog_annotate_row_events={chance.randrange(2)}")
            self.attempt(f"SET SESSION gtid_domain_id={chance.choice([0, 0, 5])}")
        else:
            self.attempt(f"SET SESSION binlog_rows_query_log_events={chance.randrange(2)}")
            self.attempt(f"SET SESSION binlog_transaction_compression={chance.randrange(2)}")
            self.attempt(f"SET SESSION binlog_transaction_compression_level_zstd={chance.choice([1, 3, 19])}")
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
            self._insert(table)
        elif kind < 0.85:
            changed = chance.sample(table.written, chance.randint(1, min(3, len(table.written))))
            self.attempt(f"UPDATE IGNORE {table.quoted} SET {', '.join(map(self._change, changed))} {some}")
        elif kind < 0.95:
            self.attempt(f"DELETE FROM {table.quoted} {some}")
        else:
            other = chance.choice(self.tables)
            self.attempt(f"DELETE a, b FROM {table.quoted} a JOIN {other.quoted} b ON a.id = b.id WHERE a.id < 20")

    def _insert(self, table: Table) -> None:
        chance = self.chance
        count = chance.choice([1, 1, 3, 30]) if len(table.columns) < 100 else chance.choice([1, 3])
        self.inserted += count
        if table.keyed and table.last_id and chance.random() < 0.15:  # one that is there already, perhaps
            existing = table.row(chance, chance.randint(1, table.last_id))
            if chance.random() < 0.5:
                self.attempt(table.insert("REPLACE", [existing]))
            else:
                changed = chance.choice(table.written)
                self.attempt(table.insert("INSERT IGNORE", [existing]) + f" ON DUPLICATE KEY UPDATE {self._change(changed)}")
            return
        self.attempt(table.insert(chance.choice(["INSERT IGNORE", "INSERT IGNORE", "REPLACE"]), [table.row(chance) for _ in range(count)]))

    def _change(self, column: Column) -> str:
        document = column.type == "JSON" and not self.mariadb
        change = self.chance.choice(DOCUMENT_CHANGES).format(column.quoted_name) if document and self.chance.random() < 0.85 else column.make()
        return f"{column.quoted_name} = {change}"

    # -- the rest -----------------------------------------------------------------------------------------------

    def _unusual(self) -> None:
        """What comes seldom: statements in the log, XA, DDL of all sorts, names and texts beyond ASCII."""
        chance = self.chance
        for statement in ("CREATE TABLE IF NOT EXISTS stated (id INT AUTO_INCREMENT PRIMARY KEY, a DOUBLE, b LONGTEXT)",
                          "CREATE TABLE IF NOT EXISTS outside (a INT, b TEXT) ENGINE=MyISAM",
                          "CREATE OR REPLACE VIEW shown AS SELECT 'ü' AS `ü`"):
            self.attempt(statement)
        self._statements()
        self._load_data()
        self._distributed()
        # Rows outside of transactions, and what a server makes by itself.
        self.attempt(f"INSERT INTO outside VALUES ({chance.randrange(9)}, 'x'), (NULL, NULL)")
        self.attempt("UPDATE outside SET a = a + 1")
        if self.mariadb:
            self._of_mariadb()
        else:
            self.attempt("CREATE TABLE selected AS SELECT id, a FROM stated")
            self.attempt("DROP TABLE selected")
        self.attempt(f"ALTER TABLE {self.tables[0].quoted} COMMENT='{'é' * chance.randrange(20)}'")
        self.attempt("SET NAMES latin1")
        self.connection.encoding = "latin1"
        self.attempt("CREATE TABLE IF NOT EXISTS `latin_ä` (`ö` VARCHAR(10) COMMENT 'ü')")
        self.attempt(f"INSERT INTO `latin_ä` VALUES ('ß{chance.randrange(100)}')")
        self.connection.encoding = "utf8"
        self.attempt("SET NAMES utf8mb4")
        self.attempt("TRUNCATE TABLE stated")

    def _statements(self) -> None:
        chance = self.chance
        self.attempt("SET SESSION binlog_format=STATEMENT")
        self.attempt("SET @text='it''s é 😀', @number=-7, @real=1.5e100, @decimal=12345678901234567890.12345, @nothing=NULL, "
                     "@positive=18446744073709551615, @raw=x'00ff', @legacy=_latin1 x'e4', @`a``b 'c'`='', "
                     f"@random={values.double()}, @small={values.decimal(*chance.choice(values.decimal_shapes))}")
        self.attempt("INSERT INTO stated (a, b) VALUES (RAND(), @text), (@number, CONCAT(@real, @decimal, HEX(@raw), @legacy, @positive, "
                     "LAST_INSERT_ID(), @`a``b 'c'`, @random, @small, COALESCE(@nothing, '')))")
        self.attempt(f"UPDATE stated SET b='line\nbreak and ''quotes'' {chance.randrange(9)}' WHERE id % 2 = 0")
        self.attempt("SET SESSION binlog_format=MIXED")
        self.attempt("INSERT INTO stated (a, b) VALUES (2, UUID())")
        self.attempt("INSERT INTO stated (a, b) VALUES (3, @text)")
        self.attempt("UPDATE stated SET a = a + 1 WHERE id = 1")

    def _load_data(self) -> None:
        with tempfile.NamedTemporaryFile(prefix="penstock-load-") as file:
            file.write("".join(f"{number}\té {'x' * self.chance.randrange(3000)}\n" for number in range(100)).encode())
            file.flush()
            for form in ("STATEMENT", "ROW"):
                self.attempt(f"SET SESSION binlog_format={form}")
                self.attempt(f"LOAD DATA LOCAL INFILE '{file.name}' IGNORE INTO TABLE stated CHARACTER SET utf8mb4 (a, @b) SET b = CONCAT(@b, 1)")
        self.attempt("SET SESSION binlog_format=ROW")

    def _distributed(self) -> None:
        chance = self.chance
        name = chance.choice(["'x{}'", "'x{}','bränch'", "x'00{:06}ff',x'27',7", "'it''s {}','',0"]).format(chance.randrange(10**6))
        self.attempt(f"XA START {name}")
        self.attempt("INSERT INTO stated (a) VALUES (1)")
        self.attempt(f"XA END {name}")
        if chance.random() < 0.3:
            self.attempt(f"XA COMMIT {name} ONE PHASE")
            return
        self.attempt(f"XA PREPARE {name}")
        self.attempt(f"XA {chance.choice(['COMMIT', 'ROLLBACK'])} {name}")

    def _of_mariadb(self) -> None:
        """Sequences, tables with their history, hidden columns, an ALTER that is logged twice, transactions of one engine and of two."""
        chance = self.chance
        self.attempt(f"CREATE OR REPLACE SEQUENCE counted INCREMENT BY {chance.choice([-3, 1, 7])} CACHE {chance.choice([0, 2, 1000])}")
        self.attempt(f"DO NEXTVAL(counted), SETVAL(counted, {chance.randrange(10**6)}), NEXTVAL(counted)")
        # What makes a long text unique is a hidden column of its hash.
        self.attempt("CREATE OR REPLACE TABLE past (id INT, a TEXT, UNIQUE (a)) WITH SYSTEM VERSIONING")
        for change in ("INSERT INTO past VALUES (1,'a'), (2,NULL)", "UPDATE past SET a='b' WHERE id=1", "REPLACE INTO past VALUES (3,'b')",
                       "DELETE FROM past WHERE id=2"):
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
