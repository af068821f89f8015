"""A keeper: a process that outlives whoever made servers and destroys them when that process has ended.

However it ended: by a failure, Ctrl-C or a kill -9, no server and no file is left behind.
"""

import os
import pathlib
import select
import shutil
import time

from .registry import Registry

POLL_INTERVAL_S = 0.1


def keep(folder: pathlib.Path, watched_process: int) -> None:
    """Destroys all servers of the folder, and the folder, once the watched process has ended. Returns at once."""
    folder.mkdir(parents=True, exist_ok=True)
    watched = os.pidfd_open(watched_process)
    if os.fork() > 0:
        os.close(watched)
        return
    try:
        os.setsid()
        _close_all_but(watched)
        select.select([watched], [], [])
        # A start that was under way when the watched process ended may still be adding to the folder.
        while folder.exists():
            destroy(folder)
            time.sleep(POLL_INTERVAL_S)
    finally:
        os._exit(0)


def destroy(folder: pathlib.Path) -> None:
    Registry(folder).destroy_all()
    shutil.rmtree(folder, ignore_errors=True)


def _close_all_but(kept: int) -> None:
    """Whoever reads our maker's output must not wait for us; nor may we hold a lock that it held."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    os.closerange(3, kept)
    os.closerange(kept + 1, os.sysconf("SC_OPEN_MAX"))
