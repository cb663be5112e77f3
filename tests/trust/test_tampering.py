"""Whatever is done to a release that its publisher did not sign, it is refused: by ten thousand cases and more."""

from __future__ import annotations

import subprocess
from collections import Counter
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barograph.trust.head import check_head
from barograph.trust.manifest import SIGNATURE_FILE
from barograph.trust.minisign import SigningKey
from barograph.trust.verify import check_release
from tests.trust.tampering import KINDS, Offer, Publisher, Shop, tampered
from tests.trust.test_verify_script import SCRIPT

CASES = 10_000
HEAD_KINDS = ["stamp", "chain", "relist", "roll_back", "expire", "wrong_key", "forge", "fork", "foreign_signature"]
"""What must be seen without looking at any page."""
SHELL_KINDS = [kind for kind in KINDS if kind not in ("roll_back", "fork")]
"""The script knows of no release but the one at hand."""

SEEDS = st.integers(0, 2**64 - 1)


@pytest.fixture(scope="module")
def publisher(keys: tuple[SigningKey, SigningKey, SigningKey]) -> Publisher:
    return Publisher(keys)


def offers(publisher: Publisher, kinds: list[str], seed: int) -> list[tuple[str, Offer]]:
    """A change of each kind, but for those where chance has changed nothing."""
    drawn = [(kind, tampered(publisher, kind, Random(f"{seed} {kind}"))) for kind in kinds]  # noqa: S311 (nothing secret)
    return [(kind, offer) for kind, offer in drawn if offer is not None]


def test_the_genuine_releases_are_accepted_one_after_the_other(publisher: Publisher, tmp_path: Path) -> None:
    shop, after = Shop(tmp_path, publisher), None
    for release, head in zip(publisher.releases, publisher.heads, strict=True):
        folder = shop.lay_out({**release})
        after = check_release(folder, publisher.trusted, today=head.stamp.expires, after=after).accepted()
        assert after == head


def test_every_change_of_every_kind_is_refused(publisher: Publisher, tmp_path: Path) -> None:
    counted: Counter[str] = Counter()
    shop = Shop(tmp_path, publisher)

    @settings(max_examples=CASES // len(KINDS) + 45, database=None)
    @given(SEEDS)
    def refuse(seed: int) -> None:
        for kind, offer in offers(publisher, KINDS, seed):
            folder = shop.lay_out(offer.files)
            verified = check_release(folder, offer.trusted, today=offer.today, after=offer.after)
            assert verified.problems, f"{kind} was accepted"
            counted[kind] += 1

    refuse()
    assert counted.total() >= CASES
    assert set(counted) == set(KINDS)
    assert min(counted.values()) >= 300, counted


def test_a_head_is_refused_before_any_page_is_fetched(publisher: Publisher) -> None:
    counted: Counter[str] = Counter()

    @settings(max_examples=60, database=None)
    @given(SEEDS)
    def refuse(seed: int) -> None:
        for kind, offer in offers(publisher, HEAD_KINDS, seed):
            files = {path: what for path, what in offer.files.items() if isinstance(what, bytes)}
            assert check_head(files, offer.trusted, today=offer.today, after=offer.after).problems, kind
            counted[kind] += 1

    refuse()
    assert counted.total() >= 400
    assert set(counted) == set(HEAD_KINDS)


def test_every_bit_of_the_signature_counts(publisher: Publisher) -> None:
    files = dict(publisher.releases[1])
    for bit in range(len(files[SIGNATURE_FILE]) * 8):
        content = bytearray(files[SIGNATURE_FILE])
        content[bit // 8] ^= 1 << bit % 8
        assert check_head({**files, SIGNATURE_FILE: bytes(content)}, publisher.trusted).problems, bit


def test_the_script_refuses_what_the_command_refuses(publisher: Publisher, tmp_path: Path) -> None:
    counted: Counter[str] = Counter()
    shop = Shop(tmp_path, publisher)
    for seed in range(13):
        for kind, offer in offers(publisher, SHELL_KINDS, seed):
            options = [] if kind == "expire" else ["--allow-expired"]
            if kind == "expire" and b"expires=2999" in publisher_signature(offer):
                continue
            folder = shop.lay_out(offer.files)
            command: list[str | Path] = ["sh", SCRIPT, *options, offer.trusted.line, folder]
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
            assert done.returncode == 1, (kind, seed, done.stdout, done.stderr)
            assert "WRONG: " in done.stderr
            assert "\x1b" not in done.stderr
            counted[kind] += 1
    assert counted.total() >= 200
    assert set(counted) == set(SHELL_KINDS)


def publisher_signature(offer: Offer) -> bytes:
    """The signature of an offer that is whole."""
    content = offer.files[SIGNATURE_FILE]
    assert isinstance(content, bytes)
    return content
