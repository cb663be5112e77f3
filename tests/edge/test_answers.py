"""Whatever is asked for: what comes back, what stands in its head, and when the edge is closed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from barograph.base.drops import SignUp
from barograph.base.site import SiteSettings
from barograph.edge import application, box, look
from barograph.edge.application import Edge
from barograph.edge.limits import BURST
from barograph.trust.sealing import SealingKey
from barograph.trust.tokens import Purpose
from tests.edge.visits import Clock, Sender, Visitor

FORMS = ["/newsletter/en/", "/newsletter/be/erase/"]


def pages(sender: Sender) -> list[str]:
    links = {"confirm": Purpose.CONFIRM, "unsubscribe": Purpose.UNSUBSCRIBE, "erase": Purpose.ERASE}
    return [*FORMS, *(f"/newsletter/ru/{kind}/{sender.token(purpose)}/" for kind, purpose in links.items())]


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/newsletter/", 200, "Беларуская"),
        ("/newsletter/be/", 200, '<html lang="be">'),
        ("/newsletter/en/nothing/", 404, "This page is not here"),
        ("/newsletter/xx/", 404, '<html lang="en">'),
        ("/newsletter/xx/erase/", 404, "This page is not here"),
        ("/newsletter/be/confirm/", 404, '<html lang="be">'),
        ("/newsletter/be/confirm//", 404, '<html lang="be">'),
        ("/newsletter/be/confirm/a/b/", 404, '<html lang="be">'),
        (f"/newsletter/be/confirm/{'a' * 301}/", 404, '<html lang="be">'),
        ("/newsletter//en/", 404, "This page is not here"),
        ("/newsletter/en//", 404, "This page is not here"),
        ("/newsletter/en/../../../etc/passwd/", 404, "This page is not here"),
        ("/newsletter/../sender.pub", 404, "This page is not here"),
        ("/newsletter/en/\0", 404, "This page is not here"),
        ("/newsletter/page.css", 404, "This page is not here"),
        ("/newsletter/x y", 404, "This page is not here"),
        ("/newsletterx/", 404, "Not Found."),
        ("/", 404, "Not Found."),
        ("", 404, "Not Found."),
        ("*", 404, "Not Found."),
    ],
)
def test_addresses(visitor: Visitor, path: str, status: int, words: str) -> None:
    answer = visitor.ask(path)
    assert answer.status == status
    assert words in answer.text


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/newsletter", "newsletter/"),
        ("/newsletter/en", "en/"),
        ("/newsletter/en/erase", "erase/"),
        ("/newsletter/en/unsubscribe/abc-_=", "abc-_=/"),
    ],
)
def test_a_missing_slash_is_put_there_by_any_method(visitor: Visitor, path: str, location: str) -> None:
    for method in ("GET", "POST"):
        answer = visitor.ask(path, method)
        assert (answer.status, answer.headers["Location"]) == (308, location)


@pytest.mark.parametrize("last", ["x\r\nSet-Cookie: a=b", "https:", "a.b", "ÿ", "a?b", "a" * 301])
def test_no_address_becomes_a_redirect_elsewhere(visitor: Visitor, last: str) -> None:
    assert visitor.ask(f"/newsletter/en/{last}").status == 404


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "get", "", "POST\r\nX: y"])
def test_other_methods_are_told_which_there_are(visitor: Visitor, sender: Sender, method: str) -> None:
    for path in pages(sender):
        answer = visitor.ask(path, method, HTTP_X_HTTP_METHOD_OVERRIDE="POST")
        assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD, POST")
    for path in ("/newsletter/", "/newsletter/style.css"):
        assert visitor.ask(path, method).headers["Allow"] == "GET, HEAD"
        assert visitor.ask(path, "POST").status == 405
    assert sender.files == []


def test_looking_changes_nothing(visitor: Visitor, sender: Sender) -> None:
    before = {path: path.stat().st_mtime_ns for path in sender.folder.rglob("*")}
    for path in [*pages(sender), "/newsletter/", "/newsletter/style.css"]:
        page = visitor.ask(path, QUERY_STRING="address=reader@example.org&language=en")
        head = visitor.ask(path, "HEAD")
        assert (head.content, int(head.headers["Content-Length"])) == (b"", len(page.content))
    assert {path: path.stat().st_mtime_ns for path in sender.folder.rglob("*")} == before


def test_every_answer_keeps_browsers_from_keeping_and_telling(visitor: Visitor, sender: Sender) -> None:
    answers = [*map(visitor.ask, pages(sender)), *map(visitor.post, pages(sender)), visitor.ask("/elsewhere")]
    for answer in [*answers, visitor.subscribe(), visitor.subscribe(address="?")]:
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; ")
        assert all(f"{name} 'none'" in policy for name in ("base-uri", "frame-ancestors"))
        assert "script-src" not in policy
        assert {"Set-Cookie", "Access-Control-Allow-Origin"}.isdisjoint(answer.headers)
    for path in pages(sender)[2:]:
        assert visitor.ask(path).headers["X-Robots-Tag"] == "noindex, nofollow"
    assert "X-Robots-Tag" not in visitor.ask("/newsletter/en/").headers


def test_pages_load_nothing_from_elsewhere_and_all_they_load_is_there(visitor: Visitor, sender: Sender) -> None:
    for path in pages(sender):
        page = visitor.ask(path).text
        assert "<script" not in page
        way_up = "../" * (path.count("/") - 2)
        assert set(re.findall(r'(?:src|action)="([^"]*)"|<link rel="(?:stylesheet|icon)" href="([^"]*)"', page)) == {
            ("", f"{way_up}style.css"),
            ("", f"{way_up}icon.svg"),
        }
    style = visitor.ask("/newsletter/style.css")
    assert style.headers["Content-Type"] == "text/css; charset=utf-8"
    fonts = set(re.findall(r'url\("([^"]+)"\)', style.text))
    assert fonts
    for name in fonts | {"icon.svg"}:
        assert visitor.ask(f"/newsletter/{name}").status == 200
    assert "//" not in re.sub(r"/\*.*?\*/", "", style.text, flags=re.DOTALL)


def test_the_licences_of_the_fonts_are_served_with_them(visitor: Visitor) -> None:
    assert [name for name in visitor.edge.files if name.endswith("OFL.txt")]
    assert visitor.edge.files[look.STYLE].content == look.stylesheet(visitor.edge.site)


@pytest.mark.parametrize("language", ["en", "be", "ru"])
def test_the_edge_is_closed_while_it_is_paused_or_has_no_key(
    visitor: Visitor, sender: Sender, language: str, caplog: pytest.LogCaptureFixture
) -> None:
    paths = [path.replace("/en/", f"/{language}/") for path in pages(sender)]
    (sender.folder / "paused").touch()
    for path in paths:
        for answer in (visitor.ask(path), visitor.post(path)):
            assert (answer.status, answer.headers["Retry-After"]) == (503, "3600")
            assert "mailto:unsubscribe@example.org" in answer.text
    assert f'<html lang="{language}">' in visitor.ask(paths[0]).text
    (sender.folder / "paused").unlink()
    assert visitor.ask(paths[0]).status == 200

    (sender.folder / "sender.pub").unlink()
    assert visitor.ask(paths[0]).status == 503
    assert caplog.records == []
    (sender.folder / "sender.pub").write_text("{}", encoding="utf-8")
    assert [visitor.ask(path).status for path in paths] == [503] * len(paths)
    (told,) = caplog.messages
    assert "copy it again" in told

    sender.publish()
    assert visitor.ask(paths[0]).status == 200
    assert sender.files == []


def test_a_new_key_of_the_sender_needs_no_restart(visitor: Visitor, sender: Sender) -> None:
    visitor.subscribe()
    sender.files[0].unlink()
    sender.sealing = SealingKey.make()
    sender.publish()
    visitor.subscribe()
    assert isinstance(sender.drops()[0], SignUp)


def test_an_edge_starts_before_it_has_anything(edge_site: SiteSettings) -> None:
    clock = Clock()
    visitor = Visitor(Edge(edge_site, clock), clock)
    assert visitor.ask("/newsletter/en/").status == 503
    Sender(edge_site.edge_folder).publish()
    assert visitor.subscribe().status == 200


def test_a_flood_is_stopped_and_people_come_through_later(visitor: Visitor, sender: Sender) -> None:
    fields = visitor.filled()
    visitor.edge.box._write = lambda *_: None  # type: ignore[method-assign] # the disk is not what is tried here
    answers = [visitor.post("/newsletter/en/", fields).status for _ in range(BURST + 1)]
    assert answers == [200] * BURST + [503]
    late = visitor.post("/newsletter/en/", fields)
    assert late.headers["Retry-After"] == "300"
    assert "try again in some minutes" in late.text
    assert visitor.post(pages(sender)[2]).status == 200  # links go on
    visitor.clock.wait(seconds=1)
    assert [visitor.post("/newsletter/en/", fields).status for _ in range(3)] == [200, 200, 503]


def test_programs_that_fall_into_the_trap_take_nothing_from_people(visitor: Visitor) -> None:
    fields = visitor.filled(comment="x")
    for _ in range(BURST + 1):
        assert visitor.post("/newsletter/en/", fields).status == 200


def test_a_full_box_takes_no_sign_ups_but_every_link(
    visitor: Visitor, sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor.edge.box.cap = 3
    assert [visitor.subscribe().status for _ in range(4)] == [200, 200, 200, 503]
    for path in pages(sender)[2:]:
        assert visitor.post(path).status == 200
    for file in sender.files:
        file.unlink()
    assert visitor.subscribe().status == 503
    monkeypatch.setattr(box, "LOOK_SECONDS", -1)
    assert visitor.subscribe().status == 200


def test_a_disk_that_takes_nothing_is_told_to_the_operator_in_one_line(
    visitor: Visitor, sender: Sender, caplog: pytest.LogCaptureFixture
) -> None:
    (sender.folder / "box").write_text("not a folder", encoding="utf-8")
    for answer in (visitor.subscribe(), visitor.post(pages(sender)[3])):
        assert (answer.status, answer.headers["Retry-After"]) == (503, "300")
    assert (
        caplog.messages == [f"{sender.folder / 'box'} takes nothing (File exists): see to the disk and the owner"] * 2
    )


def test_a_folder_that_is_not_ours_to_read_closes_the_edge_and_says_so_once(
    edge_site: SiteSettings, caplog: pytest.LogCaptureFixture
) -> None:
    edge_site.private.mkdir(parents=True)
    edge_site.edge_folder.write_text("not a folder", encoding="utf-8")
    visitor = Visitor(Edge(edge_site, Clock()), Clock())
    assert [visitor.ask("/newsletter/en/").status for _ in range(3)] == [503] * 3
    assert len(caplog.messages) == 1
    assert "Not a directory" in caplog.text


def test_what_goes_wrong_inside_is_told_by_its_kind_alone(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("reader@example.org")

    fields = visitor.filled()
    monkeypatch.setattr(application, "watched_domain", broken)
    answer = visitor.post("/newsletter/en/", fields)
    assert (answer.status, answer.text) == (500, "Internal Server Error.\n")
    assert caplog.messages == ["The newsletter's forms failed on a request: RuntimeError"]
    assert caplog.records[0].exc_info is None


def test_a_site_may_bring_words_of_its_own(edge_site: SiteSettings, sender: Sender) -> None:
    from babel.messages.catalog import Catalog
    from babel.messages.mofile import write_mo

    words = Catalog(locale="pt_BR")
    words.add("The newsletter", "O boletim")
    file = edge_site.folder / "locale" / "pt_BR" / "LC_MESSAGES" / "django.mo"
    file.parent.mkdir(parents=True)
    with Path(file).open("wb") as out:
        write_mo(out, words)
    portuguese = edge_site.languages[0].model_copy(update={"code": "pt-br", "name": "Português"})
    site = edge_site.model_copy(update={"languages": [*edge_site.languages, portuguese]})
    clock = Clock()
    page = Visitor(Edge(site, clock), clock).ask("/newsletter/pt-br/").text
    assert "<h1>O boletim</h1>" in page
    assert "Mail address" in page  # English where there is no other word
    assert sender.files == []
