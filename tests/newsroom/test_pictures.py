"""Pictures: who brings them in, and who may use them."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from barograph.accounts.roles import Role
from barograph.editions.models import Picture
from tests.factories.editions import make_picture, make_user
from tests.newsroom.answers import read

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def logged_in(role: Role) -> Client:
    client = Client()
    client.force_login(make_user(role), backend=django_settings.AUTHENTICATION_BACKENDS[1])
    return client


def bring_in(client: Client) -> None:
    buffer = BytesIO()
    Image.new("RGB", (40, 30), "#336699").save(buffer, "PNG")
    upload = SimpleUploadedFile("square.png", buffer.getvalue(), content_type="image/png")
    form = {"title": "A square", "files[]": upload}
    client.post(reverse("wagtailimages:add_multiple"), form, headers={"x-requested-with": "XMLHttpRequest"})


@pytest.mark.parametrize(
    ("role", "may"), [(Role.ANALYST, True), (Role.EDITOR, True), (Role.TRANSLATOR, False), (Role.OPERATOR, False)]
)
def test_who_writes_brings_pictures_in(role: Role, may: bool) -> None:
    bring_in(logged_in(role))
    assert Picture.objects.exists() is may


@pytest.mark.parametrize("role", [Role.ANALYST, Role.TRANSLATOR])
def test_a_picture_is_chosen_for_a_text(role: Role) -> None:
    picture = make_picture()
    answer = logged_in(role).get(reverse("wagtailimages_chooser:chosen", args=[picture.pk]))
    assert answer.status_code == 200
    assert answer.json()["result"]["id"] == str(picture.pk)
    read(answer)


def test_an_uploaded_picture_is_for_the_newsroom_only(client: Client) -> None:
    picture = make_picture()
    assert client.get(picture.file.url).status_code == 302
    answer = logged_in(Role.ANALYST).get(picture.file.url)
    assert answer.status_code == 200
    read(answer)


def test_nobody_deletes_a_picture_that_a_release_may_show() -> None:
    picture = make_picture()
    logged_in(Role.PUBLISHER).post(reverse("wagtailimages:delete", args=[picture.pk]))
    assert Picture.objects.filter(pk=picture.pk).exists()
