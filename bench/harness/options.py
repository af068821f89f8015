"""The command line of `penstock bench`."""

import argparse
import pathlib

from .scene import PRESETS
from .subjects import SUBJECTS
from .ways import MODES, PEERS
from .workloads import WORKLOADS

EXAMPLES = """\
examples:
  penstock bench apply --quick                          a small one, to see that it works
  penstock bench apply --workload oltp --mode grouped --preset durable --runs 5
  penstock bench apply --ablation --json apply.json --html apply.html
  penstock bench apply --schema shop.sql --binlog binlog.000041 --binlog binlog.000042
  penstock bench capture --workload wide --runs 3
  penstock bench latency --preset durable
  penstock bench all --json all.json --html all.html    every figure of bench/README.md; takes hours
"""
DESCRIPTION = """\
Measures penstock beside the servers' own replication, on servers made for this and destroyed at the end. Runs alternate;
after each the contents must be the source's.

  apply     a backlog on local disk, by penstock in its modes, a native replica (the best of 4, 8 and 16 workers counts),
            mysqlbinlog | mysql, and a bare loop of BINLOG statements, the ceiling
  capture   a source's binlogs into a durable relay log, by penstock, a native receiver thread, mysqlbinlog --raw
  latency   from a commit on the source until it is seen, at half of the source's greatest rate
  all       every subject, workload and figure of bench/README.md
"""


def parse() -> argparse.Namespace:
    workloads = "\n".join(f"  {name:<18} {one.about}" for name, one in WORKLOADS.items())
    parser = argparse.ArgumentParser(
        prog="penstock bench", description=DESCRIPTION, epilog=f"workloads:\n{workloads}\n\n{EXAMPLES}",
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("subject", choices=[*SUBJECTS, "all"])
    parser.add_argument("--workload", action="append", choices=WORKLOADS, metavar="W", help="default oltp; may be repeated")
    parser.add_argument("--binlog", action="append", type=pathlib.Path, metavar="FILE",
                        help="a workload of your own: binlog files, in order; with --schema")
    parser.add_argument("--schema", type=pathlib.Path, metavar="FILE.sql",
                        help="makes the databases and tables as they were before --binlog")
    parser.add_argument("--mode", action="append", choices=MODES, help="of apply; default all that this penstock has")
    parser.add_argument("--ablation", action="store_true", help="of apply: what each step adds, from exact to 2 lanes")
    parser.add_argument("--preset", action="append", choices=PRESETS,
                        help="durable: sync_binlog=1, innodb_flush_log_at_trx_commit=1, binlog on; relaxed: flush 2, no binlog; "
                             "default both")
    parser.add_argument("--runs", type=int, default=3, metavar="N", help="of each way (default 3)")
    parser.add_argument("--peer", action="append", choices=PEERS, help="of apply; default all")
    parser.add_argument("--workers", action="append", type=int, metavar="N", help="of the replica; default 4, 8 and 16")
    parser.add_argument("--depth", type=int, metavar="N", help="incremental.pipeline_depth, for --mode")
    parser.add_argument("--lanes", type=int, metavar="N", help="incremental.lanes, for --mode")
    parser.add_argument("--transactions", type=int, metavar="N", help="in the backlog; the default is the workload's")
    parser.add_argument("--rows", type=int, metavar="N", help="of each table at the beginning; the default is the workload's")
    parser.add_argument("--megabytes", type=float, default=250, metavar="N", help="of binlog for capture, at least (default 250)")
    parser.add_argument("--seconds", type=float, default=10, metavar="N", help="of traffic for latency (default 10)")
    parser.add_argument("--seed", type=int, default=4711)
    parser.add_argument("--quick", action="store_true", help="one small run: that it works, not how fast")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="all figures and samples")
    parser.add_argument("--html", type=pathlib.Path, metavar="FILE", help="one page with plots that needs nothing else")
    arguments = parser.parse_args()
    if bool(arguments.binlog) != bool(arguments.schema):
        parser.error("--binlog and --schema belong together")
    if arguments.binlog and arguments.subject != "apply":
        parser.error("--binlog is a workload of apply alone")
    if arguments.binlog and arguments.workload:
        parser.error("--binlog is a workload of its own")
    for file in [*(arguments.binlog or []), *filter(None, [arguments.schema])]:
        if not file.is_file():
            parser.error(f"{file}: there is no such file")
    if arguments.quick:
        arguments.runs, arguments.megabytes, arguments.seconds = 1, 1, 2
    return arguments
