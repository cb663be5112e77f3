"""A file of a release is called the same by every server that we describe."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from barograph.base.media_types import media_type

NGINX = Path(__file__).parents[2] / "deploy" / "nginx-release.conf"


def types_of_nginx() -> dict[str, str]:
    """Suffix and type, with the character set that nginx adds."""
    written = NGINX.read_text(encoding="utf-8")
    texts = re.search(r"charset_types ([^;]+);", written)
    table = re.search(r"^types {(.+?)^}", written, re.MULTILINE | re.DOTALL)
    assert texts
    assert table
    with_charset = {"text/html", *texts[1].split()}
    return {
        suffix: f"{kind}; charset=utf-8" if kind in with_charset else kind
        for kind, suffixes in re.findall(r"^ +(\S+) +([^;]+);", table[1], re.MULTILINE)
        for suffix in suffixes.split()
    }


@pytest.mark.parametrize(("suffix", "kind"), sorted(types_of_nginx().items()))
def test_the_example_for_nginx_says_the_same(suffix: str, kind: str) -> None:
    assert media_type(f"en/a.{suffix}") == kind


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("en/feed.json", "application/feed+json; charset=utf-8"),
        ("data/datapackage.json", "application/json; charset=utf-8"),
        ("SHA256SUMS", "text/plain; charset=utf-8"),
        ("en/2024.1/index.html", "text/html; charset=utf-8"),
        ("unheard.of", "application/octet-stream"),
    ],
)
def test_a_file_has_a_type(path: str, kind: str) -> None:
    assert media_type(path) == kind
