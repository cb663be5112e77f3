"""The commands for the sender's keys: what they make, refuse and destroy, and how they say so."""

from __future__ import annotations

import json
import threading
import uuid
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyrage
import pytest
from click.testing import CliRunner, Result
from pydantic import SecretStr
from pytest_django import Settings

from barograph.base.newsletter_settings import NewsletterSettings
from barograph.base.site import SiteSettings, site
from barograph.config import sender_keys, sender_start
from barograph.config.command import main
from barograph.config.sender_keys import key_file, make_demo_keys, open_key_file, open_keys, stop_without_keys
from barograph.newsletter.key_file import KeyFileError, make_keys, read_keys, replace_keys, to_json
from barograph.newsletter.keys import SenderKeys
from barograph.newsletter.models import Subscriber
from barograph.trust.sealing import SealingKey
from barograph.trust.sender_keys import SenderPublicKeys
from tests.newsletter.subscribers import TODAY, make_subscribers, sealed

pytestmark = [pytest.mark.django_db(databases=["subscribers"]), pytest.mark.usefixtures("here")]
PASSPHRASE = "a passphrase for tests"


@pytest.fixture
def here(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> SiteSettings:
    """A site whose sender's passphrase is known, in a process that has Django already."""
    monkeypatch.setattr(sender_start, "start_sender", lambda: None)
    monkeypatch.setattr(sender_start, "migrate_subscribers", lambda: None)
    monkeypatch.setattr("barograph.config.commands.newsletter.panic.load_site", lambda: settings.BAROGRAPH)
    newsletter = NewsletterSettings(key_passphrase=SecretStr(PASSPHRASE))
    settings.BAROGRAPH = site().model_copy(update={"folder": tmp_path, "newsletter": newsletter})
    made: SiteSettings = settings.BAROGRAPH
    return made


def run(*arguments: str | Path, status: int = 0) -> Result:
    done = CliRunner().invoke(main, ["newsletter", *(str(argument) for argument in arguments)])
    assert done.exit_code == status, done.output + repr(done.exception)
    return done


def without_passphrase(settings: Settings) -> None:
    settings.BAROGRAPH = settings.BAROGRAPH.model_copy(update={"newsletter": NewsletterSettings()})


def test_new_keys_are_made_once_and_shown_without_a_passphrase(here: SiteSettings, settings: Settings) -> None:
    assert "keep a copy" in run("keys", "new").stdout
    public = SenderPublicKeys.read(here.edge_folder)
    assert public == open_keys().public
    assert not public.demo
    assert "never overwritten" in run("keys", "new", status=1).stderr
    without_passphrase(settings)
    shown = json.loads(run("keys", "show", "--json").stdout)
    assert (shown["sealing"], shown["there"], shown["demo"]) == (public.sealing.line, True, False)
    assert public.tokens[0].line in run("keys", "show").stdout


@pytest.mark.parametrize(
    "command",
    [["rotate"], ["restore", "BACKUP", "--identity", "BACKUP"], ["run", "--once"], ["backup", "--to", "PUBLIC", "new"]],
)
def test_without_keys_every_command_says_which_one_makes_them(tmp_path: Path, command: list[str]) -> None:
    (tmp_path / "backup").write_bytes(b"")
    public = str(pyrage.x25519.Identity.generate().to_public())
    words = [word.replace("BACKUP", str(tmp_path / "backup")).replace("PUBLIC", public) for word in command]
    assert "barograph newsletter keys new" in run(*words, status=1).stderr


def test_without_a_terminal_it_is_said_where_a_passphrase_can_be_given(settings: Settings) -> None:
    make_keys(key_file(), PASSPHRASE, work=4)
    without_passphrase(settings)
    with pytest.raises(KeyFileError, match=r"newsletter\.key_passphrase_file"):
        open_keys()


def test_the_passphrase_may_be_in_a_file_that_is_named_from_the_sites_folder(
    here: SiteSettings, settings: Settings, tmp_path: Path
) -> None:
    keys = make_keys(key_file(), PASSPHRASE, work=4)
    named = NewsletterSettings(key_passphrase_file=Path("stick/passphrase"))
    settings.BAROGRAPH = here.model_copy(update={"newsletter": named})
    with pytest.raises(KeyFileError, match="put the medium in"):
        open_keys()
    (tmp_path / "stick").mkdir()
    (tmp_path / "stick" / "passphrase").write_text("\n", encoding="utf-8")
    with pytest.raises(KeyFileError, match="is empty"):
        open_keys()
    (tmp_path / "stick" / "passphrase").write_text(f"{PASSPHRASE}\n", encoding="utf-8")
    assert to_json(open_keys()) == to_json(keys)


def test_a_terminal_is_asked_and_shows_nothing(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = make_keys(key_file(), PASSPHRASE, work=4)
    without_passphrase(settings)
    asked = []

    def prompt(question: str, *, hide_input: bool, confirmation_prompt: bool) -> str:
        asked.append((question, hide_input, confirmation_prompt))
        return PASSPHRASE

    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr(sender_keys.click, "prompt", prompt)
    assert to_json(open_keys()) == to_json(keys)
    assert sender_keys.new_passphrase() == PASSPHRASE
    assert [hidden for _, hidden, _ in asked] == [True, True]
    assert [twice for *_, twice in asked] == [False, True]


def test_a_short_passphrase_makes_no_keys(tmp_path: Path) -> None:
    (tmp_path / "short").write_text("short", encoding="utf-8")
    assert "choose a longer one" in run("keys", "new", "--passphrase-file", tmp_path / "short", status=1).stderr
    assert not key_file().exists()


def test_lost_keys_are_not_silently_replaced_while_readers_need_them() -> None:
    make_subscribers(SenderKeys.make(), 1)
    assert "put back your copy" in run("keys", "new", status=1).stderr
    assert not key_file().exists()


def test_keys_are_rotated_by_command_and_readers_stay(here: SiteSettings) -> None:
    run("keys", "new")
    before = SenderPublicKeys.read(here.edge_folder)
    make_subscribers(open_keys(), 3)
    assert json.loads(run("rotate", "--json").stdout) == {"generation": 2, "unreadable": 0}
    after = SenderPublicKeys.read(here.edge_folder)
    assert after.sealing != before.sealing
    assert after.tokens[1:] == before.tokens
    Subscriber.objects.create(
        since=TODAY, **sealed(open_keys(), uuid.uuid4(), "lost@example.org", SenderKeys.make().row_keys)
    )
    Subscriber.objects.filter(generation=1).update(generation=2)
    told = run("rotate", "--keep-days", "3").stdout
    assert "1 rows could not be opened" in told
    assert f"until {open_keys().older_until}" in told
    assert len(open_keys().sealing) == 2


def test_an_older_sealing_key_is_destroyed_when_its_time_is_over() -> None:
    keys = make_keys(key_file(), PASSPHRASE, work=4)
    both = replace(keys, sealing=(*keys.sealing, SealingKey.make()), older_until=date(2024, 1, 1))
    replace_keys(key_file(), both, PASSPHRASE, work=4)
    assert len(open_keys().sealing) == 1
    assert to_json(read_keys(key_file(), PASSPHRASE)) == to_json(keys)


def test_an_interrupted_rotation_is_mentioned_until_it_is_done(capsys: pytest.CaptureFixture[str]) -> None:
    keys = make_keys(key_file(), PASSPHRASE, work=4)
    replace_keys(key_file(), replace(keys, old_row_keys=SenderKeys.make().row_keys), PASSPHRASE, work=4)
    open_keys()
    assert "barograph newsletter rotate" in capsys.readouterr().err
    open_key_file(alone=True)
    assert capsys.readouterr().err == ""


def test_a_backup_is_made_and_restored_by_command(tmp_path: Path) -> None:
    run("keys", "new")
    make_subscribers(open_keys(), 3)
    secret = pyrage.x25519.Identity.generate()
    (tmp_path / "key.txt").write_text(str(secret), encoding="ascii")
    file = tmp_path / "backup.age"
    assert "never written in plain" in run("backup", file, status=1).stderr
    assert not file.exists()
    run("backup", file, "--to", str(secret.to_public()))
    Subscriber.objects.all().delete()
    restored = json.loads(run("restore", file, "--identity", tmp_path / "key.txt", "--json").stdout)
    assert (restored["subscribers"], restored["left_out"]) == (3, 0)
    assert "0 subscribers are back; 3" in run("restore", file, "--identity", tmp_path / "key.txt").stdout


def test_panic_asks_once_and_then_nothing_opens(here: SiteSettings) -> None:
    run("keys", "new")
    assert "Aborted" in run("panic", status=1).output
    assert key_file().exists()
    told = run("panic", "--yes").stdout
    assert "the keys among them" in told
    assert "cannot do" in told
    assert "no keys here any more" in run("panic", "--yes").stdout
    assert "keys new" in run("rotate", status=1).stderr
    assert (here.edge_folder / "paused").exists()
    run("keys", "new")
    assert not (here.edge_folder / "paused").exists()


def test_a_sending_stops_when_its_keys_are_gone_and_not_before() -> None:
    make_keys(key_file(), PASSPHRASE, work=4)
    stop = threading.Event()
    with stop_without_keys(stop):
        assert not stop.is_set()
    with stop_without_keys(stop):
        key_file().unlink()
        assert stop.wait(30)


def test_a_demos_keys_are_marked_made_once_and_not_again_after_a_panic(here: SiteSettings) -> None:
    make_demo_keys()
    public = SenderPublicKeys.read(here.edge_folder)
    assert public.demo
    (here.edge_folder / "sender.pub").unlink()
    make_demo_keys()
    assert SenderPublicKeys.read(here.edge_folder) == public
    run("panic", "--yes")
    make_demo_keys()
    assert not key_file().exists()


@pytest.mark.django_db(databases=["subscribers"], transaction=True)
def test_the_sender_runs_one_round_by_command(here: SiteSettings) -> None:
    run("keys", "new")
    (here.edge_folder / "box" / "1.drop").write_bytes(b"rubbish")
    run("run", "--once")
    assert json.loads((here.newsletter_folder / "status.json").read_text(encoding="utf-8"))["campaigns"] == []
    assert list((here.edge_folder / "box").glob("*.drop")) == []
