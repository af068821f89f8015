"""Connections on the source that run random transactions, and one that changes definitions, until stopped.

Servers may refuse a statement (a duplicate, a deadlock, a table that was just renamed): that is counted, rolled back and
passed over. What the server would never say to a right statement ends the writer with a failure.
"""

import collections
import pathlib
import random
import threading
import time

import pymysql

from . import ddl, statements
from .tables import Table
from .values import Expression

# Syntax, unknown function, wrong number of values: the generator itself is wrong.
OURS = {1064, 1305, 1136, 1149}
# Who makes and changes everything: a definer whom the task may name without SYSTEM_USER.
OWNER = "soak_owner"
GONE = {0, 1053, 1927, 2003, 2006, 2013, 4031}
SESSIONS = ["SET SESSION transaction_isolation = 'READ-COMMITTED'", "SET SESSION foreign_key_checks = 0",
            "SET SESSION unique_checks = 0", "SET SESSION sql_mode = ''", "SET SESSION time_zone = 'Asia/Kathmandu'",
            "SET SESSION binlog_row_image = 'FULL'", "SET SESSION collation_connection = 'utf8mb4_bin'",
            "SET SESSION transaction_isolation = 'REPEATABLE-READ'", "SET SESSION foreign_key_checks = 1"]


def owner_statements(databases: list[str]) -> list[str]:
    return [f"CREATE USER {OWNER}", f"GRANT RELOAD, SESSION_VARIABLES_ADMIN ON *.* TO {OWNER}",
            *(f"GRANT ALL ON `{database}`.* TO {OWNER}" for database in databases)]


class Session:
    """A connection that writes down what it runs, and replaces itself when the server was away."""

    def __init__(self, server, protocol: pathlib.Path) -> None:
        self._server = server
        self._protocol = open(protocol, "a", encoding="utf-8", errors="backslashreplace")
        self._connection: pymysql.connections.Connection | None = None
        self.refused: collections.Counter = collections.Counter()
        self.done = 0

    def rows(self, statement: str, arguments=()) -> list[tuple]:
        with self._open().cursor() as cursor:
            cursor.execute(statement, arguments)
            return list(cursor.fetchall())

    def run(self, statement: str, arguments=()) -> None:
        with self._open().cursor() as cursor:
            text = cursor.mogrify(statement, arguments or None)
            self._protocol.write(f"{time.time():.6f} {self._connection.thread_id()} {text[:3000]}\n")
            try:
                cursor.execute(text)
                self.done += 1
            except pymysql.MySQLError as error:
                self._protocol.write(f"{time.time():.6f}   refused: {error.args}\n")
                raise

    def recover(self, error: Exception) -> None:
        """After a refused statement: nothing is left open. Raises what only the generator can be blamed for."""
        number = error.args[0] if error.args else 0
        if number in OURS:
            raise error
        self.refused[number] += 1
        if number in GONE or isinstance(error, pymysql.err.InterfaceError):
            self.close()
            time.sleep(0.1)
            return
        try:
            self.run("ROLLBACK")
        except pymysql.MySQLError:
            self.close()

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection:
            try:
                connection.close()
            except pymysql.MySQLError:
                pass  # it was closed by the server

    def end(self) -> None:
        self.close()
        self._protocol.close()

    def _open(self) -> pymysql.connections.Connection:
        if self._connection is None:
            self._connection = self._server.connect(user=OWNER, init_command="SET SESSION innodb_lock_wait_timeout = 2, "
                                                                 "lock_wait_timeout = 3")
            self._connection.encoders[Expression] = lambda value, _: value.sql
        return self._connection


class Writer(threading.Thread):
    def __init__(self, server, tables: list[Table], seed: str, folder: pathlib.Path, pause_s: float) -> None:
        super().__init__(daemon=True)
        self.session = Session(server, folder / f"{seed.replace('/', '-')}.sql")
        self.failure: Exception | None = None
        self.ended = threading.Event()
        self._chance = random.Random(seed)
        self._tables = tables
        self._pause_s = pause_s

    def run(self) -> None:
        while not self.ended.is_set():
            try:
                self.turn(self._chance)
            except pymysql.MySQLError as error:
                try:
                    self.session.recover(error)
                except pymysql.MySQLError as ours:
                    self.failure = ours
                    break
            except Exception as error:  # pylint: disable=broad-except; told by stop()
                self.failure = error
                break
            self.ended.wait(self._chance.expovariate(1) * self._pause_s)
        self.session.end()

    def turn(self, chance: random.Random) -> None:
        if chance.random() < 0.05:
            self.session.run(chance.choice(SESSIONS))
        if chance.random() < 0.01:
            self.session.close()
        if chance.random() < 0.005:
            self._step(chance, chance.choice(statements.LARGE))
        elif chance.random() < 0.4:
            self._step(chance, statements.choose(chance))
        else:
            self._transaction(chance)

    def stop(self) -> None:
        """Raises what ended the writer before its time."""
        self.ended.set()
        self.join()
        if self.failure:
            raise self.failure

    def _step(self, chance: random.Random, statement) -> None:
        statement(self.session, chance, chance.choice(self._tables))

    def _transaction(self, chance: random.Random) -> None:
        self.session.run("BEGIN")
        for number in range(chance.randint(1, 8)):
            if chance.random() < 0.15:
                self.session.run(f"SAVEPOINT s{number}")
                self._step(chance, statements.choose(chance))
                if chance.random() < 0.5:
                    self.session.run(f"ROLLBACK TO s{number}")
            elif chance.random() < 0.02:
                self.session.run("CREATE TEMPORARY TABLE IF NOT EXISTS soak.scratch (id INT)")
                self.session.run("INSERT INTO soak.scratch VALUES (1)")
            else:
                self._step(chance, statements.choose(chance))
        self.session.run("ROLLBACK" if chance.random() < 0.15 else "COMMIT")


class Changer(Writer):
    """Changes definitions once `allowed` is set."""

    def __init__(self, server, tables: list[Table], seed: str, folder: pathlib.Path, pause_s: float) -> None:
        super().__init__(server, tables, seed, folder, pause_s)
        self.allowed = threading.Event()
        self.changes = ddl.Changes(tables)

    def turn(self, chance: random.Random) -> None:
        self.changes.make_one(self.session, chance, self.allowed.is_set())
