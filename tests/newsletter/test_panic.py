"""After a panic nothing opens any more, whatever state the site was in."""

from __future__ import annotations

from pathlib import Path

import pytest

from barograph.base.campaigns import Order, Status, give_order, write_status
from barograph.base.site import SiteSettings, site
from barograph.newsletter.key_file import KeyFileError, is_paused, make_keys, publish_public, read_keys
from barograph.newsletter.panic import PanicError, destroy_all

PASSPHRASE = "a passphrase for tests"


@pytest.fixture
def here(tmp_path: Path) -> SiteSettings:
    return site().model_copy(update={"folder": tmp_path})


@pytest.fixture
def full(here: SiteSettings) -> SiteSettings:
    """A site with everything that a panic takes."""
    sender = here.sender_folder
    keys = make_keys(sender / "sender.key", PASSPHRASE, work=4)
    publish_public(keys, here.edge_folder)
    for name in (".sender.key.1234", "demo_passphrase", "subscribers.sqlite3", "subscribers.sqlite3-wal"):
        (sender / name).write_bytes(b"something")
    for name in ("1.drop", "2.unreadable", ".3.new"):
        (here.edge_folder / "box" / name).write_bytes(b"sealed")
    give_order(here.newsletter_folder, Order("send", "2024-01-22"))
    write_status(here.newsletter_folder, Status("2024-01-22T09:00:00"))
    (here.private / "signing.key").write_bytes(b"not the sender's")
    return here


def test_the_keys_and_all_that_they_open_are_gone(full: SiteSettings) -> None:
    gone = destroy_all(full)
    assert gone[0].name == "sender.key"
    left = sorted(path.relative_to(full.private).as_posix() for path in full.private.rglob("*") if path.is_file())
    assert left == ["edge/paused", "signing.key"]
    assert is_paused(full.edge_folder)
    with pytest.raises(KeyFileError):
        read_keys(full.sender_folder / "sender.key", PASSPHRASE)


def test_a_second_panic_and_one_without_anything_are_quiet(full: SiteSettings, here: SiteSettings) -> None:
    destroy_all(full)
    assert destroy_all(here) == []


def test_what_cannot_be_destroyed_is_named_and_stops_nothing(full: SiteSettings) -> None:
    stubborn = full.edge_folder / "sender.pub"
    stubborn.unlink()
    stubborn.mkdir()
    with pytest.raises(PanicError, match=r"sender\.pub"):
        destroy_all(full)
    assert not (full.sender_folder / "subscribers.sqlite3").exists()
    assert is_paused(full.edge_folder)
