"""Ways to apply the backlog. Each brings the destination into its first state, applies, and gives figures."""

import json
import time

from penstock_tasks.program import ProgramError

from .scene import DEADLINE_S, Scene

POLL_S = 0.005


def _cpu_seconds(pid: int) -> float:
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / 100


def native(workers: int):
    def apply(scene: Scene, preset: dict[str, str]) -> dict:
        scene.restore("replica", preset | {"replica_parallel_workers": str(workers), "skip_replica_start": "ON"})
        wanted = scene.executed_on_source()
        cpu = _cpu_seconds(scene.destination.pid)
        begin = time.monotonic()
        scene.destination.query("START REPLICA SQL_THREAD")
        late = scene.destination.query(f"SELECT WAIT_FOR_EXECUTED_GTID_SET('{wanted}', {DEADLINE_S})")[0][0]
        seconds = time.monotonic() - begin
        if late:
            raise ProgramError("the replica did not catch up")
        return {"seconds": seconds, "server_cpu_s": _cpu_seconds(scene.destination.pid) - cpu}
    return apply


def penstock(mode: str, depth: int):
    """Timed from when the writer is ready (it passes over numbers of units) until the checkpoint has everything."""
    def apply(scene: Scene, preset: dict[str, str]) -> dict:
        scene.restore("before", preset)
        scene.write_task(f'mode = "{mode}"\npipeline_depth = {depth}')
        destination = scene.destination
        with destination.connect() as connection, connection.cursor() as cursor:
            def checkpoint() -> tuple[int, int]:
                cursor.execute("SELECT unit, transactions FROM penstock.checkpoint")
                return cursor.fetchone()

            first_unit, first = checkpoint()
            expected = first + scene.workload.transactions
            run = scene.start_penstock("--until", "caught-up", "--json")
            try:
                while checkpoint()[0] == first_unit:
                    _wait(run)
                cpu = _cpu_seconds(destination.pid)
                begin = time.monotonic()
                while checkpoint()[1] < expected:
                    _wait(run)
                seconds = time.monotonic() - begin
                cpu = _cpu_seconds(destination.pid) - cpu
                if run.wait(DEADLINE_S) != 0:
                    raise ProgramError(f"{run} failed\n{run.tail()}")
            finally:
                run.end(9)
            cursor.execute("SELECT status FROM penstock.task_status")
            figures = json.loads(cursor.fetchone()[0])["apply"]
        return {"seconds": seconds, "server_cpu_s": cpu, "units": figures["units"],
                "commit_ms_mean": figures["commit_seconds_mean"] * 1000, "in_flight_mean": figures["in_flight_mean"],
                "statement_bytes": figures["statement_bytes"], "rows": figures["rows"],
                "rows_written": figures["rows_written"]}
    return apply


def _wait(run) -> None:
    if not run.running:
        raise ProgramError(f"{run} ended too early\n{run.tail()}")
    time.sleep(POLL_S)


NATIVE_WORKERS = (4, 8, 16)
WAYS = {f"native {workers}": native(workers) for workers in NATIVE_WORKERS} | {
    "exact, depth 1": penstock("exact", 1),
    "exact, depth 32": penstock("exact", 32),
    "grouped, depth 1": penstock("grouped", 1),
    "grouped, depth 32": penstock("grouped", 32),
    "merged, depth 1": penstock("merged", 1),
    "merged, depth 32": penstock("merged", 32),
}
