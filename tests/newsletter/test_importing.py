"""A list from elsewhere becomes sealed rows: once each, and nobody who said no."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from barograph.base.drops import Choices
from barograph.base.newsletter_settings import NewsletterSettings
from barograph.base.site import site
from barograph.config import sender_keys, sender_start
from barograph.config.command import main
from barograph.newsletter import importing
from barograph.newsletter.importing import ImportReport, import_list, language_for
from barograph.newsletter.keys import RowKeys, SenderKeys
from barograph.newsletter.lists import ListError
from barograph.newsletter.models import SignUp, Subscriber
from barograph.newsletter.readers import Reader, open_reader
from barograph.trust.tokens import Purpose, read_token

pytestmark = pytest.mark.django_db(databases=["subscribers"])
TODAY = date(2024, 1, 15)
KEYS = SenderKeys.make()
LIST = """email,language,state
Anna@Example.org,be,active
bo@example.org,,
anna@example.ORG,ru,active
not an address,be,active
di@example.org,pl,subscribed
ed@example.org,be,bounced
flo@example.org,be,unsubscribed
gil@example.org,be,pending
hal@example.org,be,sleeping
ida@example.org,be,ida@example.org
"""


def bring_in(folder: Path, content: str, **options: Any) -> ImportReport:
    file = folder / "list.csv"
    file.write_text(content)
    return import_list(file, **{"keys": KEYS, "site": site(), "today": TODAY, **options})


def readers(keys: SenderKeys = KEYS) -> dict[str, Reader]:
    rows = Subscriber.objects.all()
    opened = [open_reader(keys.rows_of(row.generation), row.pk, bytes(row.sealed)) for row in rows]
    return {reader.address: reader for reader in opened}


def test_a_list_becomes_sealed_rows_and_everything_else_is_counted(tmp_path: Path) -> None:
    report = bring_in(tmp_path, LIST)
    assert {address: reader.choices for address, reader in readers().items()} == {
        "anna@example.org": Choices("be"),
        "bo@example.org": Choices("en"),
        "di@example.org": Choices("en"),
    }
    assert report.as_json() == {
        "rows": 10,
        "added": 3,
        "known": 1,
        "left_out": {"bounced": 1, "unsubscribed": 1, "pending": 1},
        "unknown_states": {"sleeping": 1, "?": 1},
        "state_lines": [10, 11],
        "bad_addresses": 1,
        "address_lines": [5],
        "damaged": 0,
        "damaged_lines": [],
        "other_language": 2,
        "languages": {"be": 1, "en": 2},
    }


def test_nobody_who_is_brought_in_is_asked_and_their_consent_was_given_elsewhere(tmp_path: Path) -> None:
    bring_in(tmp_path, LIST)
    reader = readers()["anna@example.org"]
    row = Subscriber.objects.get(index=KEYS.row_keys.index("anna@example.org"))
    assert (reader.day, reader.consent, row.since) == (None, 0, TODAY)
    token = read_token(reader.token, KEYS.known_tokens, today=TODAY)
    assert (token.purpose, token.number, token.last_day) == (Purpose.UNSUBSCRIBE, row.pk.bytes, None)
    assert not SignUp.objects.exists()


def test_a_second_run_adds_nothing_and_changes_nothing(tmp_path: Path) -> None:
    bring_in(tmp_path, LIST)
    before = set(Subscriber.objects.values_list())
    report = bring_in(tmp_path, LIST.replace(",be,", ",ru,"))
    assert (report.added, report.known) == (0, 4)
    assert set(Subscriber.objects.values_list()) == before


def test_a_trial_run_says_the_same_and_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "BATCH", 2)
    trial = bring_in(tmp_path, LIST, dry_run=True)
    assert not Subscriber.objects.exists()
    assert bring_in(tmp_path, LIST) == trial
    assert bring_in(tmp_path, LIST, dry_run=True).added == 0


@pytest.mark.parametrize("after", [0, 3, 4, 7])
def test_an_interrupted_import_is_finished_by_running_it_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    class KilledError(BaseException):
        pass

    def until(rows: Iterable[Any]) -> Iterable[Any]:
        for number, row in enumerate(rows):
            if number == after:
                raise KilledError
            yield row

    monkeypatch.setattr(importing, "BATCH", 2)
    content = "email\n" + "".join(f"reader{number}@example.org\n" for number in range(9))
    with pytest.raises(KilledError):
        bring_in(tmp_path, content, progress=until)
    done = Subscriber.objects.count()
    assert done == after // 2 * 2
    report = bring_in(tmp_path, content)
    assert (report.added, report.known) == (9 - done, done)
    assert len(readers()) == Subscriber.objects.count() == 9


def test_what_stood_above_a_broken_line_is_taken_and_the_rest_after_it_is_mended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "BATCH", 1)
    with pytest.raises(ListError, match="line 3"):
        bring_in(tmp_path, 'email,note\na@example.org,x\nb@example.org,"x\n')
    assert set(readers()) == {"a@example.org"}
    assert bring_in(tmp_path, 'email,note\na@example.org,x\nb@example.org,"x"\n').added == 1


def test_while_keys_are_replaced_nobody_is_brought_in_twice(tmp_path: Path) -> None:
    bring_in(tmp_path, LIST)
    rotating = replace(KEYS, row_keys=RowKeys.make(2), old_row_keys=KEYS.row_keys)
    report = bring_in(tmp_path, LIST + "new@example.org,be,\n", keys=rotating)
    assert report.added == 1
    assert len(readers(rotating)) == 4


def test_only_some_line_numbers_are_kept_of_a_list_full_of_faults(tmp_path: Path) -> None:
    report = bring_in(tmp_path, "email,state\n" + "x,\n" * 5000 + "a@example.org,odd\n" * 5000)
    assert (report.bad_addresses, report.unknown_states) == (5000, {"odd": 5000})
    assert len(report.address_lines) == len(report.state_lines) == 100


@pytest.mark.parametrize(
    ("listed", "taken", "as_listed"),
    [
        ("be", "be", True), ("BE", "be", True), ("be_BY", "be", True), ("be-tarask", "be", True), ("ru-RU", "ru", True),
        ("Беларуская", "be", True), ("English", "en", True), ("", "en", False), ("pl", "en", False),
        ("uk", "ru", False), ("uk-UA", "ru", False), ("cs", "en", False), ("x" * 10_000, "en", False),
    ],
)  # fmt: skip
def test_a_language_is_understood_or_replaced(listed: str, taken: str, as_listed: bool) -> None:
    newsletter = NewsletterSettings(fallback={"uk": ["xx", "ru", "en"], "cs": ["sk"]})
    assert language_for(listed, site().model_copy(update={"newsletter": newsletter})) == (taken, as_listed)


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The command on the database of the tests, as it is started on a list."""
    monkeypatch.setattr(sender_start, "start_sender", lambda: None)
    monkeypatch.setattr(sender_start, "migrate_subscribers", lambda: None)
    monkeypatch.setattr(sender_keys, "open_keys", lambda: KEYS)

    def run(content: str, *options: str) -> Any:
        (tmp_path / "list.csv").write_text(content)
        return CliRunner().invoke(main, ["newsletter", "import", str(tmp_path / "list.csv"), *options])

    return run


def test_the_command_sums_up_in_words_and_in_json_without_an_address(command: Any) -> None:
    trial = command(LIST, "--dry-run", "--json")
    assert json.loads(trial.stdout)["added"] == 3
    assert json.loads(trial.stdout)["dry_run"] is True
    done = command(LIST)
    assert done.exit_code == 0
    assert "10 rows: 3 readers added." in done.stdout
    assert "1 left out because they are “bounced”" in done.stdout
    assert "2 left out with states that say nothing to us (“sleeping”, “?”): line 10, 11" in done.stdout
    assert "1 left out without a valid address: line 5" in done.stdout
    assert "Importing: 10 in" in done.stderr
    assert "@" not in done.output + trial.output


def test_the_command_says_what_is_wrong_with_a_list_in_one_line(command: Any) -> None:
    done = command("name\nAnna\n")
    assert done.exit_code == 1
    assert done.stderr.startswith("Error: line 1 does not say which column holds the addresses")
