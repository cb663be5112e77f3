"""A standing page has an address of its own."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from wagtail.models import Locale

from barograph.editions.models import StandingPage
from tests.factories.editions import make_page

pytestmark = pytest.mark.django_db


def page(slug: str, language: str = "en") -> StandingPage:
    return StandingPage(locale=Locale.objects.get(language_code=language), slug=slug, title="A page")


@pytest.mark.parametrize(
    "slug",
    [
        pytest.param("economy", id="a section's"),
        pytest.param("Economy", id="a section's but for a capital letter"),
        pytest.param("data", id="one of Barograph's"),
        pytest.param("about", id="another page's"),
        pytest.param("About", id="another page's but for capital letters"),
    ],
)
def test_an_address_that_is_taken_is_refused(slug: str) -> None:
    make_page()
    with pytest.raises(ValidationError, match="This address is taken"):
        page(slug).clean()


def test_the_same_address_in_another_language_and_a_pages_own_are_not_taken() -> None:
    make_page().clean()
    page("about", language="be").clean()
