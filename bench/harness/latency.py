"""Commit-to-visible latency of a destination that is caught up, at half of the source's greatest rate.

Connections write the workload at a steady rate. Beside them one commits a probe row every 10 ms and notes when the commit
was answered; another one asks the destination for the newest probe, again and again, and notes when it was seen. So a
latency is too long by half a question's time on average (under a millisecond), for all ways alike. Followers run in turn,
never together; the server of the one that doesn't run is stopped.
"""

import dataclasses
import multiprocessing
import pathlib
import random
import signal
import threading
import time
from collections.abc import Callable

from pymysql.constants.CLIENT import MULTI_STATEMENTS

from penstock_servers import Registry
from penstock_tasks import accounts
from penstock_tasks.program import ProgramError, Run

from . import report, stages
from .scene import DEADLINE_S, PASSWORD, QUICK, Differs, task_text
from .workloads import CONNECTIONS, DATABASE, checksums

PROBE_INTERVAL_S = 0.01
QUESTION_INTERVAL_S = 0.0005
CALLS_PER_SECOND = 50  # of each writing connection
SHARE = 0.5  # of the greatest rate


@dataclasses.dataclass(frozen=True, eq=False)
class Follower:
    name: str
    kind: str
    apply: Callable[[], dict]
    server: object


class LatencyScene:
    def __init__(self, folder: pathlib.Path, workload, preset: dict[str, str], arguments) -> None:
        self.workload, self._folder, self._arguments = workload, folder, arguments
        registry = Registry(folder)
        # A source must have a binlog.
        durable = {key: value for key, value in preset.items() if key != "disable_log_bin"}
        self._source = registry.start("source", options=QUICK | durable)
        self._destination = registry.start("destination", options=QUICK | preset)
        self._replica = registry.start("replica", options=QUICK | preset | {"skip_replica_start": "ON"})
        self._runs = 0
        workload.prepare(self._source)
        self._source.query(f"CREATE TABLE {DATABASE}.probe (id INT AUTO_INCREMENT PRIMARY KEY)")
        self._prepare_penstock()
        self._destination.stop()
        self._replica.query(f"CHANGE REPLICATION SOURCE TO SOURCE_HOST = '127.0.0.1', SOURCE_PORT = {self._source.port}, "
                            "SOURCE_USER = 'replica', SOURCE_AUTO_POSITION = 1, GET_SOURCE_PUBLIC_KEY = 1")
        self._replica.stop()
        with Traffic(self._source, workload, arguments.seed, None) as traffic:
            time.sleep(max(1.0, arguments.seconds / 3))
        self.maximum = traffic.rate
        self.target = self.maximum * SHARE

    def _prepare_penstock(self) -> None:
        secret = self._folder / "password"
        secret.touch(mode=0o600)
        secret.write_text(PASSWORD + "\n", encoding="utf-8")
        accounts.create(self._source, accounts.source_statements([DATABASE], PASSWORD)
                        + ["CREATE USER replica@'%' IDENTIFIED BY ''", "GRANT REPLICATION SLAVE ON *.* TO replica@'%'"])
        accounts.create(self._destination, accounts.destination_statements([DATABASE], PASSWORD))
        self._write_task({})
        run = self._start("--until", "caught-up")
        if run.wait(DEADLINE_S) != 0:
            raise ProgramError(f"{run} failed\n{run.tail()}")

    def _write_task(self, settings: dict) -> None:
        (self._folder / "bench.toml").write_text(
            task_text(self._source, self._destination, [DATABASE], settings), encoding="utf-8")

    def _start(self, *arguments: str) -> Run:
        self._runs += 1
        return Run(["run", "bench.toml", *arguments], self._folder, f"run{self._runs}")

    def ways(self) -> list[Follower]:
        workers = (self._arguments.workers or [4])[0]
        return [Follower(f"native {workers}", "native", lambda: self._native(workers), self._replica)] + [
            Follower(mode, "penstock", lambda m=mode: self._penstock(m), self._destination)
            for mode in self._arguments.mode or ["grouped"]]

    def _native(self, workers: int) -> dict:
        self._replica.start({"replica_parallel_workers": str(workers)})
        self._replica.query("START REPLICA")
        taken = self._measure(self._replica, lambda: True)
        self._replica.query("STOP REPLICA")
        return taken

    def _penstock(self, mode: str) -> dict:
        self._destination.start()
        self._write_task({"mode": mode})
        series = self._folder / "stages.jsonl"
        run = self._start(*stages.options(series))
        try:
            taken = self._measure(self._destination, lambda: run.running)
            run.send(signal.SIGINT)
            if run.wait(DEADLINE_S) != 130:
                raise ProgramError(f"{run} did not stop in order\n{run.tail()}")
            return taken | stages.summary(series)
        finally:
            run.end(signal.SIGKILL)

    def _measure(self, server, alive: Callable[[], bool]) -> dict:
        Probes(self._source, server, alive).await_one()  # caught up
        with Traffic(self._source, self.workload, self._arguments.seed + self._runs, self.target) as traffic:
            probes = Probes(self._source, server, alive)
            latencies = sorted(probes.take(self._arguments.seconds))
        Probes(self._source, server, alive).await_one()  # behind all of the traffic
        return {"p50_ms": _quantile(latencies, 0.5), "p99_ms": _quantile(latencies, 0.99), "max_ms": latencies[-1] * 1000,
                "probes": len(latencies), "transactions_per_second": traffic.rate}

    def check(self, way: Follower) -> None:
        """Nothing is written any more, and all has arrived."""
        if checksums(self._source, [DATABASE]) != checksums(way.server, [DATABASE]):
            raise Differs(f"{way.name}: the contents are not the source's")
        way.server.stop()

    def summary(self, samples: dict) -> list[dict]:
        results = []
        for way, taken in samples.items():
            columns = {key: [sample[key] for sample in taken] for key in taken[0]}
            results.append({"way": way.name, "kind": way.kind, "p50_ms": report.spread(columns["p50_ms"]),
                            "p99_ms": report.spread(columns["p99_ms"]), "probes": sum(columns["probes"]),
                            "commit_ms_p50": report.median(taken, "commit_ms_p50"),
                            "relay_group_ms_p50": report.median(taken, "relay_group_ms_p50"),
                            "transactions_per_second": report.spread(columns["transactions_per_second"])["median"],
                            "samples": taken})
        report.ratios(results, lambda result: result["p99_ms"]["median"])
        for result in results:
            result["ratio_p99"] = result["ratio"]
        report.ratios(results, lambda result: result["p50_ms"]["median"])
        return results


