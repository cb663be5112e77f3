"""Mail that comes to us: bounces remove readers, tokens unsubscribe them, and all else is dropped."""

from __future__ import annotations

import mailbox
import time
from base64 import b64encode
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from barograph.base.site import SiteSettings, site
from barograph.newsletter import incoming
from barograph.newsletter.envelope import delivery_of, return_path
from barograph.newsletter.incoming import IncomingError, handle_message, read_incoming
from barograph.newsletter.keys import SenderKeys
from barograph.newsletter.models import Delivery, Erased, Subscriber
from barograph.trust.tokens import Purpose
from tests.newsletter import arrivals
from tests.newsletter.letters import TODAY
from tests.newsletter.test_bounces import delivery_of as make_delivery
from tests.newsletter.test_bounces import subscribe

pytestmark = pytest.mark.django_db(databases=["subscribers"])

KEYS = SenderKeys.make()
NUMBER = 0x1234567890ABCDEF
TO = return_path(NUMBER, "newsletter@example.org")
FAILED = arrivals.POSTFIX.format(to=TO, action="failed", status="5.1.1")


def handle(text: str | bytes) -> str:
    raw = text.encode() if isinstance(text, str) else text
    return handle_message(raw, tokens=KEYS.known_tokens, site=site(), today=TODAY)


def delivered() -> Subscriber:
    """A reader to whom the delivery ``NUMBER`` seemed to have gone."""
    found = subscribe()
    make_delivery(found.pk, NUMBER)
    return found


def token_of(subscriber: Subscriber, purpose: Purpose = Purpose.UNSUBSCRIBE) -> str:
    return KEYS.tokens.sign(purpose, subscriber.pk.bytes)


def quoted(text: str) -> str:
    return text.replace("_", "=5F")  # in such a word, an underscore is a space (RFC 2047, 4.2)


def test_a_return_path_leads_back_to_its_delivery() -> None:
    for number in (0, 1, NUMBER, 2**63 - 1):
        path = return_path(number, "bounces+a@example.org")
        assert delivery_of(["To: x", f"<{path.upper()}>"], "bounces+a@example.org") == number
        assert delivery_of([path], "other@example.org") is None
        assert delivery_of([path.replace("org", "com")], "bounces+a@example.org") is None
    assert delivery_of(["newsletter+7777777777777@example.org"], "newsletter@example.org") is None


@pytest.mark.parametrize(
    ("mail", "reason"),
    [
        (FAILED, "5.1.1"),
        (FAILED.replace("\n", "\r\n"), "5.1.1"),
        ("From MAILER-DAEMON Mon Jan 22 10:00:00 2024\n" + FAILED, "5.1.1"),
        (FAILED.replace(f"To: {TO}", "To: newsletter@example.org"), "5.1.1"),
        (arrivals.EXCHANGE.format(to=TO.upper()), "5.1.10"),
        (arrivals.ENCODED.format(to=TO), "5.2.1"),
        (arrivals.QMAIL.format(to=TO), "5.1.1"),
        (arrivals.QMAIL.format(to=TO).replace("MAILER-DAEMON", "reports"), "5.1.1"),
    ],
)
def test_a_bounce_for_good_removes_the_reader(mail: str, reason: str) -> None:
    delivered()
    assert handle(mail) == "bounce"
    assert not Subscriber.objects.exists()
    row = Delivery.objects.get()
    assert (row.state, row.reason) == (Delivery.State.FAILED, reason)
    assert handle(mail) == "bounce"


@pytest.mark.parametrize(
    "mail", [arrivals.POSTFIX.format(to=TO, action="failed", status="5.2.2"), arrivals.EXIM.format(to=TO)]
)
def test_a_bounce_that_may_pass_is_counted_once(mail: str) -> None:
    delivered()
    assert [handle(mail), handle(mail)] == ["bounce", "bounce"]
    assert Subscriber.objects.get().soft_bounces == 1


