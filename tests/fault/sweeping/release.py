"""One task with held events whose release is watched, statement by statement, or killed at one of them."""

import pathlib
import re
import signal
import tempfile
import threading

from penstock_tasks import accounts, compare
from penstock_tasks.program import Run

from .proxy import Proxy

PASSWORD = "only for the sweep"
DEADLINE_S = 120
ALREADY_MIGRATED = 20  # penstock's exit code
SOURCE_SQL = (pathlib.Path(__file__).parent / "source.sql").read_text(encoding="utf-8")
# What is said beside the release: the display's numbers, the stream, questions.
BESIDE = re.compile(r"\s*(SELECT|SHOW|BINLOG|SET|UPDATE penstock\.task(_status)?|UPDATE penstock\.checkpoint"
                    r"|UPDATE penstock\.gate SET step|START TRANSACTION|BEGIN|COMMIT|ROLLBACK)\b"
                    r"(?!.*\bFOR UPDATE\b)", re.IGNORECASE | re.DOTALL)
EVENT_STATES = ("SELECT event_name, status FROM information_schema.events WHERE event_schema = 'shop' "
                "ORDER BY event_name")


class SweepFailed(Exception):
    """Something that must always be true is not."""


class Release:
    def __init__(self, servers: dict, beside: pathlib.Path) -> None:
        self.servers = servers
        self._work = tempfile.TemporaryDirectory(prefix="release-", dir=beside)
        self._folder = pathlib.Path(self._work.name)
        self._lock = threading.Lock()
        self._armed = False
        self._statements: list[str] = []
        self._kill_at: tuple[int, bool] | None = None
        self._killed = threading.Event()
        self._run: Run | None = None
        accounts.create(servers["source"], accounts.source_statements(["shop"], PASSWORD))
        accounts.create(servers["destination"], accounts.destination_statements(["shop"], PASSWORD))
        owner = ["CREATE USER 'shop_owner'@'%'", "GRANT ALL ON shop.* TO 'shop_owner'@'%'"]
        for server in servers.values():
            accounts.create(server, owner)
        servers["source"].run_script(SOURCE_SQL)
        self._wanted = self._rows("source", EVENT_STATES)

    def undisturbed(self) -> list[str]:
        """The statements of a release from the first that fences to the last."""
        self._through_proxies()
        self._write_task({side: server.port for side, server in self.servers.items()})
        self._judge()
        return self._statements

    def killed(self, number: int, after: bool) -> str:
        """Kills at that statement, checks, goes on, checks again. Returns the statement."""
        self._kill_at = (number, after)
        self._through_proxies()
        self._on_one_side_at_most()
        self._write_task({side: server.port for side, server in self.servers.items()})
        last = Run(["run", "task.toml", "--until", "events-migrated"], self._folder, "last")
        code = last.wait(DEADLINE_S)
        if code != 0:
            raise SweepFailed(f"killed at {self._point()}: then the run ended with {code}\n{last.tail()}")
        self._judge()
        return self._point()

    def _point(self) -> str:
        return self._statements[-1].replace("\n", " ")[:110] if self._statements else "nothing"

    def _through_proxies(self) -> None:
        proxies = {side: Proxy(server, self._seen) for side, server in self.servers.items()}
        try:
            self._write_task({side: proxy.port for side, proxy in proxies.items()})
            self._run = Run(["run", "task.toml", "--until", "events-migrated"], self._folder, "first")
            code = self._run.wait(DEADLINE_S)
            if self._kill_at is None and code == 0:
                return
            if self._kill_at is None or not self._killed.is_set():
                raise SweepFailed(f"{self._run} ended with {code}\n{self._run.tail()}")
        finally:
            if self._run:
                self._run.end(signal.SIGKILL)
            for proxy in proxies.values():
                proxy.close()

    def _seen(self, statement: str):
        with self._lock:
            if self._killed.is_set():
                raise Proxy.Stop
            self._armed = self._armed or ("penstock.gate" in statement and "'fencing'" in statement
                                          and statement.lstrip().upper().startswith("UPDATE"))
            if not self._armed or BESIDE.match(statement):
                return None
            self._statements.append(statement)
            if self._kill_at is None or len(self._statements) - 1 != self._kill_at[0]:
                return None
            if self._kill_at[1]:
                return self._kill
            self._kill()
            raise Proxy.Stop

    def _kill(self) -> None:
        self._killed.set()
        self._run.send(signal.SIGKILL)

    def _write_task(self, ports: dict[str, int]) -> None:
        secret = self._folder / "password"
        secret.touch(mode=0o600)
        secret.write_text(PASSWORD + "\n", encoding="utf-8")
        users = {"source": accounts.SOURCE_USER, "destination": accounts.DESTINATION_USER}
        sides = "".join(f'[{side}]\nhost = "127.0.0.1"\nport = {port}\nuser = "{users[side]}"\n'
                        f'password = {{ file = "password" }}\ntls = "disabled"\n' for side, port in ports.items())
        (self._folder / "task.toml").write_text(
            f'name = "sweep"\nkind = "migration"\nmigrate_events = true\n{sides}'
            '[select]\ndatabases = ["shop"]\n[gate]\nrelease = "automatic"\n', encoding="utf-8")

    def _rows(self, side: str, sql: str) -> list[tuple]:
        return [tuple(row) for row in self.servers[side].query(sql)]

    def _on_one_side_at_most(self) -> None:
        enabled = [{name for name, status in self._rows(side, EVENT_STATES) if status == "ENABLED"}
                   for side in ("source", "destination")]
        if enabled[0] & enabled[1]:
            raise SweepFailed(f"killed at {self._point()}: enabled on both sides: {enabled[0] & enabled[1]}")

    def _judge(self) -> None:
        states = self._rows("destination", EVENT_STATES)
        if states != self._wanted:
            raise SweepFailed(f"killed at {self._point()}: on the destination are {states}, not {self._wanted}")
        self._on_one_side_at_most()
        differences = compare.differences(self.servers["source"], self.servers["destination"], ["shop"], True)
        if differences:
            raise SweepFailed(f"killed at {self._point()}: {differences}")
        opened = Run(["events", "migrate", "task.toml", "--yes", "--reason", "again"], self._folder, "again")
        code = opened.wait(DEADLINE_S)
        if code != ALREADY_MIGRATED:
            raise SweepFailed(f"killed at {self._point()}: a second release ended with {code}\n{opened.tail()}")
