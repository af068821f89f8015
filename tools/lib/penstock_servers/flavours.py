"""What each flavour of server needs: where its programs are, its default options, a data folder made once.

A flavour's `template()` is an initialised data folder in the cache, with time zones loaded; starting a server copies
it, which takes well under a second where initialising takes several.
"""

import os
import pathlib
import shutil
import subprocess

from . import apt_unpack
from .paths import ServerError, cache_folder, locked

TIME_ZONES = "/usr/share/zoneinfo"

COMMON_OPTIONS = {
    "bind_address": "127.0.0.1",
    "log_bin": "binlog",
    "binlog_format": "ROW",
    "binlog_row_metadata": "FULL",
    "event_scheduler": "ON",
    "sync_binlog": "1",
    "innodb_flush_log_at_trx_commit": "1",
    "innodb_buffer_pool_size": "256M",
    "log_bin_trust_function_creators": "1",
    "character_set_server": "utf8mb4",
}


class MySql:
    """MySQL of Debian's unstable suite, unpacked into the cache and started by its own dynamic loader."""

    name = "mysql"
    small_log = {"innodb_redo_log_capacity": "8M"}
    options = COMMON_OPTIONS | {
        "gtid_mode": "ON",
        "enforce_gtid_consistency": "ON",
        "innodb_redo_log_capacity": "512M",
        "mysqlx": "OFF",
        "secure_file_priv": "NULL",
    }

    def __init__(self) -> None:
        self._root = self._fetched() or self._fetch()

    @property
    def version(self) -> str:
        return self._root.name.removeprefix("mysql-")

    def program(self, name: str) -> list[str]:
        """The command that runs a program of the unpacked packages."""
        paths = [path for path in (self._root / "usr/sbin" / name, self._root / "usr/bin" / name) if path.exists()]
        loaders = sorted(self._root.glob("usr/lib*/ld-linux*.so.*")) + sorted(
            self._root.glob("usr/lib/*/ld-linux*.so.*"))
        libraries = sorted(str(path) for path in self._root.glob("usr/lib/*-linux-gnu*"))
        if not paths or not loaders or not libraries:
            raise ServerError(f"{self._root} holds no program {name}; remove that folder and repeat")
        return [str(loaders[0]), "--library-path", ":".join(libraries), str(paths[0])]

    def layout(self) -> dict[str, str]:
        """Options that tell the server where its own files are."""
        share = self._root / "usr/share/mysql"
        return {"basedir": str(self._root / "usr"), "plugin_dir": str(self._root / "usr/lib/mysql/plugin"),
                "lc_messages_dir": str(share), "character_sets_dir": str(share / "charsets")}

    def server_command(self, configuration: pathlib.Path) -> list[str]:
        return self.program("mysqld") + [f"--defaults-file={configuration}"]

    def client_command(self) -> list[str]:
        return self.program("mysql") + ["--no-defaults"]

    def time_zone_sql(self) -> str:
        return _output(self.program("mysql_tzinfo_to_sql") + [TIME_ZONES])

    def initialise(self, data: pathlib.Path) -> None:
        layout = [f"--{key.replace('_', '-')}={value}" for key, value in self.layout().items()]
        _output(self.program("mysqld") + ["--no-defaults", "--initialize-insecure", f"--datadir={data}",
                                          *_run_as_root_option(), *layout, "--innodb-redo-log-capacity=8M"])

    def _fetched(self) -> pathlib.Path | None:
        def by_number(path: pathlib.Path) -> list[int]:
            return [int(part) for part in path.name.removeprefix("mysql-").split(".")]
        roots = [path for path in cache_folder().glob("mysql-[0-9]*") if not path.name.endswith(".partial")]
        return max(roots, key=by_number, default=None)

    def _fetch(self) -> pathlib.Path:
        with locked(cache_folder() / "fetch.lock"):
            done = self._fetched()
            if done:
                return done
            work, partial = cache_folder() / "apt", cache_folder() / "unpacking.partial"
            shutil.rmtree(partial, ignore_errors=True)
            apt_unpack.unpack(["mysql-server-core", "mysql-client-core"], partial, work)
            root = cache_folder() / f"mysql-{apt_unpack.available_version('mysql-server-core', work)}"
            for unneeded in ("usr/share/doc", "usr/share/man", "usr/share/perl"):
                shutil.rmtree(partial / unneeded, ignore_errors=True)
            partial.rename(root)
            shutil.rmtree(work)
            return root


class MariaDb:
    """MariaDB as Debian installs it (mariadb-server-core, mariadb-client)."""

    name = "mariadb"
    small_log = {"innodb_log_file_size": "8M"}
    options = COMMON_OPTIONS | {"gtid_strict_mode": "ON", "innodb_log_file_size": "512M"}

    def __init__(self) -> None:
        if not shutil.which("mariadbd", path=_system_path()):
            raise ServerError("mariadbd is not installed; run tools/setup")

    @property
    def version(self) -> str:
        return _output(self.program("mariadbd") + ["--version"]).split("Ver ", 1)[1].split("-", 1)[0]

    def program(self, name: str) -> list[str]:
        found = shutil.which(name, path=_system_path())
        if not found:
            raise ServerError(f"{name} is not installed; run tools/setup")
        return [found]

    def layout(self) -> dict[str, str]:
        return {"basedir": "/usr"}

    def server_command(self, configuration: pathlib.Path) -> list[str]:
        return self.program("mariadbd") + [f"--defaults-file={configuration}"]

    def client_command(self) -> list[str]:
        return self.program("mariadb") + ["--no-defaults"]

    def time_zone_sql(self) -> str:
        return _output(self.program("mariadb-tzinfo-to-sql") + ["--skip-write-binlog", TIME_ZONES])

    def initialise(self, data: pathlib.Path) -> None:
        _output(self.program("mariadb-install-db") + ["--no-defaults", f"--datadir={data}", *_run_as_root_option(),
                                                      "--auth-root-authentication-method=normal", "--skip-test-db",
                                                      "--skip-name-resolve"])


FLAVOURS = {"mysql": MySql, "mariadb": MariaDb}


def flavour(name: str):
    if name not in FLAVOURS:
        raise ServerError(f"no flavour '{name}'; there are: {', '.join(FLAVOURS)}")
    return FLAVOURS[name]()


def _run_as_root_option() -> list[str]:
    return ["--user=root"] if os.getuid() == 0 else []


def _system_path() -> str:
    return os.environ.get("PATH", "") + ":/usr/sbin:/usr/bin:/sbin:/bin"


def _output(command: list[str]) -> str:
    outcome = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if outcome.returncode != 0:
        raise ServerError(f"{' '.join(command)} failed:\n{(outcome.stdout + outcome.stderr)[-2000:]}")
    return outcome.stdout
