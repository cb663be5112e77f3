"""``barograph verify``: what it says of a release, and of one that comes after another."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from barograph.config.command import main
from barograph.trust.minisign import SigningKey
from barograph.trust.succession import Succession
from tests.release.signing import cheap_key
from tests.trust.signed import EDITION, PAGES, SIGNED_ON, followed, lay_out, link_to, signed


@pytest.fixture
def key(tmp_path: Path) -> SigningKey:
    return cheap_key(tmp_path)


def run(*arguments: str | Path, status: int = 0) -> Result:
    done = CliRunner().invoke(main, ["verify", *map(str, arguments)])
    assert done.exit_code == status, done.output + repr(done.exception)
    return done


def test_it_says_which_release_it_is_and_warns_of_a_key_that_came_with_it(tmp_path: Path, key: SigningKey) -> None:
    folder = lay_out(tmp_path / "two", followed(signed(PAGES, key), {**PAGES, "index.html": b"2"}, key))
    said = run(folder)
    assert said.stdout.splitlines() == [
        f"Release 2, edition {EDITION}, valid until 2999-12-31 (UTC)",
        f"Signed with the key {key.public.number}; names 1 earlier release",
        "All files are as they were signed.",
    ]
    assert "key that it carries itself" in said.stderr
    assert run(folder, "--public-key", key.public.line).stderr == ""


def test_json_has_what_the_signature_says_beside_the_problems(tmp_path: Path, key: SigningKey) -> None:
    first = signed(PAGES, key)
    folder = lay_out(tmp_path / "two", followed(first, {**PAGES, "index.html": b"2"}, key))
    (folder / "extra").mkdir()
    found = json.loads(run(folder, "--json", status=1).stdout)
    assert found["problems"] == [{"file": "extra", "what": "this folder is not part of the release"}]
    assert (found["sequence"], found["edition"], found["expires"]) == (2, EDITION, "2999-12-31")
    assert found["previous"] == link_to(first, key).manifest
    assert (found["key"], found["earlier_releases"]) == (key.public.line, 1)
    (folder / "SHA256SUMS.minisig").unlink()
    found = json.loads(run(folder, "--json", status=1).stdout)
    assert found["sequence"] is found["previous"] is None


def test_an_expired_release_is_refused_unless_it_is_kept_for_its_content(tmp_path: Path, key: SigningKey) -> None:
    folder = lay_out(tmp_path / "one", signed(PAGES, key, expires=SIGNED_ON))
    assert "expired on 2024-01-29" in run(folder, status=1).stderr
    run(folder, "--allow-expired")


def test_a_release_must_come_after_the_one_that_is_trusted(tmp_path: Path, key: SigningKey) -> None:
    first = signed(PAGES, key, expires=SIGNED_ON)
    old = lay_out(tmp_path / "one", first)
    new = lay_out(tmp_path / "two", followed(first, {**PAGES, "index.html": b"2"}, key))
    assert run(new, "--after", old).stderr == ""
    assert "later number 2" in run(old, "--after", new, "--allow-expired", status=1).stderr
    (old / "index.html").write_bytes(b"changed")
    assert "cannot be trusted itself" in run(new, "--after", old, status=1).stderr


def test_whoever_trusts_an_older_key_accepts_a_later_one_s_release(tmp_path: Path, key: SigningKey) -> None:
    (tmp_path / "newer").mkdir()
    newer = cheap_key(tmp_path / "newer")
    line = Succession((key.public,)).extended(key, newer.public, SIGNED_ON)
    folder = lay_out(tmp_path / "release", signed(PAGES, newer, keys=line))
    run(folder, "--public-key", key.public.line)
    run(folder, "--public-key", folder / "keys" / f"1-{key.public.number}.pub")
    older = lay_out(tmp_path / "older", signed(PAGES, key))
    assert "does not follow from it" in run(older, "--public-key", newer.public.line, status=1).stderr


def test_what_is_no_folder_or_no_key_is_an_error_and_not_a_finding(tmp_path: Path, key: SigningKey) -> None:
    assert "is not a folder" in run(tmp_path / "nowhere", status=1).stderr
    assert "cannot be read" in run(tmp_path, "--public-key", "nowhere.pub", status=1).stderr
    assert key.public.line not in run(tmp_path, status=1).output
