"""Programs of another Debian suite, unpacked into the cache and run by their own dynamic loader."""

import pathlib
import shutil

from . import apt_unpack
from .paths import ServerError, cache_folder, locked


class Unpacked:
    """Fetched when it is made and not there yet. The folder is NAME-VERSION; the first package has the version."""

    def __init__(self, name: str, suite: str, packages: list[str]) -> None:
        self._name, self._suite, self._packages = name, suite, packages
        self.root = self._fetched() or self._fetch()

    @property
    def version(self) -> str:
        return self.root.name.removeprefix(f"{self._name}-")

    def program(self, name: str) -> list[str]:
        """The command that runs a program of the packages."""
        paths = [path for path in (self.root / "usr/sbin" / name, self.root / "usr/bin" / name) if path.exists()]
        loaders = sorted(self.root.glob("usr/lib*/ld-linux*.so.*")) + sorted(
            self.root.glob("usr/lib/*/ld-linux*.so.*"))
        libraries = sorted(str(path) for path in self.root.glob("usr/lib/*-linux-gnu*"))
        if not paths or not loaders or not libraries:
            raise ServerError(f"{self.root} holds no program {name}; remove that folder and repeat")
        return [str(loaders[0]), "--library-path", ":".join(libraries), str(paths[0])]

    def _fetched(self) -> pathlib.Path | None:
        def by_number(path: pathlib.Path) -> list[int]:
            return [int(part) for part in path.name.removeprefix(f"{self._name}-").split(".")]
        return max(cache_folder().glob(f"{self._name}-[0-9]*"), key=by_number, default=None)

    def _fetch(self) -> pathlib.Path:
        with locked(cache_folder() / "fetch.lock"):
            done = self._fetched()
            if done:
                return done
            work, partial = cache_folder() / "apt", cache_folder() / "unpacking.partial"
            shutil.rmtree(partial, ignore_errors=True)
            apt_unpack.unpack(self._packages, self._suite, partial, work)
            root = cache_folder() / f"{self._name}-{apt_unpack.available_version(self._packages[0], work)}"
            for unneeded in ("usr/share/doc", "usr/share/man", "usr/share/perl"):
                shutil.rmtree(partial / unneeded, ignore_errors=True)
            partial.rename(root)
            shutil.rmtree(work)
            return root
