"""Capture side by side: each reads the same binlogs of one server from their beginning to their end.

penstock writes a durable relay log (write and fdatasync in groups, never acknowledged before). A replica's receiver thread
flushes each event to its file and makes it durable every 10,000 (sync_relay_log's default); mysqlbinlog --raw makes nothing
durable. The null reader throws everything away: what the source's dump thread gives. What penstock and mysqlbinlog have
written is compared with the source's files, byte by byte.
"""

import dataclasses
import filecmp
import json
import os
import pathlib
import shutil
import subprocess
import time
from collections.abc import Callable

from penstock_servers import Registry
from penstock_servers.flavours import flavour
from penstock_tasks.program import ProgramError

from . import report
from .scene import DEADLINE_S, Differs
from .ways import helper

SOURCE_OPTIONS = {"sync_binlog": "0", "innodb_flush_log_at_trx_commit": "0", "innodb_buffer_pool_size": "1G",
                  "innodb_redo_log_capacity": "2G", "max_binlog_size": "268435456"}
REPLICA_OPTIONS = {"skip_replica_start": "1", "sync_relay_log": "10000", "relay_log_space_limit": "0"}


@dataclasses.dataclass(frozen=True, eq=False)
class Reader:
    name: str
    kind: str
    apply: Callable[[], dict]
    written: str = ""  # the folder of what is compared; empty: nothing


class CaptureScene:
    def __init__(self, folder: pathlib.Path, workload, megabytes: float, seed: int) -> None:
        self.workload = workload
        self._folder = folder / "work"  # gone with the servers
        self._folder.mkdir(parents=True)
        registry = Registry(folder)
        self._source = registry.start("source", options=SOURCE_OPTIONS)
        self._replica = registry.start("replica", options=REPLICA_OPTIONS)
        workload.prepare(self._source)
        self._source.query("RESET BINARY LOGS AND GTIDS")
        while sum(size for _, size in self._logs()) < megabytes * 1e6:
            workload.make_backlog(self._source, seed)
            seed += 1
        self._source.query("FLUSH BINARY LOGS")
        *whole, (self._end_file, self._end_offset) = self._logs()
        self.binlogs = [name for name, _ in whole]
        self.bytes = sum(size for _, size in whole)
        self._uuid = self._source.query("SELECT @@server_uuid")[0][0]

    def ways(self) -> list[Reader]:
        return [Reader("null reader", "ceiling", lambda: self._penstock("null", "--null")),
                Reader("penstock", "penstock", lambda: self._penstock("relay"), "relay"),
                Reader("penstock, poll", "penstock", lambda: self._penstock("polled", "--poll"), "polled"),
                Reader("mysqlbinlog --raw", "peer", self._raw, "raw"),
                Reader("native receiver", "native", self._native)]

    def check(self, way: Reader) -> None:
        for file in self.binlogs if way.written else []:
            if not filecmp.cmp(self._source.data / file, self._folder / way.written / file, shallow=False):
                raise Differs(f"{way.name} has another {file} than the source")

    def summary(self, samples: dict) -> list[dict]:
        results = []
        for way, taken in samples.items():
            seconds = report.spread([sample["seconds"] for sample in taken])
            cpu = [sample["client_cpu_s"] for sample in taken if "client_cpu_s" in sample]
            results.append({"way": way.name, "kind": way.kind, "seconds": seconds,
                            "bytes_per_second": self.bytes / seconds["median"],
                            "client_cpu_s_per_gb": report.spread(cpu)["median"] * 1e9 / self.bytes if cpu else None,
                            "samples": taken})
        report.ratios(results, lambda result: result["seconds"]["median"])
        return results

    def _logs(self) -> list[tuple[str, int]]:
        return [row[:2] for row in self._source.query("SHOW BINARY LOGS")]

    def _fresh(self, name: str) -> pathlib.Path:
        target = self._folder / name
        shutil.rmtree(target, ignore_errors=True)
        return target

    def _penstock(self, folder: str, *options: str) -> dict:
        command = [helper("capture_process"), "--socket", self._source.socket, "--uuid", self._uuid, "--start", self.binlogs[0],
                   "--end-file", self._end_file, "--end-offset", str(self._end_offset), "--relay", self._fresh(folder), *options]
        taken = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
        return {"seconds": taken["seconds"], "client_cpu_s": taken["cpu"]}

    def _raw(self) -> dict:
        target = self._fresh("raw")
        target.mkdir()
        command = [*flavour("mysql").program("mysqlbinlog"), "--read-from-remote-server", "--raw", "--to-last-log",
                   f"--socket={self._source.socket}", "--user=root", f"--result-file={target}/", self.binlogs[0]]
        before, begin = os.times(), time.monotonic()
        subprocess.run(command, check=True)
        seconds, after = time.monotonic() - begin, os.times()
        cpu = after.children_user + after.children_system - before.children_user - before.children_system
        return {"seconds": seconds, "client_cpu_s": cpu}

    def _native(self) -> dict:
        with self._replica.connect() as connection, connection.cursor() as cursor:
            cursor.execute("STOP REPLICA")
            cursor.execute("RESET REPLICA ALL")
            cursor.execute(f"CHANGE REPLICATION SOURCE TO SOURCE_HOST='127.0.0.1', SOURCE_PORT={self._source.port}, "
                           "SOURCE_USER='root', GET_SOURCE_PUBLIC_KEY=1, SOURCE_AUTO_POSITION=0, "
                           f"SOURCE_LOG_FILE='{self.binlogs[0]}', SOURCE_LOG_POS=4")
            begin = time.monotonic()
            cursor.execute("START REPLICA IO_THREAD")
            while True:
                cursor.execute("SHOW REPLICA STATUS")
                status = dict(zip((column[0] for column in cursor.description), cursor.fetchone()))
                seconds = time.monotonic() - begin
                if (status["Source_Log_File"], status["Read_Source_Log_Pos"]) == (self._end_file, self._end_offset):
                    return {"seconds": seconds}
                if status["Last_IO_Error"] or seconds > DEADLINE_S:
                    raise ProgramError(f"the replica stands still: {status['Last_IO_Error']}")
                time.sleep(0.002)
