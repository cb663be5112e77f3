"""Once a week the rows lose the order in which readers came, and the file the places where others were."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connections

from barograph.newsletter import DATABASE
from barograph.newsletter.keys import SenderKeys
from barograph.newsletter.models import Asked, SignUp, Subscriber
from barograph.newsletter.tidying import tidy_if_due
from tests.newsletter.subscribers import addresses, make_sign_up, make_subscribers

pytestmark = pytest.mark.django_db(databases=["subscribers"], transaction=True)
NOW = datetime(2024, 1, 26, 9, 0, tzinfo=UTC)


def stored(model: type[Subscriber | SignUp | Asked]) -> list[object]:
    """Primary keys (of ``Asked``: indexes) in the order in which the database keeps them."""
    table = model._meta.db_table
    wanted = '"index"' if model is Asked else "id"
    place = "rowid" if connections[DATABASE].vendor == "sqlite" else "ctid"
    with connections[DATABASE].cursor() as cursor:
        cursor.execute(f"SELECT {wanted} FROM {table} ORDER BY {place}")  # noqa: S608
        return [bytes(row[0]) if model is Asked else row[0] for row in cursor.fetchall()]


def test_the_order_of_coming_is_gone_and_nobody_with_it(tmp_path: Path) -> None:
    keys = SenderKeys.make()
    readers = make_subscribers(keys, 30)
    waiting = [f"waiting{number}@example.org" for number in range(30)]
    for address in waiting:
        make_sign_up(keys, address)
    came = stored(Asked)
    assert tidy_if_due(tmp_path, NOW)
    assert addresses(keys) == sorted(readers)
    assert addresses(keys, SignUp) == sorted(waiting)
    assert stored(Asked) == sorted(came) != came
    if connections[DATABASE].vendor == "sqlite":
        assert stored(Subscriber) == sorted(stored(Subscriber))
        assert stored(SignUp) == sorted(stored(SignUp))
    before = Asked.objects.count()
    make_sign_up(keys, "late@example.org")
    assert Asked.objects.count() == before + 1


def test_it_is_done_once_a_week(tmp_path: Path) -> None:
    assert tidy_if_due(tmp_path, NOW)
    assert not tidy_if_due(tmp_path, NOW + timedelta(days=6))
    assert tidy_if_due(tmp_path, NOW + timedelta(days=7))
    (tmp_path / "tidied").write_text("no day", encoding="ascii")
    assert tidy_if_due(tmp_path, NOW)


def test_after_it_nothing_of_removed_rows_is_in_the_files(tmp_path: Path) -> None:
    if connections[DATABASE].vendor != "sqlite":
        return  # PostgreSQL's files are its own
    keys = SenderKeys.make()
    make_subscribers(keys, 50)
    sealed = [bytes(row.sealed) for row in Subscriber.objects.all()]
    Subscriber.objects.all().delete()
    assert tidy_if_due(tmp_path, NOW)
    file = Path(connections[DATABASE].settings_dict["NAME"])
    for path in file.parent.glob(f"{file.name}*"):
        content = path.read_bytes()
        assert not any(row[:40] in content for row in sealed), path.name
