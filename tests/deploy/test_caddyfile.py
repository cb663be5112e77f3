"""``deploy/Caddyfile`` says what our own server and nginx say; Caddy itself is not started."""

from __future__ import annotations

from pathlib import Path

from barograph.config.public import CACHING, HEADERS, OTHER_POLICIES, POLICY

CADDYFILE = (Path(__file__).parents[2] / "deploy" / "Caddyfile").read_text(encoding="utf-8")


def test_every_policy_is_in_it() -> None:
    policies = [POLICY, *(policy for _pattern, policy in OTHER_POLICIES)]
    assert [policy for policy in policies if f'Content-Security-Policy "{policy}"' not in CADDYFILE] == []


def test_every_header_is_in_it() -> None:
    headers = [(name, value) for name, value in HEADERS if name != "Vary"]  # which it adds by itself
    said = CADDYFILE.replace('"', "")
    assert [name for name, value in headers if f"{name} {value}" not in said] == []
    assert [value for value in CACHING.values() if f'Cache-Control "{value}"' not in CADDYFILE] == []
