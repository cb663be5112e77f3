"""Input that nobody sends in good faith is refused with a page, never with a failure, and acts nowhere."""

from __future__ import annotations

import html
import io
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote_plus, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from barograph.base.drops import Choices, SignUp
from barograph.edge.application import FORMS_AT_ONCE
from barograph.edge.request import FORM
from barograph.trust.tokens import Purpose
from tests.edge.visits import ADDRESS, START, Sender, Visitor

FIELDS = ["address", "language", "section", "cadence", "mode", "stamp", "understood", "comment"]
INJECTIONS = [
    "\r\nBcc: everybody@example.org",
    "\nX-Injected: yes\n\nbody",
    "%0d%0aBcc:everybody@example.org",
    "\u2028Bcc: everybody@example.org",
    '"><script>alert(1)</script>',
    "{{ 7 * 7 }}{% raise %}",
    "'; DROP TABLE subscribers; --",
    "\u202etxt.exe\u2066",
    "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
    "\0",
    "../../../../etc/passwd",
    "A" * 5000,
]
one_visitor = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)


@pytest.mark.parametrize("name", FIELDS)
@pytest.mark.parametrize("injection", INJECTIONS)
def test_nothing_typed_into_a_field_acts_or_passes(visitor: Visitor, sender: Sender, name: str, injection: str) -> None:
    for path in ("/newsletter/en/", "/newsletter/en/erase/"):
        fields = visitor.filled()
        fields[name] = injection if name != "address" else f"{ADDRESS}{injection}"
        answer = visitor.post(path, fields)
        assert answer.status in {200, 400}
        assert "<script" not in answer.text
    plain = SignUp(ADDRESS, Choices("en"), START.date())
    assert all(getattr(drop, "address", "") == ADDRESS for drop in sender.drops())
    assert all(drop == plain for drop in sender.drops() if isinstance(drop, SignUp))


def test_what_comes_back_into_the_field_is_text(visitor: Visitor) -> None:
    typed = "\"><b>'&quot;@x\u202e\0"
    back = visitor.subscribe(address=typed)
    assert html.unescape(back.value("address")) == "\"><b>'&quot;@x"
    assert len(html.unescape(visitor.subscribe(address="é" * 2000).value("address"))) == 254


@pytest.mark.parametrize(
    ("content", "environ", "status"),
    [
        (b"a" * (16 * 1024 + 1), {}, 413),
        (b"", {"CONTENT_LENGTH": "999999999999999999999"}, 413),
        (b"", {"CONTENT_LENGTH": "-1"}, 400),
        (b"", {"CONTENT_LENGTH": "1_0"}, 400),
        (b"", {"CONTENT_LENGTH": "١٢"}, 400),
        (b"", {"CONTENT_LENGTH": "abc"}, 400),
        (b"address=", {"CONTENT_LENGTH": ""}, 400),
        (b"address=short", {"CONTENT_LENGTH": "9000"}, 400),
        (b"&".join(b"a=%d" % number for number in range(1500)), {}, 400),
        (b"&" * 10_000, {}, 400),
        (b"=" * 10_000, {}, 400),
        (b"\xff\xfe", {}, 400),
        (b"address=%ff%fe", {}, 400),
        (b"address=%00", {}, 400),
        (b"\0" * 100, {}, 400),
        (b"address=%", {}, 400),
        (b"--x\r\n", {"CONTENT_TYPE": "multipart/form-data; boundary=x"}, 415),
        (b"{}", {"CONTENT_TYPE": "application/json"}, 415),
        (b"address=a", {"CONTENT_TYPE": ""}, 415),
        (b"address=a", {"CONTENT_TYPE": "text/plain\0"}, 415),
    ],
)
def test_contents_that_are_no_form(
    visitor: Visitor, sender: Sender, content: bytes, environ: dict[str, str], status: int
) -> None:
    for path in ("/newsletter/en/", "/newsletter/be/erase/"):
        assert visitor.post(path, content, **environ).status == status
    assert sender.files == []


def test_a_link_with_far_too_much_behind_it_is_refused(visitor: Visitor, sender: Sender) -> None:
    path = f"/newsletter/en/unsubscribe/{sender.token(Purpose.UNSUBSCRIBE)}/"
    assert visitor.post(path, b"a" * 20_000).status == 413
    assert sender.files == []


