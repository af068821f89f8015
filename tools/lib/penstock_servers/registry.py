"""All throwaway servers of one folder by name."""

import json
import pathlib
import random
import re
import shutil
import socket
import subprocess

from . import flavours
from .adopted import AdoptedServer
from .paths import ServerError, cache_folder, locked, servers_folder
from .server import Server

# Below the range from which the kernel hands out ports by itself, so that no outgoing connection takes one.
PORTS = range(20000, 30000)
SOCKET_PATH_MAX = 107
PORT_ATTEMPTS = 5


class Registry:
    """Several programs may use one folder at a time; making and removing servers is guarded by file locks."""

    def __init__(self, folder: str | pathlib.Path | None = None) -> None:
        self.folder = pathlib.Path(folder).absolute() if folder else servers_folder()

    def start(self, name: str, flavour: str = "mysql", options: dict[str, str] | None = None) -> Server:
        """Makes the server if there is none of that name, starts it if it doesn't run, waits until it answers."""
        if self._exists(name):
            server = self.get(name)
            server.start(options)
            return server
        for attempt in range(PORT_ATTEMPTS):
            server = self._make(name, flavour, options or {})
            try:
                server.start()
                return server
            except ServerError as error:
                if "Address already in use" not in str(error) or attempt == PORT_ATTEMPTS - 1:
                    raise
                server.remove()
        raise AssertionError("unreachable")

    def adopt(self, name: str, record: dict) -> AdoptedServer:
        """Gives a server of the user's own a name, after having logged in to it once."""
        if self._exists(name):
            raise ServerError(f"there is a server {name} already; choose another name or destroy that one")
        folder = self._folder_of(name)
        folder.mkdir(parents=True)
        server = AdoptedServer(folder)
        try:
            record = record | {"adopted": True, "flavour": "", "version": ""}
            (folder / "server.json").write_text(json.dumps(record), encoding="utf-8")
            version = server.query("SELECT VERSION()")[0][0]
            record |= {"flavour": "mariadb" if "MariaDB" in version else "mysql", "version": version}
            (folder / "server.json").write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
        except Exception as error:
            shutil.rmtree(folder)
            raise ServerError(f"cannot log in to {name}: {error}") from error
        return server

    def get(self, name: str) -> Server | AdoptedServer:
        if not self._exists(name):
            raise ServerError(f"no server {name}; there are: {', '.join(self.names()) or 'none'}")
        folder = self._folder_of(name)
        adopted = json.loads((folder / "server.json").read_text(encoding="utf-8")).get("adopted")
        return AdoptedServer(folder) if adopted else Server(folder)

    def names(self) -> list[str]:
        return sorted(path.parent.name for path in self.folder.glob("*/server.json"))

    def destroy(self, name: str) -> None:
        """Kills the server, removes its folder, and the folder of all servers with the last of them."""
        self.get(name).remove()
        if self.folder.exists() and not any(self.folder.iterdir()):
            self.folder.rmdir()

    def destroy_all(self) -> None:
        for name in self.names():
            self.destroy(name)

    def _make(self, name: str, flavour_name: str, options: dict[str, str]) -> Server:
        flavour = flavours.flavour(flavour_name)
        server = Server(self._folder_of(name))
        if len(server.socket) > SOCKET_PATH_MAX:
            raise ServerError(f"the path of the socket is too long ({server.socket}); "
                              "set PENSTOCK_SERVERS_DIR to a shorter folder")
        original = template(flavour)
        with locked(cache_folder() / "make.lock"):
            if self._exists(name):
                return server
            server.folder.mkdir(parents=True, exist_ok=True)
            subprocess.run(["cp", "-a", "--reflink=auto", original, server.data], check=True)
            server.write_record({"flavour": flavour.name, "version": flavour.version,
                                 "port": self._free_port(), "options": options})
        return server

    def _folder_of(self, name: str) -> pathlib.Path:
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,40}", name):
            raise ServerError(f"'{name}' is no name for a server: letters, digits, - and _, at most 41")
        return self.folder / name

    def _exists(self, name: str) -> bool:
        return (self._folder_of(name) / "server.json").exists()

    def _free_port(self) -> int:
        taken = {self.get(name).port for name in self.names()}
        for port in random.sample(PORTS, len(PORTS)):
            if port not in taken and _bindable(port):
                return port
        raise ServerError(f"no free port between {PORTS.start} and {PORTS.stop}; destroy servers that aren't used")


def template(flavour) -> pathlib.Path:
    """An initialised data folder with time zones, made on the first call for a flavour and version."""
    folder = cache_folder() / f"data-{flavour.name}-{flavour.version}"
    with locked(cache_folder() / "template.lock"):
        if folder.exists():
            return folder
        building = cache_folder() / "building"
        if building.exists():
            Server(building).kill()
            shutil.rmtree(building)
        building.mkdir()
        server = Server(building)
        flavour.initialise(server.data)
        server.write_record({"flavour": flavour.name, "version": flavour.version, "port": 0,
                             "options": flavour.small_log | {"skip_networking": "ON", "skip_log_bin": "",
                                                             "server_id": "1", "event_scheduler": "OFF"}})
        server.start()
        server.run_script(flavour.time_zone_sql(), "mysql")
        if flavour.family == "mariadb":
            server.run_script("DELETE FROM mysql.global_priv WHERE User = ''; FLUSH PRIVILEGES")
        server.stop()
        (server.data / "auto.cnf").unlink(missing_ok=True)
        server.data.rename(folder)
        shutil.rmtree(building)
        return folder


def _bindable(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            return True
        except OSError:
            return False
