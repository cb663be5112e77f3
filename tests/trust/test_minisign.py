"""Keys and signatures, and that minisign(1) and we open each other's."""

from __future__ import annotations

import base64
import stat
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barograph.trust.minisign import (
    SCRYPT_MEMORY,
    KeyFileError,
    PublicKey,
    SignatureError,
    SigningKey,
    create_key,
)
from tests.trust.signed import CHEAP


def minisign(*arguments: str | Path, typed: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(["minisign", *arguments], input=typed, capture_output=True, text=True, check=False)


def test_a_key_opens_with_its_passphrase_only(tmp_path: Path) -> None:
    public = create_key(tmp_path / "k", "пароль", memory=CHEAP)
    assert SigningKey.open(tmp_path / "k", "пароль").public == public
    for wrong in ("пaроль", "", "\udcff"):
        with pytest.raises(KeyFileError, match="passphrase"):
            SigningKey.open(tmp_path / "k", wrong)


def test_a_key_file_is_for_its_owner_alone_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    create_key(tmp_path / "k", "secret", memory=CHEAP)
    assert stat.S_IMODE((tmp_path / "k").stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["k"]


def test_a_key_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "k").write_text("the only copy")
    with pytest.raises(KeyFileError, match="never overwritten"):
        create_key(tmp_path / "k", "secret", memory=CHEAP)
    assert (tmp_path / "k").read_text() == "the only copy"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_key_that_cannot_be_written_is_an_error_that_names_the_file(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match="nowhere"):
        create_key(tmp_path / "nowhere" / "k", "secret", memory=CHEAP)


@pytest.mark.parametrize("passphrase", ["", "two\nlines", "tab\t", "x" * 1024, "ы" * 512, "\udcff"])
def test_a_passphrase_that_minisign_could_not_be_given_is_refused(tmp_path: Path, passphrase: str) -> None:
    with pytest.raises(KeyFileError, match="choose another"):
        create_key(tmp_path / "k", passphrase, memory=CHEAP)
    assert not (tmp_path / "k").exists()


def test_no_secret_is_in_a_representation_or_a_message(tmp_path: Path, key: SigningKey) -> None:
    create_key(tmp_path / "k", "s3cret-phrase", memory=CHEAP)
    with pytest.raises(KeyFileError) as caught:
        SigningKey.open(tmp_path / "k", "wr0ng-phrase")
    assert "phrase-" not in str(caught.value)
    assert "wr0ng" not in str(caught.value)
    assert repr(key) == f"SigningKey(number {key.public.number})"


@pytest.mark.parametrize("content", [b"", b"\xff\n\xff", b"untrusted comment: x\nAAAA\n", b"one\ntwo\nthree\n"])
def test_a_file_that_is_no_key_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "k").write_bytes(content)
    with pytest.raises(KeyFileError, match="not a minisign"):
        SigningKey.open(tmp_path / "k", "secret")
    with pytest.raises(KeyFileError, match="not a minisign"):
        PublicKey.read(content)


def test_a_missing_key_file_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match="barograph keys new"):
        SigningKey.open(tmp_path / "k", "secret")


def test_the_same_content_has_the_same_signature(key: SigningKey) -> None:
    assert key.sign(b"content", "sequence=1") == key.sign(b"content", "sequence=1")
    assert key.sign(b"content", "sequence=1") != key.sign(b"content", "sequence=2")
    assert key.public.check(b"content", key.sign(b"content", "sequence=1")) == "sequence=1"


@pytest.mark.parametrize("comment", ["two\nlines", "слова", "x" * 9000])
def test_a_comment_must_be_one_line_of_ascii(key: SigningKey, comment: str) -> None:
    with pytest.raises(ValueError, match="trusted comment"):
        key.sign(b"content", comment)


@given(st.data())
def test_no_changed_byte_of_a_signature_or_its_content_goes_unseen(key: SigningKey, data: st.DataObject) -> None:
    content, signature = b"some content", key.sign(b"some content", "sequence=1")
    both = bytearray(content + signature)
    both[data.draw(st.integers(0, len(both) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(SignatureError):
        key.public.check(bytes(both[: len(content)]), bytes(both[len(content) :]))


@given(st.binary(max_size=400))
def test_rubbish_is_never_a_signature(key: SigningKey, rubbish: bytes) -> None:
    with pytest.raises(SignatureError):
        key.public.check(b"content", rubbish)


def test_another_key_s_signature_is_refused(tmp_path: Path, key: SigningKey) -> None:
    create_key(tmp_path / "k", "secret", memory=CHEAP)
    other = SigningKey.open(tmp_path / "k", "secret")
    with pytest.raises(SignatureError, match=key.public.number):
        key.public.check(b"content", other.sign(b"content", "sequence=1"))


def test_minisign_accepts_our_signatures_and_prints_the_number_we_print(tmp_path: Path, key: SigningKey) -> None:
    (tmp_path / "f").write_bytes(b"content")
    (tmp_path / "f.minisig").write_bytes(key.sign(b"content", "sequence=1 edition=2024-01-22"))
    (tmp_path / "k.pub").write_bytes(key.public.text)
    by_file = minisign("-Vm", tmp_path / "f", "-p", tmp_path / "k.pub")
    assert by_file.returncode == 0
    assert "sequence=1 edition=2024-01-22" in by_file.stdout
    assert minisign("-Vm", tmp_path / "f", "-P", key.public.line).returncode == 0


def test_minisign_opens_a_key_of_ours_and_makes_the_very_signature_we_make(tmp_path: Path) -> None:
    secret, file = tmp_path / "k", tmp_path / "f"
    file.write_bytes(b"content")
    public = create_key(secret, "пароль 1", memory=SCRYPT_MEMORY)
    made = minisign("-S", "-m", file, "-s", secret, "-t", "by hand", typed="пароль 1\n")
    assert made.returncode == 0, made.stderr
    signature = (tmp_path / "f.minisig").read_bytes()
    assert public.check(b"content", signature) == "by hand"
    assert SigningKey.open(secret, "пароль 1").sign(b"content", "by hand") == signature


@pytest.mark.parametrize(
    ("number", "printed"), [(0x08A99242AB27002D, "8A99242AB27002D"), (2**64 - 1, "F" * 16), (0, "0")]
)
def test_a_number_is_printed_as_minisign_prints_it_without_leading_zeros(
    tmp_path: Path, key: SigningKey, number: int, printed: str
) -> None:
    blob = base64.b64decode(key.public.line)
    public = PublicKey.read(base64.b64encode(blob[:2] + number.to_bytes(8, "little") + blob[10:]))
    assert public.number == printed
    (tmp_path / "k.pub").write_bytes(public.text)
    (tmp_path / "f").write_bytes(b"content")
    (tmp_path / "f.minisig").write_bytes(key.sign(b"content", "sequence=1"))
    refused = minisign("-Vm", tmp_path / "f", "-p", tmp_path / "k.pub")
    assert f"but the key id in the public key is {printed}" in refused.stderr.replace("ID", "id")


def test_we_open_a_key_of_minisign_with_its_higher_cost(tmp_path: Path) -> None:
    secret, public = tmp_path / "k", tmp_path / "k.pub"
    assert minisign("-G", "-s", secret, "-p", public, typed="secret\nsecret\n").returncode == 0
    assert SigningKey.open(secret, "secret").public.text == public.read_bytes()