class SlowForm(io.BytesIO):
    """A form that comes in when it is let to."""

    def __init__(self) -> None:
        super().__init__(b"address=")
        self.asked_for, self.goes_on = threading.Event(), threading.Event()

    def read(self, size: int | None = -1, /) -> bytes:
        self.asked_for.set()
        assert self.goes_on.wait(60)
        return super().read(size)


def test_forms_that_are_sent_slowly_hold_up_other_forms_and_nothing_else(visitor: Visitor, sender: Sender) -> None:
    forms = [SlowForm() for _ in range(FORMS_AT_ONCE)]
    environ = {"REQUEST_METHOD": "POST", "PATH_INFO": "/newsletter/en/", "CONTENT_TYPE": FORM, "CONTENT_LENGTH": "8"}
    with ThreadPoolExecutor(FORMS_AT_ONCE) as pool:
        for form in forms:
            pool.submit(visitor.edge, {**environ, "wsgi.input": form}, lambda *_: None)  # type: ignore[arg-type]
        try:
            assert all(form.asked_for.wait(60) for form in forms)
            filled = visitor.filled()
            assert visitor.post("/newsletter/en/", filled).status == 503
            link = f"/newsletter/en/unsubscribe/{sender.token(Purpose.UNSUBSCRIBE)}/"
            assert (visitor.ask(link).status, visitor.post(link).status) == (200, 200)
        finally:
            for form in forms:
                form.goes_on.set()
    assert visitor.post("/newsletter/en/", filled).status == 200
    assert [type(drop) for drop in sender.drops()].count(SignUp) == 1


@pytest.mark.parametrize("path", ["/newsletter/en" + "/" * 60_000, "/newsletter/en/confirm/" + "a/" * 3000])
def test_a_long_address_gets_a_short_answer(visitor: Visitor, path: str) -> None:
    answer = visitor.ask(path, "GET")
    assert (answer.status, len(answer.content)) == (404, len("Not Found.\n"))


@one_visitor
@given(content=st.binary(max_size=400), kind=st.text(max_size=40))
def test_any_bytes_get_an_answer(visitor: Visitor, sender: Sender, content: bytes, kind: str) -> None:
    for path in ("/newsletter/en/", "/newsletter/ru/erase/"):
        assert visitor.post(path, content).status in {200, 400}
        assert visitor.post(path, content, CONTENT_TYPE=kind).status in {200, 400, 415}
    assert sender.files == []


@one_visitor
@given(
    fields=st.dictionaries(
        st.sampled_from(FIELDS),
        st.one_of(st.text(max_size=300), st.sampled_from(["en", "press", "each", "open", ADDRESS]), st.just([])),
    )
)
def test_any_fields_get_an_answer_and_only_whole_wishes_are_dropped(
    visitor: Visitor, sender: Sender, fields: dict[str, Any]
) -> None:
    stamped = visitor.filled() | fields
    answer = visitor.post("/newsletter/en/", urlencode(stamped, doseq=True).encode())
    assert answer.status in {200, 400}
    for drop in sender.drops():
        assert isinstance(drop, SignUp)
        assert drop.address.isascii()
        assert drop.address.isprintable()
        assert drop.choices.language in {"en", "be", "ru"}
    for file in sender.files:
        file.unlink()
    visitor.edge.bucket._left = 600


@one_visitor
@given(path=st.text(st.characters(max_codepoint=255), max_size=80), method=st.sampled_from(["GET", "HEAD", "POST"]))
def test_any_address_gets_an_answer(visitor: Visitor, sender: Sender, path: str, method: str) -> None:
    always = set(visitor.ask("/newsletter/en/", "GET").headers.values())
    for start in ("", "/newsletter/", "/newsletter/en/", "/newsletter/en/confirm/"):
        answer = visitor.ask(start + path, method)
        assert answer.status in {200, 308, 400, 404, 405, 415}
        assert quote_plus(path) not in set(answer.headers.values()) - always
    assert sender.files == []


@one_visitor
@given(text=st.text(max_size=120), kind=st.sampled_from(["confirm", "unsubscribe", "erase"]))
def test_any_token_gets_an_answer(visitor: Visitor, sender: Sender, text: str, kind: str) -> None:
    wire = text.encode().decode("latin-1")  # as WSGI hands an address over
    assert visitor.post(f"/newsletter/en/{kind}/{wire}/").status in {400, 404}
    assert sender.files == []
