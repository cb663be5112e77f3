"""The commands one by one: what they do, what they refuse, and how they say so."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from django.utils import timezone
from pytest_django import Settings

from barograph.base.site import SiteSettings
from barograph.config.command import COMMANDS, main
from barograph.editions.models import Edition, OldAddress
from tests.factories.editions import make_commentary, make_edition, make_ready_edition, prepare

PASSPHRASE = "a passphrase for tests"


@pytest.fixture(autouse=True)
def _nothing_takes_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """Offline copies, data and cards are made in tests of their own."""
    monkeypatch.setattr("barograph.release.completing.fill_shelf", lambda *_: [])


def run(*arguments: str | Path, status: int = 0, **environment: str) -> Result:
    """Run a command in this process, and expect this exit status."""
    done = CliRunner().invoke(main, [str(argument) for argument in arguments], env=environment)
    assert done.exit_code == status, done.output + repr(done.exception)
    return done


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command: str) -> None:
    if command == "manage":  # its own --help is Django's
        return
    text = run(command, "--help").output
    if "Commands:" in text:
        names = text.split("Commands:")[1].split("\n")
        text = "".join(run(command, name.split()[0], "--help").output for name in names if name.startswith("  "))
    assert "Example:" in text


def test_a_second_init_in_the_same_place_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "barograph.toml").write_text("mine", encoding="utf-8")
    refused = run("init", tmp_path, status=1, BAROGRAPH_KEY_PASSPHRASE=PASSPHRASE)
    assert "is there already" in refused.stderr
    assert (tmp_path / "barograph.toml").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("environment", "complaint"),
    [
        ({}, "give --passphrase-file"),
        ({"BAROGRAPH_KEY_PASSPHRASE": "short"}, "choose a longer one"),
        ({"BAROGRAPH_KEY_PASSPHRASE_FILE": "/nowhere/at/all"}, "cannot be read"),
    ],
)
def test_init_without_a_good_passphrase_says_so_and_makes_nothing(
    tmp_path: Path, environment: dict[str, str], complaint: str
) -> None:
    assert complaint in run("init", tmp_path / "new", status=1, **environment).stderr
    assert not (tmp_path / "new").exists()


def test_init_makes_no_passphrase_for_settings_that_name_another(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text('key_passphrase_file = "elsewhere"\n', encoding="utf-8")
    refused = run("init", tmp_path / "new", "--settings", tmp_path / "mine.toml", "--make-passphrase", status=1)
    assert "leave out --make-passphrase" in refused.stderr
    assert not (tmp_path / "new").exists()


@pytest.mark.django_db
def test_a_user_gets_a_fresh_password_and_a_translator_needs_a_language_of_the_site() -> None:
    prepare()
    name, password = run("user", "add", "anna", "--role", "editor", "--role", "publisher").stdout.split()
    assert (name, len(password)) == ("anna", 24)
    assert "already" in run("user", "add", "anna", "--role", "editor", status=1).stderr
    assert "name at least one language" in run("user", "add", "jan", "--role", "translator", status=1).stderr
    unknown = run("user", "add", "jan", "--role", "translator", "--language", "xx", status=1)
    assert "no language xx" in unknown.stderr
    assert run("user", "password", "anna").stdout.strip() != password
    assert "no user" in run("user", "password", "nobody", status=1).stderr
    (listed,) = json.loads(run("user", "list", "--json").stdout)
    assert listed == {"name": "anna", "roles": ["editor", "publisher"], "languages": [], "active": True}


@pytest.mark.django_db
def test_an_edition_is_opened_once_blocked_with_reasons_and_refused() -> None:
    prepare()
    slug = run("edition", "open", "--start", "2026-11-16", "--end", "2026-11-22").stdout.strip()
    assert slug == "2026-11-16"
    blockers = json.loads(run("edition", "status", slug, "--json").stdout)["blockers"]
    assert len(blockers) >= 5
    assert all(blocker["message"] for blocker in blockers)
    assert "cannot be published yet" in run("edition", "publish", slug, status=1).stderr
    assert "already" in run("edition", "open", "--start", "2026-11-16", "--end", "2026-11-22", status=1).stderr
    assert "no edition “nothing”" in run("edition", "status", "nothing", status=1).stderr
    assert "both --start and --end" in run("edition", "open", "--start", "2026-11-16", status=2).stderr
    assert "2026-11-16  2026-11-16 – 2026-11-22  not published" in run("edition", "list").stdout


@pytest.mark.django_db
def test_an_edition_is_published_and_corrected_with_a_note(own_site: SiteSettings) -> None:
    edition = make_ready_edition(sections=("economy",))
    assert "Nothing blocks" in run("edition", "status", edition.slug).stdout
    assert "is published" in run("edition", "publish", edition.slug).stdout
    assert (own_site.releases / "current" / "be" / "index.html").is_file()
    assert "LANGUAGE=TEXT" in run("edition", "publish", edition.slug, "--note", "wrong", status=2).stderr


@pytest.mark.django_db
def test_a_publication_that_cannot_be_signed_says_what_is_left_to_do(own_site: SiteSettings) -> None:
    own_site.signing_key.unlink()
    edition = make_ready_edition(sections=("economy",))
    failed = run("edition", "publish", edition.slug, status=1)
    assert "barograph keys new" in failed.stderr
    assert "run “barograph build”" in failed.stderr


@pytest.mark.django_db
def test_a_damaged_release_is_named_by_verify_and_doctor_and_built_anew(own_site: SiteSettings) -> None:
    prepare()
    built = json.loads(run("build", "--json").stdout)
    current = own_site.releases / "current"
    assert Path(built["folder"]) == current.resolve()
    page = current / "en" / "index.html"
    page.write_bytes(page.read_bytes() + b" ")
    assert json.loads(run("verify", current, "--json", status=1).stdout)["problems"][0]["file"] == "en/index.html"
    assert any("damaged" in found["what"] for found in json.loads(run("doctor", "--json", status=1).stdout))
    run("build", "--full")
    assert "as they were signed" in run("verify", current).stdout


@pytest.mark.django_db
def test_the_doctor_names_what_is_wrong_and_how_to_mend_it(own_site: SiteSettings) -> None:
    prepare()
    own_site.private.chmod(0o755)
    findings = json.loads(run("doctor", "--json", status=1).stdout)
    what = " ".join(found["what"] for found in findings)
    assert "Others on this machine can read" in what
    assert "Nobody is publisher" in what
    assert "Nobody is operator" in what
    assert all(found["mend"] for found in findings)


def test_the_doctor_of_an_edge_that_stands_alone_asks_for_no_newsroom(tmp_path: Path) -> None:
    (tmp_path / "barograph.toml").write_bytes((Path(__file__).parents[1] / "site" / "barograph.toml").read_bytes())
    (tmp_path / "private" / "edge").mkdir(parents=True)
    (tmp_path / "private" / "edge" / "paused").touch()
    told = run("doctor", "--mend", status=1, BAROGRAPH_SITE=str(tmp_path), BAROGRAPH_SECRET_KEY="")
    assert "The edge is paused" in told.stdout
    assert not (tmp_path / "private" / "secret_key").exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("own_site")
def test_the_doctor_names_old_addresses_that_lead_nowhere() -> None:
    edition = make_edition(archived=True)
    text = make_commentary(edition, ready=True)
    for path in ("/old/prices/", "/?p=12", "/en/"):
        OldAddress.objects.create(commentary=text, path=path)
    run("edition", "publish", edition.slug)
    (found,) = [
        found for found in json.loads(run("doctor", "--json", status=1).stdout) if "old addresses" in found["what"]
    ]
    assert found["what"].startswith("2 old addresses")
    assert "/?p=12" in found["what"]


@pytest.mark.django_db
def test_the_doctor_examines_a_site_whose_sections_or_lists_are_broken(
    own_site: SiteSettings, settings: Settings
) -> None:
    edition = make_ready_edition(sections=("economy",))
    run("edition", "publish", edition.slug)
    (own_site.releases / "current" / "SHA256SUMS").write_bytes(b"no list of hashes")
    assert "damaged" in run("doctor", "--json", status=1).stdout
    rest = [section for section in own_site.sections if section.key != "economy"]
    settings.BAROGRAPH = own_site.model_copy(update={"sections": rest})
    assert "does not name: economy" in run("doctor", "--json", status=1).stdout


@pytest.mark.django_db
def test_translations_go_out_as_po_files_and_come_back(tmp_path: Path) -> None:
    edition = make_ready_edition(sections=("economy",))
    run("translation", "export", edition.slug, "be", tmp_path)
    (file,) = tmp_path.iterdir()
    assert file.name == "2024-01-22-economy-1.be.po"
    assert str(file) in run("translation", "import", file).stdout
    file.write_text(file.read_text(encoding="utf-8").replace("X-Barograph-Text: ", "X-Barograph-Text: x"), "utf-8")
    assert "belongs to no translation" in run("translation", "import", file, status=1).stderr


@pytest.mark.parametrize("command", [["build"], ["edition", "list"], ["doctor"], ["keys", "show"]])
def test_without_a_site_every_command_says_how_to_make_one(tmp_path: Path, command: list[str]) -> None:
    assert "barograph init" in run(*command, status=1, BAROGRAPH_SITE=str(tmp_path)).stderr


def test_a_dry_run_of_an_import_prints_a_list_and_writes_nothing(tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_text(
        "March 4 – March 10, 2024\nPublic health\n\nWards close\n\nThe situation got worse\n\n"
        "Two wards closed this week.\n\nNurses left for other towns.\n\nIn summary, care is further away.\n",
        encoding="utf-8",
    )
    (read,) = json.loads(run("import", "--dry-run", "--json", page, BAROGRAPH_SITE=str(tmp_path)).stdout)
    assert (read["period_start"], read["period_end"]) == ("2024-03-04", "2024-03-10")
    assert (read["section"], read["verdict"], read["headline"]) == ("Public health", "worse", "Wards close")
    assert read["lead"] == "Two wards closed this week."
    assert read["body"] == [{"type": "paragraph", "text": "Nurses left for other towns."}]
    assert read["summary"] == "In summary, care is further away."
    assert read["warnings"] == []
    assert list(tmp_path.iterdir()) == [page]


PAGE = (
    "January 22 – January 28, 2024\nEconomy\n\nPrices rise, wages stay\n\nThe situation got worse\n\n"
    "Bread costs more.\n\nSo does milk.\n\nIn summary, wages lag.\n"
)


@pytest.mark.django_db
def test_an_imported_page_is_public_at_once_in_the_languages_it_has(own_site: SiteSettings, tmp_path: Path) -> None:
    prepare()
    page = tmp_path / "page.txt"
    page.write_text(PAGE, encoding="utf-8")
    report = json.loads(run("import", page, "--publish", "--json").stdout)
    assert (report["added"], report["warned"]) == (1, 0)
    public = own_site.releases / "current" / "en" / "economy" / "prices-rise-wages-stay" / "index.html"
    assert "So does milk." in public.read_text(encoding="utf-8")
    assert json.loads(run("import", page, "--publish", "--json").stdout)["skipped"] == 1


@pytest.mark.django_db
def test_an_imported_page_joins_a_published_edition_of_ours_with_a_note(own_site: SiteSettings, tmp_path: Path) -> None:
    edition = make_ready_edition(sections=("economy",))
    run("edition", "publish", edition.slug)
    page = tmp_path / "page.txt"
    page.write_text(PAGE, encoding="utf-8")
    run("import", page, "--publish")
    shown = own_site.releases / "current" / "en" / "editions" / edition.slug / "index.html"
    assert "A commentary from the archive was added." in shown.read_text(encoding="utf-8")
    assert "Nothing blocks" in run("edition", "status", edition.slug).stdout


@pytest.mark.django_db
def test_an_import_does_not_publish_an_edition_that_is_being_written(own_site: SiteSettings, tmp_path: Path) -> None:
    edition = make_ready_edition(sections=("economy",))
    page = tmp_path / "page.txt"
    page.write_text(PAGE, encoding="utf-8")
    assert "goes out from its board" in run("import", page, "--publish").stderr
    assert not edition.publications.exists()
    assert not (own_site.releases / "current").exists()


@pytest.mark.usefixtures("own_site")
@pytest.mark.django_db
def test_scheduled_work_is_done_by_tick() -> None:
    edition = make_ready_edition(sections=("economy",))
    Edition.objects.update(publish_at=timezone.now())
    run("tick")
    assert edition.publications.exists()
