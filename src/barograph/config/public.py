"""Serving the current release: plain files, no database, no log, no cookie.

Any web server can do this; this one is for a site on one machine, and for trying things out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from barograph.base.media_types import media_type

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
OTHER_POLICIES = (
    # The strip that others may show in a frame; the page itself allows one style by its hash.
    (
        re.compile(r"charts/[^/]+/strip\.html"),
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors *",
    ),
    # Offline copies in one file, and drawings, have their style within.
    (
        re.compile(r"[^/]+/editions/[^/]+/(?!index\.html)[^/]+\.html"),
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'; "
        "frame-ancestors 'none'",
    ),
    (re.compile(r".+\.svg"), "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"),
    # What shows a PDF in a browser has styles of its own, which a stricter policy would take away.
    (re.compile(r".+\.pdf"), "frame-ancestors 'none'"),
)
"""What some files may do beside or in place of what pages may; the first that fits counts."""
HEADERS = [
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), browsing-topics=()"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Vary", "Accept-Encoding"),
]
CACHING = {
    "assets": "public, max-age=31536000, immutable",
    "pictures": "public, max-age=31536000, immutable",
    "cards": "public, max-age=86400",
}
"""For the files below some folders; those of the others are asked for again each time, and mostly not sent again."""
NOTHING_YET = b"Nothing has been published here yet.\n"


class PublicSite:
    """A WSGI application that answers with the files of ``releases/current``."""

    def __init__(self, releases: Path) -> None:
        self.current = releases / "current"

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """One file, a redirect to a folder's own address, or the page that says there is none."""
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
            return _answer(start_response, HTTPStatus.METHOD_NOT_ALLOWED, b"", [("Allow", "GET, HEAD")])
        try:
            # Resolved once, so that a page and its release cannot be of two minds while the link is switched.
            root = self.current.resolve(strict=True)
        except OSError:
            return _answer(
                start_response,
                HTTPStatus.SERVICE_UNAVAILABLE,
                NOTHING_YET,
                [("Content-Type", media_type("notice.txt"))],
            )
        # WSGI hands the path over as Latin-1; files are named in UTF-8.
        path = environ.get("PATH_INFO", "/").encode("latin-1").decode("utf-8", "replace")
        file = _inside(root, path)
        if file is not None and file.is_dir() and not path.endswith("/"):
            location = f"{environ.get('SCRIPT_NAME', '')}/{path.strip('/')}/"
            return _answer(start_response, HTTPStatus.MOVED_PERMANENTLY, b"", [("Location", quote(location))])
        if file is not None and file.is_dir():
            file = file / "index.html"
        if file is None or not file.is_file():
            return self._missing(root, path, environ, start_response)
        return self._file(root, file, environ, start_response)

    def _file(self, root: Path, file: Path, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = file.relative_to(root).as_posix()
        headers = [
            ("Content-Type", media_type(path)),
            ("Cache-Control", CACHING.get(path.partition("/")[0], "no-cache")),
            ("Content-Security-Policy", _policy(path)),
        ]
        compressed = file.with_name(f"{file.name}.gz")
        if _takes_gzip(environ) and compressed.is_file():
            file = compressed
            headers.append(("Content-Encoding", "gzip"))
        stat = file.stat()
        tag = f'"{stat.st_ino:x}-{stat.st_size:x}-{stat.st_mtime_ns:x}"'
        headers.append(("ETag", tag))
        if environ.get("HTTP_IF_NONE_MATCH") == tag:
            return _answer(start_response, HTTPStatus.NOT_MODIFIED, b"", headers)
        return _answer(start_response, HTTPStatus.OK, _body(file, environ), headers, stat.st_size)

    def _missing(
        self, root: Path, path: str, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """The 404 page of the address's language, or the one for all."""
        language = path.strip("/").split("/", 1)[0]
        own = _inside(root, f"/{language}/404.html")
        file = own if own is not None and own.is_file() else root / "404.html"
        content = _body(file, environ) if file.is_file() else b""
        return _answer(start_response, HTTPStatus.NOT_FOUND, content, [("Content-Type", media_type("404.html"))])


def _inside(root: Path, path: str) -> Path | None:
    """The file at a path below ``root``, or nothing for a path that leads out of it."""
    if "\0" in path or "\\" in path or any(part == ".." for part in path.split("/")):
        return None
    return root / path.strip("/")


def _policy(path: str) -> str:
    """What a file may load, and who may show it."""
    return next((policy for pattern, policy in OTHER_POLICIES if pattern.fullmatch(path)), POLICY)


def _takes_gzip(environ: WSGIEnvironment) -> bool:
    """Whether a browser takes what is compressed with gzip; one that says so with a weight of 0 does not."""
    wishes = re.findall(r"(?:^|,)\s*gzip\s*(?:;\s*q=([\d.]+))?", environ.get("HTTP_ACCEPT_ENCODING", ""))
    return any(weight.strip("0.") != "" or weight == "" for weight in wishes)


def _body(file: Path, environ: WSGIEnvironment) -> bytes:
    return b"" if environ["REQUEST_METHOD"] == "HEAD" else file.read_bytes()


def _answer(
    start_response: StartResponse,
    status: HTTPStatus,
    content: bytes,
    headers: list[tuple[str, str]],
    length: int | None = None,
) -> Iterable[bytes]:
    size = len(content) if length is None else length
    if not any(name == "Content-Security-Policy" for name, _ in headers):
        headers = [*headers, ("Content-Security-Policy", POLICY)]
    start_response(f"{status.value} {status.phrase}", [*HEADERS, *headers, ("Content-Length", str(size))])
    return [content]
