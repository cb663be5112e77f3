"""What takes the publication's name and every address out of a discreet copy.

Leaving out the head and the foot is not enough: a commentary may name the publication, or a web address, in the middle
of a sentence. A mark stands in their place, so that a reader sees that something was left out.
"""

from __future__ import annotations

import re
from html import escape
from urllib.parse import urlsplit

from markupsafe import Markup

from barograph.base.site import SiteSettings

GAP = "[…]"
"""Stands for what was left out."""

_ADDRESS = re.compile(
    r"""(?: [a-z][a-z0-9+.-]*:// | mailto: | www\. ) [^\s<>"«»“”]+   # web addresses as they are written in prose
      | [\w.+-]+ @ [\w-]+ (?: \. [\w-]+ )+""",
    re.IGNORECASE | re.VERBOSE,
)


class Veil:
    """Hides the names and addresses of a site; hides nothing when it is given none."""

    def __init__(self, site: SiteSettings | None) -> None:
        self._names = _names(site) if site else None

    def words(self, words: str) -> str:
        """Plain words without names and addresses."""
        if self._names is None:
            return words
        return self._names.sub(GAP, _ADDRESS.sub(_gap, words))

    def markup(self, html: Markup) -> Markup:
        """The same for the HTML of a body, in which there are no links any more."""
        return Markup(self.words(str(html)))


def _gap(address: re.Match[str]) -> str:
    """The gap, and after it the punctuation that belonged to the sentence."""
    words = address[0]
    return GAP + words[len(words.rstrip(".,;:!?)…")) :]


def _names(site: SiteSettings) -> re.Pattern[str]:
    """Matches every name of the publication and of the hosts it is at, however the words are broken into lines."""
    hosts = {urlsplit(address).hostname or "" for address in (site.address, *site.release.mirrors, site.release.onion)}
    hosts.add(urlsplit(site.newsletter.address).hostname or "")
    names = {*site.title.values(), *site.publisher.values(), site.contact}
    names |= {escape(name, quote=False) for name in names}
    alternatives = [r"\s+".join(map(re.escape, name.split())) for name in names if name.strip()]
    alternatives += [f"(?i:{re.escape(host)})" for host in hosts if host]
    longest_first = sorted(alternatives, key=lambda name: (-len(name), name))
    return re.compile(rf"(?<!\w)(?:{'|'.join(longest_first)})(?!\w)")
