"""The form: what readers choose arrives with the sender, and what is not right comes back as it was."""

from __future__ import annotations

from typing import Any

import pytest

from barograph.base.drops import Choices, Forget, SignUp
from barograph.base.site import SiteSettings
from barograph.edge.application import Edge
from tests.edge.visits import ADDRESS, START, Clock, Sender, Visitor, site_with_edge

OTHER = "somebody.else@mail.example.org"


def test_a_reader_who_changes_nothing_gets_every_edition_whole_in_the_language_of_the_page(
    visitor: Visitor, sender: Sender
) -> None:
    assert visitor.subscribe("be").status == 200
    assert sender.drops() == [SignUp(ADDRESS, Choices("be"), START.date())]


@pytest.mark.parametrize(
    ("changes", "choices"),
    [
        ({"language": "ru"}, Choices("ru")),
        ({"section": ["press", "economy"]}, Choices("en", ("economy", "press"))),
        ({"cadence": "changes"}, Choices("en", cadence="changes")),
        ({"mode": "neutral"}, Choices("en", mode="neutral")),
        ({"mode": "notice"}, Choices("en", mode="notice")),
        ({"mode": "attachment", "section": "press"}, Choices("en", ("press",), mode="attachment")),
    ],
)
def test_choices_arrive(visitor: Visitor, sender: Sender, changes: dict[str, Any], choices: Choices) -> None:
    visitor.subscribe(**changes)
    assert sender.drops() == [SignUp(ADDRESS, choices, START.date())]


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        (f"  {ADDRESS}\n", ADDRESS),
        ("Reader+news@MAIL.Example.org", "Reader+news@mail.example.org"),
        ("o'reader@пошта.example.org", "o'reader@xn--80a1acn3a.example.org"),
        ("reader@rehearsal.test", "reader@rehearsal.test"),
    ],
)
def test_an_address_is_taken_as_people_write_it(visitor: Visitor, sender: Sender, typed: str, address: str) -> None:
    visitor.subscribe(address=typed)
    (drop,) = sender.drops()
    assert isinstance(drop, SignUp)
    assert drop.address == address


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Type your mail address."),
        (" \t ", "Type your mail address."),
        ("reader", "exactly one “@”"),
        ("reader@mail@example.org", "exactly one “@”"),
        ("one@example.org, two@example.org", "exactly one “@”"),
        ("reader@", "not a mail address"),
        ("reader@example", "not a mail address"),
        ("reader@example..org", "not a mail address"),
        ("reader@[127.0.0.1]", "not a mail address"),
        ('"a reader"@example.org', "not a mail address"),
        ("Reader <reader@example.org>", "not a mail address"),
        ("reader @example.org", "not a mail address"),
        ("reader@hidden.onion", "not a mail address"),
        ("читач@example.org", "only Latin letters"),
        ("reader@example.org\r\nBcc: other.example.org", "cannot be seen"),
        ("reader@exa\0mple.org", "cannot be seen"),
        ("reader@\u202egro.elpmaxe", "cannot be seen"),
        ("rea\u200bder@example.org", "cannot be seen"),
        ("reader@example.org\u2028.by", "cannot be seen"),
        (f"{'a' * 64}@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 20}.org", "longer than any"),
        ("a" * 65 + "@example.org", "not a mail address"),
    ],
)
def test_a_wrong_address_brings_the_form_back_with_what_is_wrong(
    visitor: Visitor, sender: Sender, typed: str, words: str
) -> None:
    for answer in (visitor.subscribe(address=typed), visitor.post("/newsletter/en/erase/", {"address": typed})):
        assert answer.status == 400
        assert answer.text.count(words) == 2  # in the list at the top, and beside the field
        assert 'aria-describedby="address-mistake"' in answer.text
        assert "<title>Mistake: " in answer.text
    assert sender.files == []


