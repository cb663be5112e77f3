"""Old addresses of an imported archive, and of texts that moved, lead to where the texts stand now.

Each is a small page that any web server can serve; ``_redirects`` lists them for servers that read it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

from barograph.base.release_folders import ReleaseFolderError
from barograph.base.site import SiteSettings
from barograph.release import addresses
from barograph.release.history import History, Place
from barograph.release.path_names import PathNames
from barograph.release.quick_code import printed
from barograph.trust.manifest import PUBLIC_KEY_FILE, ManifestError

LIST = "_redirects"
_ALWAYS_THERE = (LIST, PUBLIC_KEY_FILE, "robots.txt", "sitemap.xml")

_PAGE = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<meta http-equiv="refresh" content="0; url={link}">
<link rel="canonical" href="{address}">
<title>{headline}</title>
</head>
<body>
<p><a href="{link}">{headline}</a></p>
</body>
</html>
"""


@dataclass(frozen=True, slots=True)
class Redirect:
    """An old address, as it was printed, the file that answers there, and the text that it leads to."""

    old: str
    file: str
    place: Place


@dataclass(frozen=True, slots=True)
class Redirects:
    """The redirects of a release, and the old addresses that cannot have one, with the reason."""

    kept: tuple[Redirect, ...]
    refused: tuple[tuple[str, str], ...]


def find_redirects(history: History, taken: Iterable[str]) -> Redirects:
    """The old addresses of all texts, as far as they do not stand where a page stands.

    ``taken`` are the other files of the release: a page always goes before a redirect. An old address
    with a query (“?p=12”) is refused, since no file can answer it.
    """
    editions = {edition.slug for edition in history.record.editions if edition.has_moved_texts}
    if not editions:
        return Redirects((), ())
    moved = [
        place
        for places in history.places.values()
        for place in places
        if place.judgement.edition.slug in editions and place.text.old_addresses
    ]
    names = PathNames({*_ALWAYS_THERE, *taken})
    kept: list[Redirect] = []
    refused: list[tuple[str, str]] = []
    for place in moved:
        for old in place.text.old_addresses:
            file = _file_of(old)
            if file == addresses.file_of(place.address):
                continue
            try:
                if urlsplit(old).query:
                    raise ManifestError(f"“{old}” has a query, which no file can answer")
                names.claim(file)
                kept.append(Redirect(old, file, place))
            except (ManifestError, ReleaseFolderError) as error:
                refused.append((old, str(error)))
    return Redirects(tuple(sorted(kept, key=lambda redirect: redirect.file)), tuple(sorted(refused)))


def redirect_files(redirects: Redirects, site: SiteSettings) -> Iterator[tuple[str, bytes]]:
    """A page at every old address, and the list of them all if there are any."""
    for redirect in redirects.kept:
        text, address = redirect.place.text, redirect.place.address
        page = _PAGE.format(
            language=text.language,
            link=printed(addresses.link(addresses.way_up(redirect.file), address)),
            address=printed(addresses.absolute(site.address, address)),
            headline=printed(text.headline),
        )
        yield redirect.file, page.encode()
    if redirects.kept:
        base = urlsplit(site.address).path.rstrip("/")
        lines = (f"{_path_of(found.old)} {base}/{found.place.address} 301\n" for found in redirects.kept)
        yield LIST, "".join(lines).encode()


def _path_of(old: str) -> str:
    """An old address as a browser asks for it: encoded, from the first slash on."""
    return quote("/" + unquote(urlsplit(old).path).lstrip("/"))


def _file_of(old: str) -> str:
    """The file that a web server looks for at an old address, which it decodes first."""
    path = unquote(urlsplit(old).path).strip("/")
    if path.endswith((".html", ".htm")):
        return path
    return f"{path}/index.html" if path else "index.html"
