"""What ``barograph doctor`` looks at of the newsletter, as far as it can be seen without its database."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from urllib.parse import urlsplit

from barograph.base.site import SiteSettings
from barograph.config.finding import Finding
from barograph.newsletter.key_file import FILE, is_paused
from barograph.newsletter.signed_release import UntrustedReleaseError, trusted_release_key
from barograph.trust.sender_keys import FILE as PUBLIC_FILE
from barograph.trust.sender_keys import SenderKeyError, SenderPublicKeys

LOOPBACK = {"127.0.0.1", "localhost", "::1", None}


def is_newsletter_alone(settings: SiteSettings) -> bool:
    """Whether this machine has the edge or the sender, also one whose keys a panic took, and none of the newsroom."""
    if settings.secret_key or (settings.private / "secret_key").exists() or settings.signing_key.exists():
        return False
    keys = (settings.edge_folder / PUBLIC_FILE, settings.sender_folder / FILE)
    return is_paused(settings.edge_folder) or any(file.exists() for file in keys)


def examine_newsletter(settings: SiteSettings) -> Iterator[Finding]:
    """What is wrong with the newsletter's keys and settings."""
    yield from _languages(settings)
    yield from _rights(settings)
    is_demo = False
    if settings.newsletter.open or settings.edge_folder.exists():
        public, found = _public_keys(settings)
        is_demo = public is not None and public.demo
        yield from found
    if (settings.sender_folder / FILE).exists():
        yield from _sender(settings, is_demo=is_demo)


def _languages(settings: SiteSettings) -> Iterator[Finding]:
    newsletter = settings.newsletter
    named = {
        "fallback": [*newsletter.fallback, *(code for codes in newsletter.fallback.values() for code in codes)],
        "sender_name": [*newsletter.sender_name],
        "discreet_name": [*newsletter.discreet_name],
        "discreet_subject": [*newsletter.discreet_subject],
    }
    for setting, codes in named.items():
        unknown = sorted(set(codes) - set(settings.language_codes))
        if unknown:
            yield Finding(
                "wrong",
                f"newsletter.{setting} names languages that the site does not have: {', '.join(unknown)}.",
                "Correct it in barograph.toml, or add the languages there.",
            )


def _rights(settings: SiteSettings) -> Iterator[Finding]:
    """Who else can read the keys, or what opens them."""
    secret = [settings.sender_folder, settings.sender_folder / FILE]
    if settings.newsletter.key_passphrase_file is not None:
        secret.append(settings.folder / settings.newsletter.key_passphrase_file)
    for path in secret:
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
            yield Finding("wrong", f"Others on this machine can read {path}.", f"chmod go-rwx {path}")


def _public_keys(settings: SiteSettings) -> tuple[SenderPublicKeys | None, list[Finding]]:
    """The sender's public halves as the edge has them, and what is wrong with that."""
    if is_paused(settings.edge_folder):
        return None, [
            Finding(
                "wrong",
                "The edge is paused: the sender's keys were destroyed in a panic.",
                "When the danger is over: barograph newsletter keys new",
            )
        ]
    try:
        public = SenderPublicKeys.read(settings.edge_folder)
    except SenderKeyError as error:
        missing = Finding("wrong", f"Nobody can subscribe: {error}.", "barograph newsletter keys new")
        return None, [missing] if settings.newsletter.open else []
    if public.demo and urlsplit(settings.address).hostname not in LOOPBACK:
        mend = "Move private/sender away, then: barograph newsletter keys new"
        return public, [Finding("wrong", "The newsletter of a public site uses a demo's keys.", mend)]
    return public, []


def _sender(settings: SiteSettings, *, is_demo: bool) -> Iterator[Finding]:
    """On the machine that has the keys."""
    if settings.newsletter.open and not settings.smtp_url:
        yield Finding(
            "note" if is_demo else "wrong",
            "The newsletter is open, but it is not said which relay takes its mail.",
            "Set smtp_url in barograph.toml, or BAROGRAPH_SMTP_URL.",
        )
    try:
        trusted_release_key(settings)
    except UntrustedReleaseError as error:
        yield Finding("wrong", f"The sender cannot check releases: {error}.", "Set newsletter.release_key.")
