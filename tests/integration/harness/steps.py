"""The vocabulary of case.toml. Each function is one word, named as in the file; README.md explains them all.

A step is a table whose first known key names the word; the other keys are its details.
"""

import errno
import json
import re
import shutil
import signal
import subprocess
import time

import pymysql

from penstock_servers import flavours
from penstock_tasks import compare
from penstock_tasks.program import Run

from .case import Case, CaseFailed, Traffic

RUN_DEADLINE_S = 180
WAIT_DEADLINE_S = 120
POLL_INTERVAL_S = 0.02
DETAILS = {
    "run": {"exit", "stdout", "stderr", "unchanged", "set", "deadline_s"},
    "background": {"set", "name"},
    "wait_exit": {"exit", "stdout", "stderr", "deadline_s"},
    "interrupt": set(), "kill": set(), "pause": set(), "resume": set(), "start": {"options"}, "restart": {"options"},
    "sql": {"on"}, "script": {"on"},
    "traffic": {"script", "threads"},
    "hold": {"on", "sql"}, "release": set(),
    "wait_for": {"on", "deadline_s"}, "wait_file": {"bytes"}, "wait_stream": set(),
    "expect": {"on", "rows"},
    "compare": {"events", "differs"},
    "relay_matches": set(),
    "disk": {"bytes"}, "fill": set(), "clear": set(),
    "stats_name": {"file"}, "stats_sum": {"file"},
    "value": {"on", "query"},
    "copy_binlogs": {"leave_out", "cut", "stamp", "named"},
}


def take(case: Case, step: dict) -> None:
    word = next((key for key in step if key in DETAILS), None)
    if word is None:
        raise CaseFailed(f"no known word in step {step}; there are {', '.join(DETAILS)}")
    unknown = step.keys() - DETAILS[word] - {word, "why"}
    if unknown:
        raise CaseFailed(f"step {word} does not know {', '.join(sorted(unknown))}")
    globals()[f"_{word}"](case, step)


def describe(step: dict) -> str:
    word, value = next(iter(step.items()))
    text = " ".join(value) if isinstance(value, list) else str(value)
    where = f" on {step['on']}" if "on" in step else ""
    why = f"   # {step['why']}" if "why" in step else ""
    return f"{word}{where}: {' '.join(text.split())[:100]}{why}"


def _run(case: Case, step: dict) -> None:
    before = _fingerprints(case) if step.get("unchanged") else None
    run = case.start(step["run"], step.get("set", {}))
    case.runs["last"] = run
    _check_end(run, step)
    if before is not None:
        _check_unchanged(before, _fingerprints(case))


def _background(case: Case, step: dict) -> None:
    name = step.get("name", "background")
    case.runs[name] = case.start(step["background"], step.get("set", {}))
    case.must_run.add(name)


def _wait_exit(case: Case, step: dict) -> None:
    case.must_run.discard(step["wait_exit"])
    _check_end(case.runs[step["wait_exit"]], step)


def _interrupt(case: Case, step: dict) -> None:
    case.must_run.discard(step["interrupt"])
    case.runs[step["interrupt"]].send(signal.SIGINT)


def _pause(case: Case, step: dict) -> None:
    case.must_run.discard(step["pause"])
    case.runs[step["pause"]].send(signal.SIGSTOP)


def _resume(case: Case, step: dict) -> None:
    case.runs[step["resume"]].send(signal.SIGCONT)


def _kill(case: Case, step: dict) -> None:
    name = step["kill"]
    if name in case.servers:
        case.servers[name].kill()
        return
    run = case.runs[name]
    case.must_run.discard(name)
    if not run.running:
        raise CaseFailed(f"{run} had ended by itself before it could be killed")
    run.end(signal.SIGKILL)


def _start(case: Case, step: dict) -> None:
    case.servers[step["start"]].start(step.get("options"))


def _restart(case: Case, step: dict) -> None:
    case.servers[step["restart"]].restart(step.get("options"))


def _sql(case: Case, step: dict) -> None:
    case.servers[step["on"]].run_script(step["sql"])


def _script(case: Case, step: dict) -> None:
    case.servers[step["on"]].run_script(case.path(step["script"]).read_text(encoding="utf-8"))


def _traffic(case: Case, step: dict) -> None:
    if step["traffic"] == "start":
        script = case.path(step.get("script", "traffic.sql")).read_text(encoding="utf-8")
        case.traffic += [Traffic(case.servers["source"], script) for _ in range(step.get("threads", 1))]
        return
    for traffic in case.traffic:
        traffic.stop()
        if traffic.failure:
            raise CaseFailed(f"the traffic itself failed: {traffic.failure}")
    case.traffic.clear()


def _hold(case: Case, step: dict) -> None:
    """Opens a connection, runs statements on it and keeps it: its locks and transaction last until `release`."""
    connection = case.servers[step["on"]].connect(autocommit=False)
    case.holds[step["hold"]] = connection
    with connection.cursor() as cursor:
        for statement in step["sql"]:
            cursor.execute(statement)


