"""The penstock program: where it is, running it to its end or in the background, ending it."""

import json
import os
import pathlib
import signal
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[3]


class ProgramError(Exception):
    """The program is absent or didn't do what was asked of it."""


def program_path() -> pathlib.Path:
    """$PENSTOCK, else the release build."""
    path = pathlib.Path(os.environ.get("PENSTOCK") or ROOT / "build/release/penstock")
    if not os.access(path, os.X_OK):
        raise ProgramError(f"no program at {path}; run tools/build, or name one in $PENSTOCK")
    return path


class Run:
    """One run of penstock. Its output goes to files in `folder`, so that nothing blocks on a pipe."""

    def __init__(self, arguments: list[str], folder: pathlib.Path, name: str, show_talk: bool = False) -> None:
        self.arguments = arguments
        self._stdout = folder / f"{name}.stdout"
        self._stderr = folder / f"{name}.stderr"
        with open(self._stdout, "wb") as out, open(self._stderr, "wb") as err:
            # It must not outlive us, however we end: its servers go with us.
            command = ["setpriv", "--pdeathsig", "KILL", program_path(), *arguments]
            # What it says stands between other lines here: lines of its own, not bars that are drawn over.
            self._process = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=out,
                                             stderr=None if show_talk else err, env={**os.environ, "TERM": "dumb"})

    def wait(self, deadline_s: float) -> int:
        """The exit code; a process ended by a signal has minus its number. Kills and raises at the deadline."""
        try:
            return self._process.wait(deadline_s)
        except subprocess.TimeoutExpired as late:
            self.end(signal.SIGKILL)
            raise ProgramError(f"{self} did not end within {deadline_s:.0f} s\n{self.tail()}") from late

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    def send(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def end(self, number: signal.Signals) -> int:
        """Sends the signal and waits for the end of the process."""
        if self.running:
            self._process.send_signal(number)
        return self._process.wait()

    @property
    def stdout(self) -> str:
        return self._stdout.read_text(encoding="utf-8", errors="replace")

    @property
    def stderr(self) -> str:
        return self._stderr.read_text(encoding="utf-8", errors="replace")

    def tail(self, lines: int = 30) -> str:
        return "\n".join(f"    | {line}" for line in (self.stdout + self.stderr).splitlines()[-lines:])

    def __str__(self) -> str:
        return "penstock " + " ".join(self.arguments)


def query_json(arguments: list[str], folder: pathlib.Path, deadline_s: float = 60) -> dict | list:
    """What a command prints with --json."""
    run = Run([*arguments, "--json"], folder, "query")
    code = run.wait(deadline_s)
    if code != 0:
        raise ProgramError(f"{run} ended with {code}\n{run.tail()}")
    return json.loads(run.stdout)
