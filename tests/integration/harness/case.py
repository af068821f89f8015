"""One case: its folder, the task files made from its templates, and what of it is still running."""

import pathlib
import re
import signal
import subprocess
import tempfile
import threading
import tomllib

import pymysql

from penstock_tasks import accounts
from penstock_tasks.program import Run

SHARED = pathlib.Path(__file__).resolve().parents[1] / "shared"
PASSWORD = "correct horse"


class CaseFailed(Exception):
    """What was claimed does not hold; or the case itself is malformed."""


class Case:
    """Made for one passage through the steps. `close` ends whatever is still running and removes its files."""

    def __init__(self, folder: pathlib.Path, servers: dict, beside: pathlib.Path) -> None:
        self.name = folder.name
        self.folder = folder
        self.servers = servers
        try:
            self.spec = tomllib.loads((folder / "case.toml").read_text(encoding="utf-8"))
        except (OSError, tomllib.TOMLDecodeError) as error:
            raise CaseFailed(f"{folder}/case.toml: {error}") from error
        unknown = self.spec.keys() - {"claim", "databases", "step", "accounts", "values", "source", "destination"}
        if unknown or "claim" not in self.spec or not self.spec.get("step"):
            raise CaseFailed(f"{folder}/case.toml: needs claim and step, knows databases, source, destination, accounts and values; "
                             f"found {', '.join(sorted(unknown)) or 'less'}")
        self.databases: list[str] = self.spec.get("databases", ["shop"])
        self._work = tempfile.TemporaryDirectory(prefix="case-", dir=beside)
        self.work = pathlib.Path(self._work.name)
        self.runs: dict[str, Run] = {}
        self.must_run: set[str] = set()
        self.holds: dict[str, pymysql.connections.Connection] = {}
        self.traffic: list[Traffic] = []
        self.values: dict[str, str] = {}  # found out by steps
        self.arrivals = 0
        self._mounts: list[pathlib.Path] = []
        self._count = 0

    def prepare(self) -> None:
        """Accounts with least privileges on both servers, then the case's SQL."""
        if self.spec.get("accounts", True):
            accounts.create(self.servers["source"], accounts.source_statements(self.databases, PASSWORD))
            accounts.create(self.servers["destination"], accounts.destination_statements(self.databases, PASSWORD))
        for name, text in {"right": PASSWORD, "wrong": "battery staple"}.items():
            secret = self.work / f"{name}.password"
            secret.write_text(text + "\n", encoding="utf-8")
            secret.chmod(0o600)
        for side in ("source", "destination"):
            script = self.path(self.spec.get(side, f"{side}.sql"))
            if script is None and side in self.spec:
                raise CaseFailed(f"{self.folder}/case.toml: {side}: there is no {self.spec[side]}")
            if script:
                self.servers[side].run_script(script.read_text(encoding="utf-8"))

    def path(self, name: str) -> pathlib.Path | None:
        """A file of the case, or the one all cases share."""
        return next((folder / name for folder in (self.folder, SHARED) if (folder / name).exists()), None)

    def task_file(self, name: str, changes: dict[str, str]) -> None:
        """Writes a task file from the template `<name>.in`; `changes` replaces what @words@ stand for."""
        template = self.path(f"{name}.in")
        if not template:
            raise CaseFailed(f"there is no template {name}.in for the task file {name}")
        values = self._defaults() | self.spec.get("values", {}) | self.values | changes
        text = template.read_text(encoding="utf-8")
        while re.search(r"@\w+@", text):
            text = re.sub(r"@(\w+)@", lambda word: str(values[word[1]]), text)
        (self.work / name).write_text(text, encoding="utf-8")

    def start(self, arguments: list[str], changes: dict[str, str]) -> Run:
        for word in arguments:
            if word.endswith(".toml"):
                self.task_file(word, changes)
        self._count += 1
        return Run(arguments, self.work, f"run{self._count}")

    def mount(self, name: str, size: int) -> None:
        folder = self.work / name
        folder.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "penstock-case", folder], check=True)
        self._mounts.append(folder)

    def close(self) -> None:
        for run in self.runs.values():
            if run.running:
                run.end(signal.SIGKILL)
        # Before the traffic: it may be waiting for what is held.
        for connection in self.holds.values():
            connection.close()
        for traffic in self.traffic:
            traffic.stop()
        for folder in self._mounts:
            subprocess.run(["umount", folder], check=True)
        self._work.cleanup()

    def output(self) -> str:
        return "\n".join(f"  {run}\n{run.tail()}" for run in self.runs.values())

    def _defaults(self) -> dict[str, str]:
        source, destination = self.servers["source"], self.servers["destination"]
        return {
            "name": re.sub(r"[^a-z0-9_-]", "-", self.name)[:64], "kind": "migration", "task_extra": "",
            "source_host": "127.0.0.1", "source_port": source.port, "source_user": accounts.SOURCE_USER,
            "source_password": f'{{ file = "{self.work}/right.password" }}', "source_extra": "", "source_data": source.data,
            "destination_host": "127.0.0.1", "destination_port": destination.port,
            "destination_user": accounts.DESTINATION_USER,
            "destination_password": f'{{ file = "{self.work}/right.password" }}', "destination_extra": "",
            "databases": ", ".join(f'"{database}"' for database in self.databases),
            "relay": "relay", "relay_extra": "", "chunk_rows": 1000, "full_extra": "", "mode": "grouped", "incremental_extra": "",
            "release": "manual", "fence": "events", "gate_extra": "",
        }


class Traffic(threading.Thread):
    """Repeats a script on the source until stopped; @n is the number of the passage. Survives the server's restarts."""

    def __init__(self, server, script: str) -> None:
        super().__init__(daemon=True)
        self.failure: Exception | None = None
        self.passages = 0
        self._server = server
        self._statements = [text.strip() for text in re.split(r";[ \t]*(?:\n|$)", script) if text.strip()]
        self._ended = threading.Event()
        self.start()

    def run(self) -> None:
        while not self._ended.is_set():
            try:
                with self._server.connect() as connection, connection.cursor() as cursor:
                    while not self._ended.is_set():
                        self._pass(cursor)
            except (pymysql.err.OperationalError, pymysql.err.InterfaceError) as error:
                # The server is down or went away under us: a case restarts it on purpose.
                if error.args and error.args[0] not in (0, 1053, 2003, 2006, 2013, 1927):
                    self.failure = error
                    return
                self._ended.wait(0.05)
            except pymysql.MySQLError as error:
                self.failure = error
                return

    def _pass(self, cursor) -> None:
        self.passages += 1
        cursor.execute("SET @n = %s", (self.passages,))
        for statement in self._statements:
            cursor.execute(statement)

    def stop(self) -> None:
        self._ended.set()
        self.join()
