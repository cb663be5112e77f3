"""Walks files and folders, and yields the pages in them one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from barograph.archive.pages import HTML_SUFFIXES, LARGEST, read_page, too_large
from barograph.archive.text import printable
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
    """The files below a path; a folder that may not be opened stands for itself, so that it gets its warning."""
    if not path.is_dir():
        yield path
        return
    try:
        children = sorted(path.iterdir())
    except OSError:
        yield path
        return
    for child in children:
        if child.is_dir() and not child.is_symlink():
            yield from _files(child)
        elif child.suffix.lower() in HTML_SUFFIXES | TEXT_SUFFIXES | {".xml"} and child.is_file():
            yield child


def _read_file(file: Path, words: Vocabulary) -> SavedPage:
    name = printable(file)
    try:
        size = file.stat().st_size
        return read_page(file.read_bytes(), name, words) if size <= LARGEST else too_large(name, size)
    except OSError as problem:
        message = f"The file could not be read: {problem.strerror}."
        return SavedPage(name, warnings=(PageWarning("unreadable", message),))