@pytest.mark.parametrize(
    ("kind", "mail"),
    [
        ("delay", arrivals.POSTFIX.format(to=TO, action="delayed", status="4.4.1")),
        ("other", arrivals.POSTFIX.format(to=TO, action="delivered", status="2.0.0")),
        ("other", arrivals.VACATION.format(to=TO)),
        ("other", arrivals.AWAY.format(to=TO)),
        ("other", arrivals.ANSWER),
        ("other", FAILED.replace(TO, "newsletter@example.org")),
        ("other", FAILED.replace(TO, TO.replace("example.org", "example.com"))),
        ("other", ""),
    ],
)
def test_other_mail_is_dropped(kind: str, mail: str) -> None:
    delivered()
    assert handle(mail) == kind
    assert Subscriber.objects.get().soft_bounces == 0
    assert Delivery.objects.get().state == Delivery.State.SENT


def test_a_bounce_of_an_unknown_delivery_changes_nothing() -> None:
    subscribe()
    assert handle(FAILED) == "bounce"
    assert Subscriber.objects.count() == 1


@pytest.mark.parametrize(
    "subject",
    [
        lambda token: token,
        lambda token: f"Re: {token}",
        lambda token: f"  FWD:  Re:{token}  (please)",
        lambda token: f"{token[:60]}\n {token[60:]}",
        lambda token: f"{token[:60]}\r\n\t{token[60:]}",
        lambda token: f"=?utf-8?q?{quoted(token)}?=",
        lambda token: f"=?UTF-8?B?{b64encode(token.encode()).decode()}?=",
        lambda token: f"=?utf-8?q?{quoted(token[:50])}?=\n =?utf-8?q?{quoted(token[50:])}?=",
        lambda token: f"=?no-such-charset?q?{quoted(token)}?=",
        lambda token: f"unsubscribe{token}",
        lambda token: f"https://example.org/newsletter/en/unsubscribe/{token}/",
        lambda token: f"AgAgAgAgAg{token}",
    ],
)
@pytest.mark.parametrize("to", ["unsubscribe@example.org", TO])
def test_a_token_in_the_subject_unsubscribes(subject: Callable[[str], str], to: str) -> None:
    reader, other = subscribe(), subscribe()
    make_delivery(reader.pk)
    mail = f"From: anybody@example.com\nTo: {to}\nSubject: {subject(token_of(reader))}\n\n"
    assert [handle(mail), handle(mail)] == ["unsubscription", "unsubscription"]
    assert list(Subscriber.objects.all()) == [other]
    assert not Delivery.objects.exists()
    assert Erased.objects.get().pk == reader.pk


def test_a_token_that_is_forged_or_for_something_else_does_nothing() -> None:
    reader = subscribe()
    forged = SenderKeys.make().tokens.sign(Purpose.UNSUBSCRIBE, reader.pk.bytes)
    damaged = token_of(reader)[:-2] + "AA"
    for text in (forged, damaged, token_of(reader, Purpose.CONFIRM), token_of(reader, Purpose.ERASE), "Ag" * 2000, ""):
        assert handle(f"To: unsubscribe@example.org\nSubject: {text}\n\n") == "other"
    assert Subscriber.objects.count() == 1


