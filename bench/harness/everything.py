"""All figures of bench/README.md, one group after the other."""

import argparse
import os
import pathlib
import subprocess
import tempfile
from collections.abc import Iterator

from penstock_tasks.program import ProgramError, program_path

from .subjects import SUBJECTS
from .ways import helper

# mysqlbinlog | mysql takes minutes for what the others do in seconds: beside oltp it is left out.
_QUICK_PEERS = {"peer": ["native", "ceiling"]}
# Subject, workload, presets, transactions (None: the workload's own), and what else is set.
PLAN = [
    ("apply", "oltp", ["durable"], 4_000, {"ablation": True}),
    ("apply", "oltp", ["relaxed"], 8_000, {"ablation": True}),
    ("apply", "update", ["relaxed"], 12_000, _QUICK_PEERS),
    ("apply", "insert", ["relaxed"], 12_000, _QUICK_PEERS),
    ("apply", "hot", ["durable"], 3_000, _QUICK_PEERS),
    ("capture", "oltp", ["durable"], None, {}),
    ("capture", "wide", ["durable"], None, {}),
    ("latency", "oltp", ["durable", "relaxed"], None, {}),
    ("apply", "bulk-insert", ["durable"], 100, _QUICK_PEERS),
    ("apply", "large-transaction", ["durable"], 4, _QUICK_PEERS | {"rows": 20_000}),
    ("apply", "wide", ["durable"], 400, _QUICK_PEERS),
    ("apply", "many-tables", ["durable"], 1_500, _QUICK_PEERS),
    ("apply", "mixed-ddl", ["durable"], 1_000, _QUICK_PEERS),
]


def groups(arguments: argparse.Namespace, say) -> Iterator[dict]:
    """Subjects, workloads, presets and sizes are those of the plan; what is asked for is the number of runs, and --quick."""
    for subject, workload, presets, transactions, more in PLAN:
        say(f"== {subject}: {workload}")
        size = {} if arguments.quick else {"transactions": transactions}
        chosen = vars(arguments) | {"subject": subject, "workload": [workload], "preset": presets, "binlog": None} | size | more
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
