"""Where a mirror copies from: a folder, or a website. Nothing that a source says is believed."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path
from typing import BinaryIO, Protocol

from barograph.base.release_folders import CURRENT
from barograph.trust.manifest import Problem, open_plain

CONNECTIONS = 6
"""How many files are copied at once."""


class SourceError(Exception):
    """A source cannot be reached or read at this moment; the message says why. Trying again later may help."""


class BadAddressError(SourceError):
    """An address that is none, or must not be used: trying again later does not help."""


class WrongFileError(Exception):
    """A source does not have a file of the release, or not as it should be; ``problem`` says which and why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


class Source(Protocol):
    """A place that has a release."""

    def begin(self) -> None:
        """Look for the newest release. Raises SourceError."""

    def fetch(self, path: str, file: BinaryIO, limit: int) -> None:
        """Write the content of a file, at most ``limit`` bytes, to an empty ``file``.

        May be called by several threads at once. Raises SourceError and WrongFileError.
        """


class FolderSource:
    """A release in a folder: the folder of the release itself, or the one that has a link ``current`` to it."""

    def __init__(self, folder: Path) -> None:
        self.folder = self._release = folder

    def begin(self) -> None:
        """Follow ``current`` once, so that all files are those of one release."""
        current = self.folder / CURRENT
        self._release = (current if current.exists() else self.folder).resolve()
        if not self._release.is_dir():
            raise SourceError(f"{self.folder} is not a folder: name a release, or the folder that holds releases")

    def fetch(self, path: str, file: BinaryIO, limit: int) -> None:
        """Copy a file."""
        try:
            with open_plain(self._release / path) as opened:
                if os.fstat(opened.fileno()).st_size > limit:
                    raise too_large(path, limit)
                shutil.copyfileobj(opened, file)
        except (FileNotFoundError, NotADirectoryError) as error:
            raise WrongFileError(Problem(path, "is missing")) from error
        except OSError as error:
            if error.errno in (errno.ELOOP, None):  # as open_plain refuses links, pipes and devices
                raise WrongFileError(Problem(path, "is not a plain file")) from error
            raise SourceError(f"{self._release / path} cannot be copied ({error.strerror or error})") from error


def too_large(path: str, limit: int) -> WrongFileError:
    """What to raise for a file that goes on beyond its limit."""
    return WrongFileError(Problem(path, f"is larger than {limit:,} bytes, which no such file of a release is"))