NESTED = b"".join(b"--%d\nContent-Type: multipart/mixed; boundary=%d\n\n" % (n, n + 1) for n in range(20_000))
HOSTILE = {
    "nesting without end": b"To: %s\nContent-Type: multipart/mixed; boundary=0\n\n" % TO.encode() + NESTED,
    "headers without end": b"To: %s\n" % TO.encode() + b"X: y\n" * 300_000,
    "one header without end": b"Subject: " + b"=?utf-8?q?" * 500_000,
    "folds without end": b"Subject: a\n" + b" \n" * 500_000,
    "spaces without end": b"Content-Type:" + b" " * 1_000_000 + b"message/delivery-status",
    "reports without end": b"To: %s\n\n" % TO.encode() + b"Content-Type: message/delivery-status\n" * 30_000,
    "fields without end": FAILED.encode() + b"Action:" * 200_000,
    "return paths without end": b"Content-Type: message/delivery-status\n\n" + b"newsletter+aaaaaaaaaaaaa@" * 60_000,
    "tokens without end": b"Subject: " + b"Ag" * 500_000,
    "encoded words without end": b"Subject: " + b"=?utf-8?b?QWc=?= " * 60_000,
    "zeros": b"\0" * 1_000_000,
    "all bytes": bytes(range(256)) * 4000,
    "bad charsets": b"Subject: =?\xff\xfe?q?=FF?= =?utf-7?b?+++?= =?idna?q?xn--?=\nFrom: =?rot13?q?a?=\n\n",
    "bad base64": FAILED.encode().replace(b"Description: Delivery report", b"Transfer-Encoding: base64"),
    "statuses": FAILED.encode().replace(b"5.1.1", b"5.99999.1"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_mail_takes_no_time_and_breaks_nothing(name: str) -> None:
    begun = time.process_time()
    handle(HOSTILE[name])
    assert time.process_time() - begun < 2


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    st.lists(st.sampled_from([*FAILED.splitlines(keepends=True), f"To: {TO}\n", "\n", "\r\n", "--x\n", " "])),
    st.binary(),
)
def test_no_mail_raises_anything(lines: list[str], rest: bytes) -> None:
    assert handle("".join(lines).encode() + rest) in {"bounce", "delay", "other"}
    assert handle(rest) == "other"


@pytest.fixture
def with_box(tmp_path: Path) -> SiteSettings:
    changed = site().newsletter.model_copy(update={"incoming": Path("incoming")})
    return site().model_copy(update={"newsletter": changed, "folder": tmp_path})


def waiting(make: type[mailbox.Maildir | mailbox.mbox], own: SiteSettings) -> int:
    with closing(make(own.folder / "incoming")) as box:
        return len(box)


@pytest.mark.parametrize("make", [mailbox.Maildir, mailbox.mbox])
def test_a_mailbox_is_emptied(make: type[mailbox.Maildir | mailbox.mbox], with_box: SiteSettings) -> None:
    delivered()
    reader = subscribe()
    assert read_incoming(keys=KEYS, site=with_box, today=TODAY) == 0
    box = make(with_box.folder / "incoming")
    for mail in (FAILED, arrivals.ANSWER, f"Subject: {token_of(reader)}\n\n"):
        box.add(mail)
    box.close()
    assert read_incoming(keys=KEYS, site=with_box, today=TODAY) == 3
    assert not Subscriber.objects.exists()
    assert waiting(make, with_box) == 0
    assert read_incoming(keys=KEYS, site=with_box, today=TODAY) == 0


@pytest.mark.parametrize("make", [mailbox.Maildir, mailbox.mbox])
def test_a_mail_is_removed_only_after_its_work_is_done(
    make: type[mailbox.Maildir | mailbox.mbox], with_box: SiteSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    delivered()
    box = make(with_box.folder / "incoming")
    box.add(FAILED)
    box.add(FAILED)
    box.close()
    done: list[object] = []

    def crash(**values: object) -> None:
        done.append(values)
        if len(done) == 2:
            raise RuntimeError("the machine went off")

    monkeypatch.setattr(incoming, "record_bounce", crash)
    with pytest.raises(RuntimeError):
        read_incoming(keys=KEYS, site=with_box, today=TODAY)
    assert waiting(make, with_box) == 1
    assert read_incoming(keys=KEYS, site=with_box, today=TODAY) == 1


def test_a_mailbox_that_others_write_to_is_left_alone(with_box: SiteSettings) -> None:
    box = mailbox.mbox(with_box.folder / "incoming")
    box.add(FAILED)
    box.flush()
    (with_box.folder / "incoming.lock").touch()
    assert read_incoming(keys=KEYS, site=with_box, today=TODAY) == 0
    assert len(box) == 1
    box.close()


def test_a_folder_that_is_no_mailbox_is_named(with_box: SiteSettings) -> None:
    (with_box.folder / "incoming").mkdir()
    with pytest.raises(IncomingError, match=r"newsletter\.incoming: .*incoming cannot be read"):
        read_incoming(keys=KEYS, site=with_box, today=TODAY)


def test_only_so_much_is_done_in_one_go(with_box: SiteSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(incoming, "AT_ONCE", 2)
    box = mailbox.Maildir(with_box.folder / "incoming")
    for _ in range(3):
        box.add(arrivals.ANSWER)
    assert [read_incoming(keys=KEYS, site=with_box, today=TODAY) for _ in range(3)] == [2, 1, 0]