def test_a_form_with_a_mistake_keeps_everything_else_and_may_be_sent_at_once(visitor: Visitor, sender: Sender) -> None:
    chosen = {"language": "ru", "section": ["press"], "cadence": "changes", "mode": "notice"}
    back = visitor.subscribe("be", address="reader", **chosen)

    assert back.value("address") == "reader"
    for name in ("language-ru", "section-press", "cadence-changes", "mode-notice"):
        assert f'id="{name}"' in back.text
        assert " checked" in back.text.split(f'id="{name}"')[1].split(">")[0]
    assert back.text.count(" checked") == 4
    assert back.text.count("<details open>") == 2
    visitor.post("/newsletter/be/", {**chosen, "address": ADDRESS, "stamp": back.value("stamp")})
    assert sender.drops() == [SignUp(ADDRESS, Choices("ru", ("press",), "changes", "notice"), START.date())]


@pytest.mark.parametrize(
    "changes",
    [
        {"language": "xx"},
        {"language": ""},
        {"language": ["en", "be"]},
        {"section": "weather"},
        {"section": ["press", "../etc"]},
        {"section": []},
        {"cadence": "hourly"},
        {"cadence": ["each", "changes"]},
        {"mode": "loud"},
        {"mode": "OPEN"},
    ],
)
def test_what_the_site_does_not_offer_is_not_taken(visitor: Visitor, sender: Sender, changes: dict[str, Any]) -> None:
    answer = visitor.subscribe(**changes)
    assert answer.status == 400
    assert "Choose " in answer.text
    assert answer.value("address") == ADDRESS
    assert sender.files == []


def test_a_site_with_one_language_and_one_section_asks_for_neither(sender: Sender, edge_site: SiteSettings) -> None:
    small = edge_site.model_copy(update={"languages": edge_site.languages[:1], "sections": edge_site.sections[:1]})
    clock = Clock()
    visitor = Visitor(Edge(small, clock), clock)
    fields = visitor.filled()
    assert not fields.pop("section")
    assert fields.pop("language") == "en"
    assert visitor.post("/newsletter/en/", fields).status == 200
    assert sender.drops() == [SignUp(ADDRESS, Choices("en"), START.date())]


def test_more_sections_than_a_drop_holds_are_no_failure(sender: Sender, edge_site: SiteSettings) -> None:
    first = edge_site.sections[0]
    many = [first.model_copy(update={"key": f"{'very-' * 10}long-{number}"}) for number in range(30)]
    clock = Clock()
    visitor = Visitor(Edge(edge_site.model_copy(update={"sections": many}), clock), clock)
    answer = visitor.subscribe(section=[section.key for section in many[1:]])
    assert answer.status == 400
    assert "Choose fewer sections" in answer.text
    assert visitor.subscribe().status == 200
    assert len(sender.files) == 1


def test_the_answer_is_the_same_to_the_byte_for_everybody(visitor: Visitor, sender: Sender) -> None:
    answers = [
        visitor.subscribe(),
        visitor.subscribe(),
        visitor.subscribe(address=OTHER, language="ru", mode="notice"),
        visitor.subscribe(comment="cheap watches"),
    ]
    assert all(answer == answers[0] for answer in answers)
    assert len(sender.files) == 3


def test_a_program_that_fills_in_everything_is_thanked_and_dropped_nothing(visitor: Visitor, sender: Sender) -> None:
    assert visitor.subscribe(comment="cheap watches").status == 200
    assert visitor.subscribe(comment=["cheap", "watches"]).status == 200
    assert sender.files == []


@pytest.mark.parametrize("waited", [{"seconds": 0}, {"seconds": 2.9}, {"hours": 2, "seconds": 1}, {"days": 400}])
def test_a_form_sent_too_quickly_or_too_late_comes_back_whole_once(
    visitor: Visitor, sender: Sender, waited: dict[str, float]
) -> None:
    fields = visitor.filled() | {"stamp": visitor.ask("/newsletter/en/").value("stamp")}
    visitor.clock.wait(**waited)
    for again in (fields, fields):  # its stamp does not get better by being sent twice
        back = visitor.post("/newsletter/en/", again)
        assert back.status == 200
        assert "Nothing was sent yet" in back.text
        assert back.value("address") == ADDRESS
    assert sender.files == []

    assert "Nothing was sent yet" not in visitor.post("/newsletter/en/", fields | {"stamp": back.value("stamp")}).text
    assert len(sender.files) == 1


