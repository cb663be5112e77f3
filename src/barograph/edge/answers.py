"""What the edge says back, and the headers on everything it says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse

HTML = "text/html; charset=utf-8"
TEXT = "text/plain; charset=utf-8"
POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'"
"""What a page may load, and where its form may go: the edge itself. No script at all."""
HEADERS = [
    ("Content-Security-Policy", f"{POLICY}; frame-ancestors 'none'"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), browsing-topics=()"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
]
NOT_KEPT = ("Cache-Control", "no-store")
"""On every page: a browser is to keep no copy of it, for whoever looks through a phone."""
NOT_LISTED = ("X-Robots-Tag", "noindex, nofollow")


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer; ``headers`` are those beyond the ones that every answer has."""

    status: HTTPStatus
    content: bytes
    kind: str = HTML
    headers: tuple[tuple[str, str], ...] = (NOT_KEPT,)

    def send(self, start_response: StartResponse, *, without_content: bool = False) -> Iterable[bytes]:
        """Hand it to the server; a HEAD gets it ``without_content``, and is told the same length."""
        length = ("Content-Length", str(len(self.content)))
        headers = [*HEADERS, ("Content-Type", self.kind), length, *self.headers]
        start_response(f"{self.status.value} {self.status.phrase}", headers)
        return [b"" if without_content else self.content]


def plain(status: HTTPStatus, *headers: tuple[str, str]) -> Answer:
    """An answer for programs rather than people: what the status says, in one line."""
    return Answer(status, f"{status.phrase}.\n".encode(), TEXT, (NOT_KEPT, NOT_LISTED, *headers))