class Probes:
    """Rows committed on the source, and when each was seen on the other server."""

    def __init__(self, source, server, alive: Callable[[], bool]) -> None:
        self._source, self._server, self._alive = source, server, alive
        self._committed: dict[int, float] = {}  # by the probing thread
        self._seen: list[tuple[int, float]] = []  # newest probe, when; by the asking one

    def await_one(self) -> None:
        list(self.take(0))

    def take(self, seconds: float) -> list[float]:
        """Latencies in seconds; at least one, and returns when all were seen."""
        with self._source.connect() as writing, self._server.connect() as asking, \
                writing.cursor() as writer, asking.cursor() as reader:
            reader.execute("SET SESSION transaction_isolation = 'READ-COMMITTED'")
            probing = threading.Thread(target=self._probe, args=(writer, seconds))
            probing.start()
            deadline = time.monotonic() + seconds + DEADLINE_S
            while probing.is_alive() or self._newest() < max(self._committed):
                self._ask(reader)
                if not self._alive():
                    raise ProgramError("penstock ended while it was measured")
                if time.monotonic() > deadline:
                    raise ProgramError(f"probe {max(self._committed)} never arrived")
            probing.join()
        return self._latencies()

    def _newest(self) -> int:
        return self._seen[-1][0] if self._seen else 0

    def _probe(self, cursor, seconds: float) -> None:
        begin = time.monotonic()
        while True:
            cursor.execute(f"INSERT INTO {DATABASE}.probe VALUES ()")
            self._committed[cursor.lastrowid] = time.monotonic()
            if time.monotonic() - begin >= seconds:
                return
            time.sleep(PROBE_INTERVAL_S)

    def _ask(self, cursor) -> None:
        try:
            cursor.execute(f"SELECT MAX(id) FROM {DATABASE}.probe")
            newest = cursor.fetchone()[0] or 0
        except Exception:  # pylint: disable=broad-except
            newest = 0  # a replica that has not come to the table yet
        if newest > self._newest():
            self._seen.append((newest, time.monotonic()))
        time.sleep(QUESTION_INTERVAL_S)

    def _latencies(self) -> list[float]:
        found, seen = [], iter(self._seen)
        newest, at = next(seen)
        for probe, committed in sorted(self._committed.items()):
            while newest < probe:
                newest, at = next(seen)
            # It may be seen before the source's answer has come back.
            found.append(max(0.0, at - committed))
        return found


class Traffic:
    """Writes the workload from processes of its own; `rate` transactions a second all together, None: all they can."""

    def __init__(self, source, workload, seed: int, rate: float | None) -> None:
        self._end = multiprocessing.Event()
        self._written = multiprocessing.Array("Q", CONNECTIONS)
        self._failed = multiprocessing.Event()
        each = rate / CONNECTIONS if rate else None
        self._writers = [multiprocessing.Process(target=self._write, args=(source, workload, n, f"{seed}/{n}", each), daemon=True)
                         for n in range(CONNECTIONS)]
        self.rate = 0.0

    def __enter__(self) -> "Traffic":
        for writer in self._writers:
            writer.start()
        self._begin = time.monotonic()
        return self

    def __exit__(self, kind, *_) -> None:
        self._end.set()
        seconds = time.monotonic() - self._begin
        for writer in self._writers:
            writer.join()
        self.rate = sum(self._written) / seconds
        if kind is None and self._failed.is_set():
            raise ProgramError("the traffic itself failed")

    def _write(self, source, workload, connection: int, seed: str, rate: float | None) -> None:
        chance = random.Random(seed)
        count = max(1, round(rate / CALLS_PER_SECOND)) if rate else CALLS_PER_SECOND
        try:
            with source.connect(database=DATABASE, client_flag=MULTI_STATEMENTS) as session, session.cursor() as cursor:
                due = time.monotonic()
                while not self._end.is_set():
                    workload.write(cursor, connection, count, chance)
                    self._written[connection] += count
                    due += count / rate if rate else 0
                    self._end.wait(max(0.0, due - time.monotonic()) if rate else 0)
        except Exception as error:  # pylint: disable=broad-except
            print(f"traffic: {error}", flush=True)
            self._failed.set()


def _quantile(ordered: list[float], share: float) -> float:
    """In milliseconds."""
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000
