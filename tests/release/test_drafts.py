"""Previews: the real public page, made of a draft, for nobody but the newsroom."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.test import Client

from barograph.accounts.roles import Role
from barograph.base.site import SiteSettings
from barograph.release.drafts import render_draft
from barograph.release.published import read_record
from barograph.release.publishing import publish_edition
from tests.factories.editions import (
    change,
    judge,
    make_commentary,
    make_edition,
    make_page,
    make_picture,
    make_ready_edition,
    make_translation,
    make_user,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_site")]


def test_a_draft_is_shown_as_the_page_it_will_be_with_its_verdict_and_reason() -> None:
    edition = make_edition()
    judge(edition, "economy", "worse")
    page = render_draft(make_commentary(edition, "economy")).decode()
    assert "<title>" in page
    assert "Prices rise, wages stay" in page
    assert "Prices rose by 5% and wages did not." in page
    assert 'href="/newsroom/preview/assets/style-' in page


def test_a_translation_is_shown_in_its_own_language() -> None:
    edition = make_edition()
    translation = make_translation(make_commentary(edition, "economy"), "be")
    page = render_draft(translation.newest()).decode()
    assert '<html lang="be"' in page
    assert "Цэны растуць, заробкі стаяць" in page


def test_a_draft_of_something_published_is_shown_beside_the_rest_and_changes_nothing_public() -> None:
    edition = make_ready_edition(sections=("economy", "health"))
    publish_edition(edition=edition)
    before = read_record()
    text = edition.assessments.get(section__key="economy").commentaries.get(locale__language_code="en")
    change(text, headline="A better headline")
    page = render_draft(text.newest()).decode()
    assert "A better headline" in page
    assert "/newsroom/preview/en/health/" in page
    assert read_record() == before


def test_a_commentary_without_a_place_and_a_standing_page_can_be_shown_too() -> None:
    assert "Prices rise, wages stay" in render_draft(make_commentary()).decode()
    assert "Who we are." in render_draft(make_page()).decode()


def test_a_preview_finds_its_styles_and_pictures_in_the_newsroom_and_its_links_lead_to_the_site(
    own_site: SiteSettings, client: Client
) -> None:
    assert own_site.folder
    edition = make_edition()
    text = make_commentary(edition, "economy", picture=make_picture(), picture_alt="A square")
    page = render_draft(text).decode()
    wanted = re.findall(r'/newsroom/preview/(?:assets/[^"]+\.css|pictures/[^" ]+)', page)
    assert len(wanted) >= 2
    for address in wanted:
        assert client.get(address).status_code == 302
    client.force_login(make_user(Role.ANALYST), backend=settings.AUTHENTICATION_BACKENDS[1])
    for address in wanted:
        assert client.get(address).status_code == 200
    assert client.get("/newsroom/preview/en/economy/").url == "/en/economy/"
    for elsewhere in ("/evil.example/", "//evil.example", "\\evil.example"):
        assert not client.get(f"/newsroom/preview/{elsewhere}").url.startswith(("//", "/\\"))
    for missing in ("assets/nothing.css", "pictures/nothing.webp", "pictures/0-64.webp"):
        assert client.get(f"/newsroom/preview/{missing}").status_code == 404
