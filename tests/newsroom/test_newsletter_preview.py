"""An edition as mail, before it goes out."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.test import Client
from django.urls import reverse

from barograph.accounts.roles import Role
from barograph.base.mail import UNSUBSCRIBE, EditionMail
from barograph.base.site import SiteSettings
from barograph.editions.models import Edition
from barograph.release import services
from tests.factories.editions import make_ready_edition, make_user
from tests.newsroom.newsletters import mail_of, published_edition, written_edition

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_site")]


draft_mail_of_the_house = services.draft_mail


@pytest.fixture(autouse=True)
def made_up_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every edition has the same mail."""

    def draft_mail(edition: Edition, language: str) -> EditionMail:
        return mail_of(edition, language)

    monkeypatch.setattr(services, "draft_mail", draft_mail)


@pytest.fixture
def editor() -> Client:
    client = Client()
    client.force_login(make_user(Role.EDITOR), backend=settings.AUTHENTICATION_BACKENDS[1])
    return client


def preview(client: Client, edition: Edition, language: str = "be", **choices: Any) -> BeautifulSoup:
    answer = client.get(reverse("newsroom:mail", args=[edition.slug, language]), choices)
    assert answer.status_code == 200
    return BeautifulSoup(answer.content, "lxml")


def text(page: BeautifulSoup, selector: str) -> str:
    return " ".join(" ".join(part.get_text(" ").split()) for part in page.select(selector))


def framed(client: Client, edition: Edition, **choices: Any) -> str:
    return client.get(reverse("newsroom:mail_frame", args=[edition.slug, "be"]), choices).content.decode()


def test_it_shows_subject_preheader_plain_part_and_sizes(editor: Client) -> None:
    page = preview(editor, written_edition())
    assert text(page, ".letter-head dd") == "Становішча ў Аркадыі Week in be Prices rise · Clinics close"
    assert "Prices Clinics" in text(page, ".letter-text")
    assert "kB" in text(page, "#as-html")
    assert "A draft" in text(page, ".notice")


def test_the_frame_runs_nothing_and_loads_nothing(editor: Client) -> None:
    edition = written_edition()
    [frame] = preview(editor, edition).select("iframe")
    assert "sandbox" in frame.attrs
    assert not frame["sandbox"]
    answer = editor.get(str(frame["src"]))
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "script" not in policy
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert answer.content.decode() == (
        '<html><body><h1>Head</h1><p>Prices</p><p>Clinics</p><a href="#">Leave</a></body></html>'
    )


def test_sections_are_chosen_as_a_reader_chooses_them(editor: Client) -> None:
    edition = written_edition()
    page = preview(editor, edition, section="health")
    assert "Prices" not in text(page, ".letter-text")
    assert [str(box["value"]) for box in page.select("[name=section][checked]")] == ["health"]
    assert "section=health" in str(page.select("iframe")[0]["src"])
    assert "Prices" not in framed(editor, edition, section="health")
    assert "section=health" in str(page.select(".letter-languages a")[0]["href"])


def test_choices_that_make_no_sense_are_left_out_of_account(editor: Client) -> None:
    page = preview(editor, written_edition(), section="nonsense", mode="nonsense")
    assert "Prices Clinics" in text(page, ".letter-text")
    assert [option["value"] for option in page.select("option[selected]")] == ["open"]


@pytest.mark.parametrize(
    ("mode", "subject", "plain", "html"),
    [
        ("neutral", "Your weekly letter", "Prices Clinics", "<p>Prices</p>"),
        ("notice", "Your weekly letter", "Something new", "<p>Something new</p>"),
        ("attachment", "Your weekly letter", "The text is in the attached file.", "<p>Attached</p>"),
    ],
)
def test_a_discreet_mail_gives_nothing_away_in_the_mailbox(
    mode: str, subject: str, plain: str, html: str, editor: Client
) -> None:
    edition = written_edition()
    page = BeautifulSoup(
        editor.get(reverse("newsroom:mail", args=[edition.slug, "en"]), {"mode": mode}).content, "lxml"
    )
    assert text(page, ".letter-head dd") == f"Weekly letter {subject} {subject}"
    assert plain in text(page, ".letter-text")
    assert html in framed(editor, edition, mode=mode)


def test_no_placeholder_is_left_in_what_is_shown(editor: Client) -> None:
    edition = written_edition()
    for mode in ("open", "neutral", "notice", "attachment"):
        page = preview(editor, edition, mode=mode)
        assert UNSUBSCRIBE not in str(page)
        assert UNSUBSCRIBE not in framed(editor, edition, mode=mode)
        assert "https://example.org/newsletter/be/unsubscribe/…/" in text(page, ".letter-text")


def test_a_site_may_choose_the_words_of_a_discreet_mail(editor: Client, own_site: SiteSettings, settings: Any) -> None:
    newsletter = own_site.newsletter.model_copy(
        update={"discreet_name": {"be": "Бабуля"}, "discreet_subject": {"be": "Рэцэпт"}}
    )
    settings.BAROGRAPH = own_site.model_copy(update={"newsletter": newsletter})
    assert text(preview(editor, written_edition(), mode="neutral"), ".letter-head dd") == "Бабуля Рэцэпт Рэцэпт"


def test_a_published_edition_leads_to_its_page(editor: Client) -> None:
    edition = published_edition()
    links = [link["href"] for link in preview(editor, edition).select(".letter-languages a")]
    assert f"/be/editions/{edition.slug}/" in links


def test_an_edition_without_words_in_a_language_says_so(editor: Client) -> None:
    edition = written_edition()
    page = preview(editor, edition, "ru")
    assert "There is nothing in this language yet" in text(page, ".nothing")
    assert not page.select("iframe")
    assert editor.get(reverse("newsroom:mail_frame", args=[edition.slug, "ru"])).status_code == 404


@pytest.mark.parametrize("address", ["2024-01-22/de/", "2024-01-22/de/frame/", "2019-01-07/be/"])
def test_a_language_or_an_edition_that_is_not_there_is_not_found(address: str, editor: Client) -> None:
    written_edition()
    assert editor.get(f"/newsroom/newsletter/{address}").status_code == 404


def test_the_board_leads_to_the_mail_in_every_language(editor: Client) -> None:
    edition = written_edition()
    board = editor.get(reverse("newsroom:board", args=[edition.slug])).content.decode()
    for language in ("en", "be", "ru"):
        assert reverse("newsroom:mail", args=[edition.slug, language]) in board


def test_what_is_shown_is_what_a_release_would_carry(editor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "draft_mail", draft_mail_of_the_house)
    edition = make_ready_edition()
    page = preview(editor, edition, section="economy")
    assert "Цэны растуць, заробкі стаяць" in text(page, ".letter-text")
    assert "Цэны растуць, заробкі стаяць" in framed(editor, edition, section="economy")
    assert len(page.select("[name=section]")) == 5
