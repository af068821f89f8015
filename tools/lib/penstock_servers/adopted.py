"""A server of the user's own under a name, so that tests, demo and benchmarks can use it like a throwaway one.

It is never started, stopped or emptied by itself: those operations are refused.
"""

import json
import pathlib
import shutil

import pymysql

from .paths import ServerError


class AdoptedServer:
    """Made by Registry. Same surface as Server where that makes sense."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder

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
        return self.record["socket"] or ""

    def describe(self) -> dict:
        record = self.record
        return {"name": self.name, "flavour": record["flavour"], "version": record["version"], "state": "adopted",
                "pid": None, "host": record["host"], "port": record["port"], "socket": self.socket,
                "user": record["user"], "data": "", "log": ""}

    def connect(self, **arguments) -> pymysql.connections.Connection:
        record = self.record
        password = ""
        if record["password_file"]:
            password = pathlib.Path(record["password_file"]).read_text(encoding="utf-8").rstrip("\n")
        address = {"unix_socket": record["socket"]} if record["socket"] else {"host": record["host"],
                                                                            "port": record["port"]}
        return pymysql.connect(**(address | {"user": record["user"], "password": password, "charset": "utf8mb4",
                                             "autocommit": True} | arguments))

    def query(self, statement: str, arguments=None) -> list[tuple]:
        with self.connect() as connection, connection.cursor() as cursor:
            cursor.execute(statement, arguments)
            return list(cursor.fetchall())

    def start(self, options: dict[str, str] | None = None) -> None:
        if options:
            self._refuse("started with other options")

    def stop(self) -> None:
        self._refuse("stopped")

    def kill(self) -> None:
        self._refuse("killed")

    def restart(self, options: dict[str, str] | None = None) -> None:
        self._refuse("restarted")

    def remove(self) -> None:
        """Forgets the name; the server itself is left alone."""
        shutil.rmtree(self.folder)

    def _refuse(self, act: str) -> None:
        raise ServerError(f"server {self.name} is your own and is not {act} from here")
