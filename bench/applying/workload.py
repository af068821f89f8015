"""OLTP as sysbench's oltp_write_only: a transaction is two updates, a delete and an insert, on one of several tables."""

import random
import threading

DATABASE = "bench"
TOOLS = "bench_tools"  # not selected: stays on the source
CONNECTIONS = 4
CHUNK = 50  # transactions of one call

_TABLE = """CREATE TABLE {database}.t{number} (id INT PRIMARY KEY, k INT NOT NULL, c CHAR(120) NOT NULL, pad CHAR(60) NOT NULL,
    KEY (k)) ENGINE=InnoDB"""
_FILL = """INSERT INTO {database}.t{number} WITH RECURSIVE n (id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < {rows})
    SELECT /*+ SET_VAR(cte_max_recursion_depth = 10000000) */ id, id * 7 % {rows}, SHA2(id, 256), SHA2(id, 224) FROM n"""
_OLTP = """CREATE PROCEDURE {tools}.oltp{number} (transactions INT, seed INT)
BEGIN
    DECLARE x INT;
    DECLARE discarded DOUBLE DEFAULT RAND(seed);
    WHILE transactions > 0 DO
        START TRANSACTION;
        SET x = 1 + FLOOR(RAND() * {rows});
        UPDATE {database}.t{number} SET k = k + 1 WHERE id = x;
        SET x = 1 + FLOOR(RAND() * {rows});
        UPDATE {database}.t{number} SET c = SHA2(RAND(), 256) WHERE id = x;
        SET x = 1 + FLOOR(RAND() * {rows});
        DELETE FROM {database}.t{number} WHERE id = x;
        INSERT INTO {database}.t{number} VALUES (x, x * 7 % {rows}, SHA2(RAND(), 256), SHA2(RAND(), 224));
        COMMIT;
        SET transactions = transactions - 1;
    END WHILE;
END"""


class Oltp:
    def __init__(self, tables: int, rows: int, transactions: int) -> None:
        self.tables, self.rows, self.transactions = tables, rows, transactions

    def prepare(self, source) -> None:
        for name in (DATABASE, TOOLS):
            source.query(f"CREATE DATABASE {name}")
        with source.connect(database=DATABASE) as session, session.cursor() as cursor:
            for number in range(self.tables):
                for template in (_TABLE, _FILL, _OLTP):
                    cursor.execute(template.format(database=DATABASE, tools=TOOLS, number=number, rows=self.rows))

    def make_backlog(self, source, seed: int) -> None:
        failures = []

        def write(connection: int) -> None:
            chance = random.Random(f"{seed}/{connection}")
            try:
                with source.connect() as session, session.cursor() as cursor:
                    left = self.transactions // CONNECTIONS
                    while left > 0:
                        now = min(CHUNK, left)
                        # Tables of its own for each connection: no deadlocks, and the best that a replica can hope for.
                        table = chance.randrange(connection, self.tables, CONNECTIONS)
                        cursor.execute(f"CALL {TOOLS}.oltp{table}({now}, {chance.randrange(2**31)})")
                        left -= now
            except Exception as error:  # pylint: disable=broad-except
                failures.append(error)

        writers = [threading.Thread(target=write, args=(n,)) for n in range(CONNECTIONS)]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        if failures:
            raise failures[0]


def checksums(server, tables: int) -> list[tuple]:
    names = ", ".join(f"{DATABASE}.t{number}" for number in range(tables))
    return server.query(f"CHECKSUM TABLE {names} EXTENDED")
