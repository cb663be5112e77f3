"""``verify.sh``, which lies in every release: what it says of whole ones, and that any plain shell can run it."""

from __future__ import annotations

import os
import subprocess
from datetime import date
from pathlib import Path

import pytest

import barograph
from barograph.trust.minisign import SigningKey
from barograph.trust.succession import Succession
from tests.trust.signed import EDITION, PAGES, SIGNED_ON, followed, lay_out, signed

Keys = tuple[SigningKey, SigningKey, SigningKey]
SCRIPT = Path(barograph.__file__).parent / "static" / "release" / "verify.sh"
NAMES = {"a: OK": b"1", "a: FAILED": b"2", " leading": b"3", "trailing ": b"4", "-n": b"5", "quo'te \"$(x)`*?[": b"6"}


def run(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **environment}
    command = ["/bin/sh", SCRIPT, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=30, env=environment)


def test_a_whole_release_passes_and_says_which_it_is(release: Path, key: SigningKey) -> None:
    done = run(key.public.line, release)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"seq=1 edition={EDITION} expires=2999-12-31 prev=-" in done.stdout
    assert "All files are as they were signed: release 1, valid until 2999-12-31." in done.stdout
    assert "key that the release carries itself" not in done.stdout


def test_it_checks_the_folder_in_which_it_lies_and_warns_of_a_key_from_there(tmp_path: Path, key: SigningKey) -> None:
    folder = lay_out(tmp_path / "a release", signed({**PAGES, "verify.sh": SCRIPT.read_bytes()}, key))
    for script, place in [(f"{folder}/verify.sh", tmp_path), ("verify.sh", folder), ("./verify.sh", folder)]:
        done = subprocess.run(["sh", script], cwd=place, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")
        assert "key that the release carries itself" in done.stdout


def test_names_with_blanks_letters_of_any_script_and_signs_of_the_shell_are_names(
    tmp_path: Path, key: SigningKey
) -> None:
    folder = lay_out(tmp_path, signed({**PAGES, **NAMES}, key))
    assert run(key.public.line, folder).returncode == 0
    for name, content in NAMES.items():
        (folder / name).write_bytes(content + b"changed")
        refused = run(key.public.line, folder).stderr
        assert refused.splitlines()[:2] == [
            "WRONG: files were changed, or are missing",
            f"WRONG: {name}: is not as it was signed",
        ]
        (folder / name).write_bytes(content)


def test_the_key_may_be_in_a_file_and_any_older_one_will_do(tmp_path: Path, keys: Keys, line: Succession) -> None:
    folder = lay_out(tmp_path / "release", signed(PAGES, keys[2], keys=line))
    for key in keys:
        (tmp_path / "key.pub").write_bytes(key.public.text)
        assert run(tmp_path / "key.pub", folder).returncode == 0
        assert run(key.public.line, folder).returncode == 0


def test_a_newer_key_does_not_stand_for_an_older_one(tmp_path: Path, keys: Keys, line: Succession) -> None:
    folder = lay_out(tmp_path, signed(PAGES, keys[1], keys=line.until(keys[1].public)))
    assert run(keys[0].public.line, folder).returncode == 0
    refused = run(keys[2].public.line, folder)
    assert refused.returncode == 1
    assert "signed with another key than the one that you trust" in refused.stderr


def test_a_release_names_the_ones_before_it(tmp_path: Path, key: SigningKey) -> None:
    releases = [signed(PAGES, key)]
    for number in range(11):
        releases.append(followed(releases[-1], {**PAGES, "index.html": bytes([number])}, key))
    done = run(key.public.line, lay_out(tmp_path, releases[-1]))
    assert done.returncode == 0, done.stderr
    assert "release 12" in done.stdout


def test_an_expired_release_is_refused_unless_it_is_kept_for_its_content(tmp_path: Path, key: SigningKey) -> None:
    folder = lay_out(tmp_path, signed(PAGES, key, expires=SIGNED_ON))
    refused = run(key.public.line, folder)
    assert refused.returncode == 1
    assert "WRONG: it expired on 2024-01-29: look for a newer one" in refused.stderr
    assert run("--allow-expired", key.public.line, folder).returncode == 0


def test_a_release_is_good_on_its_last_day(tmp_path: Path, key: SigningKey) -> None:
    (tmp_path / "bin").mkdir()
    clock = tmp_path / "bin" / "date"
    folder = lay_out(tmp_path / "release", signed(PAGES, key, expires=date(2024, 2, 11)))
    for day, expected in [("20240211", 0), ("20240212", 1)]:
        clock.write_text(f"#!/bin/sh\necho {day}\n", encoding="ascii")
        clock.chmod(0o755)
        assert run(key.public.line, folder, PATH=f"{clock.parent}:{os.environ['PATH']}").returncode == expected


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["nowhere.pub"], "there is no file nowhere.pub"),
        ([SCRIPT], "holds no public key"),
        (["RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3"], "signed with another key"),
    ],
)
def test_what_is_no_key_or_another_one_is_said_in_plain_words(
    release: Path, arguments: list[str | Path], complaint: str
) -> None:
    refused = run(*arguments, release)
    assert refused.returncode == 1
    assert complaint in refused.stderr


def test_what_is_no_release_is_said_to_be_none(tmp_path: Path) -> None:
    refused = run("", tmp_path)
    assert refused.returncode == 1
    assert "WRONG: SHA256SUMS is missing" in refused.stderr
    assert "there is no such folder" in run("", tmp_path / "nowhere").stderr


def test_a_tool_that_is_missing_is_named(tmp_path: Path, release: Path) -> None:
    for tool in ("sed", "tr"):
        (tmp_path / tool).symlink_to(f"/usr/bin/{tool}")
    assert "minisign is not installed" in run("", release, PATH=str(tmp_path)).stderr


@pytest.mark.parametrize("tool", ["cut", "date", "find", "grep", "minisign", "sed", "sha256sum", "sort", "tr", "uniq"])
def test_a_tool_that_does_not_work_never_makes_a_bad_release_a_good_one(
    tmp_path: Path, key: SigningKey, tool: str
) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / tool).write_text("#!/bin/sh\nexit 1\n", encoding="ascii")
    (tmp_path / "bin" / tool).chmod(0o755)
    expired = lay_out(tmp_path / "expired", signed(PAGES, key, expires=SIGNED_ON))
    extra = lay_out(tmp_path / "extra", {**signed(PAGES, key), "extra": b""})
    changed = lay_out(tmp_path / "changed", {**signed(PAGES, key), "index.html": b""})
    for folder in (expired, extra, changed):
        assert run(key.public.line, folder, PATH=f"{tmp_path / 'bin'}:{os.environ['PATH']}").returncode == 1


def test_two_names_in_one_and_names_that_speak_to_the_terminal_are_shown_without_harm(
    release: Path, key: SigningKey
) -> None:
    (release / "index.html\n.").mkdir()
    (release / "index.html\n." / "index.html").write_bytes(b"")
    assert "several lines" in run(key.public.line, release).stderr
    (release / "index.html\n." / "index.html").unlink()
    (release / "index.html\n.").rmdir()
    (release / "\x1b[2J\u009b5m ўсё").write_bytes(b"")
    assert "WRONG: ?[2J?5m ўсё: is not part of the release" in run(key.public.line, release).stderr
