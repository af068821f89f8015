"""The subjects: what is measured, over alternating runs. Each yields groups: one workload in one preset, see report.py."""

import os
import pathlib
import shutil
import tempfile
from collections.abc import Iterator

from penstock_servers import keeper

from . import report, ways
from .capture import CaptureScene
from .latency import LatencyScene
from .scene import PRESETS, Scene
from .workloads import WORKLOADS, OwnBinlog


class Stage:
    """A folder for servers, gone with all that is in it when it is left, or when this process ends in any way."""

    def __enter__(self) -> pathlib.Path:
        # A socket's path must not be long.
        self._folder = pathlib.Path(tempfile.mkdtemp(prefix="penstock-bench-"))
        keeper.keep(self._folder, os.getpid())
        return self._folder

    def __exit__(self, *_) -> None:
        keeper.destroy(self._folder)
        shutil.rmtree(self._folder, ignore_errors=True)


def workload_of(arguments, name: str):
    if name == "own":
        return OwnBinlog(arguments.schema, arguments.binlog)
    return WORKLOADS[name](arguments.transactions, arguments.rows, arguments.quick)


def workload_names(arguments) -> list[str]:
    return ["own"] if arguments.binlog else arguments.workload or ["oltp"]


def apply(arguments, say) -> Iterator[dict]:
    for name in workload_names(arguments):
        with Stage() as folder:
            scene = Scene(folder, workload_of(arguments, name))
            scene.prepare(arguments.seed)
            say(f"{name} ({scene.workload.about}): {scene.transactions} transactions, {scene.rows} rows")
            chosen = ways.choose(scene, arguments, say)
            for preset in arguments.preset or list(PRESETS):
                samples = _alternate(arguments.runs, preset, chosen, lambda way, p=preset: way.apply(scene, PRESETS[p]),
                                     lambda _: scene.check(), say)
                yield _group("apply", name, preset, arguments, samples) | {
                    "transactions": scene.transactions, "rows": scene.rows,
                    "results": report.applied(samples, scene.transactions, scene.rows)}


def capture(arguments, say) -> Iterator[dict]:
    for name in workload_names(arguments):
        with Stage() as folder:
            scene = CaptureScene(folder, workload_of(arguments, name), arguments.megabytes, arguments.seed)
            say(f"{name} ({scene.workload.about}): {scene.bytes / 1e6:.0f} MB in {len(scene.binlogs)} files")
            samples = _alternate(arguments.runs, "durable", scene.ways(), lambda way: way.apply(), scene.check, say)
            yield _group("capture", name, "durable", arguments, samples) | {
                "megabytes": scene.bytes / 1e6, "results": scene.summary(samples)}


def latency(arguments, say) -> Iterator[dict]:
    for name in workload_names(arguments):
        for preset in arguments.preset or list(PRESETS):
            with Stage() as folder:
                scene = LatencyScene(folder, workload_of(arguments, name), PRESETS[preset], arguments)
                say(f"the source writes {scene.maximum:.0f} transactions/s at most; measured at {scene.target:.0f}")
                samples = _alternate(arguments.runs, preset, scene.ways(), lambda way: way.apply(), scene.check, say)
                yield _group("latency", name, preset, arguments, samples) | {
                    "maximum": scene.maximum, "target": scene.target, "results": scene.summary(samples)}


def _alternate(runs: int, preset: str, chosen: list, measure, check, say) -> dict:
    samples = {way: [] for way in chosen}
    for number in range(runs):
        for way in chosen:
            sample = measure(way) | {"load_1min": os.getloadavg()[0]}
            check(way)
            samples[way].append(sample)
            shown = ", ".join(f"{key} {sample[key]:.2f}" for key in ("seconds", "p50_ms", "p99_ms") if key in sample)
            say(f"run {number + 1} of {runs}, {preset}, {way.name}: {shown} (load {sample['load_1min']:.1f})")
    return samples


def _group(subject: str, workload: str, preset: str, arguments, samples: dict) -> dict:
    loads = [sample["load_1min"] for taken in samples.values() for sample in taken]
    return {"subject": subject, "workload": workload, "preset": preset, "runs": arguments.runs,
            "load_1min_min": min(loads), "load_1min_max": max(loads)}


SUBJECTS = {"apply": apply, "capture": capture, "latency": latency}
