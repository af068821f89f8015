"""Workloads: tables, and a backlog of transactions written by several connections at once.

Every connection has tables or rows of its own: no deadlocks, and the best that a replica's workers can hope for. The
procedures that write are in a database that is not part of the task.
"""

import os
import pathlib
import random
import subprocess
import threading

from pymysql.constants.CLIENT import MULTI_STATEMENTS

from penstock_servers.flavours import flavour
from recordings import WIDE_COLUMNS, WIDE_TYPES, wide_value

DATABASE = "bench"
TOOLS = "bench_tools"
CONNECTIONS = 4
CHUNK = 50  # transactions of one call
SYSTEM = "('mysql', 'information_schema', 'performance_schema', 'sys', 'penstock')"

_NUMBERS = "WITH RECURSIVE n (id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < {count}) "
_DEEP = "/*+ SET_VAR(cte_max_recursion_depth = 10000000) */"
_SBTEST = "(id INT PRIMARY KEY, k INT NOT NULL, c CHAR(120) NOT NULL, pad CHAR(60) NOT NULL, KEY (k)) ENGINE=InnoDB"
_LOOP = """CREATE PROCEDURE {name} (transactions INT, seed INT)
BEGIN
    DECLARE x INT;
    DECLARE discarded DOUBLE DEFAULT RAND(seed);
    WHILE transactions > 0 DO
        {body}
        SET transactions = transactions - 1;
    END WHILE;
END"""


class Workload:
    """Tables `t0` to `tN` as sysbench has them; a subclass says what a transaction is."""

    about = ""
    transactions = 40_000  # by default
    quick = 2_000
    rows = 20_000  # of each table, by default
    quick_rows = 1_000
    tables = 8
    chunk = CHUNK

    def __init__(self, transactions: int | None, rows: int | None, quick: bool) -> None:
        self.transactions = transactions or (self.quick if quick else self.transactions)
        self.rows = rows or (self.quick_rows if quick else self.rows)
        self.is_quick = quick

    @property
    def databases(self) -> list[str]:
        return [DATABASE]

    def tables_sql(self, number: int) -> list[str]:
        return [f"CREATE TABLE t{number} {_SBTEST}",
                f"INSERT INTO t{number} {_NUMBERS.format(count=self.rows)} SELECT {_DEEP} id, id * 7 % {self.rows}, "
                "SHA2(id, 256), SHA2(id, 224) FROM n"]

    def body(self, number: int) -> str:
        """A transaction on table `number`, in the language of procedures."""
        raise NotImplementedError

    def prepare(self, source) -> None:
        for name in (DATABASE, TOOLS):
            source.query(f"CREATE DATABASE {name}")
        with source.connect(database=DATABASE) as session, session.cursor() as cursor:
            for number in range(self.tables):
                for statement in self.tables_sql(number):
                    cursor.execute(statement)
        with source.connect(database=TOOLS) as session, session.cursor() as cursor:
            for number in range(self.tables):
                cursor.execute(_LOOP.format(name=f"write{number}", body=self.body(number)))

    def write(self, cursor, connection: int, count: int, chance: random.Random) -> None:
        """`count` transactions, by that one of the connections."""
        table = chance.randrange(connection % self.tables, self.tables, CONNECTIONS)
        cursor.execute(f"CALL {TOOLS}.write{table}({count}, {chance.randrange(2**31)})")

    def make_backlog(self, source, seed: int) -> None:
        failures = []

        def run(connection: int) -> None:
            chance = random.Random(f"{seed}/{connection}")
            try:
                with source.connect(database=DATABASE, client_flag=MULTI_STATEMENTS) as session, session.cursor() as cursor:
                    left = self.transactions // CONNECTIONS
                    while left > 0:
                        now = min(self.chunk, left)
                        self.write(cursor, connection, now, chance)
                        left -= now
            except Exception as error:  # pylint: disable=broad-except
                failures.append(error)

        writers = [threading.Thread(target=run, args=(n,)) for n in range(CONNECTIONS)]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        if failures:
            raise failures[0]


class Oltp(Workload):
    about = "sysbench's oltp_write_only: two updates, a delete, an insert"

    def body(self, number: int) -> str:
        some = f"SET x = 1 + FLOOR(RAND() * {self.rows});"
        table = f"{DATABASE}.t{number}"
        return f"""START TRANSACTION;
        {some} UPDATE {table} SET k = k + 1 WHERE id = x;
        {some} UPDATE {table} SET c = SHA2(RAND(), 256) WHERE id = x;
        {some} DELETE FROM {table} WHERE id = x;
        INSERT INTO {table} (id, k, c, pad) VALUES (x, x * 7 % {self.rows}, SHA2(RAND(), 256), SHA2(RAND(), 224));
        COMMIT;"""


