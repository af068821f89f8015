#!/usr/bin/python3
"""Another project can use the installed library: find_package(penstock), build, run.

Installs the component `development` of a build folder into a temporary prefix, builds example/ with
nothing but that prefix, runs it on recorded binlogs, and looks at what it prints. The headers are
also compiled one by one, so that each is self-contained. Leaves nothing behind.
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
DATA = HERE.parent / "unit" / "binlog" / "data"

# Of each file: the number of rows, and lines that are among those printed, GTIDs left out.
EXPECTED = {}


def run(*command, **options):
    done = subprocess.run([str(part) for part in command], text=True, errors="backslashreplace",
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)
    if done.returncode != 0:
        sys.exit(f"exit code {done.returncode}: {' '.join(map(str, command))}\n{done.stdout}")
    return done.stdout


def install(cmake, build, prefix):
    run(cmake, "--install", build, "--prefix", prefix, "--component", "development")
    text = "\n".join(path.read_text() for path in prefix.rglob("*.cmake"))
    for word in ("-Werror", "-Wall", str(HERE.parent.parent)):
        if word in text:
            sys.exit(f"the package tells other projects about {word}")


def build_example(options, prefix, folder):
    run(options.cmake, "-S", HERE / "example", "-B", folder, "-G", "Ninja",
        f"-DCMAKE_PREFIX_PATH={prefix}", f"-DCMAKE_CXX_COMPILER={options.compiler}",
        f"-DCMAKE_CXX_FLAGS={options.flags}")
    run(options.cmake, "--build", folder)
    return folder / "print_rows"


def compile_headers(options, prefix, folder):
    for header in sorted((prefix / "include").rglob("*.h")):
        source = folder / "header.cpp"
        source.write_text(f"#include <penstock/{header.name}>\n")
        run(options.compiler, "-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Werror",
            f"-I{prefix / 'include'}", source)


def check_output(program):
    for name, (rows, lines) in EXPECTED.items():
        printed = run(program, DATA / name).splitlines()
        without_gtid = {line.split("  ", 1)[1] for line in printed if "  " in line}
        missing = [line for line in lines if line not in without_gtid]
        if len(printed) != rows or missing:
            sys.exit(f"{name}: {len(printed)} lines instead of {rows}, missing: {missing}; printed:\n"
                     + "\n".join(printed))
        print(f"{name}: {len(printed)} rows")


def check_errors(program, folder):
    cut = folder / "cut.binlog"
    cut.write_bytes((DATA / "mysql-9.7.binlog").read_bytes()[:-3])
    done = subprocess.run([program, cut], text=True, errors="backslashreplace",
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    if done.returncode != 1 or "the file ends inside of it" not in done.stderr:
        sys.exit(f"a file that is cut short: exit code {done.returncode}, {done.stderr}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", required=True)
    parser.add_argument("--cmake", required=True)
    parser.add_argument("--compiler", required=True)
    parser.add_argument("--flags", default="")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="penstock-package-") as name:
        folder = pathlib.Path(name)
        prefix = folder / "prefix"
        install(options.cmake, options.build, prefix)
        compile_headers(options, prefix, folder)
        program = build_example(options, prefix, folder / "build")
        check_output(program)
        check_errors(program, folder)


main()
