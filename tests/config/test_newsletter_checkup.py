"""What the doctor says about the newsletter, and to whom it says nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from barograph.base.newsletter_settings import NewsletterSettings
from barograph.base.site import SiteSettings, site
from barograph.config.newsletter_checkup import examine_newsletter, is_newsletter_alone
from barograph.newsletter.key_file import PAUSED, make_keys, publish_public
from tests.newsletter.releases import lay_out_release

PASSPHRASE = "a passphrase for tests"


@pytest.fixture
def here(tmp_path: Path) -> SiteSettings:
    return site().model_copy(update={"folder": tmp_path})


def examined(settings: SiteSettings, newsletter: dict[str, Any] | None = None, **other: Any) -> list[str]:
    """Level and first words of each finding; each has to say what to do."""
    update = other | ({"newsletter": NewsletterSettings(**newsletter)} if newsletter else {})
    found = list(examine_newsletter(settings.model_copy(update=update)))
    assert all(finding.mend for finding in found)
    return [f"{finding.level}: {finding.what}" for finding in found]


def set_up(here: SiteSettings, *, demo: bool = False) -> None:
    lay_out_release(here, {})
    publish_public(make_keys(here.sender_folder / "sender.key", PASSPHRASE, demo=demo, work=4), here.edge_folder)


def test_a_site_without_a_newsletter_hears_nothing_of_it(here: SiteSettings) -> None:
    assert examined(here) == []


def test_a_newsletter_in_order_is_not_spoken_of(here: SiteSettings) -> None:
    set_up(here)
    assert examined(here, {"open": True}, smtp_url="smtp://127.0.0.1:25") == []


def test_an_open_newsletter_needs_the_senders_public_keys(here: SiteSettings) -> None:
    (found,) = examined(here, {"open": True})
    assert found.startswith("wrong: Nobody can subscribe")
    here.edge_folder.mkdir(parents=True)
    (here.edge_folder / "sender.pub").write_text("no keys", encoding="utf-8")
    (found,) = examined(here, {"open": True})
    assert found.startswith("wrong: Nobody can subscribe")
    assert examined(here) == []


def test_a_machine_of_the_sender_alone_is_told_from_one_with_a_newsroom(here: SiteSettings) -> None:
    here = here.model_copy(update={"secret_key": None})
    assert not is_newsletter_alone(here)
    set_up(here)
    assert is_newsletter_alone(here)
    (here.sender_folder / "sender.key").unlink()
    assert is_newsletter_alone(here)
    (here.edge_folder / "sender.pub").rename(here.edge_folder / PAUSED)
    assert is_newsletter_alone(here)
    (here.private / "secret_key").touch()
    assert not is_newsletter_alone(here)


def test_a_panic_is_not_forgotten(here: SiteSettings) -> None:
    here.edge_folder.mkdir(parents=True)
    (here.edge_folder / PAUSED).touch()
    assert [found[:26] for found in examined(here)] == ["wrong: The edge is paused:"]


def test_a_demos_keys_are_for_this_machine_only(here: SiteSettings) -> None:
    set_up(here, demo=True)
    assert examined(here, {"open": True}, address="http://127.0.0.1:8000", smtp_url="smtp://127.0.0.1:25") == []
    (found,) = examined(here, {"open": True}, address="https://example.org", smtp_url="smtp://127.0.0.1:25")
    assert found == "wrong: The newsletter of a public site uses a demo's keys."


def test_who_sends_has_to_say_where_to(here: SiteSettings) -> None:
    set_up(here)
    (found,) = examined(here, {"open": True})
    assert found.startswith("wrong: The newsletter is open, but")
    set_up_demo = here.model_copy(update={"folder": here.folder / "demo", "address": "http://localhost:8000"})
    set_up(set_up_demo, demo=True)
    (found,) = examined(set_up_demo, {"open": True})
    assert found.startswith("note: The newsletter is open, but")


def test_nobody_else_may_read_the_key_or_its_passphrase(here: SiteSettings, tmp_path: Path) -> None:
    set_up(here)
    (tmp_path / "passphrase").write_text(PASSPHRASE, encoding="utf-8")
    (tmp_path / "passphrase").chmod(0o640)
    (here.sender_folder / "sender.key").chmod(0o644)
    here.sender_folder.chmod(0o750)
    found = examined(here, {"key_passphrase_file": "passphrase"})
    assert [text.split()[-1] for text in found] == [
        f"{here.sender_folder}.",
        f"{here.sender_folder / 'sender.key'}.",
        f"{tmp_path / 'passphrase'}.",
    ]


def test_a_sender_that_cannot_check_releases_is_told_so(here: SiteSettings) -> None:
    set_up(here)
    (here.private / "signing.pub").unlink()
    (found,) = examined(here)
    assert found.startswith("wrong: The sender cannot check releases")


@pytest.mark.parametrize(
    ("newsletter", "setting"),
    [
        ({"fallback": {"pl": ["en"]}}, "fallback"),
        ({"fallback": {"be": ["pl", "en"]}}, "fallback"),
        ({"sender_name": {"pl": "Redakcja"}}, "sender_name"),
        ({"discreet_name": {"pl": "Lista"}}, "discreet_name"),
        ({"discreet_subject": {"pl": "Notatki"}}, "discreet_subject"),
    ],
)
def test_languages_that_the_site_does_not_have_are_named(
    here: SiteSettings, newsletter: dict[str, Any], setting: str
) -> None:
    (found,) = examined(here, newsletter)
    assert found == f"wrong: newsletter.{setting} names languages that the site does not have: pl."