class Update(Workload):
    about = "one-row updates"
    transactions = 80_000

    def body(self, number: int) -> str:
        return f"SET x = 1 + FLOOR(RAND() * {self.rows}); UPDATE {DATABASE}.t{number} SET k = k + 1 WHERE id = x;"


class Hot(Workload):
    about = "one-row updates of 20 rows"
    tables = 4
    rows = quick_rows = 5

    def body(self, number: int) -> str:
        return f"SET x = 1 + FLOOR(RAND() * {self.rows}); UPDATE {DATABASE}.t{number} SET k = k + 1 WHERE id = x;"


class _Growing(Workload):
    """Tables that are empty at first and grow."""

    tables = 4

    def tables_sql(self, number: int) -> list[str]:
        return [f"CREATE TABLE t{number} " + _SBTEST.replace("id INT", "id INT AUTO_INCREMENT", 1)]


class Insert(_Growing):
    about = "one-row inserts"
    transactions = 80_000

    def body(self, number: int) -> str:
        return (f"INSERT INTO {DATABASE}.t{number} (k, c, pad) "
                "VALUES (transactions, SHA2(transactions, 256), SHA2(seed, 224));")


class BulkInsert(_Growing):
    about = "inserts of 1,000 rows"
    transactions = 400
    quick = 8
    chunk = 5
    inserted = 1_000

    def body(self, number: int) -> str:
        return (f"INSERT INTO {DATABASE}.t{number} (k, c, pad) {_NUMBERS.format(count=self.inserted)} "
                f"SELECT {_DEEP} id, SHA2(id, 256), SHA2(transactions, 224) FROM n;")


class LargeTransaction(_Growing):
    about = "a few transactions, each of 50,000 inserts (or --rows), half as many updates, a tenth as many deletes"
    transactions = 8
    quick = 4
    chunk = 1
    rows = 50_000
    quick_rows = 2_000

    def body(self, number: int) -> str:
        table = f"{DATABASE}.t{number}"
        return f"""START TRANSACTION;
        INSERT INTO {table} (k, c, pad) {_NUMBERS.format(count=self.rows)}
            SELECT {_DEEP} id, SHA2(id, 256), SHA2(transactions, 224) FROM n;
        UPDATE {table} SET k = k + 1 WHERE id % 2 = 0;
        DELETE FROM {table} WHERE id % 10 = 1;
        COMMIT;"""


class Wide(Workload):
    about = "101 columns of ten types, a tenth NULL: ten rows updated, five inserted"
    transactions = 2_000
    quick = 80
    rows = 2_000
    quick_rows = 200
    tables = 4

    def tables_sql(self, number: int) -> list[str]:
        columns = ", ".join(f"c{n} {WIDE_TYPES[n % 10]}" for n in range(WIDE_COLUMNS))
        return [f"CREATE TABLE t{number} (id INT AUTO_INCREMENT PRIMARY KEY, {columns})",
                f"INSERT INTO t{number} {_NUMBERS.format(count=self.rows)} SELECT {_DEEP} id, {self._values()} FROM n"]

    @staticmethod
    def _values() -> str:
        return ", ".join(wide_value(n) for n in range(WIDE_COLUMNS))

    def body(self, number: int) -> str:
        columns = ", ".join(f"c{n}" for n in range(WIDE_COLUMNS))
        table = f"{DATABASE}.t{number}"
        return f"""START TRANSACTION;
        SET x = 1 + FLOOR(RAND() * {self.rows - 10});
        UPDATE {table} SET c0 = c0 + 1, c1 = x WHERE id BETWEEN x AND x + 9;
        INSERT INTO {table} ({columns}) {_NUMBERS.format(count=5)} SELECT {self._values()} FROM n;
        COMMIT;"""


