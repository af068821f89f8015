"""Waiting for conditions, with a deadline that only a defect reaches."""

import pathlib
import time

from penstock_tasks.program import ProgramError, Run, query_json

DEADLINE_S = 150
POLL_INTERVAL_S = 0.2


def until(run: Run | None, what: str, condition) -> None:
    """Returns when the condition is true; raises when `run`, on which it depends, has ended."""
    deadline = time.monotonic() + DEADLINE_S
    while not condition():
        if run and not run.running:
            raise ProgramError(f"{run} ended with {run.wait(1)} while the demo waited for {what}")
        if time.monotonic() > deadline:
            raise ProgramError(f"waited {DEADLINE_S} s in vain for {what}")
        time.sleep(POLL_INTERVAL_S)


def module_state(folder: pathlib.Path, module: str) -> str:
    """A module's state as `penstock task show` tells it; empty while there is no such task yet."""
    try:
        status = query_json(["task", "show", "demo.toml"], folder)
    except ProgramError:
        return ""
    return next(shown["state"] for shown in status["modules"] if shown["id"] == module)
