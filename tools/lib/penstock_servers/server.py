"""One throwaway server: a folder with its configuration, data, socket, log and record, and the process over it.

    NAME/server.json   what it is: flavour, version, port, the options asked for
    NAME/my.cnf        written anew at each start
    NAME/data          the data folder
    NAME/mysqld.sock, mysqld.log, mysqld.pid
"""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import time

import pymysql

from . import flavours
from .paths import ServerError, locked

READY_DEADLINE_S = 120
STOP_DEADLINE_S = 180
POLL_INTERVAL_S = 0.03


class Server:
    """Made by Registry. All operations may be called at any time; `start` and `stop` do nothing when there is
    nothing to do."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder
        self._child: subprocess.Popen | None = None

    # -- what it is ---------------------------------------------------------------------------------------------

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def record(self) -> dict:
        return json.loads((self.folder / "server.json").read_text(encoding="utf-8"))

    @property
    def port(self) -> int:
        return self.record["port"]

    @property
    def socket(self) -> str:
        return str(self.folder / "mysqld.sock")

    @property
    def data(self) -> pathlib.Path:
        return self.folder / "data"

    @property
    def log(self) -> pathlib.Path:
        return self.folder / "mysqld.log"

    @property
    def pid(self) -> int | None:
        """The process, if it runs. A process id that meanwhile belongs to another program doesn't count."""
        if self._child:
            self._child.poll()
        try:
            pid = int((self.folder / "mysqld.pid").read_text(encoding="utf-8"))
            command = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes()
        except (OSError, ValueError):
            return None
        return pid if str(self.folder / "my.cnf").encode() in command else None

    def describe(self) -> dict:
        record = self.record
        return {"name": self.name, "flavour": record["flavour"], "version": record["version"],
                "state": "running" if self.pid else "stopped", "pid": self.pid, "host": "127.0.0.1",
                "port": record["port"], "socket": self.socket, "user": "root", "data": str(self.data),
                "log": str(self.log)}

    # -- process ------------------------------------------------------------------------------------------------

    def start(self, options: dict[str, str] | None = None) -> None:
        """Starts the server with the options it was made with, changed by `options`, and waits until it answers."""
        with locked(self.folder / "lock"):
            if self.pid:
                return
            if options:
                record = self.record
                record["options"] |= options
                self.write_record(record)
            self._launch()

    def stop(self) -> None:
        """Shuts the server down in order; returns when the process is gone."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """kill -9: what the server had not made durable is lost."""
        self._end(signal.SIGKILL)

    def restart(self, options: dict[str, str] | None = None) -> None:
        self.stop()
        self.start(options)

    def remove(self) -> None:
        """Ends the server and removes its folder."""
        self.kill()
        shutil.rmtree(self.folder)

    # -- use ----------------------------------------------------------------------------------------------------

    def connect(self, **arguments) -> pymysql.connections.Connection:
        """A connection as root over the socket, autocommit on; arguments as pymysql.connect takes them."""
        return pymysql.connect(**({"unix_socket": self.socket, "user": "root", "password": "",
                                   "charset": "utf8mb4", "autocommit": True} | arguments))

    def query(self, statement: str, arguments=None) -> list[tuple]:
        """Runs one statement on a connection of its own and returns its rows."""
        with self.connect() as connection, connection.cursor() as cursor:
            cursor.execute(statement, arguments)
            return list(cursor.fetchall())

    def client_command(self) -> list[str]:
        """The flavour's own client, connected: for scripts with DELIMITER and for a terminal."""
        return flavours.flavour(self.record["flavour"]).client_command() + [
            f"--socket={self.socket}", "--user=root", "--default-character-set=utf8mb4"]

    def run_script(self, text: str, database: str | None = None, encoding: str = "utf-8") -> None:
        """Feeds a script to the client; it stops at the first error."""
        command = self.client_command() + ([database] if database else [])
        outcome = subprocess.run(command, input=text, encoding=encoding, errors="replace", capture_output=True,
                                 check=False)
        if outcome.returncode != 0:
            raise ServerError(f"SQL script failed on server {self.name}: {outcome.stderr.strip()[-2000:]}")

    # -- private ------------------------------------------------------------------------------------------------

    def write_record(self, record: dict) -> None:
        temporary = self.folder / "server.json.new"
        temporary.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
        temporary.rename(self.folder / "server.json")

    def _launch(self) -> None:
        flavour = flavours.flavour(self.record["flavour"])
        configuration = self._write_configuration(flavour)
        # A killed server that nobody has reaped yet still counts as the owner of its socket for the new one.
        for left_behind in (self.socket, self.socket + ".lock"):
            pathlib.Path(left_behind).unlink(missing_ok=True)
        with open(self.log, "ab") as log:
            self._child = subprocess.Popen(flavour.server_command(configuration), stdin=subprocess.DEVNULL,
                                           stdout=log, stderr=log, cwd=self.folder, start_new_session=True)
        (self.folder / "mysqld.pid").write_text(f"{self._child.pid}\n", encoding="utf-8")
        deadline = time.monotonic() + READY_DEADLINE_S
        while not self._answers():
            if self._child.poll() is not None:
                raise ServerError(f"server {self.name} ended while starting:\n{self.log_tail()}")
            if time.monotonic() > deadline:
                self._child.kill()
                raise ServerError(f"server {self.name} did not answer within {READY_DEADLINE_S} s:\n{self.log_tail()}")
            time.sleep(POLL_INTERVAL_S)

    def _write_configuration(self, flavour) -> pathlib.Path:
        record = self.record
        options = (flavour.options | {"server_id": str(record["port"])} | record["options"] | flavour.layout()
                   | {"datadir": str(self.data), "socket": self.socket, "port": str(record["port"]),
                      "pid_file": str(self.folder / "mysqld.pid"), "tmpdir": str(self.folder)})
        if os.getuid() == 0:
            options["user"] = "root"
        # Options given without a value (skip_log_bin) go last, so that they win over a default they negate.
        lines = [f"{key}={value}" for key, value in options.items() if value != ""]
        lines += [key for key, value in options.items() if value == ""]
        configuration = self.folder / "my.cnf"
        configuration.write_text("[mysqld]\n" + "\n".join(lines) + "\n", encoding="utf-8")
        return configuration

    def _answers(self) -> bool:
        try:
            self.connect(connect_timeout=5).close()
            return True
        except pymysql.MySQLError:
            return False

    def _end(self, with_signal: signal.Signals) -> None:
        with locked(self.folder / "lock"):
            pid = self.pid
            if not pid:
                return
            os.kill(pid, with_signal)
            deadline = time.monotonic() + STOP_DEADLINE_S
            while self.pid == pid:
                if time.monotonic() > deadline:
                    raise ServerError(f"server {self.name} (process {pid}) did not end within {STOP_DEADLINE_S} s:\n"
                                      + self.log_tail())
                time.sleep(POLL_INTERVAL_S)

    def log_tail(self, lines: int = 25) -> str:
        try:
            return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])
        except OSError:
            return f"({self.log} cannot be read)"