class ManyTables(Workload):
    about = "an update in each of four of many tables"
    transactions = 10_000
    quick = 400
    quick_rows = rows = 50
    tables = 1_000

    def __init__(self, transactions: int | None, rows: int | None, quick: bool) -> None:
        super().__init__(transactions, rows, quick)
        if quick:
            self.tables = 80

    def prepare(self, source) -> None:
        source.query(f"CREATE DATABASE {DATABASE}")
        with source.connect(database=DATABASE) as session, session.cursor() as cursor:
            for number in range(self.tables):
                for statement in self.tables_sql(number):
                    cursor.execute(statement)

    def write(self, cursor, connection: int, count: int, chance: random.Random) -> None:
        for _ in range(count):
            updates = "; ".join(f"UPDATE t{chance.randrange(connection, self.tables, CONNECTIONS)} SET k = k + 1 "
                                f"WHERE id = {1 + chance.randrange(self.rows)}" for _ in range(4))
            cursor.execute(f"BEGIN; {updates}; COMMIT")
            while cursor.nextset():
                pass


class MixedDdl(Oltp):
    about = "as oltp, with a statement that changes definitions every hundred transactions"
    transactions = 8_000
    quick = 800
    between = ["ALTER TABLE t{n} ADD COLUMN extra INT NOT NULL DEFAULT 7", "CREATE INDEX by_extra ON t{n} (extra, k)",
               "CREATE TABLE side{n} (id INT PRIMARY KEY, t VARCHAR(20))", "INSERT INTO side{n} VALUES (1, 'one'), (2, 'two')",
               "TRUNCATE TABLE side{n}", "DROP TABLE side{n}", "DROP INDEX by_extra ON t{n}",
               "ALTER TABLE t{n} DROP COLUMN extra"]

    def write(self, cursor, connection: int, count: int, chance: random.Random) -> None:
        for statement in self.between if chance.randrange(4) == 0 else []:
            super().write(cursor, connection, max(1, count // len(self.between)), chance)
            cursor.execute(statement.format(n=connection))
        super().write(cursor, connection, count, chance)


class OwnBinlog:
    """A binlog of the user's own, run on the source: the same rows in the same transactions."""

    about = "binlog files of your own"
    is_quick = False

    def __init__(self, schema: pathlib.Path, files: list[pathlib.Path]) -> None:
        self._schema, self._files = schema, files
        self.databases: list[str] = []
        self.transactions = 0

    def prepare(self, source) -> None:
        source.run_script(self._schema.read_text(encoding="utf-8"))
        self.databases = [row[0] for row in source.query(
            f"SELECT schema_name FROM information_schema.schemata WHERE schema_name NOT IN {SYSTEM}")]
        if not self.databases:
            raise ValueError(f"{self._schema}: it creates no database; begin it with CREATE DATABASE and USE")

    def make_backlog(self, source, seed: int) -> None:
        del seed
        run_binlogs(self._files, source, "--skip-gtids")


def run_binlogs(files: list, server, *options: str) -> float:
    """mysqlbinlog FILES | mysql. The CPU seconds of both."""
    before = _children_cpu()
    tool = flavour("mysql").program("mysqlbinlog") + ["--no-defaults", *options, *map(str, files)]
    with subprocess.Popen(tool, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as reading:
        client = [*server.client_command(), "--binary-mode", "--max-allowed-packet=1G"]
        writing = subprocess.run(client, stdin=reading.stdout, capture_output=True, check=False)
        reading.stdout.close()
        said = reading.stderr.read()
    for name, code, error in (("mysqlbinlog", reading.returncode, said), ("mysql", writing.returncode, writing.stderr)):
        if code != 0:
            raise RuntimeError(f"mysqlbinlog | mysql: {name} ended with {code}: {error.decode(errors='replace')[-500:]}")
    return _children_cpu() - before


def _children_cpu() -> float:
    times = os.times()
    return times.children_user + times.children_system


def checksums(server, databases: list[str]) -> list[tuple]:
    """Of every table, with its name. The server reads all of its rows."""
    names = ", ".join(f"'{name}'" for name in databases)
    found = server.query(f"SELECT table_schema, table_name FROM information_schema.tables WHERE table_schema IN ({names}) "
                         "AND table_type = 'BASE TABLE' ORDER BY 1, 2")
    tables = ", ".join(f"`{schema}`.`{table}`" for schema, table in found)
    return server.query(f"CHECKSUM TABLE {tables} EXTENDED") if tables else []


WORKLOADS = {"oltp": Oltp, "update": Update, "insert": Insert, "bulk-insert": BulkInsert, "hot": Hot, "wide": Wide,
             "large-transaction": LargeTransaction, "many-tables": ManyTables, "mixed-ddl": MixedDdl}
