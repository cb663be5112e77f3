"""Signing messages ourselves, checked by another implementation: dkimpy."""

from __future__ import annotations

import re
import uuid
from base64 import b64decode, b64encode
from pathlib import Path
from types import SimpleNamespace

import dkim
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as generate_rsa_key
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from barograph.base.drops import MODES, Choices
from barograph.base.site import SiteSettings, site
from barograph.newsletter.dkim import DkimError, DkimKey
from barograph.newsletter.keys import SenderKeys
from barograph.newsletter.messages import MessageMaker
from tests.newsletter.letters import MAILS, SENT_ON, WORDS, reader, received, reserve

KEYS = SenderKeys.make()
RSA = generate_rsa_key(65537, 2048)
ED25519 = Ed25519PrivateKey.generate()
PEM = (Encoding.PEM, PrivateFormat.PKCS8)
Private = RSAPrivateKey | Ed25519PrivateKey


class BadSignatureError(Exception):
    """What PyNaCl raises."""


class VerifyKey:
    """Stands for PyNaCl's, which dkimpy asks for: the same check by another library."""

    def __init__(self, key: bytes, encoder: object) -> None:
        self.key = Ed25519PublicKey.from_public_bytes(b64decode(key))

    def verify(self, content: bytes, signature: bytes) -> None:
        try:
            self.key.verify(signature, content)
        except InvalidSignature as error:
            raise BadSignatureError from error


@pytest.fixture(autouse=True)
def _without_pynacl(monkeypatch: pytest.MonkeyPatch) -> None:
    exceptions = SimpleNamespace(BadSignatureError=BadSignatureError, ValueError=ValueError)
    encoding = SimpleNamespace(Base64Encoder=None)
    nacl = SimpleNamespace(signing=SimpleNamespace(VerifyKey=VerifyKey), encoding=encoding, exceptions=exceptions)
    monkeypatch.setattr(dkim, "nacl", nacl, raising=False)


def signing_site(folder: Path, pem: bytes | None, selector: str = "letter") -> SiteSettings:
    if pem is not None:
        (folder / "dkim.pem").write_bytes(pem)
    changed = site().newsletter.model_copy(update={"dkim_key": Path("dkim.pem"), "dkim_selector": selector})
    return site().model_copy(update={"newsletter": changed, "folder": folder})


def copies(own: SiteSettings, count: int) -> list[bytes]:
    """Messages to readers of every language and mode."""
    make = MessageMaker(site=own, keys=KEYS, mails=MAILS, sent_on=SENT_ON)
    found = []
    for delivery in range(count):
        number = uuid.uuid4()
        choices = Choices(list(WORDS)[delivery % 3], mode=MODES[delivery % 4])
        outgoing = make(reserve(KEYS, reader(KEYS, number, f"r{delivery}@example.net", choices), number, delivery))
        assert outgoing is not None
        found.append(received(outgoing))
    return found


def dns(private: Private) -> object:
    """What DNS says of the key's public half."""
    if isinstance(private, RSAPrivateKey):
        public = private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        record = b"v=DKIM1; k=rsa; p=" + b64encode(public)
    else:
        record = b"v=DKIM1; k=ed25519; p=" + b64encode(private.public_key().public_bytes_raw())

    def answer(name: bytes, timeout: int) -> bytes | None:
        return record if timeout and name == b"letter._domainkey.example.org." else None

    return answer


@pytest.mark.parametrize("private", [RSA, ED25519], ids=["rsa", "ed25519"])
def test_every_copy_is_signed_so_that_others_agree(private: Private, tmp_path: Path) -> None:
    own = signing_site(tmp_path, private.private_bytes(*PEM, NoEncryption()))
    for message in copies(own, 240):
        assert dkim.verify(message, dnsfunc=dns(private))


@pytest.mark.parametrize("private", [RSA, ED25519], ids=["rsa", "ed25519"])
def test_a_changed_byte_breaks_the_signature(private: Private, tmp_path: Path) -> None:
    own = signing_site(tmp_path, private.private_bytes(*PEM, NoEncryption()))
    for message in copies(own, 8):
        assert dkim.verify(message, dnsfunc=dns(private))
        values = [match.end() for match in re.finditer(rb"\r\n[A-Z][\w-]+: +", message)]
        lines = [match.end() for match in re.finditer(rb"\r\n(?=[\w+/=]{40})", message)]
        assert len(values) > 10
        for at in [*values, *lines[::20]]:
            changed = message[:at] + bytes([message[at] ^ 3]) + message[at + 1 :]
            assert not dkim.verify(changed, dnsfunc=dns(private))


def test_no_second_header_of_those_that_readers_see_can_be_added(tmp_path: Path) -> None:
    (message,) = copies(signing_site(tmp_path, RSA.private_bytes(*PEM, NoEncryption())), 1)
    others = (b"From: a@example.com", b"Subject: other", b"To: b@example.com", b"Date: x")
    for added in (*others, b"List-Unsubscribe: <https://a.example.com/>", b"List-Unsubscribe-Post: x"):
        assert not dkim.verify(added + b"\r\n" + message, dnsfunc=dns(RSA))


def test_both_list_headers_are_signed(tmp_path: Path) -> None:
    (message,) = copies(signing_site(tmp_path, RSA.private_bytes(*PEM, NoEncryption())), 1)
    (names,) = re.findall(rb"\r\n h=([a-z:-]+);", message)
    assert {b"list-unsubscribe", b"list-unsubscribe-post", b"from", b"to", b"message-id"} <= set(names.split(b":"))
    assert dkim.verify(message.replace(b"One-Click", b"One-Click "), dnsfunc=dns(RSA))
    assert not dkim.verify(message.replace(b"=One-Click", b"=Two-Click"), dnsfunc=dns(RSA))


def test_the_signature_differs_in_nothing_that_readers_share(tmp_path: Path) -> None:
    signatures = [
        message[: message.index(b"bh=")]
        for message in copies(signing_site(tmp_path, ED25519.private_bytes(*PEM, NoEncryption())), 24)
    ]
    assert len(set(signatures)) == 1


def bad_pems() -> dict[str, bytes | None]:
    return {
        "missing": None,
        "empty": b"",
        "rubbish": b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        "locked": RSA.private_bytes(*PEM, BestAvailableEncryption(b"secret")),
        "another kind": generate_private_key(SECP256R1()).private_bytes(*PEM, NoEncryption()),
        "public": RSA.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
    }


@pytest.mark.parametrize("name", bad_pems())
def test_a_key_that_cannot_sign_is_named_with_its_setting(name: str, tmp_path: Path) -> None:
    with pytest.raises(DkimError, match=r"newsletter\.dkim_key: .*dkim\.pem"):
        DkimKey.of(signing_site(tmp_path, bad_pems()[name]), "example.org")


@pytest.mark.parametrize("selector", ["", "a b", "a;d=other", "a\r\n"])
def test_a_key_without_a_good_selector_is_refused(selector: str, tmp_path: Path) -> None:
    with pytest.raises(DkimError, match=r"newsletter\.dkim_selector"):
        DkimKey.of(signing_site(tmp_path, b"", selector), "example.org")


def test_without_settings_nothing_is_signed() -> None:
    assert DkimKey.of(site(), "example.org") is None
    assert not any(message.startswith(b"DKIM") for message in copies(site(), 3))


def test_a_key_says_nothing_secret_of_itself() -> None:
    assert repr(DkimKey("example.org", "letter", ED25519)) == "DkimKey(letter._domainkey.example.org)"
