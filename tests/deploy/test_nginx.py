"""``deploy/nginx.conf`` on a release: what a reader gets from the real nginx, and what it never does."""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from barograph.config.public import POLICY
from tests.deploy.running_nginx import ONION, Nginx, running_nginx

PAGE = ("<!doctype html><title>Галоўная</title>" + "<p>text</p>" * 400).encode()
FILES = {
    "index.html": b"chooser", "404.html": b"nowhere", "en/404.html": b"not here", "be/404.html": "няма".encode(),
    "en/index.html": PAGE, "en/index.html.gz": gzip.compress(PAGE, mtime=0),
    "en/feed.atom": b"<feed/>", "en/feed.json": b"{}", "en/press/feed.json": b"{}", "data/verdicts.json": b"{}",
    "en/editions/2024-01-22/index.html": b"edition", "en/editions/2024-01-22/edition-2024-01-22-en.html": b"copy",
    "en/editions/2024-01-22/edition.pdf": b"%PDF", "en/editions/2024-01-22/edition.epub": b"PK",
    "en/editions/2024-01-22/edition.txt": b"text", "en/society/зіма/index.html": b"letters",
    "charts/en/strip.html": b"strip", "charts/en/strip.svg": b"<svg/>", "charts/en/strip.png": b"PNG",
    "data/verdicts.csv": b"a,b", "data/verdicts.parquet": b"PAR1", "data/codebook.en.md": b"# Codebook",
    "data/all.zip": b"PK", "data/cite.bib": b"@", "data/cite.ris": b"TY", "cards/en/2024-01-22.png": b"PNG",
    "pictures/harbour-480.webp": b"RIFF", "assets/style-1.css": b"body{}", "assets/sans.woff2": b"wOF2",
    "SHA256SUMS": b"sums", "SHA256SUMS.minisig": b"signature", "minisign.pub": b"key", "verify.sh": b"#!/bin/sh",
    "_redirects": b"", "releases.txt": b"", "robots.txt": b"", "sitemap.xml": b"<urlset/>",
}  # fmt: skip


def certificate(folder: Path) -> None:
    """A certificate for example.org that vouches for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "example.org")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("example.org")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "fullchain.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "privkey.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with releases, one of which is the current one, and with a place for nginx's own files."""
    folder = tmp_path_factory.mktemp("nginx")
    for path, content in FILES.items():
        file = folder / "release" / "000001-0123456789ab" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    (folder / "secret").write_bytes(b"secret")
    (folder / "release" / "current").symlink_to("000001-0123456789ab")
    (folder / "own").mkdir()
    certificate(folder / "own")
    return folder


@pytest.fixture(scope="module")
def nginx(place: Path) -> Iterator[Nginx]:
    with running_nginx(place / "own", place / "release") as started:
        yield started


@pytest.mark.parametrize("path", ["/", "/en/", "/nothing", "/assets/style-1.css", "/data/verdicts.csv", "/en"])
def test_every_answer_has_all_headers(nginx: Nginx, path: str) -> None:
    headers = nginx.ask(path).headers
    expected = {
        "Content-Security-Policy": POLICY,
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), browsing-topics=()",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Strict-Transport-Security": "max-age=31536000",
        "Onion-Location": f"http://{ONION}{path}",
        "Server": "nginx",
    }
    assert {name: headers.get(name) for name in expected} == expected
    assert "Set-Cookie" not in headers


def test_an_onion_service_says_nothing_of_https(nginx: Nginx) -> None:
    answer = nginx.ask("/en/", by="onion")
    assert answer.body == PAGE
    assert answer.headers["Content-Security-Policy"] == POLICY
    assert {"Strict-Transport-Security", "Onion-Location"}.isdisjoint(answer.headers)


def test_whoever_comes_without_https_is_sent_there(nginx: Nginx) -> None:
    answer = nginx.ask("/en/?a=b", by="http")
    assert (answer.status, answer.headers["Location"]) == (301, "https://example.org/en/?a=b")


@pytest.mark.parametrize(
    ("path", "policy"),
    [
        ("/charts/en/strip.html", "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; "
         "frame-ancestors *"),
        ("/en/editions/2024-01-22/edition-2024-01-22-en.html", "default-src 'none'; style-src 'unsafe-inline'; "
         "img-src data:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"),
        ("/en/editions/2024-01-22/index.html", POLICY),
        ("/charts/en/strip.svg", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"),
        ("/en/editions/2024-01-22/edition.pdf", "frame-ancestors 'none'"),
    ],
)  # fmt: skip
def test_some_files_have_a_policy_of_their_own(nginx: Nginx, path: str, policy: str) -> None:
    assert nginx.ask(path).headers.get("Content-Security-Policy") == policy


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/en/", "text/html; charset=utf-8"),
        ("/en/feed.atom", "application/atom+xml; charset=utf-8"),
        ("/en/feed.json", "application/feed+json; charset=utf-8"),
        ("/en/press/feed.json", "application/feed+json; charset=utf-8"),
        ("/data/verdicts.json", "application/json; charset=utf-8"),
        ("/data/verdicts.csv", "text/csv; charset=utf-8"),
        ("/data/codebook.en.md", "text/markdown; charset=utf-8"),
        ("/data/cite.bib", "text/x-bibtex; charset=utf-8"),
        ("/data/cite.ris", "application/x-research-info-systems; charset=utf-8"),
        ("/data/all.zip", "application/zip"),
        ("/data/verdicts.parquet", "application/vnd.apache.parquet"),
        ("/en/editions/2024-01-22/edition.epub", "application/epub+zip"),
        ("/en/editions/2024-01-22/edition.pdf", "application/pdf"),
        ("/en/editions/2024-01-22/edition.txt", "text/plain; charset=utf-8"),
        ("/charts/en/strip.svg", "image/svg+xml; charset=utf-8"),
        ("/charts/en/strip.png", "image/png"),
        ("/pictures/harbour-480.webp", "image/webp"),
        ("/assets/style-1.css", "text/css; charset=utf-8"),
        ("/assets/sans.woff2", "font/woff2"),
        ("/SHA256SUMS", "text/plain; charset=utf-8"),
        ("/SHA256SUMS.minisig", "text/plain; charset=utf-8"),
        ("/minisign.pub", "text/plain; charset=utf-8"),
        ("/verify.sh", "text/plain; charset=utf-8"),
        ("/_redirects", "text/plain; charset=utf-8"),
        ("/sitemap.xml", "application/xml; charset=utf-8"),
    ],
)
def test_every_kind_of_file_says_what_it_is(nginx: Nginx, path: str, kind: str) -> None:
    answer = nginx.ask(path)
    assert (answer.status, answer.headers["Content-Type"]) == (200, kind)


