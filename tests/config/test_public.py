"""The server for the public files: what it gives, what it refuses, and what it never sends."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from barograph.config.public import PublicSite

FILES = {
    "index.html": "chooser",
    "404.html": "nowhere",
    "en/index.html": "home",
    "en/index.html.gz": "packed",
    "en/editions/2024-01-22/edition-2024-01-22-en.html": "copy",
    "charts/en/strip.html": "strip",
    "charts/en/strip.svg": "<svg/>",
    "cards/en/2024-01-22.png": "PNG",
    "en/404.html": "not here",
    "en/feed.atom": "<feed/>",
    "en/feed.json": "{}",
    "mail/2024-01-22/en.json": "{}",
    "en/society/зіма/index.html": "letters of every kind",
    "assets/style-1.css": "body{}",
    "SHA256SUMS": "…",
}


@pytest.fixture
def site(tmp_path: Path) -> PublicSite:
    (tmp_path / "secret").write_text("secret", encoding="utf-8")
    for name, content in FILES.items():
        file = tmp_path / "release" / "000001-a" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")
    (tmp_path / "release" / "current").symlink_to("000001-a")
    return PublicSite(tmp_path / "release")


def ask(site: PublicSite, path: str, method: str = "GET", **headers: str) -> tuple[str, dict[str, str], str]:
    answer: dict[str, Any] = {}

    def start_response(status: str, given: list[tuple[str, str]], *_: object) -> Any:
        answer.update(status=status, headers=dict(given))

    environ = {"REQUEST_METHOD": method, "PATH_INFO": path.encode().decode("latin-1"), **headers}
    body = b"".join(site(environ, start_response))
    return answer["status"], answer["headers"], body.decode()


@pytest.mark.parametrize(
    ("path", "status", "body"),
    [
        ("/", "200 OK", "chooser"),
        ("/en/", "200 OK", "home"),
        ("/en/feed.atom", "200 OK", "<feed/>"),
        ("/en/society/зіма/", "200 OK", "letters of every kind"),
        ("/en/nothing/", "404 Not Found", "not here"),
        ("/pl/", "404 Not Found", "nowhere"),
        ("/../../secret", "404 Not Found", "nowhere"),
        ("/en/../../secret", "404 Not Found", "not here"),
        ("/..\\secret", "404 Not Found", "nowhere"),
        ("/\0", "404 Not Found", "nowhere"),
    ],
)
def test_a_path_gives_its_file_or_the_page_that_says_there_is_none(
    site: PublicSite, path: str, status: str, body: str
) -> None:
    assert ask(site, path)[::2] == (status, body)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/en/feed.json", "application/feed+json; charset=utf-8"),
        ("/mail/2024-01-22/en.json", "application/json; charset=utf-8"),
        ("/en/index.html.gz", "application/gzip"),
        ("/SHA256SUMS", "text/plain; charset=utf-8"),
    ],
)
def test_a_file_says_of_what_kind_it_is(site: PublicSite, path: str, kind: str) -> None:
    assert ask(site, path)[1]["Content-Type"] == kind


def test_a_folder_without_its_slash_leads_to_its_own_address(site: PublicSite) -> None:
    status, headers, _ = ask(site, "/en/society/зіма")
    assert status == "301 Moved Permanently"
    assert headers["Location"] == "/en/society/%D0%B7%D1%96%D0%BC%D0%B0/"


@pytest.mark.parametrize("path", ["//evil.example/", "//evil.example", "/\\evil.example"])
def test_no_path_leads_to_another_host(site: PublicSite, path: str) -> None:
    status, headers, _ = ask(site, path)
    assert status == "404 Not Found"
    assert "Location" not in headers


def test_every_answer_forbids_scripts_frames_and_referrers_and_sets_no_cookie(site: PublicSite) -> None:
    for path in ("/", "/en/nothing/", "/en/feed.atom", "/en"):
        headers = ask(site, path)[1]
        assert headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'")
        assert "script-src" not in headers["Content-Security-Policy"]
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "Set-Cookie" not in headers


def test_a_browser_that_has_the_file_is_told_so(site: PublicSite) -> None:
    tag = ask(site, "/en/")[1]["ETag"]
    assert ask(site, "/en/", HTTP_IF_NONE_MATCH=tag)[::2] == ("304 Not Modified", "")


@pytest.mark.parametrize(
    ("accepts", "body", "encoding"),
    [
        ("gzip, deflate, br", "packed", "gzip"),
        ("br, gzip;q=0.5", "packed", "gzip"),
        ("gzip;q=0", "home", None),
        ("identity", "home", None),
        ("x-gzip-not", "home", None),
    ],
)
def test_a_browser_that_unpacks_gets_the_packed_page(
    site: PublicSite, accepts: str, body: str, encoding: str | None
) -> None:
    _, headers, given = ask(site, "/en/", HTTP_ACCEPT_ENCODING=accepts)
    assert (given, headers.get("Content-Encoding"), headers["Vary"]) == (body, encoding, "Accept-Encoding")
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    assert headers["Content-Length"] == str(len(body))


def test_a_packed_file_asked_for_by_its_name_is_a_file_like_others(site: PublicSite) -> None:
    _, headers, given = ask(site, "/en/index.html.gz", HTTP_ACCEPT_ENCODING="gzip")
    assert (given, headers.get("Content-Encoding")) == ("packed", None)


@pytest.mark.parametrize(
    ("path", "part"),
    [
        ("/charts/en/strip.html", "frame-ancestors *"),
        ("/charts/en/strip.svg", "style-src 'unsafe-inline'; frame-ancestors 'none'"),
        ("/en/editions/2024-01-22/edition-2024-01-22-en.html", "style-src 'unsafe-inline'; img-src data:"),
        ("/en/", "frame-ancestors 'none'"),
    ],
)
def test_some_files_have_a_policy_of_their_own(site: PublicSite, path: str, part: str) -> None:
    assert part in ask(site, path)[1]["Content-Security-Policy"]


def test_styles_are_kept_for_a_year_and_pages_asked_for_again(site: PublicSite) -> None:
    assert "immutable" in ask(site, "/assets/style-1.css")[1]["Cache-Control"]
    assert ask(site, "/en/")[1]["Cache-Control"] == "no-cache"
    assert ask(site, "/cards/en/2024-01-22.png")[1]["Cache-Control"] == "public, max-age=86400"


def test_head_gives_the_length_without_the_body(site: PublicSite) -> None:
    status, headers, body = ask(site, "/en/", "HEAD")
    assert (status, headers["Content-Length"], body) == ("200 OK", "4", "")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_nothing_can_be_sent_here(site: PublicSite, method: str) -> None:
    assert ask(site, "/", method)[0] == "405 Method Not Allowed"


def test_before_the_first_release_it_says_so(tmp_path: Path) -> None:
    assert ask(PublicSite(tmp_path), "/")[::2] == ("503 Service Unavailable", "Nothing has been published here yet.\n")


def test_the_next_request_sees_the_next_release(site: PublicSite) -> None:
    new = site.current.parent / "000002-b"
    new.mkdir()
    (new / "index.html").write_text("new", encoding="utf-8")
    site.current.unlink()
    site.current.symlink_to("000002-b")
    assert ask(site, "/")[2] == "new"
