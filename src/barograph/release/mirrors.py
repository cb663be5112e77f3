"""``mirrors.txt``: where else a site can be read, for people and programs."""

from __future__ import annotations

from barograph.base.site import SiteSettings

FILE = "mirrors.txt"


def mirrors_txt(site: SiteSettings) -> bytes | None:
    """The addresses of a site, one on each line: its own, its mirrors, its onion service.

    Lines that begin with ``#`` are for people. None for a site that stands in one place only.
    """
    if not has_mirrors(site):
        return None
    title = " ".join(site.words(site.title, site.source_language).split())
    lines = [
        f"# Where {title} can be read: its own address, its mirrors, its onion service.",
        "# This file stands in the signed list of every release. How to check a copy of the whole site:",
        "# minisign -Vm SHA256SUMS -p minisign.pub && sha256sum -c SHA256SUMS",
        site.address.rstrip("/"),
        *(mirror for mirror in site.release.mirrors if mirror != site.address.rstrip("/")),
        *([site.release.onion] if site.release.onion else []),
    ]
    return "\n".join([*lines, ""]).encode()


def has_mirrors(site: SiteSettings) -> bool:
    """Whether a site can be read anywhere beside its own address."""
    return bool(site.release.mirrors or site.release.onion)
