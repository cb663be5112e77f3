"""One spelling of each address, and nothing that could act in a mail."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barograph.newsletter.addresses import AddressError, domain_of, normalise


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("anna@example.org", "anna@example.org"),
        ("Anna.B@Example.ORG", "anna.b@example.org"),
        ("  anna@example.org\n", "anna@example.org"),
        ("anna+news@example.org", "anna+news@example.org"),
        ("o'neill_-{x}@mail.example.co.uk", "o'neill_-{x}@mail.example.co.uk"),
        ("anna@Прыклад.бел", "anna@xn--80aiqesg1f.xn--90ais"),
        ("anna@xn--80aiqesg1f.xn--90ais", "anna@xn--80aiqesg1f.xn--90ais"),
        ("anna@ｅｘａｍｐｌｅ.org", "anna@example.org"),
        ("anna@example。org", "anna@example.org"),
        ("reader1@list.test", "reader1@list.test"),
    ],
)
def test_an_address_has_one_spelling(typed: str, kept: str) -> None:
    assert normalise(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "", "anna", "@example.org", "anna@", "anna@@example.org", "anna@localhost", "anna@example", "anna@example.org.",
        "an na@example.org", "anna@exam ple.org", "anna.@example.org", ".anna@example.org", "an..na@example.org",
        "anna@-example.org", "anna@127.0.0.1", "anna@[127.0.0.1]", "anna@[IPv6:::1]",
        '"an na"@example.org', '"anna"@example.org', "Anna <anna@example.org>", "<anna@example.org>",
        "anna@example.org, bo@example.org", "anna@example.org;bo@example.org", "anna%bo@example.org@example.net",
        "anna@example.org\nBcc: bo@example.org", "anna@example.org\r\n\r\nHello", "an\r\nna@example.org",
        "anna\0@example.org", "anna@example\0.org", "anna\t@example.org", "anna\x7f@example.org",
        "anna\u202e@example.org", "anna@exam\u202eple.org", "anna\u2066@example.org", "an\u200bna@example.org",
        "anna@ex\u200bample.org", "anna\ufeff@example.org", "an\u00adna@example.org", "\u0301anna@example.org",
        "\u212aarl@example.org",
        "анна@example.org", "аnna@example.org", "straße@example.org", "\ud800@example.org", "anna@\udfff.org",
        "a" * 65 + "@example.org", "a" * 64 + "@" + "long." * 40 + "org",
        "anna@" + "a" * 64 + ".org", "anna@" + "a.rather.long.name." * 14 + "org",
        "anna@onion.onion", "anna@host.invalid", "anna@host.local",
        None, 7, ["anna@example.org"], {"anna@example.org": 1}, b"anna@example.org",
    ],
)  # fmt: skip
def test_what_is_no_plain_address_is_refused_without_repeating_it(typed: object) -> None:
    with pytest.raises(AddressError) as refused:
        normalise(typed)
    assert "anna" not in str(refused.value)
    assert refused.value.__suppress_context__ or refused.value.__context__ is None


@given(st.text() | st.from_regex(r"[\x00-\x7f\u0400-\u04ff]{1,20}@[\x20-\x7f\u0400-\u04ff.]{1,40}", fullmatch=True))
def test_whatever_passes_is_plain_and_stays_as_it_is(typed: str) -> None:
    try:
        kept = normalise(typed)
    except AddressError:
        return
    assert normalise(kept) == kept
    assert kept.isascii()
    assert kept.isprintable()
    assert not set(kept) & set(' ,;:<>()[]"\\')
    assert kept.count("@") == 1
    assert len(kept) <= 254


@given(st.emails())
def test_capitals_make_no_other_address(typed: str) -> None:
    try:
        kept = normalise(typed)
    except AddressError:
        return
    assert normalise(typed.upper()) == kept == normalise(typed.lower())


def test_the_domain_is_what_follows_the_at() -> None:
    assert domain_of("anna@mail.example.org") == "mail.example.org"
