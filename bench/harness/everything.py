"""All figures of bench/README.md, one group after the other."""

import argparse
import os
import pathlib
import subprocess
import tempfile
from collections.abc import Iterator

from penstock_tasks.program import ProgramError, program_path

from .scene import PRESETS
from .subjects import SUBJECTS
from .ways import helper

# Subject, workloads, presets, and what else is set.
PLAN = [
    ("apply", ["oltp"], list(PRESETS), {"ablation": True}),
    ("apply", ["update", "insert"], ["relaxed"], {}),
    ("apply", ["hot"], ["durable"], {}),
    ("apply", ["bulk-insert", "large-transaction"], ["durable"], {}),
    ("apply", ["wide", "many-tables", "mixed-ddl"], ["durable"], {}),
    ("capture", ["oltp", "insert", "wide"], ["durable"], {}),
    ("latency", ["oltp"], list(PRESETS), {}),
]


def groups(arguments: argparse.Namespace, say) -> Iterator[dict]:
    """Runs, sizes and the seed are those asked for; subjects, workloads and presets those of the plan."""
    for subject, workloads, presets, more in PLAN:
        say(f"== {subject}: {', '.join(workloads)}")
        chosen = vars(arguments) | {"subject": subject, "workload": workloads, "preset": presets, "binlog": None} | more
        yield from SUBJECTS[subject](argparse.Namespace(**chosen), say)


def decoding(arguments: argparse.Namespace, say) -> None:
    """The figures of reading binlog files, printed by the programs that measure them; from a build folder only."""
    here = pathlib.Path(__file__).resolve().parent.parent
    try:
        suites = helper("binlog_bench")
    except ProgramError as error:
        say(f"left out: reading binlog files; {error}")
        return
    with tempfile.TemporaryDirectory(prefix="penstock-recordings-") as name:
        folder = pathlib.Path(name)
        subprocess.run([here / "record", *(["--small"] if arguments.quick else []), folder], check=True)
        files = [folder / f"{name}.binlog" for name in ("sysbench", "small_transactions", "json_heavy", "wide_rows")]
        environment = os.environ | {"PENSTOCK": str(program_path()), "PENSTOCK_RECORDINGS": str(folder)}
        subprocess.run([here / "processes", "--runs", str(arguments.runs), *files], check=True, env=environment)
        repeated = ["--benchmark_min_time=0.001"] if arguments.quick else [
            f"--benchmark_repetitions={arguments.runs}", "--benchmark_report_aggregates_only=true"]
        subprocess.run([suites, *repeated], check=True, env=environment)
