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

# Of each file: how many lines are printed, and how some of them end.
EXPECTED = {
    "mysql-9.7.binlog": (13, [
        ":3  d.t  update  id=1 s='abc'  ->  "
        'j=[{"operation": "replace", "path": "$.a", "value": 2}]',
        ":6  d.pt  update  a=1 b=1  ->  a=3 b=1",
        ":7  d.pt  delete  a=2 b=1",
        ":my_tag:1  d.pt  insert  a=20 b=1",
    ]),
    "mariadb-10.11.binlog": (12, [
        "0-27384-5  d.t  insert  id=4 s='c' e=NULL f=NULL g=NULL u=NULL l=NULL b=NULL",
        "0-27384-22  d.c2  insert  y=2023-11-14 22:13:20.000000",
        "5-27384-2  d.dom  insert  a=1",
    ]),
    "values-mysql-9.7.binlog": (324, []),
    "values-mariadb-10.11.binlog": (284, []),
}


def run(*command):
    done = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)
    text = done.stdout.decode(errors="backslashreplace")  # values have carriage returns of their own
    if done.returncode != 0:
        sys.exit(f"exit code {done.returncode}: {' '.join(map(str, command))}\n{text}")
    return text


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
    for name, (count, ends) in EXPECTED.items():
        printed = run(program, DATA / name)
        lines = printed.split("\n")
        missing = [end for end in ends if not any(line.endswith(end) for line in lines)]
        if printed.count("\n") != count or missing:
            sys.exit(f"{name}: {len(lines) - 1} lines instead of {count}, missing: {missing}")
        print(f"{name}: {count} lines")


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
