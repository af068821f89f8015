"""Kills of penstock, of its connections and of servers at random moments, and the restarts."""

import collections
import pathlib
import random
import re
import signal
import time

import pymysql

from penstock_tasks import accounts
from penstock_tasks.program import ProgramError, Run, query_json

TASK = "soak.toml"
STOP_DEADLINE_S = 60
# After a fault that cut its connections a run may give up, but only saying so; it is started again.
CONNECTION_LOST = re.compile(r"^penstock: PST-12\d\d ", re.MULTILINE)
LONGEST_S = 6


class SoakFailed(Exception):
    """Penstock did what it must never do."""


class Faults:
    """One run of the task at a time, in `folder`; `strike` makes one thing happen to it."""

    def __init__(self, servers: dict, folder: pathlib.Path, seed: str, away_s: float) -> None:
        self.counts: collections.Counter = collections.Counter()
        self._servers = servers
        self._folder = folder
        self._chance = random.Random(seed)
        self._away_s = away_s
        self._run: Run | None = None
        self._runs = 0
        self._disturbed = ""

    def strike(self) -> None:
        """Waits a random time, then lets something happen; a task that doesn't run is started first."""
        self.ensure_running()
        self._sleep(self._chance.choice([0.3, 1, 2, 4]) * self._chance.random() + self._chance.random() ** 4 * LONGEST_S)
        if not self._run.running:
            self._ended_by_itself()
            return
        fault = self._chance.choices([self._kill, self._interrupt, self._kill_connections], [6, 1, 2])[0]
        fault()

    def ensure_running(self) -> None:
        if self._run and self._run.running:
            return
        if self._run and self._disturbed:
            self._ended_by_itself()
        if self._away_s and self._runs and self.copied():
            time.sleep(self._chance.random() * self._away_s)
        self._runs += 1
        self._run = Run(["run", TASK], self._folder, f"run{self._runs}")

    def stay_away(self) -> None:
        """Nothing runs until the next fault."""
        if self._run and self._run.running:
            self._kill()

    def strike_server(self, side: str, act: str) -> None:
        """`act` is kill or stop; the server comes back after a while."""
        self._say(f"{side}: {act}, start")
        self.ensure_running()
        self._disturbed = f"{side} was ended with {act}"
        server = self._servers[side]
        getattr(server, act)()
        self._sleep(self._chance.random() * 3)
        server.start()

    def copied(self) -> bool:
        """Whether the full migration is done: from then on definitions may change."""
        try:
            status = query_json(["task", "show", TASK], self._folder)
        except ProgramError:
            return False  # there is no such task yet, or its server is away
        return any(module["id"] == "full_migration" and module["state"] == "done" for module in status["modules"])

    def end(self) -> None:
        """The last run of the soak ends, one way or the other."""
        if self._run and self._run.running:
            self._chance.choice([self._kill, self._interrupt])()

    def kill_run(self) -> None:
        if self._run and self._run.running:
            self._run.end(signal.SIGKILL)

    def _kill(self) -> None:
        self._say("kill -9")
        self._run.end(signal.SIGKILL)
        self._disturbed = ""

    def _interrupt(self) -> None:
        self._say("Ctrl-C")
        self._run.send(signal.SIGINT)
        code = self._run.wait(STOP_DEADLINE_S)
        # Before the handler is there the signal itself ends the process.
        if code not in (130, -signal.SIGINT) and not self._gave_up():
            raise SoakFailed(f"{self._run} ended with {code} after Ctrl-C\n{self._run.tail()}")
        self._disturbed = ""

    def _kill_connections(self) -> None:
        side, user = self._chance.choice([("source", accounts.SOURCE_USER), ("destination", accounts.DESTINATION_USER)])
        self._say(f"connections on the {side}: KILL")
        self._disturbed = f"its connections on the {side} were killed"
        with self._servers[side].connect() as connection, connection.cursor() as cursor:
            cursor.execute("SELECT id FROM performance_schema.processlist WHERE user = %s", (user,))
            found = [row[0] for row in cursor.fetchall()]
            for process in self._chance.sample(found, self._chance.randint(min(1, len(found)), len(found))):
                try:
                    cursor.execute(f"KILL {process}")
                except pymysql.MySQLError as error:
                    if error.args[0] != 1094:  # it ended by itself in between
                        raise

    def _ended_by_itself(self) -> None:
        code = self._run.wait(1)
        if not self._gave_up():
            raise SoakFailed(f"{self._run} ended by itself with {code}"
                             + (f" after {self._disturbed}" if self._disturbed else "") + f"\n{self._run.tail()}")
        self._say(f"ended by itself with {code} after {self._disturbed}")
        print(self._run.tail(4), flush=True)
        self._disturbed = ""

    def _gave_up(self) -> bool:
        return bool(self._disturbed and CONNECTION_LOST.search(self._run.stderr))

    def _sleep(self, seconds: float) -> None:
        """Ends early with the run."""
        end = time.monotonic() + seconds
        while self._run.running and time.monotonic() < end:
            time.sleep(min(0.02, max(0.0, end - time.monotonic())))

    def _say(self, what: str) -> None:
        self.counts[what] += 1
        print(f"  {time.strftime('%H:%M:%S')} run {self._runs}: {what}", flush=True)
