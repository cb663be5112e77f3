"""Walks files and folders, and yields the pages in them one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from barograph.archive.pages import HTML_SUFFIXES, LARGEST, read_page
from barograph.archive.values import PageWarning, SavedPage
from barograph.archive.vocabulary import Vocabulary, vocabulary
from barograph.archive.wordpress import read_export

TEXT_SUFFIXES = frozenset({".txt", ".text"})


def read_paths(paths: Sequence[Path], words: Vocabulary | None = None) -> Iterator[SavedPage]:
    """All pages in files and folders, one after the other; ``.xml`` files are WordPress exports.

    Folders are walked in the order of their names. Files of other kinds are passed over, unless they are named
    themselves: then they are read as text. Raises FileNotFoundError for a path that is not there.
    """
    words = words or vocabulary()
    for path in paths:
        if not path.exists():
            raise FileNotFoundError(
                f"{path} is not there. Name files or folders of saved pages, or a WordPress export."
            )
        for file in _files(path):
            if file.suffix.lower() == ".xml":
                yield from read_export(file, words)
            else:
                yield _read_file(file, words)


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    for child in sorted(path.iterdir()):
        if child.is_dir() and not child.is_symlink():
            yield from _files(child)
        elif child.suffix.lower() in HTML_SUFFIXES | TEXT_SUFFIXES | {".xml"} and child.is_file():
            yield child


def _read_file(file: Path, words: Vocabulary) -> SavedPage:
    try:
        if file.stat().st_size > LARGEST:
            return read_page(b" " * (LARGEST + 1), str(file), words)
        return read_page(file.read_bytes(), str(file), words)
    except OSError as problem:
        return SavedPage(
            str(file), warnings=(PageWarning("unreadable", f"The file could not be read: {problem.strerror}."),)
        )
