"""What newsroom and sender tell each other survives the way, and half a file is nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from barograph.base.campaigns import (
    CampaignStatus,
    Order,
    Status,
    give_order,
    read_status,
    take_orders,
    waiting_orders,
    write_status,
)

CAMPAIGN = CampaignStatus(
    number=3,
    edition="2024-01-15",
    state="sending",
    counts={"sent": 5, "failed": 1},
    reasons={"550 5.1.1": 1},
    per_second=2.5,
    seconds_left=8.0,
)
STATUS = Status("2024-01-19T09:00:00+00:00", (CAMPAIGN,), {"be": 12, "other": 3}, ("an allowance is used up",))


def test_a_status_comes_back_as_it_was_written(tmp_path: Path) -> None:
    write_status(tmp_path / "newsletter", STATUS)
    assert read_status(tmp_path / "newsletter") == STATUS


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "null", '{"at": "now"}', '{"campaigns": [{"number": 1}], "at": ""}']
)
def test_a_missing_or_broken_status_is_none(tmp_path: Path, content: str) -> None:
    assert read_status(tmp_path) is None
    (tmp_path / "status.json").write_text(content, encoding="utf-8")
    assert read_status(tmp_path) is None


def test_orders_come_in_the_order_they_were_given_and_stay_until_they_are_done(tmp_path: Path) -> None:
    orders = [
        Order("send", "2024-01-15", by="anna"),
        Order("retry", "2024-01-15", reasons=("450 4.2.1",)),
        Order("test", "2024-01-15", "be", sealed_address="AAAA"),
    ]
    for order in orders:
        give_order(tmp_path, order)
    assert [order for _file, order in take_orders(tmp_path)] == orders
    for file, _order in take_orders(tmp_path):
        file.unlink()
    assert list(take_orders(tmp_path)) == []


@pytest.mark.parametrize(
    "content",
    [
        "", "{", "[]", "null", '{"kind": "send"}', '{"kind": "send", "edition": "x", "more": 1}',
        '{"kind": "send", "edition": ["x"]}', '{"kind": "panic", "edition": "x"}', '{"kind": ["send"], "edition": "x"}',
        '{"kind": "send", "edition": "x\\nAn order for y was carried out"}', "[" * 50_000,
        '{"kind": "retry", "edition": "x", "reasons": [{}]}', " " * 70_000 + '{"kind": "send", "edition": "x"}',
    ],
)  # fmt: skip
def test_an_order_that_cannot_be_read_is_removed(tmp_path: Path, content: str) -> None:
    give_order(tmp_path, Order("send", "2024-01-15"))
    (tmp_path / "orders" / "0.json").write_text(content, encoding="utf-8")
    assert [order.edition for _file, order in take_orders(tmp_path)] == ["2024-01-15"]
    assert not (tmp_path / "orders" / "0.json").exists()


def test_what_is_no_plain_file_is_no_order(tmp_path: Path) -> None:
    give_order(tmp_path, Order("send", "2024-01-15"))
    folder = tmp_path / "orders"
    os.mkfifo(folder / "pipe.json")
    (folder / "folder.json").mkdir()
    (folder / "link.json").symlink_to(next(folder.glob("?*[0-9a-f].json")))
    assert [order.edition for _file, order in take_orders(tmp_path)] == ["2024-01-15"]
    assert waiting_orders(tmp_path) == [Order("send", "2024-01-15")]
