"""Files locked with a passphrase open with it, with nothing else, and with age(1) itself."""

from __future__ import annotations

import shlex
import subprocess
from pathlib import Path

import pyrage
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barograph.trust.locked import LARGEST, LockError, lock, unlock

CHEAP = 4
PASSPHRASE = "чатыры словы and more"


@settings(max_examples=40)
@given(st.binary(max_size=3000), st.text(st.characters(codec="utf-8"), min_size=1, max_size=40))
def test_what_is_locked_opens_again(content: bytes, passphrase: str) -> None:
    assert unlock(lock(content, passphrase, work=CHEAP), passphrase) == content


def test_no_more_than_one_chunk_is_locked() -> None:
    assert unlock(lock(bytes(LARGEST), PASSPHRASE, work=CHEAP), PASSPHRASE) == bytes(LARGEST)
    with pytest.raises(ValueError, match="too many"):
        lock(bytes(LARGEST + 1), PASSPHRASE, work=CHEAP)


def test_the_file_says_that_it_is_age_and_what_a_guess_costs() -> None:
    lines = lock(b"secret", PASSPHRASE).split(b"\n")
    assert lines[0] == b"age-encryption.org/v1"
    assert lines[1].startswith(b"-> scrypt ")
    assert lines[1].endswith(b" 16")


def test_the_same_locked_twice_is_not_the_same() -> None:
    assert lock(b"secret", PASSPHRASE, work=CHEAP) != lock(b"secret", PASSPHRASE, work=CHEAP)


@pytest.mark.parametrize("passphrase", ["", "another", PASSPHRASE + " ", "no \udcff text"])
def test_another_passphrase_does_not_open_it(passphrase: str) -> None:
    with pytest.raises(LockError):
        unlock(lock(b"secret", PASSPHRASE, work=CHEAP), passphrase)


def test_no_changed_or_shortened_file_opens() -> None:
    locked = lock(b"secret", PASSPHRASE, work=CHEAP)
    changed = [locked[:at] + bytes([locked[at] ^ 1]) + locked[at + 1 :] for at in range(len(locked))]
    for damaged in [b"", b"no age file", *(locked[:end] for end in range(0, len(locked), 9)), *changed]:
        with pytest.raises(LockError):
            unlock(damaged, PASSPHRASE)


def test_what_another_program_locked_opens_too(tmp_path: Path) -> None:
    assert unlock(pyrage.passphrase.encrypt(b"secret", PASSPHRASE), PASSPHRASE) == b"secret"
    (tmp_path / "locked").write_bytes(lock(b"secret", PASSPHRASE, work=CHEAP))
    assert opened_by_age(tmp_path / "locked", PASSPHRASE) == b"secret"


def opened_by_age(file: Path, passphrase: str) -> bytes:
    """What age(1) makes of it. It asks for the passphrase on a terminal, so script(1) gives it one."""
    command = shlex.join(["age", "--decrypt", "--output", "opened", file.name])
    subprocess.run(
        ["script", "--quiet", "--return", "--command", command, "/dev/null"],
        input=passphrase + "\n",
        text=True,
        cwd=file.parent,
        stdout=subprocess.DEVNULL,
        timeout=60,
        check=True,
    )
    return (file.parent / "opened").read_bytes()
