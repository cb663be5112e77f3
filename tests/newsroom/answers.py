"""Answers of the newsroom that are files."""

from __future__ import annotations

from typing import Any


def read(answer: Any) -> bytes:
    """Take an answer to its end, which closes the file it may come from.

    Closing it by hand would also close the connection of the database, and end the transaction of the test.
    """
    return b"".join(answer) if answer.streaming else answer.content
