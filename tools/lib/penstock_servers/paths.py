"""Where throwaway servers and the cache live, and the file locks that let several programs share them."""

import contextlib
import fcntl
import os
import pathlib


class ServerError(Exception):
    """Something the user can act upon: the text names the object and the remedy."""


def cache_folder() -> pathlib.Path:
    """Holds what is worth keeping between runs: unpacked servers and their initialised data folders."""
    base = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
    return pathlib.Path(base) / "penstock" / "servers"


def servers_folder() -> pathlib.Path:
    """Holds one folder per server. Not in XDG_RUNTIME_DIR: that is a small memory file system, and servers fill."""
    chosen = os.environ.get("PENSTOCK_SERVERS_DIR")
    if chosen:
        return pathlib.Path(chosen).absolute()
    return pathlib.Path(os.environ.get("TMPDIR", "/tmp")) / f"penstock-servers-{os.getuid()}"


@contextlib.contextmanager
def locked(path: pathlib.Path):
    """Holds an exclusive lock on a file of that path; waits for it as long as it takes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
