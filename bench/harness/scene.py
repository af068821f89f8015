"""Source and destination, and the states that each run begins with.

A run begins with the destination as it was before the backlog, and with the whole backlog on local disk: in penstock's relay
log, or in the replica's. Both are kept as copies of folders.
"""

import pathlib
import shutil
import subprocess
import time

from penstock_servers import Registry
from penstock_tasks import accounts
from penstock_tasks.program import ProgramError, Run

from . import meters
from .workloads import checksums

PASSWORD = "only for the benchmark"
DEADLINE_S = 3600
POLL_S = 0.005
EXIT_UNKNOWN_KEY, EXIT_BAD_VALUE = 10, 11
QUICK = {"sync_binlog": "0", "innodb_flush_log_at_trx_commit": "2", "event_scheduler": "OFF",
         "innodb_redo_log_capacity": "1G", "max_binlog_size": "1G"}
PRESETS = {
    "durable": {"sync_binlog": "1", "innodb_flush_log_at_trx_commit": "1"},
    "relaxed": {"innodb_flush_log_at_trx_commit": "2", "disable_log_bin": "ON"},
}
TASK = """\
name = "bench"
kind = "migration"
migrate_events = false
[source]
host = "127.0.0.1"
port = {source}
user = "penstock_src"
password = {{ file = "password" }}
tls = "disabled"
[destination]
host = "127.0.0.1"
port = {destination}
user = "penstock_dst"
password = {{ file = "password" }}
tls = "disabled"
[select]
databases = [{databases}]
[relay]
directory = "relay"
[incremental]
{incremental}
"""


def task_text(source, destination, databases: list[str], settings: dict) -> str:
    """A task file with settings of [incremental]."""
    lines = "\n".join(f'{key} = "{value}"' if isinstance(value, str) else f"{key} = {value}"
                      for key, value in settings.items())
    return TASK.format(source=source.port, destination=destination.port, incremental=lines,
                       databases=", ".join(f'"{name}"' for name in databases))


class Differs(Exception):
    """A way ended with other contents than the source has."""


class Scene:
    def __init__(self, folder: pathlib.Path, workload) -> None:
        self.folder, self.workload = folder, workload
        self._registry = Registry(folder)
        self.source = self._registry.start("source", options=QUICK)
        self.destination = self._registry.start("destination", options=QUICK)
        self._runs = 0
        self._gtids_before = ""
        self.expected: list[tuple] = []
        self.transactions = self.rows = 0  # of the backlog
        self.has_statements = False  # not only rows: DDL

    def prepare(self, seed: int) -> None:
        self.workload.prepare(self.source)
        secret = self.folder / "password"
        secret.touch(mode=0o600)
        secret.write_text(PASSWORD + "\n", encoding="utf-8")
        databases = self.workload.databases
        accounts.create(self.source, accounts.source_statements(databases, PASSWORD)
                        + ["CREATE USER replica@'%' IDENTIFIED BY ''", "GRANT REPLICATION SLAVE ON *.* TO replica@'%'"])
        accounts.create(self.destination, accounts.destination_statements(databases, PASSWORD))
        self.write_task({})
        self.run_penstock("--until", "caught-up")
        self._gtids_before = self.executed_on_source()
        first = self._applied()
        self._save_destination("before")
        self.source.query("FLUSH BINARY LOGS")
        passed = len(self._binlogs())
        self.workload.make_backlog(self.source, seed)
        self.source.query("FLUSH BINARY LOGS")
        self.binlogs = [self.source.data / name for name in self._binlogs()[passed - 1:-1]]
        self.expected = checksums(self.source, databases)
        self.destination.start()
        self.run_penstock("--until", "caught-up")
        self.check()
        self.last_applied, *_ = last = self._applied()
        self.transactions, self.rows, statements = (after - before for before, after in zip(first, last))
        self.has_statements = statements > 0
        shutil.copytree(self.folder / "relay", self.folder / "relay.saved")

    def _applied(self) -> tuple[int, int, int]:
        """Transactions, rows, and statements (DDL)."""
        return self.destination.query(
            "SELECT MAX(transactions), MAX(row_changes), MAX(statements) FROM penstock.checkpoint")[0]

    def _binlogs(self) -> list[str]:
        return [row[0] for row in self.source.query("SHOW BINARY LOGS")]

    def executed_on_source(self) -> str:
        return self.source.query("SELECT @@GLOBAL.gtid_executed")[0][0]

    def write_task(self, settings: dict) -> None:
        """With settings of [incremental]."""
        (self.folder / "bench.toml").write_text(
            task_text(self.source, self.destination, self.workload.databases, settings), encoding="utf-8")

    def takes(self, settings: dict) -> bool:
        """Whether this penstock knows the settings: a task file with others is refused before anything is done."""
        self.write_task(settings)
        run = self._start("task", "show", "bench.toml")
        return run.wait(DEADLINE_S) not in (EXIT_UNKNOWN_KEY, EXIT_BAD_VALUE)

    def start_penstock(self, *arguments: str) -> Run:
        return self._start("run", "bench.toml", *arguments)

    def _start(self, *arguments: str) -> Run:
        self._runs += 1
        return Run(list(arguments), self.folder, f"run{self._runs}")

    def run_penstock(self, *arguments: str) -> None:
        run = self.start_penstock(*arguments)
        if run.wait(DEADLINE_S) != 0:
            raise ProgramError(f"{run} failed\n{run.tail()}")

    def restore(self, state: str, options: dict[str, str]) -> None:
        """Starts the destination as it was in that state: `before`, or `replica` with the backlog in its relay log."""
        if state == "replica" and not (self.folder / state).exists():
            self._prepare_replica()
        self.destination.kill()
        shutil.rmtree(self.destination.data)
        _copy(self.folder / state, self.destination.data)
        if state == "before":
            shutil.rmtree(self.folder / "relay")
            shutil.copytree(self.folder / "relay.saved", self.folder / "relay")
        record = self.destination.record
        self.destination.write_record(record | {"options": QUICK | options | meters.OPTIONS})
        self.destination.start()

    def check(self) -> None:
        found = checksums(self.destination, self.workload.databases)
        if found != self.expected:
            differ = sorted({row[0] for row in set(found) ^ set(self.expected)})
            raise Differs(f"the destination's contents are not the source's: {', '.join(differ[:10])}")

    def _prepare_replica(self) -> None:
        self.restore("before", {})
        destination, before = self.destination, self._gtids_before
        destination.query("RESET BINARY LOGS AND GTIDS")
        destination.query(f"SET GLOBAL gtid_purged = '{before}'")
        destination.query(f"CHANGE REPLICATION SOURCE TO SOURCE_HOST = '127.0.0.1', SOURCE_PORT = {self.source.port}, "
                          "SOURCE_USER = 'replica', SOURCE_AUTO_POSITION = 1, GET_SOURCE_PUBLIC_KEY = 1")
        destination.query("START REPLICA IO_THREAD")
        wanted = self.executed_on_source()
        while not destination.query(
                f"SELECT GTID_SUBSET(GTID_SUBTRACT('{wanted}', '{before}'), received_transaction_set) "
                "FROM performance_schema.replication_connection_status")[0][0]:
            time.sleep(POLL_S)
        destination.query("STOP REPLICA")
        self._save_destination("replica")

    def _save_destination(self, state: str) -> None:
        self.destination.stop()
        _copy(self.destination.data, self.folder / state)


def _copy(original: pathlib.Path, copy: pathlib.Path) -> None:
    subprocess.run(["cp", "-a", "--reflink=auto", original, copy], check=True)
