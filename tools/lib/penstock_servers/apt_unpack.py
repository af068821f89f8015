"""Packages of another Debian suite than the machine's, unpacked into a folder and never installed.

apt works here on a state of its own: own lists, own (empty) package database, own cache, and one source made from
the machine's configured Debian mirror with the suite exchanged. The machine's own apt configuration is only read.
Signatures are verified as ever; the validity date is not, since a mirror may lag behind it.
"""

import pathlib
import re
import shutil
import subprocess

from .paths import ServerError


def unpack(packages: list[str], suite: str, root: pathlib.Path, work: pathlib.Path) -> None:
    """Downloads the packages with all they depend on into `work` and unpacks them into `root`."""
    configuration = _private_state(suite, work)
    _run(["apt-get", "-qq", "-c", configuration, "update"])
    _run(["apt-get", "-qq", "-y", "-c", configuration, "--no-install-recommends", "--download-only", "install"]
         + packages)
    root.mkdir(parents=True, exist_ok=True)
    for archive in sorted((work / "cache/archives").glob("*.deb")):
        _run(["dpkg", "-x", archive, root])


def available_version(package: str, work: pathlib.Path) -> str:
    """The version of a package that `unpack` has fetched, as in 9.7.4."""
    names = [archive.name for archive in (work / "cache/archives").glob(f"{package}_*.deb")]
    found = re.match(rf"{re.escape(package)}_(?:\d+%3a)?(\d+(?:\.\d+)+)", names[0]) if names else None
    if not found:
        raise ServerError(f"apt downloaded no package {package}; look into {work}")
    return found.group(1)


def mirror_source(suite: str) -> str:
    """A deb822 source for the suite, from the machine's own entry for its Debian release."""
    for entry in _configured_entries():
        if entry["suite"] == _release() and "main" in entry["components"]:
            lines = ["Types: deb", f"URIs: {entry['uri']}", f"Suites: {suite}", "Components: main"]
            if entry.get("signed_by"):
                lines.append(f"Signed-By: {entry['signed_by']}")
            return "\n".join(lines) + "\n"
    raise ServerError(f"no Debian mirror with suite {_release()} is configured in /etc/apt; "
                      "add the machine's mirror to /etc/apt/sources.list and repeat")


def _private_state(suite: str, work: pathlib.Path) -> pathlib.Path:
    shutil.rmtree(work, ignore_errors=True)
    (work / "state/lists/partial").mkdir(parents=True)
    (work / "cache/archives/partial").mkdir(parents=True)
    (work / "state/status").touch()
    (work / "mirror.sources").write_text(mirror_source(suite), encoding="utf-8")
    configuration = work / "apt.conf"
    configuration.write_text(f"""\
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg::Pre-Invoke;
#clear DPkg::Post-Invoke;
Dir::State "{work}/state";
Dir::State::status "{work}/state/status";
Dir::Cache "{work}/cache";
Dir::Log "{work}/log";
Dir::Etc::sourcelist "{work}/mirror.sources";
Dir::Etc::sourceparts "-";
Dir::Etc::preferences "-";
Dir::Etc::preferencesparts "-";
APT::Sandbox::User "root";
APT::Install-Recommends "false";
APT::Default-Release "";
Acquire::Check-Valid-Until "false";
""", encoding="utf-8")
    return configuration


def _release() -> str:
    text = pathlib.Path("/etc/os-release").read_text(encoding="utf-8")
    found = re.search(r'^VERSION_CODENAME="?([a-z]+)', text, re.MULTILINE)
    if not found:
        raise ServerError("/etc/os-release names no VERSION_CODENAME; throwaway servers need a Debian release")
    return found.group(1)


def _configured_entries():
    folder = pathlib.Path("/etc/apt")
    for path in [folder / "sources.list", *sorted((folder / "sources.list.d").glob("*.list"))]:
        if path.exists():
            yield from _one_line_entries(path.read_text(encoding="utf-8"))
    for path in sorted((folder / "sources.list.d").glob("*.sources")):
        yield from _deb822_entries(path.read_text(encoding="utf-8"))


def _one_line_entries(text: str):
    pattern = r"^\s*deb\s+(?:\[(?P<options>[^\]]*)\]\s+)?(?P<uri>\S+)\s+(?P<suite>\S+)\s+(?P<components>[^#\n]+)"
    for found in re.finditer(pattern, text, re.MULTILINE):
        signed_by = re.search(r"signed-by=(\S+)", found["options"] or "", re.IGNORECASE)
        yield {"uri": found["uri"], "suite": found["suite"].rstrip("/"), "components": found["components"].split(),
               "signed_by": signed_by.group(1) if signed_by else None}


def _deb822_entries(text: str):
    uncommented = re.sub(r"^#.*\n", "", text, flags=re.MULTILINE)
    for paragraph in re.split(r"\n\s*\n", uncommented):
        unfolded = re.sub(r"\n[ \t]+", " ", paragraph)
        fields = {key.strip().lower(): value.strip()
                  for key, _, value in (line.partition(":") for line in unfolded.splitlines())}
        if "deb" not in fields.get("types", "").split() or fields.get("enabled", "yes") == "no":
            continue
        signed_by = fields.get("signed-by")
        for uri in fields.get("uris", "").split():
            for suite in fields.get("suites", "").split():
                yield {"uri": uri, "suite": suite.rstrip("/"), "components": fields.get("components", "").split(),
                       "signed_by": signed_by if signed_by and signed_by.startswith("/") else None}


def _run(command: list) -> None:
    outcome = subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL, text=True,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if outcome.returncode != 0:
        raise ServerError(f"{' '.join(map(str, command))} failed:\n{outcome.stdout[-2000:]}")
