#!/usr/bin/python3
"""penstock bench works as it is installed, and names what is missing where it is not.

Installs the components `program` and `bench` of a build folder into a temporary prefix and measures capture with them,
small, from another folder. Leaves nothing behind.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile


def run(*command, code=0, cwd=None):
    done = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=cwd)
    if done.returncode != code:
        sys.exit(f"exit code {done.returncode}, expected {code}: {' '.join(map(str, command))}\n{done.stdout}")
    return done.stdout


def expect(text, *words):
    for word in words:
        if word not in text:
            sys.exit(f"nothing of {word!r} in:\n{text}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", required=True)
    parser.add_argument("--cmake", required=True)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="penstock-bench-test-") as name:
        folder = pathlib.Path(name)
        prefix, elsewhere = folder / "prefix", folder / "elsewhere"
        elsewhere.mkdir()
        program = prefix / "bin/penstock"
        run(options.cmake, "--install", options.build, "--prefix", prefix, "--component", "program")
        expect(run(program, "bench", "apply", code=1, cwd=elsewhere), "PST-2408", f"{prefix}/share/penstock/bench/run")
        run(options.cmake, "--install", options.build, "--prefix", prefix, "--component", "bench")
        expect(run(program, "bench"), "penstock bench apply --quick")
        expect(run(program, "bench", "apply", "--help"), "many-tables", "--ablation")
        expect(run(program, "bench", "apply", "--binlog", "no-such-file", code=2), "--schema")
        run(program, "bench", "capture", "--quick", "--json", "c.json", "--html", "c.html", cwd=elsewhere)
        group, = json.loads((elsewhere / "c.json").read_text())["groups"]
        ways = {result["way"]: result for result in group["results"]}
        if ways["penstock"]["ratio"] <= 0 or ways["native receiver"]["ratio"] is not None:
            sys.exit(f"no ratio to the native receiver: {ways}")
        page = (elsewhere / "c.html").read_text()
        expect(page, "<svg", "native receiver")
        for outside in ("http:", "https:", "src=", "@import", "url("):
            if outside in page:
                sys.exit(f"the page asks for something outside of it: {outside}")


main()
