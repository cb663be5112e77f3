"""Mirroring from a website: it is fetched with care, and a server that lies gets nowhere."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from barograph.mirror import copying
from barograph.mirror.mirroring import Mirrored, mirror_release
from barograph.mirror.source import SourceError
from barograph.mirror.web import WebSource
from barograph.trust import head
from barograph.trust.head import RefusedReleaseError
from tests.mirror.lying_server import Handler, LyingServer, lying_server
from tests.mirror.publisher import FILES, TODAY, Publisher, served

PAGE = "en/index.html"


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def publisher(tmp_path: Path) -> Publisher:
    made = Publisher(tmp_path / "publisher")
    made.publish(FILES)
    return made


@pytest.fixture
def server(publisher: Publisher) -> Iterator[LyingServer]:
    with lying_server(publisher.folder / "current") as started:
        yield started


@pytest.fixture
def dest(tmp_path: Path) -> Path:
    return tmp_path / "mirror"


def run(server: LyingServer, publisher: Publisher, dest: Path, seconds: float = 5) -> Mirrored:
    return run_from(server.address, publisher, dest, seconds)


def run_from(address: str, publisher: Publisher, dest: Path, seconds: float = 5) -> Mirrored:
    with closing(WebSource(address, seconds=seconds, pauses=(0, 0))) as source:
        return mirror_release(source, dest, publisher.key.public, today=TODAY)


def test_a_site_is_mirrored_and_then_only_what_changed(server: LyingServer, publisher: Publisher, dest: Path) -> None:
    run(server, publisher, dest)
    assert served(dest) == served(publisher.folder)
    publisher.publish({**FILES, PAGE: b"<p>two</p>"})
    server.asked.clear()
    assert run(server, publisher, dest).fetched == 1
    assert [path for path, _ in server.asked[4:]] == [PAGE]
    assert {encoding for _, encoding in server.asked} == {"identity"}
    assert served(dest) == served(publisher.folder)


def test_an_address_may_have_a_path(server: LyingServer, publisher: Publisher, dest: Path) -> None:
    server.folder = publisher.folder
    run_from(f"{server.address}/current/", publisher, dest)
    assert served(dest) == served(publisher.folder)


def endless(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    while True:
        handler.wfile.write(b"3e8\r\n" + b"x" * 1000 + b"\r\n")


def cut_short(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "100")
    handler.end_headers()
    handler.wfile.write(b"<p>o")
    handler.close_connection = True


def silent(handler: Handler) -> None:
    handler.server.over.wait()


def trickling(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    while not handler.server.over.wait(0.02):
        handler.wfile.write(b"x")


def redirect(to: str) -> Callable[[Handler], None]:
    return lambda handler: handler.answer(302, b"", Location=to)


def said(status: int) -> Callable[[Handler], None]:
    return lambda handler: handler.answer(status, FILES[PAGE])


LIES = [
    (lambda handler: handler.answer(200, b"<p>forged</p>"), RefusedReleaseError, "en/index.html: was changed"),
    (lambda handler: handler.answer(200, FILES[PAGE] + b" "), RefusedReleaseError, "en/index.html: was changed"),
    (lambda handler: handler.answer(200, gzip.compress(FILES[PAGE]), Content_Encoding="gzip"),
     RefusedReleaseError, "en/index.html: was changed"),
    (said(404), RefusedReleaseError, "en/index.html: is missing"),
    (said(410), RefusedReleaseError, "en/index.html: is missing"),
    (endless, RefusedReleaseError, "is larger than 50,000 bytes"),
    (said(403), SourceError, "the server says 403"),
    (said(206), SourceError, "the server says 206"),
    (said(503), SourceError, "the server says 503"),
    (cut_short, SourceError, "cannot be fetched"),
    (silent, SourceError, "cannot be fetched: timed out"),
    (trickling, SourceError, "comes too slowly"),
    (redirect("http://localhost:1/en/index.html"), SourceError, "redirected to another server"),
    (redirect("https://127.0.0.1/en/index.html"), SourceError, "redirected to another server"),
    (redirect("?again"), SourceError, "redirected more than 3 times"),
    (redirect("file:///etc/passwd"), SourceError, "redirected to another server"),
]  # fmt: skip


@pytest.mark.parametrize("path", [PAGE, "SHA256SUMS"])
@pytest.mark.parametrize(("lie", "error", "reason"), LIES)
def test_a_server_that_lies_gets_nowhere(
    server: LyingServer,
    publisher: Publisher,
    dest: Path,
    monkeypatch: pytest.MonkeyPatch,
    path: str,
    lie: Callable[[Handler], object],
    error: type[Exception],
    reason: str,
) -> None:
    monkeypatch.setattr(copying, "LARGEST_FILE", 50_000)
    monkeypatch.setattr(head, "LARGEST", 50_000)
    run(server, publisher, dest)
    before = served(dest)
    publisher.publish({**FILES, PAGE: b"<p>two</p>"})
    server.lies[path] = lie
    with pytest.raises(error, match=reason if path == PAGE else None):
        run(server, publisher, dest, seconds=0.2)
    assert served(dest) == before
    server.lies.clear()
    run(server, publisher, dest)
    assert served(dest) == served(publisher.folder)


def test_a_redirect_within_the_server_is_followed(server: LyingServer, publisher: Publisher, dest: Path) -> None:
    server.lies[PAGE] = redirect("/elsewhere")
    server.lies["elsewhere"] = lambda handler: handler.answer(200, FILES[PAGE])
    run(server, publisher, dest)
    assert served(dest) == served(publisher.folder)


def test_a_server_that_was_overloaded_is_asked_again(server: LyingServer, publisher: Publisher, dest: Path) -> None:
    answers = iter([said(503), said(429), said(200)])
    server.lies[PAGE] = lambda handler: next(answers)(handler)  # noqa: PLW0108 (another one each time)
    run(server, publisher, dest)
    assert served(dest) == served(publisher.folder)


def test_a_release_that_comes_while_another_is_fetched_is_fetched_instead(
    server: LyingServer, publisher: Publisher, dest: Path
) -> None:
    def swap(handler: Handler) -> None:
        server.lies.clear()
        publisher.publish({**FILES, PAGE: b"<p>newer</p>"}, expires=TODAY + timedelta(days=6))
        handler.answer(200, (publisher.folder / "current" / PAGE).read_bytes())

    server.lies[PAGE] = swap
    assert run(server, publisher, dest).head.stamp.sequence == 2
    assert served(dest) == served(publisher.folder)


def test_a_server_that_is_not_there_is_told_from_one_that_lies(publisher: Publisher, dest: Path) -> None:
    with lying_server(publisher.folder) as server:
        address = server.address
    with pytest.raises(SourceError, match="cannot be fetched"):
        run_from(address, publisher, dest)
    assert served(dest) == {}


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("http://example.org", "must begin with https://"),
        ("http://notonion.example", "must begin with https://"),
        ("http://127.0.0.1.example.org", "must begin with https://"),
        ("https://example.org:port", "is not an address"),
        ("https://", "names no server"),
    ],
)
def test_an_address_that_anybody_in_between_could_change_is_refused(address: str, reason: str) -> None:
    with pytest.raises(SourceError, match=reason):
        WebSource(address)


@pytest.mark.parametrize("address", ["https://example.org", "http://[::1]:8000", f"http://{'a' * 56}.onion"])
def test_an_address_that_nobody_in_between_can_change_is_taken(address: str) -> None:
    WebSource(address).close()


@pytest.mark.parametrize(
    ("proxy", "reason"), [("socks5://127.0.0.1:9050", "torsocks"), ("nonsense://x", "is not an address")]
)
def test_a_proxy_that_cannot_be_used_is_told(monkeypatch: pytest.MonkeyPatch, proxy: str, reason: str) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    with pytest.raises(SourceError, match=reason):
        WebSource("https://example.org")


def test_a_proxy_of_the_environment_is_asked_for_everything(
    server: LyingServer, publisher: Publisher, dest: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"http://{'a' * 56}.onion"
    for path, content in served(publisher.folder).items():
        server.lies[f"{address}/{path}"] = lambda handler, content=content: handler.answer(200, content)  # type: ignore[misc]
    monkeypatch.setenv("HTTP_PROXY", server.address)
    run_from(address, publisher, dest)
    assert served(dest) == served(publisher.folder)