@pytest.mark.parametrize(
    ("path", "caching"),
    [
        ("/assets/style-1.css", "public, max-age=31536000, immutable"),
        ("/pictures/harbour-480.webp", "public, max-age=31536000, immutable"),
        ("/cards/en/2024-01-22.png", "public, max-age=86400"),
        ("/en/", "no-cache"),
        ("/data/verdicts.csv", "no-cache"),
        ("/assets/gone.css", "no-cache"),
    ],
)
def test_only_what_never_changes_is_kept_by_browsers(nginx: Nginx, path: str, caching: str) -> None:
    assert nginx.ask(path).headers["Cache-Control"] == caching


def test_a_packed_page_is_given_as_it_lies_there(nginx: Nginx) -> None:
    packed = nginx.ask("/en/", Accept_Encoding="gzip, br")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["Vary"] == "Accept-Encoding"
    assert packed.headers["Content-Type"] == "text/html; charset=utf-8"
    assert packed.body == FILES["en/index.html.gz"]
    assert "Content-Encoding" not in nginx.ask("/en/").headers


def test_the_packed_file_itself_is_a_file_like_others(nginx: Nginx) -> None:
    """A mirror fetches it by its name, and must get these very bytes."""
    for wish in ("gzip", "identity"):
        answer = nginx.ask("/en/index.html.gz", Accept_Encoding=wish)
        assert answer.body == FILES["en/index.html.gz"]
        assert answer.headers["Content-Type"] == "application/gzip"
        assert "Content-Encoding" not in answer.headers


def test_what_is_the_same_is_not_sent_again(nginx: Nginx) -> None:
    tag = nginx.ask("/en/").headers["ETag"]
    assert nginx.ask("/en/", If_None_Match=tag).status == 304


@pytest.mark.parametrize(
    ("path", "status", "body"),
    [
        ("/be/nothing/", 404, FILES["be/404.html"]),
        ("/en/nothing", 404, b"not here"),
        ("/en/society/%D0%B7%D1%96%D0%BC%D0%B0/", 200, b"letters"),
        ("/pl/nothing/", 404, b"nowhere"),
        ("/nothing", 404, b"nowhere"),
        ("/assets/", 404, b"nowhere"),
        ("/../secret", 400, None),
        ("/en/%2e%2e/%2e%2e/%2e%2e/secret", 400, None),
    ],
)
def test_what_is_not_there_is_said_in_the_readers_language(
    nginx: Nginx, path: str, status: int, body: bytes | None
) -> None:
    answer = nginx.ask(path)
    assert answer.status == status
    if body is not None:
        assert (answer.body, answer.headers["Content-Type"]) == (body, "text/html; charset=utf-8")


def test_a_folder_without_its_slash_leads_to_the_one_with_it_by_whatever_name_the_site_is_called(nginx: Nginx) -> None:
    answer = nginx.ask("/en")
    assert (answer.status, answer.headers["Location"]) == (301, "/en/")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
@pytest.mark.parametrize("path", ["/en/", "/en/feed.json", "/nothing"])
def test_reading_is_all_that_can_be_done(nginx: Nginx, method: str, path: str) -> None:
    answer = nginx.ask(path, method)
    assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD")


def test_a_head_is_a_page_without_its_body(nginx: Nginx) -> None:
    answer = nginx.ask("/en/", "HEAD")
    assert (answer.status, answer.headers["Content-Length"], answer.body) == (200, str(len(PAGE)), b"")


def test_a_switched_link_is_followed_at_once(nginx: Nginx, place: Path) -> None:
    releases = place / "release"
    (releases / "000002-0123456789ab").mkdir(exist_ok=True)
    (releases / "000002-0123456789ab" / "index.html").write_bytes(b"the next")
    for name, body in (("000002-0123456789ab", b"the next"), ("000001-0123456789ab", b"chooser")):
        (releases / "next").symlink_to(name)
        (releases / "next").replace(releases / "current")
        assert nginx.ask("/").body == body


def test_nothing_about_readers_is_written_anywhere(nginx: Nginx, place: Path) -> None:
    for path in ("/en/?a-word-to-look-for", "/a-word-to-look-for", "/en/%00a-word-to-look-for"):
        nginx.ask(path)
        nginx.ask(path, "POST")
    written = [Path(folder) / name for folder, _, names in os.walk(place / "own") for name in names]
    assert {file.name for file in written} == {
        "nginx.conf", "barograph-release.conf", "main.conf", "fullchain.pem", "privkey.pem", "nginx.pid", "main.log",
    }  # fmt: skip
    log = (place / "own" / "main.log").read_text(encoding="utf-8")
    assert "a-word-to-look-for" not in log
    assert "127.0.0.1" not in log
