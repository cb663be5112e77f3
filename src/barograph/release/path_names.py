"""The paths of a release: no two of them may meet on a disk that does not tell “A” from “a”."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection

from barograph.base.release_folders import ReleaseFolderError
from barograph.trust.manifest import UNLISTED, check_path


def clash(path: str, taken: str | None) -> ReleaseFolderError:
    """What to say of two paths that cannot be in the same release."""
    if path == taken:
        return ReleaseFolderError(f"two pages of the release want to be “{path}”: give one of them another address")
    return ReleaseFolderError(f"“{path}” cannot be in a release that has “{taken}”: give one of them another address")


def _folded(path: str) -> str:
    return path.lower() if path.isascii() else unicodedata.normalize("NFC", path.casefold())


def _folders(paths: Collection[str]) -> set[str]:
    """All folders above some files."""
    found: set[str] = set()
    above = {path.rpartition("/")[0] for path in paths} - {""}
    while above:
        found |= above
        above = {folder.rpartition("/")[0] for folder in above} - {""}
    return found


_TAKEN = {_folded(name) for name in UNLISTED}


class PathNames:
    """The paths of a release so far."""

    def __init__(self, taken: Collection[str] = ()) -> None:
        """``taken`` are files that are in it already and do not meet each other."""
        self._names = {_folded(name): name for name in (*UNLISTED, *taken)}
        self._names |= {_folded(folder): f"{folder}/" for folder in _folders(taken)}

    def claim(self, path: str) -> None:
        """Take a path.

        Raises ManifestError for a path that would leave the folder, ReleaseFolderError for one that is
        there already, or differs from another in nothing but capital letters or the way its letters are coded.
        """
        check_path(path)
        ends = [at for at, character in enumerate(path) if character == "/"]
        new = [path[: at + 1] for at in ends if self._is_new(path, path[:at], path[: at + 1])]
        if not self._is_new(path, path, path):
            raise clash(path, path)
        self._names |= {_folded(name.removesuffix("/")): name for name in [*new, path]}

    def _is_new(self, path: str, name: str, spelling: str) -> bool:
        taken = self._names.get(_folded(name))
        if taken not in (None, spelling):
            raise clash(path, taken)
        return taken is None


def check_names(paths: Collection[str]) -> None:
    """See that no two of some paths meet anywhere. Raises as ``PathNames.claim`` does."""
    folders = _folders(paths)
    files, above = ({_folded(name) for name in names} for names in (paths, folders))
    if len(files) < len(paths) or len(above) < len(folders) or files & above or (files | above) & _TAKEN:
        claimed = PathNames()
        for path in sorted(paths):
            claimed.claim(path)
