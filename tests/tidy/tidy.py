#!/usr/bin/python3
"""The style rules that matter, as a failing check.

Each rule is a function that takes the tree's root and yields complaints; tidy_test.py plants a
violation of each and expects the complaint. Run: tests/tidy/tidy.py [ROOT]
"""

import pathlib
import re
import sys

RANKS = {
    "base": 0,
    "binlog": 1, "uring": 1, "mysql": 1,
    "relay": 2, "schema": 2, "inspect": 2, "coalesce": 2, "metrics": 2,
    "gate": 3, "capture": 3, "snapshot": 3, "apply": 3,
    "verify": 4,
    "cutover": 5,
    "task": 6,
    "server": 7, "cli": 7,
}

# Third-party headers and the modules that may include them.
HOMES = {
    r"^concurrentqueue/": {"base"},
    r"^spdlog/": {"base"},
    r"^zstd\.h|^zlib\.h": {"binlog", "inspect"},
    r"^liburing\.h": {"uring"},
    r"^mysql\.h|^mysqld_error\.h|^errmsg\.h|^mariadb_": {"mysql"},
    r"^prometheus/": {"metrics"},
    r"^sqlite3\.h": {"task"},
    r"^toml\+\+/": {"task"},
    r"^nlohmann/": {"task", "cli", "server"},
    r"^httplib": {"server"},
    r"^CLI/": {"cli"},
}

LINES_MAX = 500
COLUMNS_MAX = 100
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
SOURCE_SUFFIXES = {".h", ".cpp"}


def module_of(root, path):
    parts = path.relative_to(root).parts
    return parts[1] if len(parts) > 2 and parts[0] == "src" else None


def sources(root, *folders):
    for folder in folders:
        base = root / folder
        if base.is_dir():
            yield from (p for p in sorted(base.rglob("*")) if p.suffix in SOURCE_SUFFIXES)


def includes(path):
    for number, line in enumerate(path.read_text().splitlines(), 1):
        match = INCLUDE.match(line)
        if match:
            yield number, match.group(1), match.group(2)


def known_modules(root):
    for folder in sorted((root / "src").iterdir()):
        if folder.is_dir() and any(folder.glob("*.cpp")) and folder.name not in RANKS:
            yield f"src/{folder.name}: not in the rank table of tests/tidy/tidy.py"


def layering(root):
    """A module includes only its own headers and those of modules of lower rank."""
    for path in sources(root, "src"):
        module = module_of(root, path)
        for number, quote, target in includes(path):
            used = target.split("/")[0]
            if quote != '"' or used == module or used == "penstock":
                continue
            where = f"{path.relative_to(root)}:{number}"
            if "/" not in target:
                yield f'{where}: "{target}": write the module, as in "{module}/{target}"'
            elif used not in RANKS:
                yield f"{where}: {target}: unknown module"
            elif RANKS[used] >= RANKS.get(module, 0):
                yield f"{where}: {module} (rank {RANKS[module]}) includes {target} (rank {RANKS[used]})"


def declared_dependencies(root):
    """Every module included is in the DEPS of the including module's CMake target, or below one."""
    deps = {}
    for lists in sorted((root / "src").glob("*/CMakeLists.txt")):
        text = lists.read_text()
        match = re.search(r"penstock_module\(\s*(\w+)(.*?)\)", text, re.S)
        if match:
            found = re.search(r"\bDEPS\b(.*?)(?:\bLIBS\b|\bSOURCES\b|$)", match.group(2), re.S)
            deps[match.group(1)] = set(found.group(1).split()) if found else set()
    for path in sources(root, "src"):
        module = module_of(root, path)
        for number, quote, target in includes(path):
            used = target.split("/")[0]
            if quote == '"' and used in RANKS and used != module and used not in deps.get(module, ()):
                yield (f"{path.relative_to(root)}:{number}: {used} is not in the DEPS of "
                       f"src/{module}/CMakeLists.txt")


def third_party_homes(root):
    for path in sources(root, "src", "include"):
        module = module_of(root, path)
        for number, _, target in includes(path):
            for pattern, homes in HOMES.items():
                if re.search(pattern, target) and module not in homes:
                    yield (f"{path.relative_to(root)}:{number}: {target} is at home in "
                           f"{', '.join(sorted(homes))} only")


def sources_in_cmake(root):
    """A source that no CMakeLists.txt names is never compiled, a test never run."""
    for path in sources(root, "src", "tests", "bench"):
        if path.suffix != ".cpp":
            continue
        folder = path.parent
        while folder != root and not (folder / "CMakeLists.txt").exists():
            folder = folder.parent
        listed = (folder / "CMakeLists.txt").read_text()
        if not re.search(rf"(?<![\w]){re.escape(path.name)}(?![\w])", listed):
            yield f"{path.relative_to(root)}: not named in {folder.relative_to(root)}/CMakeLists.txt"


def no_commented_out_sources(root):
    for path in sorted(root.glob("**/CMakeLists.txt")):
        if "build" in path.relative_to(root).parts:
            continue
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if re.match(r"\s*#.*\.cpp\b", line):
                yield f"{path.relative_to(root)}:{number}: a commented-out source"


def headers_open_with_a_contract(root):
    for path in sources(root, "src", "include"):
        if path.suffix == ".h":
            lines = path.read_text().splitlines()
            if not lines or not lines[0].startswith("//"):
                yield f"{path.relative_to(root)}:1: a header opens with what it is for"
            if "#pragma once" not in lines:
                yield f"{path.relative_to(root)}: no #pragma once"


def sizes(root):
    for path in sources(root, "src", "include", "tests", "bench"):
        lines = path.read_text().splitlines()
        if len(lines) > LINES_MAX:
            yield f"{path.relative_to(root)}: {len(lines)} lines; above {LINES_MAX} it holds two concepts"
        for number, line in enumerate(lines, 1):
            if len(line) > COLUMNS_MAX:
                yield f"{path.relative_to(root)}:{number}: {len(line)} columns"


def error_codes_are_unique(root):
    seen = {}
    pattern = re.compile(r"inline constexpr ErrorCode (\w+)\{(\d+)\}")
    for path in sorted((root / "src").glob("*/errors.h")):
        for name, number in pattern.findall(path.read_text()):
            if number in seen:
                yield f"{path.relative_to(root)}: PST-{number} of {name} is also {seen[number]}"
            seen[number] = f"{name} in {path.parent.name}"


def vocabulary(root):
    """Field terms only: source and destination. SQL text may have to use other words."""
    word = re.compile(r"\b(upstream|downstream|whitelist|blacklist)\b", re.I)
    for path in sources(root, "src", "include"):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if word.search(line):
                yield f"{path.relative_to(root)}:{number}: {word.search(line).group(0)}: not our word"


RULES = [known_modules, layering, declared_dependencies, third_party_homes, sources_in_cmake,
         no_commented_out_sources, headers_open_with_a_contract, sizes, error_codes_are_unique,
         vocabulary]


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else __file__).resolve()
    if root.is_file():
        root = root.parent.parent.parent
    complaints = [f"{rule.__name__}: {text}" for rule in RULES for text in rule(root)]
    print("\n".join(complaints) if complaints else f"tidy: {len(RULES)} rules hold")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
