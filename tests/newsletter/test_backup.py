"""A backup goes to public keys only, comes back whole or not at all, and never brings back who was erased."""

from __future__ import annotations

import uuid
from pathlib import Path

import pyrage
import pytest

from barograph.newsletter.backup import BackupError, read_recipients, restore_backup, write_backup
from barograph.newsletter.erasing import erase_subscriber
from barograph.newsletter.keys import SenderKeys
from barograph.newsletter.models import Erased, Subscriber
from barograph.newsletter.readers import open_reader
from barograph.trust.tokens import read_token
from tests.newsletter.subscribers import TODAY, addresses, make_subscribers, sealed

pytestmark = pytest.mark.django_db(databases=["subscribers"])


@pytest.fixture
def keys() -> SenderKeys:
    return SenderKeys.make()


@pytest.fixture
def identity(tmp_path: Path) -> Path:
    file = tmp_path / "key.txt"
    secret = pyrage.x25519.Identity.generate()
    file.write_text(f"# created: 2024-01-22\n# public key: {secret.to_public()}\n{secret}\n", encoding="ascii")
    return file


def public_of(identity: Path) -> str:
    return identity.read_text(encoding="ascii").split("public key: ")[1].split()[0]


def back_up(file: Path, keys: SenderKeys, *identities: Path) -> Path:
    to = read_recipients([public_of(identity) for identity in identities])
    write_backup(file, to=to, keys=keys, today=TODAY)
    return file


def test_a_backup_brings_every_reader_back_as_they_were(keys: SenderKeys, identity: Path, tmp_path: Path) -> None:
    readers = make_subscribers(keys, 5)
    Subscriber.objects.filter(pk=Subscriber.objects.all()[0].pk).update(soft_bounces=2, bounced_on=TODAY)
    before = {
        row.pk: (open_reader(keys.row_keys, row.pk, row.sealed), row.since, row.soft_bounces, row.bounced_on)
        for row in Subscriber.objects.all()
    }
    file = back_up(tmp_path / "backup.age", keys, identity)
    Subscriber.objects.all().delete()
    report = restore_backup(file, identity=identity, keys=keys)
    assert (report.subscribers, report.left_out) == (5, 0)
    assert addresses(keys) == sorted(readers)
    assert before == {
        row.pk: (open_reader(keys.row_keys, row.pk, row.sealed), row.since, row.soft_bounces, row.bounced_on)
        for row in Subscriber.objects.all()
    }


def test_the_file_holds_no_address_that_can_be_read_and_is_its_owners(
    keys: SenderKeys, identity: Path, tmp_path: Path
) -> None:
    make_subscribers(keys, 500)
    file = back_up(tmp_path / "backup.age", keys, identity)
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.read_bytes().startswith(b"age-encryption.org/v1\n-> X25519 ")
    assert b"reader1" not in file.read_bytes()
    assert sorted(tmp_path.iterdir()) == [file, identity]


