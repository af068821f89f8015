"""What each flavour of server needs: where its programs are, its default options, a data folder made once.

A flavour's `template()` is an initialised data folder in the cache, with time zones loaded; starting a server copies
it, which takes well under a second where initialising takes several.
"""

import os
import pathlib
import shutil
import subprocess

from .paths import ServerError
from .unpacked import Unpacked

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
    family = "mysql"
    small_log = {"innodb_redo_log_capacity": "8M"}
    options = COMMON_OPTIONS | {
        "gtid_mode": "ON",
        "enforce_gtid_consistency": "ON",
        "innodb_redo_log_capacity": "512M",
        "mysqlx": "OFF",
        "secure_file_priv": "NULL",
    }

    def __init__(self) -> None:
        self._unpacked = Unpacked("mysql", "sid", ["mysql-server-core", "mysql-client-core"])

    @property
    def version(self) -> str:
        return self._unpacked.version

    def program(self, name: str) -> list[str]:
        return self._unpacked.program(name)

    def layout(self) -> dict[str, str]:
        """Options that tell the server where its own files are."""
        root = self._unpacked.root
        share = root / "usr/share/mysql"
        return {"basedir": str(root / "usr"), "plugin_dir": str(root / "usr/lib/mysql/plugin"),
                "lc_messages_dir": str(share), "character_sets_dir": str(share / "charsets")}

    def server_command(self, configuration: pathlib.Path) -> list[str]:
        return self.program("mysqld") + [f"--defaults-file={configuration}"]

    def client_command(self) -> list[str]:
        return self.program("mysql") + ["--no-defaults"]

    def time_zone_sql(self) -> str:
        return _output(self.program("mysql_tzinfo_to_sql") + [TIME_ZONES])

    def initialise(self, data: pathlib.Path) -> None:
        _output(self.program("mysqld") + ["--no-defaults", "--initialize-insecure", f"--datadir={data}",
                                          *_run_as_root_option(), *_arguments(self.layout()),
                                          "--innodb-redo-log-capacity=8M"])


class MariaDb:
    """MariaDB as Debian installs it (mariadb-server-core, mariadb-client)."""

    name = "mariadb"
    family = "mariadb"
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


class MariaDb11(MariaDb):
    """MariaDB 11.8 of Debian 13, unpacked into the cache."""

    name = "mariadb-11"

    def __init__(self) -> None:
        self._unpacked = Unpacked("mariadb-11", "trixie", ["mariadb-server-core", "mariadb-client"])

    @property
    def version(self) -> str:
        return self._unpacked.version

    def program(self, name: str) -> list[str]:
        return self._unpacked.program(name)

    def layout(self) -> dict[str, str]:
        root, share = self._unpacked.root, self._share()
        return {"basedir": str(root / "usr"), "plugin_dir": str(root / "usr/lib/mysql/plugin"),
                "lc_messages_dir": str(share), "character_sets_dir": str(share / "charsets")}

    def initialise(self, data: pathlib.Path) -> None:
        """What mariadb-install-db does; that is a script, which runs the server without its dynamic loader."""
        (data / "mysql").mkdir(parents=True)
        sql = "CREATE DATABASE IF NOT EXISTS mysql;\nUSE mysql;\nSET @auth_root_socket = NULL;\n"
        for part in ("mariadb_system_tables", "mariadb_performance_tables", "mariadb_system_tables_data",
                     "fill_help_tables", "maria_add_gis_sp_bootstrap", "mariadb_sys_schema"):
            sql += (self._share() / f"{part}.sql").read_text(encoding="utf-8")
        _output(self.program("mariadbd") + ["--no-defaults", "--bootstrap", f"--datadir={data}", *_run_as_root_option(),
                                            *_arguments(self.layout()), "--enforce-storage-engine=",
                                            "--max-allowed-packet=8M"], sql)

    def _share(self) -> pathlib.Path:
        return self._unpacked.root / "usr/share/mariadb"


FLAVOURS = {flavour.name: flavour for flavour in (MySql, MariaDb, MariaDb11)}


def flavour(name: str):
    if name not in FLAVOURS:
        raise ServerError(f"no flavour '{name}'; there are: {', '.join(FLAVOURS)}")
    return FLAVOURS[name]()


def _run_as_root_option() -> list[str]:
    return ["--user=root"] if os.getuid() == 0 else []


def _system_path() -> str:
    return os.environ.get("PATH", "") + ":/usr/sbin:/usr/bin:/sbin:/bin"


def _arguments(options: dict[str, str]) -> list[str]:
    return [f"--{key.replace('_', '-')}={value}" for key, value in options.items()]


def _output(command: list[str], standard_input: str = "") -> str:
    outcome = subprocess.run(command, input=standard_input, capture_output=True, text=True, check=False)
    if outcome.returncode != 0:
        raise ServerError(f"{' '.join(command)} failed:\n{(outcome.stdout + outcome.stderr)[-2000:]}")
    return outcome.stdout
