"""The sender's public file: written, read, and refused with words that help."""

from __future__ import annotations

from pathlib import Path

import pytest

from barograph.trust.sealing import SealingKey
from barograph.trust.sender_keys import FILE, SenderKeyError, SenderPublicKeys
from barograph.trust.tokens import TokenKey

KEYS = SenderPublicKeys(SealingKey.make().public, (TokenKey.make().public, TokenKey.make().public), demo=True)


def test_the_file_comes_back_as_it_was_written(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(KEYS.to_text(), encoding="utf-8")
    assert SenderPublicKeys.read(tmp_path) == KEYS


def test_a_missing_file_is_an_error_that_says_where_it_comes_from(tmp_path: Path) -> None:
    with pytest.raises(SenderKeyError, match=r"sender\.pub is missing .*barograph newsletter keys new"):
        SenderPublicKeys.read(tmp_path)


@pytest.mark.parametrize("content", ["", "{}", "[]", "null", "\udcff"])
def test_another_file_is_an_error_that_says_what_to_do(tmp_path: Path, content: str) -> None:
    check_refused(tmp_path, content)


@pytest.mark.parametrize(("part", "other"), [('"tokens"', '"token"'), ("=", "!"), ("true", "true}")])
def test_a_damaged_file_is_an_error_that_says_what_to_do(tmp_path: Path, part: str, other: str) -> None:
    check_refused(tmp_path, KEYS.to_text().replace(part, other))


def check_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / FILE).write_text(content, encoding="utf-8", errors="surrogateescape")
    with pytest.raises(SenderKeyError, match="copy it again"):
        SenderPublicKeys.read(tmp_path)
