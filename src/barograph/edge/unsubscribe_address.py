"""What the pages say that depends on the site."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from barograph.base.site import SiteSettings


def unsubscribe_address(site: SiteSettings) -> str:
    """Where a reader unsubscribes by mail, where our pages cannot be reached."""
    if site.newsletter.unsubscribe_address:
        return site.newsletter.unsubscribe_address
    host = site.newsletter.sender.rpartition("@")[2] or urlsplit(site.address).hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return f"unsubscribe@{host or 'localhost'}"
    return "unsubscribe@localhost"
