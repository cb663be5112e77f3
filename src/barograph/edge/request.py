"""A request as the edge reads it: the method, the place, and the fields of a form. Nothing else of it is looked at."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import parse_qsl

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

ROOT = "/newsletter"
"""Where the edge is mounted; a web server in front of it may put it anywhere, since its pages link relatively."""
LIMIT = 16 * 1024
"""Bytes of a form; one that is filled in has less than one thousand."""
FIELDS = 200
FORM = "application/x-www-form-urlencoded"

Fields = dict[str, list[str]]
"""What a form holds: the values of each name."""


class RefusedError(Exception):
    """A request that no reader's browser sends; ``status`` says what is wrong with it."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        self.status = status


@dataclass(frozen=True, slots=True)
class Request:
    """``place`` is the address below the edge's own, such as ``/en/erase/``; none for an address elsewhere."""

    method: str
    place: str | None
    content_type: str
    content_length: str
    content: BinaryIO

    @classmethod
    def read(cls, environ: WSGIEnvironment) -> Request:
        """The request in a WSGI environment (PEP 3333)."""
        path = str(environ.get("PATH_INFO", ""))
        inside = path == ROOT or path.startswith(f"{ROOT}/")
        return cls(
            method=str(environ["REQUEST_METHOD"]),
            place=path.removeprefix(ROOT) if inside else None,
            content_type=str(environ.get("CONTENT_TYPE", "")),
            content_length=str(environ.get("CONTENT_LENGTH") or "0"),
            content=environ["wsgi.input"],
        )

    @property
    def length(self) -> int:
        """Bytes of its content. Raises RefusedError when they are too many, or it does not say how many."""
        if not (self.content_length.isascii() and self.content_length.isdecimal()):
            raise RefusedError(HTTPStatus.BAD_REQUEST)
        if len(self.content_length) > 9 or int(self.content_length) > LIMIT:
            raise RefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return int(self.content_length)

    def fields(self) -> Fields:
        """The fields of a form (application/x-www-form-urlencoded, as HTML defines it). Raises RefusedError."""
        if self.content_type.partition(";")[0].strip().lower() != FORM:
            raise RefusedError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
        content = self.content.read(self.length)
        found: Fields = defaultdict(list)
        try:
            text = content.decode("utf-8")
            for name, value in parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=FIELDS):
                found[name].append(value)
        except ValueError as error:  # too many fields, or letters that are none
            raise RefusedError(HTTPStatus.BAD_REQUEST) from error
        return dict(found)
