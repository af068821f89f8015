"""Throwaway MySQL and MariaDB servers for tests, demo and benchmarks.

The same code serves `tools/servers` and Python programs:

    from penstock_servers import Registry
    registry = Registry()                       # or Registry("/some/folder")
    source = registry.start("source", options={"binlog_row_image": "FULL"})
    with source.connect() as connection: ...
    registry.destroy("source")

paths.py          where servers and the cache live, and the locks on them
apt_unpack.py     packages of another Debian suite, unpacked without being installed
unpacked.py       their programs, kept in the cache
flavours.py       what MySQL and MariaDB need: programs, options, a data folder made once
server.py         one server: its folder, its process, a connection to it
adopted.py        a server of the user's own under a name
registry.py       all of them by name
keeper.py         destroys a program's servers when the program has ended, however it ended
"""

from .adopted import AdoptedServer
from .paths import ServerError
from .registry import Registry
from .server import Server

__all__ = ["AdoptedServer", "Registry", "Server", "ServerError"]
