"""A compressed copy beside every text file: made once at build time, so that no server has to do it for each reader."""

from __future__ import annotations

from isal import igzip

SUFFIX = ".gz"
LEVEL = 2
"""Of ISA-L's four: as small as zlib's sixth of nine, in a tenth of its time."""

_TEXT = (".html", ".css", ".svg", ".json", ".atom", ".xml", ".txt", ".csv", ".md", ".bib", ".ris", ".sh", ".xhtml")


def is_text(path: str) -> bool:
    """Whether a file of a release gets a compressed copy: text by its name, and no copy itself."""
    return path.endswith(_TEXT)


def compressed(content: bytes) -> bytes:
    """``content`` in the format of gzip(1), RFC 1952, without a date: the same bytes for the same content."""
    made: bytes = igzip.compress(content, LEVEL, mtime=0)
    return made
