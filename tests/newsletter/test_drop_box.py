"""The box is emptied whole, whatever lies in it and whenever the sender dies."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError

from barograph.base.drops import CONTEXT, SIZE, Choices, SignUp, pack
from barograph.newsletter import drop_box, subscribing
from barograph.newsletter.drop_box import BoxError
from barograph.newsletter.keys import SenderKeys
from barograph.newsletter.models import SignUp as Waiting
from barograph.newsletter.models import Subscriber
from barograph.trust.sealing import SealingKey
from tests.newsletter.visitors import START, Visitors, counts

pytestmark = pytest.mark.django_db(databases=["subscribers"])
ANNA = "anna@example.org"


@pytest.fixture
def visitors(tmp_path: Path) -> Visitors:
    return Visitors(tmp_path)


def test_without_a_box_there_is_nothing_to_do(visitors: Visitors) -> None:
    visitors.box.rmdir()
    assert visitors.empty().sign_ups == 0


def test_many_drops_are_worked_off_in_batches(visitors: Visitors, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subscribing, "BATCH", 7)
    for number in range(40):
        visitors.sign_up(f"reader{number}@example.org")
    assert visitors.empty().sign_ups == 40
    assert Waiting.objects.count() == 40
    assert not list(visitors.box.iterdir())


def test_a_thousand_sign_ups_become_a_thousand_rows(visitors: Visitors) -> None:
    for number in range(1000):
        visitors.sign_up(f"reader{number}@example{number % 30}.org", language=("en", "be", "ru")[number % 3])
    assert visitors.empty().sign_ups == 1000
    assert Waiting.objects.count() == 1000


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0",
        b"rubbish" * 200,
        b"\x01\x01",
        b"\x01" * 1082,
        b"\x02\x01" + b"x" * 1080,
        os.urandom(1082),
        b"x" * 10**6,
    ],
)
def test_rubbish_is_counted_and_removed(visitors: Visitors, content: bytes) -> None:
    visitors.put(content)
    visitors.sign_up(ANNA)
    report = visitors.empty()
    assert (report.sign_ups, report.refused.total()) == (1, 1)
    assert not list(visitors.box.glob("*.drop"))


@pytest.mark.parametrize(
    "values",
    [
        [], 7, None, "text", {}, {"kind": "sign-up"}, {"kind": ["used"]}, {"kind": "used", "token": None},
        {"kind": "used", "token": ["A" * 112]}, {"kind": "used", "token": 7}, {"kind": "used", "token": {"a": 1}},
        {"kind": "forget", "address": ANNA, "language": ["en"], "day": "2024-01-15"},
        {"kind": "forget", "address": ANNA, "language": "en", "day": 7},
        {"kind": "forget", "address": {"a": ANNA}, "language": "en", "day": "2024-01-15"},
        {"kind": "sign-up", "address": [ANNA], "choices": {"language": "en", "sections": []}, "day": "2024-01-15"},
        {"kind": "sign-up", "address": ANNA, "choices": {"language": "en", "sections": 7}, "day": "2024-01-15"},
        {"kind": "sign-up", "address": ANNA, "choices": {"language": "en", "sections": [[]]}, "day": "2024-01-15"},
        {"kind": "sign-up", "address": ANNA, "choices": ["en"], "day": "2024-01-15"},
        {"kind": "sign-up", "address": ANNA, "choices": {"language": "en", "sections": []}, "day": None},
        {"kind": "sign-up", "address": ANNA, "choices": {"language": "en", "sections": []}, "day": "2024-01-15",
         "consent": "all of it"},
    ],
)  # fmt: skip
def test_a_drop_of_whoever_holds_the_edge_is_checked_to_the_last_type(visitors: Visitors, values: Any) -> None:
    visitors.put(visitors.keys.public.sealing.seal(json.dumps(values).encode().ljust(SIZE), CONTEXT))
    visitors.put(visitors.keys.public.sealing.seal(b"[" * SIZE, CONTEXT))
    assert visitors.empty().refused.total() == 2
    assert counts()["SignUp"] == 0
    assert not list(visitors.box.iterdir())


def test_a_consent_of_tomorrow_is_noted_as_of_today(visitors: Visitors) -> None:
    visitors.drop(SignUp(ANNA, Choices("en"), START.date().replace(year=2031)))
    visitors.empty()
    assert visitors.reader(Waiting.objects.get()).day == START.date()


def test_what_was_sealed_for_another_purpose_is_no_drop(visitors: Visitors) -> None:
    drop = pack(SignUp(ANNA, Choices("en"), START.date()))
    visitors.put(visitors.keys.public.sealing.seal(drop, b"barograph test 1"))
    assert visitors.empty().refused == {"not readable": 1}


def test_a_drop_for_another_key_is_set_aside_and_done_when_the_key_is_back(visitors: Visitors) -> None:
    ours, other = visitors.keys, SealingKey.make()
    visitors.drop(SignUp(ANNA, Choices("en"), START.date()), key=other.public)
    assert visitors.empty().refused == {"sealed to a key that is not here": 1}
    assert [file.suffix for file in visitors.box.iterdir()] == [".unreadable"]
    assert visitors.empty().refused == {}
    visitors.keys = replace(ours, sealing=(*ours.sealing, other))
    assert visitors.empty().sign_ups == 1
    assert not list(visitors.box.iterdir())


def test_a_drop_for_another_key_is_removed_after_a_week(visitors: Visitors) -> None:
    (file,) = visitors.drop(SignUp(ANNA, Choices("en"), START.date()), key=SenderKeys.make().public.sealing)
    os.utime(file, (START.timestamp(), START.timestamp()))
    visitors.empty()
    visitors.wait(days=6)
    visitors.empty()
    assert len(list(visitors.box.iterdir())) == 1
    visitors.wait(days=2)
    visitors.empty()
    assert not list(visitors.box.iterdir())


def test_nothing_but_drops_is_touched(visitors: Visitors, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("not ours")
    (visitors.box / "link.drop").symlink_to(secret)
    (visitors.box / "folder.drop").mkdir()
    (visitors.box / ".name.drop.tmp").write_bytes(b"half written")
    visitors.empty()
    assert len(list(visitors.box.iterdir())) == 3
    assert secret.read_text() == "not ours"


def test_two_senders_do_not_empty_one_box_at_once(visitors: Visitors) -> None:
    visitors.sign_up(ANNA)
    other = os.open(visitors.box, os.O_RDONLY)
    fcntl.flock(other, fcntl.LOCK_EX)
    assert visitors.empty().sign_ups == 0
    os.close(other)
    assert visitors.empty().sign_ups == 1


def test_a_box_that_cannot_be_read_is_said_to_the_operator(visitors: Visitors, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    visitors.sign_up(ANNA)
    monkeypatch.setattr(Path, "open", refused)
    with pytest.raises(BoxError, match=r"cannot be emptied .*Permission denied.*let the sender's user"):
        visitors.empty()
    monkeypatch.undo()
    monkeypatch.setattr(Path, "unlink", refused)
    with pytest.raises(BoxError):
        visitors.empty()
    monkeypatch.undo()
    assert visitors.empty().sign_ups == 1
    assert Waiting.objects.count() == 1


class Killed(BaseException):
    """Stands for the end of the process."""


def _dying(after: int, do: Callable[..., Any]) -> Callable[..., Any]:
    """Does it so many times and dies before the next."""
    left = [after]

    def step(*args: Any, **kwargs: Any) -> Any:
        if not left[0]:
            raise Killed
        left[0] -= 1
        return do(*args, **kwargs)

    return step


@pytest.mark.parametrize("after", [0, 1, 2])
@pytest.mark.parametrize("place", ["read", "remove", "_confirm", "_let_wait", "seal_reader", "erase_subscriber"])
def test_a_crash_anywhere_is_repeated_without_harm(
    visitors: Visitors, monkeypatch: pytest.MonkeyPatch, place: str, after: int
) -> None:
    monkeypatch.setattr(subscribing, "BATCH", 4)
    confirming = [visitors.asked(f"new{number}@example.org", language="be") for number in range(3)]
    leaving = [visitors.subscribed(f"old{number}@example.org") for number in range(3)]
    for row, token in zip(leaving, confirming, strict=True):
        visitors.use(visitors.reader(row).token)
        visitors.use(token)
        visitors.sign_up(f"next{row.pk.hex}@example.org")
    where = drop_box if place in {"read", "remove"} else subscribing
    where = subscribing._Batch if place.startswith("_") else where  # type: ignore[assignment]
    with monkeypatch.context() as dying:
        dying.setattr(where, place, _dying(after, getattr(where, place)))
        with pytest.raises(Killed):
            visitors.empty()
    visitors.empty()
    assert not list(visitors.box.iterdir())
    assert counts() == {"Subscriber": 3, "SignUp": 3, "Asked": 3, "Delivery": 0, "Erased": 3}
    assert {visitors.reader(row).choices.language for row in Subscriber.objects.all()} == {"be"}


def test_what_the_database_refuses_stays_in_the_box(visitors: Visitors, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise DatabaseError("database or disk is full")

    visitors.sign_up(ANNA)
    with monkeypatch.context() as broken:
        broken.setattr(Waiting.objects, "bulk_create", full)
        with pytest.raises(DatabaseError):
            visitors.empty()
    assert len(list(visitors.box.iterdir())) == 1
    assert visitors.empty().sign_ups == 1


def test_nothing_that_is_said_or_logged_holds_an_address(visitors: Visitors, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    visitors.sign_up(ANNA)
    visitors.sign_up("anna@@example.org")
    visitors.sign_up(ANNA, language="xx")
    visitors.forget(ANNA)
    report = visitors.empty()
    visitors.send()
    row = Waiting.objects.get()
    said = [report, row, visitors.reader(row), visitors.mails, SignUp(ANNA, Choices("en"), START.date()), visitors.keys]
    assert "anna" not in repr(said) + str(said) + caplog.text
