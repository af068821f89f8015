"""Source and destination, and the states that each run begins with.

A run begins with the destination as it was before the backlog, and with the whole backlog on local disk: in penstock's relay
log, or in the replica's. Both are kept as copies of folders.
"""

import pathlib
import shutil
import subprocess

from penstock_servers import Registry
from penstock_tasks import accounts
from penstock_tasks.program import ProgramError, Run

from .workload import DATABASE, Oltp, checksums

PASSWORD = "only for the benchmark"
DEADLINE_S = 600
QUICK = {"sync_binlog": "0", "innodb_flush_log_at_trx_commit": "2", "event_scheduler": "OFF"}
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
databases = ["{database}"]
[relay]
directory = "relay"
[incremental]
{incremental}
"""


class Differs(Exception):
    """A way ended with other contents than the source has."""


class Scene:
    def __init__(self, folder: pathlib.Path, workload: Oltp) -> None:
        self.folder, self.workload = folder, workload
        self._registry = Registry(folder)
        self.source = self._registry.start("source", options=QUICK)
        self.destination = self._registry.start("destination", options=QUICK)
        self._runs = 0

    def prepare(self, seed: int) -> None:
        secret = self.folder / "password"
        secret.touch(mode=0o600)
        secret.write_text(PASSWORD + "\n", encoding="utf-8")
        accounts.create(self.source, accounts.source_statements([DATABASE], PASSWORD)
                        + ["CREATE USER replica@'%' IDENTIFIED BY ''", "GRANT REPLICATION SLAVE ON *.* TO replica@'%'"])
        accounts.create(self.destination, accounts.destination_statements([DATABASE], PASSWORD))
        self.workload.prepare(self.source)
        self.write_task("")
        self.run_penstock("--until", "caught-up")
        before = self.executed_on_source()
        self._save_destination("before")
        self.workload.make_backlog(self.source, seed)
        self.expected = checksums(self.source, self.workload.tables)
        self.destination.start()
        self.run_penstock("--until", "caught-up")
        self.check()
        shutil.copytree(self.folder / "relay", self.folder / "relay.saved")
        self._prepare_replica(before)

    def executed_on_source(self) -> str:
        return self.source.query("SELECT @@GLOBAL.gtid_executed")[0][0]

    def write_task(self, incremental: str) -> None:
        (self.folder / "bench.toml").write_text(TASK.format(
            source=self.source.port, destination=self.destination.port, database=DATABASE, incremental=incremental),
            encoding="utf-8")

    def start_penstock(self, *arguments: str) -> Run:
        self._runs += 1
        return Run(["run", "bench.toml", *arguments], self.folder, f"run{self._runs}")

    def run_penstock(self, *arguments: str) -> None:
        run = self.start_penstock(*arguments)
        if run.wait(DEADLINE_S) != 0:
            raise ProgramError(f"{run} failed\n{run.tail()}")

    def restore(self, state: str, options: dict[str, str]) -> None:
        """Starts the destination as it was in that state: `before`, or `replica` with the backlog in its relay log."""
        self.destination.kill()
        shutil.rmtree(self.destination.data)
        _copy(self.folder / state, self.destination.data)
        if state == "before":
            shutil.rmtree(self.folder / "relay")
            shutil.copytree(self.folder / "relay.saved", self.folder / "relay")
        record = self.destination.record
        self.destination.write_record(record | {"options": QUICK | {"event_scheduler": "OFF"} | options})
        self.destination.start()

    def check(self) -> None:
        if checksums(self.destination, self.workload.tables) != self.expected:
            raise Differs("the destination's contents are not the source's")

    def destroy(self) -> None:
        self._registry.destroy_all()

    def _prepare_replica(self, before: str) -> None:
        self.restore("before", {})
        destination = self.destination
        destination.query("RESET BINARY LOGS AND GTIDS")
        destination.query(f"SET GLOBAL gtid_purged = '{before}'")
        destination.query(f"CHANGE REPLICATION SOURCE TO SOURCE_HOST = '127.0.0.1', SOURCE_PORT = {self.source.port}, "
                          "SOURCE_USER = 'replica', SOURCE_AUTO_POSITION = 1, GET_SOURCE_PUBLIC_KEY = 1")
        destination.query("START REPLICA IO_THREAD")
        wanted = self.executed_on_source()
        while not destination.query(
                f"SELECT GTID_SUBSET(GTID_SUBTRACT('{wanted}', '{before}'), received_transaction_set) "
                "FROM performance_schema.replication_connection_status")[0][0]:
            pass
        destination.query("STOP REPLICA")
        self._save_destination("replica")

    def _save_destination(self, state: str) -> None:
        self.destination.stop()
        _copy(self.destination.data, self.folder / state)


def _copy(original: pathlib.Path, copy: pathlib.Path) -> None:
    subprocess.run(["cp", "-a", "--reflink=auto", original, copy], check=True)