def test_each_of_several_keys_opens_it(keys: SenderKeys, identity: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    secret = pyrage.x25519.Identity.generate()
    other.write_text(f"# public key: {secret.to_public()}\n{secret}\n", encoding="ascii")
    make_subscribers(keys, 1)
    file = back_up(tmp_path / "backup.age", keys, identity, other)
    for opens in (identity, other):
        Subscriber.objects.all().delete()
        assert restore_backup(file, identity=opens, keys=keys).subscribers == 1


def test_under_new_keys_readers_get_new_links(keys: SenderKeys, identity: Path, tmp_path: Path) -> None:
    make_subscribers(keys, 2)
    file = back_up(tmp_path / "backup.age", keys, identity)
    Subscriber.objects.all().delete()
    new = SenderKeys.make()
    restore_backup(file, identity=identity, keys=new)
    for row in Subscriber.objects.all():
        token = open_reader(new.row_keys, row.pk, row.sealed).token
        assert read_token(token, new.known_tokens, today=TODAY).number == row.pk.bytes


def test_who_was_erased_since_stays_erased_and_who_is_there_stays_as_is(
    keys: SenderKeys, identity: Path, tmp_path: Path
) -> None:
    make_subscribers(keys, 4)
    file = back_up(tmp_path / "backup.age", keys, identity)
    gone, left, returned, _kept = Subscriber.objects.all()
    erase_subscriber(gone.pk, today=TODAY)
    left.delete()
    # One has subscribed again meanwhile, under another number.
    address = open_reader(keys.row_keys, returned.pk, returned.sealed).address
    returned.delete()
    Subscriber.objects.create(since=TODAY, **sealed(keys, uuid.uuid4(), address))
    report = restore_backup(file, identity=identity, keys=keys)
    assert (report.subscribers, report.left_out) == (1, 3)
    assert len(addresses(keys)) == 3
    assert not Subscriber.objects.filter(pk=gone.pk).exists()


def test_the_proof_of_an_erasure_comes_back_and_the_reader_does_not(
    keys: SenderKeys, identity: Path, tmp_path: Path
) -> None:
    make_subscribers(keys, 2)
    older = back_up(tmp_path / "older.age", keys, identity)
    gone = Subscriber.objects.all()[0].pk
    erase_subscriber(gone, today=TODAY)
    newer = back_up(tmp_path / "newer.age", keys, identity)
    Subscriber.objects.all().delete()
    Erased.objects.all().delete()
    restore_backup(newer, identity=identity, keys=keys)
    restore_backup(older, identity=identity, keys=keys)
    assert Erased.objects.get().pk == gone
    assert Subscriber.objects.count() == 1


def test_a_row_that_cannot_be_opened_does_not_stop_a_backup(keys: SenderKeys, tmp_path: Path, identity: Path) -> None:
    make_subscribers(keys, 2)
    Subscriber.objects.create(since=TODAY, **sealed(keys, uuid.uuid4(), "lost@example.org", SenderKeys.make().row_keys))
    to = read_recipients([public_of(identity)])
    report = write_backup(tmp_path / "backup.age", to=to, keys=keys, today=TODAY)
    assert (report.subscribers, report.unreadable) == (2, 1)


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ([], "never written in plain"),
        (["nobody"], "is no public key"),
        (["age1nonsense"], "is no public key"),
        (["ssh-ed25519 nonsense"], "is no public key"),
        (["AGE-SECRET-KEY-1ABC"], "belongs on no command line"),
    ],
)
def test_nothing_is_written_without_a_public_key(given: list[str], complaint: str) -> None:
    with pytest.raises(BackupError, match=complaint) as raised:
        read_recipients(given)
    assert "SECRET-KEY-1ABC" not in str(raised.value)


def test_a_backup_that_is_there_is_not_overwritten_and_a_failed_one_leaves_nothing(
    keys: SenderKeys, identity: Path, tmp_path: Path
) -> None:
    (tmp_path / "backup.age").write_bytes(b"the old one")
    with pytest.raises(BackupError, match="is there already"):
        back_up(tmp_path / "backup.age", keys, identity)
    assert (tmp_path / "backup.age").read_bytes() == b"the old one"
    make_subscribers(keys, 1)
    to = read_recipients([public_of(identity)])
    with pytest.raises(BackupError, match="nothing of it is left"):
        write_backup(tmp_path / "new.age", to=to, keys=keys, today=TODAY, progress=_fail)
    assert sorted(tmp_path.iterdir()) == [tmp_path / "backup.age", identity]


def test_a_damaged_or_shortened_backup_brings_back_nobody(keys: SenderKeys, identity: Path, tmp_path: Path) -> None:
    make_subscribers(keys, 300)
    content = back_up(tmp_path / "backup.age", keys, identity).read_bytes()
    Subscriber.objects.all().delete()
    middle = len(content) // 2
    changed = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
    for damaged in (b"", b"no backup", content[:100], content[:middle], content[:-1], changed):
        (tmp_path / "damaged.age").write_bytes(damaged)
        with pytest.raises(BackupError):
            restore_backup(tmp_path / "damaged.age", identity=identity, keys=keys)
        assert not Subscriber.objects.exists()


@pytest.mark.parametrize("content", [b"", b"no lines", b"{}\n", b'{"format": "another"}\n{"id": 7}\n'])
def test_what_is_no_backup_is_refused_though_it_opens(
    keys: SenderKeys, identity: Path, tmp_path: Path, content: bytes
) -> None:
    recipient = pyrage.x25519.Recipient.from_str(public_of(identity))
    (tmp_path / "other.age").write_bytes(pyrage.encrypt(content, [recipient]))
    with pytest.raises(BackupError, match="does not hold subscribers"):
        restore_backup(tmp_path / "other.age", identity=identity, keys=keys)


def test_another_key_and_what_is_no_key_open_nothing(keys: SenderKeys, identity: Path, tmp_path: Path) -> None:
    file = back_up(tmp_path / "backup.age", keys, identity)
    other = tmp_path / "other.txt"
    for content, complaint in (
        (str(pyrage.x25519.Identity.generate()), "cannot be opened with"),
        ("no key", "no secret key of age in it"),
        ("AGE-SECRET-KEY-1ABC", "no secret key can be read"),
        ("-----BEGIN OPENSSH PRIVATE KEY-----", "no secret key can be read"),
    ):
        other.write_text(content, encoding="ascii")
        with pytest.raises(BackupError, match=complaint):
            restore_backup(file, identity=other, keys=keys)


def _fail(_things: object) -> list[object]:
    raise RuntimeError("the disk is full")