def _release(case: Case, step: dict) -> None:
    case.holds.pop(step["release"]).close()


def _wait_for(case: Case, step: dict) -> None:
    """Until the query's first value is true. A query that fails (no such table yet) counts as false."""
    def answer() -> tuple[bool, str]:
        try:
            rows = case.servers[step["on"]].query(step["wait_for"])
        except pymysql.MySQLError as error:
            return False, str(error)
        value = str(rows[0][0]) if rows else ""
        return value not in ("", "0", "None"), f"last answer {value!r}"
    _wait(case, answer, step.get("deadline_s", WAIT_DEADLINE_S))


def _wait_file(case: Case, step: dict) -> None:
    """Until a file of that pattern, below the folder of the task file, has so many bytes."""
    def answer() -> tuple[bool, str]:
        sizes = [path.stat().st_size for path in case.work.glob(step["wait_file"]) if path.is_file()]
        return any(size >= step.get("bytes", 1) for size in sizes), f"sizes {sizes}"
    _wait(case, answer, WAIT_DEADLINE_S)


def _wait_stream(case: Case, step: dict) -> None:
    """Until something arrives that the copy can't have brought: a table made after the copy had begun."""
    database = step["wait_stream"]
    started = {"on": "destination", "wait_for": f"SELECT COUNT(*) FROM information_schema.tables "
                                               f"WHERE table_schema = '{database}'"}
    _wait_for(case, started)
    case.arrivals += 1
    table = f"{database}.arrival_{case.arrivals}"
    case.servers["source"].run_script(f"CREATE TABLE {table} (id INT PRIMARY KEY); INSERT INTO {table} VALUES (1)")
    _wait_for(case, {"on": "destination", "wait_for": f"SELECT COUNT(*) FROM {table}"})


def _wait(case: Case, answer, deadline_s: float) -> None:
    deadline = time.monotonic() + deadline_s
    done, found = answer()
    while not done:
        for run in (case.runs[name] for name in case.must_run):
            if not run.running:
                raise CaseFailed(f"{run} ended while waiting; {found}")
        if time.monotonic() > deadline:
            raise CaseFailed(f"waited {deadline_s} s in vain; {found}")
        time.sleep(POLL_INTERVAL_S)
        done, found = answer()


def _expect(case: Case, step: dict) -> None:
    rows = [[None if value is None else str(value) for value in row]
            for row in case.servers[step["on"]].query(step["expect"])]
    wanted = [[None if value == "NULL" else str(value) for value in row] for row in step["rows"]]
    if rows != wanted:
        raise CaseFailed(f"expected {wanted}, found {rows}")


def _compare(case: Case, step: dict) -> None:
    found = compare.differences(case.servers["source"], case.servers["destination"], step["compare"] or case.databases,
                                step.get("events", False))
    if step.get("differs"):
        if not found:
            raise CaseFailed("source and destination are equal, and should differ here")
        return
    if found:
        raise CaseFailed("source and destination differ:\n" + "\n".join(f"    {line[:600]}" for line in found[:20]))


def _relay_matches(case: Case, step: dict) -> None:
    """mysqlbinlog verifies the checksums of what it reads."""
    source = case.servers["source"]
    names = {row[0] for row in source.query("SHOW BINARY LOGS")}
    segments = [path for path in (case.work / step["relay_matches"]).rglob("*") if path.name in names]
    if not segments:
        raise CaseFailed(f"{step['relay_matches']} holds no file named as one of the source's: {', '.join(sorted(names))}")
    for segment in segments:
        original, ours = (_without_in_use_flag(path.read_bytes()) for path in (source.data / segment.name, segment))
        # Space that was allocated ahead and not yet written to is zero.
        ours = ours[:len(original)] + ours[len(original):].rstrip(b"\0")
        written = len(ours.rstrip(b"\0"))
        if original[:written] != ours[:written]:
            at = next(i for i, pair in enumerate(zip(original + b"\0", ours)) if pair[0] != pair[1])
            raise CaseFailed(f"{segment.name} differs from the source's file at offset {at}")
        if written == 0 or written > len(original):
            raise CaseFailed(f"{segment.name} has {written} bytes, the source's file {len(original)}")
    command = flavours.flavour("mysql").program("mysqlbinlog") + ["--no-defaults", "--verify-binlog-checksum"]
    outcome = subprocess.run(command + sorted(map(str, segments)), capture_output=True, check=False)
    if outcome.returncode != 0:
        raise CaseFailed(f"mysqlbinlog can't read the relay: {outcome.stderr.decode(errors='replace')[-500:]}")


def _disk(case: Case, step: dict) -> None:
    """A file system of its own, of so many bytes, in the folder of the task file."""
    case.mount(step["disk"], step["bytes"])


