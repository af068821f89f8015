"""Ways to apply the backlog. Each brings the destination into its first state, applies, and says what that took."""

import dataclasses
import json
import os
import pathlib
import subprocess
import time
from collections.abc import Callable

from penstock_tasks.program import ProgramError, program_path

from . import stages
from .meters import Meter
from .scene import DEADLINE_S, POLL_S, Scene
from .workloads import run_binlogs

NATIVE_WORKERS = (4, 8, 16)
DEPTH = 32
GROUP_TRANSACTIONS = 500  # of a statement of the bare loop: penstock's default


@dataclasses.dataclass(frozen=True, eq=False)
class Way:
    name: str
    kind: str  # "penstock", "native", "peer", "ceiling"
    apply: Callable[[Scene, dict[str, str]], dict]
    settings: dict | None = None  # of penstock


def native(workers: int) -> Way:
    def apply(scene: Scene, preset: dict[str, str]) -> dict:
        scene.restore("replica", preset | {"replica_parallel_workers": str(workers), "skip_replica_start": "ON"})
        wanted = scene.executed_on_source()
        meter = Meter(scene.destination)
        begin = time.monotonic()
        scene.destination.query("START REPLICA SQL_THREAD")
        late = scene.destination.query(f"SELECT WAIT_FOR_EXECUTED_GTID_SET('{wanted}', {DEADLINE_S})")[0][0]
        seconds = time.monotonic() - begin
        if late:
            raise ProgramError("the replica did not catch up")
        return {"seconds": seconds} | meter.taken()
    return Way(f"native {workers}", "native", apply)


def penstock(name: str, settings: dict) -> Way:
    """Timed from when the writer is ready (it passes over numbers of units) until the checkpoint has everything. It was
    certainly not ready at the last question but one: so the time is too long by a few milliseconds, never too short."""
    def apply(scene: Scene, preset: dict[str, str]) -> dict:
        scene.restore("before", preset)
        scene.write_task(settings)
        destination = scene.destination
        with destination.connect() as connection, connection.cursor() as cursor:
            def checkpoint() -> tuple[int, int]:
                cursor.execute("SELECT MIN(unit), MAX(transactions) FROM penstock.checkpoint")
                return cursor.fetchone()

            first_unit, _ = checkpoint()
            series = scene.folder / "stages.jsonl"
            run = scene.start_penstock("--until", "caught-up", "--json", *stages.options(series))
            try:
                begin = asked = time.monotonic()
                while checkpoint()[0] == first_unit:
                    _wait(run)
                    begin, asked = asked, time.monotonic()
                meter = Meter(destination, run.pid)
                while checkpoint()[1] < scene.last_applied:
                    _wait(run)
                seconds = time.monotonic() - begin
                taken = meter.taken()
                if run.wait(DEADLINE_S) != 0:
                    raise ProgramError(f"{run} failed\n{run.tail()}")
            finally:
                run.end(9)
            cursor.execute("SELECT status FROM penstock.task_status")
            figures = json.loads(cursor.fetchone()[0])["apply"]
        return {"seconds": seconds} | taken | stages.summary(series) | {
            "units": figures["units"], "commit_ms_mean": figures["commit_seconds_mean"] * 1000,
            "in_flight_mean": figures["in_flight_mean"], "statement_bytes": figures["statement_bytes"]}
    return Way(name, "penstock", apply, settings)


def mysqlbinlog() -> Way:
    """The binlogs are on local disk; the client keeps their GTIDs."""
    def apply(scene: Scene, preset: dict[str, str]) -> dict:
        scene.restore("before", preset)
        meter = Meter(scene.destination)
        begin = time.monotonic()
        cpu = run_binlogs(scene.binlogs, scene.destination)
        return {"seconds": time.monotonic() - begin} | meter.taken() | {"client_cpu_s": cpu}
    return Way("mysqlbinlog | mysql", "peer", apply)


def bare_loop() -> Way:
    def apply(scene: Scene, preset: dict[str, str]) -> dict:
        scene.restore("before", preset)
        databases = [word for name in scene.workload.databases for word in ("--database", name)]
        command = [helper("binlog_loop"), "--socket", scene.destination.socket, *databases,
                   "--transactions", str(GROUP_TRANSACTIONS), *scene.binlogs]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as loop:
            loop.stdout.readline()  # ready
            meter = Meter(scene.destination)
            out, said = loop.communicate("\n")
        if loop.returncode != 0:
            raise ProgramError(said.strip())
        return json.loads(out) | meter.taken()
    return Way("bare BINLOG loop", "ceiling", apply)


def helper(name: str) -> pathlib.Path:
    """A program of the benchmarks: in the build folder, or installed beside penstock."""
    folder = program_path().resolve().parent
    places = [folder / "bench" / name, folder.parent / "libexec/penstock" / name]
    for place in places:
        if os.access(place, os.X_OK):
            return place
    raise ProgramError(f"no {name} at {' or '.join(map(str, places))}; build it, or install penstock's component bench")


# What each step adds to the one before. Rows of mode merged are sorted, always.
ABLATION = [
    ("exact, one at a time", {"mode": "exact", "pipeline_depth": 1}),
    ("exact, pipelined", {"mode": "exact", "pipeline_depth": DEPTH}),
    ("grouped, one at a time", {"mode": "grouped", "pipeline_depth": 1}),
    ("grouped, pipelined", {"mode": "grouped", "pipeline_depth": DEPTH}),
    ("merged", {"mode": "merged", "pipeline_depth": DEPTH}),
    ("merged, 2 lanes", {"mode": "merged", "pipeline_depth": DEPTH, "lanes": 2}),
]
MODES = ("exact", "grouped", "merged")
PEERS = ("native", "mysqlbinlog", "ceiling")


def choose(scene: Scene, arguments, say) -> list[Way]:
    """Penstock in the modes asked for, as far as the program has them, and its peers. In the order of the runs."""
    depth = {} if arguments.depth is None else {"pipeline_depth": arguments.depth}
    lanes = {} if arguments.lanes is None else {"lanes": arguments.lanes}
    wanted = ABLATION if arguments.ablation else []
    if arguments.mode or not arguments.ablation:
        wanted = wanted + [(mode, {"mode": mode} | depth | lanes) for mode in arguments.mode or MODES]
    ways = []
    for name, settings in wanted:
        if scene.takes(settings):
            ways.append(penstock(name, settings))
        elif arguments.mode and settings["mode"] in arguments.mode:
            raise ProgramError(f"this penstock does not take {settings} in [incremental]")
        else:
            say(f"left out: {name}; this penstock does not take {settings}")
    peers = arguments.peer or PEERS
    if "native" in peers:
        ways = [native(workers) for workers in arguments.workers or NATIVE_WORKERS] + ways
    if "mysqlbinlog" in peers:
        ways.append(mysqlbinlog())
    if "ceiling" in peers and scene.has_statements:
        say("left out: the bare BINLOG loop, which knows rows alone; this workload has statements")
    elif "ceiling" in peers:
        ways.append(bare_loop())
    return ways


def _wait(run) -> None:
    if not run.running:
        raise ProgramError(f"{run} ended too early\n{run.tail()}")
    time.sleep(POLL_S)
