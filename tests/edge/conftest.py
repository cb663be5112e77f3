"""An edge with its sender, in a folder of the test's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from barograph.base.site import SiteSettings
from barograph.edge.application import Edge
from tests.edge.visits import Clock, Sender, Visitor, site_with_edge


@pytest.fixture
def edge_site(tmp_path: Path) -> SiteSettings:
    return site_with_edge(tmp_path / "site")


@pytest.fixture
def sender(edge_site: SiteSettings) -> Sender:
    made = Sender(edge_site.edge_folder)
    made.publish()
    return made


@pytest.fixture
def visitor(edge_site: SiteSettings, sender: Sender) -> Visitor:
    """Somebody before an edge that is open."""
    assert sender.folder == edge_site.edge_folder
    clock = Clock()
    return Visitor(Edge(edge_site, clock), clock)