def _fill(case: Case, step: dict) -> None:
    """Takes what is free in that file system, to the last block."""
    with (case.work / step["fill"] / "filler").open("ab", buffering=0) as filler:
        block = b"x" * 65536
        while block:
            try:
                filler.write(block)
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise
                block = block[:len(block) // 2]


def _clear(case: Case, step: dict) -> None:
    (case.work / step["clear"] / "filler").unlink()


def _stats_name(case: Case, step: dict) -> None:
    """Until a line written from now on names that bottleneck."""
    seen = len(_stats(case, step["file"]))

    def answer() -> tuple[bool, str]:
        named = [line["bottleneck"] for line in _stats(case, step["file"])[seen:]]
        return step["stats_name"] in named, f"since then {named}"
    _wait(case, answer, WAIT_DEADLINE_S)


def _stats_sum(case: Case, step: dict) -> None:
    """The counts of all lines, the totals of the last one and the task's status are all the same."""
    lines = _stats(case, step["file"])
    wanted = step["stats_sum"]
    status = json.loads(case.servers["destination"].query("SELECT status FROM penstock.task_status")[0][0])
    found = {"the lines' counts": {key: sum(line["writing"][key] for line in lines if line["writing"]) for key in wanted},
             "the last line's totals": {key: lines[-1]["total"][key] for key in wanted},
             "the task's status": {key: status["apply"][key] for key in wanted}}
    for name, sums in found.items():
        if sums != wanted:
            raise CaseFailed(f"{name} are {sums}, expected {wanted}")
    captured = sum(line["capture"]["bytes"] for line in lines if line["capture"])
    if captured == 0 or captured != lines[-1]["total"]["bytes_captured"]:
        raise CaseFailed(f"the lines' bytes are {captured}, the total is {lines[-1]['total']['bytes_captured']}")
    for line in lines:
        for stage in ("capture", "grouping", "writing"):
            shares = [value for key, value in (line[stage] or {}).items()
                      if key in ("busy", "starved", "blocked", "paused") or key.startswith("awaiting_")]
            if shares and not 0.99 <= sum(shares) <= 1.01:
                raise CaseFailed(f"the shares of {stage} are not the whole of its time: {line[stage]}")


def _stats(case: Case, name: str) -> list[dict]:
    """The lines that are complete. The file may not be there yet."""
    path = case.work / name
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    return [json.loads(line) for line in text.splitlines(keepends=True) if line.endswith("\n")]


def _value(case: Case, step: dict) -> None:
    """A query's first value, for the templates of task files."""
    case.values[step["value"]] = case.servers[step["on"]].query(step["query"])[0][0].replace("\n", "")


def _copy_binlogs(case: Case, step: dict) -> None:
    """The source's binlog files as they are now, in a folder beside the task file, which is made anew."""
    folder = case.work / step["copy_binlogs"]
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    names = [row[0] for row in case.servers["source"].query("SHOW BINARY LOGS")]
    for number, name in enumerate(names, 1):
        if number in step.get("leave_out", []):
            continue
        content = (case.servers["source"].data / name).read_bytes()
        if number == len(names):
            content = content[:len(content) - step.get("cut", 0)]
        (folder / name).write_bytes(step.get("stamp", "").encode("latin-1") + content[len(step.get("stamp", "")):])
    if "named" in step:
        (folder / "binlog.index").write_text("".join(f"{step['named']}{name}\n" for name in names), encoding="utf-8")


def _without_in_use_flag(content: bytes) -> bytes:
    """A server marks the file it is writing to in the flags of its first event, and sends the event unmarked."""
    at = 4 + 17
    return content[:at] + bytes([content[at] & ~1]) + content[at + 1:] if len(content) > at else content


def _check_end(run: Run, step: dict) -> None:
    code = run.wait(step.get("deadline_s", RUN_DEADLINE_S))
    if code != step.get("exit", 0):
        raise CaseFailed(f"{run} ended with {code}, expected {step.get('exit', 0)}")
    for stream in ("stdout", "stderr"):
        for pattern in step.get(stream, []):
            if not re.search(pattern, getattr(run, stream), re.MULTILINE | re.IGNORECASE):
                raise CaseFailed(f"{run}: nothing on {stream} matches {pattern!r}")


def _fingerprints(case: Case) -> dict[str, dict[str, str]]:
    return {side: compare.fingerprint(server) for side, server in case.servers.items()}


def _check_unchanged(before: dict, after: dict) -> None:
    for side, left in before.items():
        right = after[side]
        changed = [f"{name}: was {left.get(name, 'not there')[:300]}, is {right.get(name, 'not there')[:300]}"
                   for name in sorted(left.keys() | right.keys()) if left.get(name) != right.get(name)]
        if changed:
            raise CaseFailed(f"the {side} has changed:\n" + "\n".join(f"    {line}" for line in changed[:20]))
