"""Where a run of penstock spent its time: the lines of `penstock run --stats` taken together."""

import json
import pathlib
import statistics

OPTIONS = ("--stats-interval", "250ms")


def options(file: pathlib.Path) -> list[str]:
    """For `penstock run`; a series that is there is removed."""
    file.unlink(missing_ok=True)
    return ["--stats", str(file), *OPTIONS]


def summary(file: pathlib.Path) -> dict:
    """Shares of the time in which something was applied, and what a commit and making the relay log durable took."""
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    applying = [line for line in lines if line["writing"] and line["writing"]["units"]]
    shares = {name: _mean(applying, *path) for name, path in {
        "destination": ("writing", "awaiting_destination"), "writing": ("writing", "busy"), "grouping": ("grouping", "busy"),
        "idle": ("writing", "starved")}.items()}
    found = {"stages": shares}
    if shares["destination"] is not None:
        # What writing waits for without need of the destination is grouping's time, or nobody's.
        found["bound_by"] = max(("destination", "writing", "grouping"), key=shares.get)
    ratios = [line["writing"]["coalescing_ratio"] for line in applying if line["writing"]["coalescing_ratio"]]
    return found | {"commit_ms_p50": _milliseconds(applying, "writing", "commit_seconds"),
                    "relay_group_ms_p50": _milliseconds(lines, "relay", "group_seconds"),
                    "coalescing_ratio": statistics.median(ratios) if ratios else None}


def _mean(lines: list[dict], stage: str, share: str) -> float | None:
    """By how long each line is."""
    seconds = sum(line["writing"]["seconds"] for line in lines)
    return sum(line[stage][share] * line["writing"]["seconds"] for line in lines) / seconds if seconds else None


def _milliseconds(lines: list[dict], stage: str, times: str) -> float | None:
    medians = [line[stage][times]["p50"] for line in lines if line[stage] and line[stage][times]["p50"] is not None]
    return statistics.median(medians) * 1000 if medians else None
