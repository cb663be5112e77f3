"""What a server says each file of a release is (RFC 9110, section 8.3), the same wherever the release lies.

Asking the machine instead (``mimetypes``) gives another answer on each. ``deploy/nginx-release.conf`` says the same:
``tests/base/test_media_types.py`` compares the two.
"""

from __future__ import annotations

from pathlib import PurePosixPath

_TYPES = {
    ".atom": "application/atom+xml; charset=utf-8",
    ".bib": "text/x-bibtex; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".epub": "application/epub+zip",
    ".gz": "application/gzip",
    ".html": "text/html; charset=utf-8",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".json": "application/json; charset=utf-8",
    ".md": "text/markdown; charset=utf-8",
    ".minisig": "text/plain; charset=utf-8",
    ".parquet": "application/vnd.apache.parquet",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".pub": "text/plain; charset=utf-8",
    ".ris": "application/x-research-info-systems; charset=utf-8",
    ".sh": "text/plain; charset=utf-8",
    ".svg": "image/svg+xml; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
    ".xml": "application/xml; charset=utf-8",
    ".zip": "application/zip",
    "": "text/plain; charset=utf-8",
}
_FEED = "application/feed+json; charset=utf-8"


def media_type(path: str) -> str:
    """The media type of a file in a release; of one that no release has, only that it is bytes."""
    name = PurePosixPath(path)
    return _FEED if name.name == "feed.json" else _TYPES.get(name.suffix, "application/octet-stream")
