"""Recorded files of a folder with an oracle.tsv: which of them each server's tool reads, and what it shows of them."""

import csv
import gzip
import pathlib
import re
import subprocess
import tempfile

from penstock_servers import flavours

from .comparison import Comparison

# Files that both tools read and penstock refuses, and why.
REFUSED_BY_PENSTOCK = {
    "mysql_common/binlog_truncated_prev_gtid_event.000001":
        "ends inside of an event; the tools stop there without a word, penstock says so after what was whole",
}
# Files that are shown differently, and why: penstock must still read them to the end.
SHOWN_DIFFERENTLY = {}


def compare(folder: pathlib.Path, penstock: pathlib.Path, report) -> bool:
    with open(folder / "oracle.tsv", encoding="utf-8") as file:
        entries = list(csv.DictReader(file, delimiter="\t"))
    comparisons = {
        "mysqlbinlog_9.7_exit": Comparison(penstock, flavours.flavour("mysql").program("mysqlbinlog"), False),
        "mariadb_binlog_10.11_exit": Comparison(penstock, flavours.flavour("mariadb").program("mariadb-binlog"), True)}
    fine = True

    def failed(name: str, what: str) -> None:
        nonlocal fine
        fine = False
        print(f"  DIFFERENCE {name}: {what}", flush=True)

    for entry in entries:
        name = entry["file"]
        path = str(folder / name)
        refused_by_both = all(entry[tool] != "0" for tool in comparisons)
        for command in (["cat", "--json"], ["cat"], ["stat"], ["stat", "--json"]):
            outcome = subprocess.run([penstock, "binlog", *command, path], capture_output=True, check=False)
            refusal = outcome.stderr.decode(errors="replace") or outcome.stdout.decode(errors="replace")
            if refused_by_both or name in REFUSED_BY_PENSTOCK:
                if outcome.returncode == 0:
                    failed(name, f"binlog {' '.join(command)} reads what both tools refuse")
                elif path not in refusal or not re.search(r"event \(type \d+\) at offset \d+", refusal):
                    failed(name, f"binlog {' '.join(command)} refuses without file, type and offset: {refusal}")
            elif outcome.returncode != 0:
                failed(name, f"binlog {' '.join(command)} refuses: {refusal}")
        if refused_by_both or name in REFUSED_BY_PENSTOCK:
            print(f"  refused: {name} {REFUSED_BY_PENSTOCK.get(name, '')}", flush=True)
            continue
        for tool, comparison in comparisons.items():
            if entry[tool] != "0":
                continue
            if name in SHOWN_DIFFERENTLY:
                print(f"  not compared: {name}: {SHOWN_DIFFERENTLY[name]}", flush=True)
            elif name.endswith(".gz"):
                with tempfile.NamedTemporaryFile(prefix="penstock-compare-") as plain:
                    with gzip.open(path) as file:
                        plain.write(file.read())
                    plain.flush()
                    comparison.file(plain.name)
            else:
                comparison.file(path)
    return all([report(comparison, tool.removesuffix("_exit")) for tool, comparison in comparisons.items()]) and fine