@pytest.mark.parametrize("stamp", ["", "A", "ÿ", "A" * 34, "\0", "=" * 34, "A" * 5000])
def test_a_stamp_that_nobody_made_does_not_hold(visitor: Visitor, sender: Sender, stamp: str) -> None:
    assert "Nothing was sent yet" in visitor.subscribe(stamp=stamp).text
    assert sender.files == []


def test_a_stamp_of_another_process_brings_the_form_back(visitor: Visitor, sender: Sender) -> None:
    other = Visitor(Edge(visitor.edge.site, visitor.clock), visitor.clock)
    back = other.post("/newsletter/en/", visitor.filled())
    assert "Nothing was sent yet" in back.text
    assert other.post("/newsletter/en/", visitor.filled(stamp=back.value("stamp"))).status == 200
    assert len(sender.files) == 1


@pytest.mark.parametrize(
    "domain", ["mail.test-state.org", "deep.below.mail.test-state.org", "MAIL.test-STATE.org", "пошта.бел"]
)
def test_an_address_that_the_state_can_open_is_warned_of_first(visitor: Visitor, sender: Sender, domain: str) -> None:
    answers = [visitor.subscribe(address=f"{name}@{domain}", mode="neutral") for name in ("one", "two")]
    assert sender.files == []
    bodies = {answer.text.replace(answer.value("stamp"), "").replace(answer.value("address"), "") for answer in answers}
    assert len(bodies) == 1
    assert "may be read by others" in answers[0].text
    assert "feed.atom" in answers[0].text

    fields = visitor.filled(address=f"two@{domain}", mode="neutral", understood="yes")
    assert visitor.post("/newsletter/en/", fields | {"stamp": answers[1].value("stamp")}).status == 200
    assert len(sender.files) == 1


@pytest.mark.parametrize("domain", ["othermail.test-state.org", "test-state.org", "mail.test-state.org.example.org"])
def test_other_addresses_are_not_warned_of(visitor: Visitor, sender: Sender, domain: str) -> None:
    visitor.subscribe(address=f"reader@{domain}")
    assert len(sender.files) == 1


def test_a_whole_country_can_be_watched(sender: Sender, edge_site: SiteSettings) -> None:
    clock = Clock()
    watching = site_with_edge(edge_site.folder, watched_domains=[".by", ""])
    visitor = Visitor(Edge(watching, clock), clock)
    assert "may be read by others" in visitor.subscribe(address="reader@mail.by").text
    assert sender.files == []


def test_an_erasure_is_asked_for_with_an_address(visitor: Visitor, sender: Sender) -> None:
    answers = []
    for address in (ADDRESS, OTHER):
        form = visitor.ask("/newsletter/be/erase/")
        visitor.clock.wait(seconds=5)
        fields = {"stamp": form.value("stamp"), "address": address, "comment": ""}
        answers.append(visitor.post("/newsletter/be/erase/", fields))
    assert answers[0] == answers[1]
    assert set(sender.drops()) == {Forget(address, "be", START.date()) for address in (ADDRESS, OTHER)}
    assert visitor.post("/newsletter/be/erase/", {"address": ADDRESS}).value("address") == ADDRESS
    assert len(sender.files) == 2


def test_a_demonstration_says_that_it_is_one(visitor: Visitor, sender: Sender) -> None:
    assert "demonstration" not in visitor.ask("/newsletter/en/").text
    sender.publish(demo=True)
    for path in ("/newsletter/en/", "/newsletter/en/erase/"):
        assert "This is a demonstration" in visitor.ask(path).text
