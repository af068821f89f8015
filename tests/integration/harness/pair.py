"""Source and destination, used by many cases in turn.

They live in a folder of their own, under a keeper: neither a failure, nor Ctrl-C, nor a kill leaves a server behind.
"""

import pathlib

from penstock_servers import Registry, keeper
from penstock_tasks import compare

NAMES = ("source", "destination")


def start(folder: pathlib.Path, watched_process: int) -> None:
    """Makes the pair in `folder`, to be destroyed at the latest when the watched process ends."""
    keeper.keep(folder, watched_process)
    registry = Registry(folder)
    for name in NAMES:
        registry.start(name)


def clean(folder: pathlib.Path) -> dict:
    """Both servers as if freshly made: running, default options, no data, no accounts, no history."""
    registry = Registry(folder)
    servers = {}
    for name in NAMES:
        server = registry.start(name)
        if server.record["options"]:
            server.write_record(server.record | {"options": {}})
            server.restart()
        _empty(server)
        servers[name] = server
    return servers


def _empty(server) -> None:
    with server.connect() as connection, connection.cursor() as cursor:
        cursor.execute("SELECT id FROM performance_schema.processlist "
                       "WHERE id <> CONNECTION_ID() AND user NOT IN ('event_scheduler', 'system user')")
        for (process,) in cursor.fetchall():
            # The connection may end by itself in between.
            cursor.execute("SELECT COUNT(*) FROM performance_schema.processlist WHERE id = %s", (process,))
            if cursor.fetchone()[0]:
                _kill(cursor, process)
        cursor.execute("STOP REPLICA")
        cursor.execute("RESET REPLICA ALL")
        for option in ("super_read_only = OFF", "read_only = OFF", "event_scheduler = ON", "binlog_format = 'ROW'",
                       "binlog_row_image = 'FULL'", "time_zone = 'SYSTEM'", "local_infile = OFF"):
            cursor.execute(f"SET GLOBAL {option}")
        cursor.execute("SET SESSION foreign_key_checks = 0")
        for schema in compare.user_schemas(server):
            cursor.execute(f"DROP DATABASE `{schema.replace('`', '``')}`")
        cursor.execute("SELECT user, host FROM mysql.user WHERE user NOT LIKE 'mysql.%' AND user <> 'root'")
        for user, host in cursor.fetchall():
            cursor.execute("DROP USER %s@%s", (user, host))
        cursor.execute("RESET BINARY LOGS AND GTIDS")


def _kill(cursor, process: int) -> None:
    try:
        cursor.execute(f"KILL {process}")
    except cursor.connection.Error as error:
        if error.args[0] != 1094:  # no such thread any more
            raise

