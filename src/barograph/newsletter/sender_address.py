"""Who our mail comes from, and where answers, bounces and unsubscriptions go."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from django.utils.translation import gettext, override

from barograph.base.site import SiteSettings
from barograph.newsletter.addresses import AddressError, domain_of, normalise
from barograph.newsletter.errors import NewsletterError


class SenderAddressError(NewsletterError):
    """A setting that should hold a mail address holds something else."""


def sender_address(site: SiteSettings) -> str:
    """The address in From: ``newsletter.sender``, or ``newsletter@`` the site's host. Raises SenderAddressError."""
    return _checked("sender", site.newsletter.sender) or f"newsletter@{_host(site)}"


def return_address(site: SiteSettings) -> str:
    """Where bounces go, before a delivery's number is put into it. Raises SenderAddressError."""
    return _checked("return_address", site.newsletter.return_address) or sender_address(site)


def unsubscribe_address(site: SiteSettings) -> str:
    """Where a reader unsubscribes by mail. Raises SenderAddressError."""
    given = _checked("unsubscribe_address", site.newsletter.unsubscribe_address)
    return given or f"unsubscribe@{domain_of(sender_address(site))}"


def sender_name(site: SiteSettings, language: str, discreet: bool) -> str:
    """The name in From in a language: the publication's, or for a discreet reader one that gives nothing away."""
    if not discreet:
        return site.words(site.newsletter.sender_name, language) or site.words(site.title, language)
    if name := site.words(site.newsletter.discreet_name, language):
        return name
    with override(language):
        return gettext("Weekly letter")


def _checked(setting: str, text: str) -> str:
    """A setting's address in its one spelling; empty when the setting is."""
    if not text:
        return ""
    local, at, domain = text.strip().rpartition("@")
    if at and domain == "localhost" and local.isascii() and local.isalnum():
        return text.strip()  # a rehearsal on one machine
    try:
        return normalise(text)
    except AddressError as error:
        raise SenderAddressError(
            f"newsletter.{setting} is no mail address: write one such as newsletter@example.org in barograph.toml"
        ) from error


def _host(site: SiteSettings) -> str:
    """The host of the site's address as mail names it; a machine known by its number only is “localhost”."""
    host = urlsplit(site.address).hostname or "localhost"
    try:
        ipaddress.ip_address(host)
    except ValueError:
        pass
    else:
        return "localhost"
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise SenderAddressError(
            "the host in the site's address cannot stand in a mail address: give newsletter.sender"
        ) from error
