"""Header lines of a message (RFC 5322). All of them are made here, so that nothing can put a line of its own in.

Words are encoded by RFC 2047; addresses are ASCII, their domains as DNS has them.
"""

from __future__ import annotations

import re
from email.header import Header

from barograph.newsletter.errors import NewsletterError

# RFC 5322 “atext”: quoted and international names of mailboxes are refused, since many relays refuse them too.
_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9.-]{1,253}")
_NAME = re.compile(r"[A-Za-z][A-Za-z-]*")
_SAFE = re.compile(r"(?:[\x20-\x7e]|\r\n(?= [\x21-\x7e]))+")
_FOLDABLE = re.compile(r"(?:[!-~]{1,70}(?: [!-~]{1,70})*)?")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")


class HeaderError(NewsletterError):
    """Something cannot stand in a header: it has a line break, another control character, or is no address."""


def checked_address(address: str) -> str:
    """The address as it is. Raises HeaderError unless it can stand in a header and in a command of SMTP."""
    if not _ADDRESS.fullmatch(address):
        raise HeaderError("a mail address cannot be written in a message: it is no plain name@host")
    return address


def header(name: str, value: str) -> bytes:
    """A header of words, such as a subject. Raises HeaderError when they hold a control character."""
    return _line(name, _words(name, value))


def mailbox(name: str, words: str, address: str) -> bytes:
    """A header with a name and an address. Raises HeaderError when either cannot stand in one."""
    return _named(name, words, checked_address(address))


def list_id(words: str, number: str) -> bytes:
    """``List-Id`` (RFC 2919): the list's name, which may be empty, and its id, which looks like a host's name."""
    return _named("List-Id", words, number)


def plain(name: str, value: str) -> bytes:
    """A header whose value is ASCII and already has the form that its RFC wants, perhaps folded.

    Raises HeaderError for anything that would begin a line of its own.
    """
    return _line(name, value)


def _line(name: str, value: str) -> bytes:
    # The only place where a header is put together.
    if not _NAME.fullmatch(name) or not _SAFE.fullmatch(value):
        raise HeaderError(
            f"the header {name} cannot be made: a setting it is made of is empty, or has a line break or another "
            "control character; look at the titles and at [newsletter] in barograph.toml"
        )
    return f"{name}: {value}\r\n".encode("ascii")


def _words(name: str, value: str) -> str:
    if any(
        character < " " or character in "\x7f\x85\u2028\u2029" or "\ud800" <= character < "\ue000"
        for character in value
    ):
        return "\n"  # refused by _line
    # Only single spaces between short words can become folds; encoded words can be cut anywhere.
    charset = "us-ascii" if _FOLDABLE.fullmatch(value) and "=?" not in value else "utf-8"
    return Header(value, charset, maxlinelen=76, header_name=name).encode(linesep="\r\n")


def _named(name: str, words: str, address: str) -> bytes:
    if words.isascii() and not _ATOMS.fullmatch(words):
        escaped = re.sub(r'(["\\])', r"\\\1", words)
        phrase = f'"{escaped}"'
    else:
        phrase = _words(name, words)
    room = 76 - len(phrase.rpartition("\n")[2]) - len(name)
    between = "" if not phrase else " " if len(address) < room else "\r\n "
    return _line(name, f"{phrase}{between}<{address}>")
