"""Reads a WordPress export (WXR) item by item, with bounded memory.

The export is XML that strangers may have made: entities are not expanded, nothing is fetched, and each
item is forgotten as soon as it is read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from lxml import etree

from barograph.archive.html import is_web_address, read_fragment
from barograph.archive.lines import Line
from barograph.archive.pages import assemble
from barograph.archive.text import clean, key, printable, tidy
from barograph.archive.values import Given, Origin, PageWarning, SavedPage
from barograph.archive.vocabulary import Vocabulary

LARGEST_ITEM = 20 * 1024 * 1024
_KEPT = {"post", "page"}
_LANGUAGE_TERMS = {"language"}
_GROUP_TERMS = {"post_translations"}
_LANGUAGE_META = {"_wpml_language", "wpml_language", "_locale", "language", "_language", "lang"}
_GROUP_META = {"_wpml_trid", "wpml_trid", "_translations", "trid"}
_PICTURE_META = "_thumbnail_id"


_CAPTION = re.compile(r"\[caption\b[^\[\]]*\]((?:(?!\[caption\b).)*?)\[/caption\]", re.DOTALL)
"""How WordPress writes a picture with its caption, before it shows it."""


@dataclass(slots=True)
class _Item:
    """One ``<item>`` of the export: its plain values, terms and metadata."""

    values: dict[str, str] = field(default_factory=dict)
    terms: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    meta: dict[str, str] = field(default_factory=dict)


def read_export(file: Path, words: Vocabulary) -> Iterator[SavedPage]:
    """Posts and pages of an export, one by one; drafts, revisions and menus are passed over.

    Raises nothing for a damaged export: what could be read is yielded, and then a page that is only a warning.
    """
    pictures: dict[str, str] = {}
    try:
        for item in _items(file):
            if item.values.get("post_type") == "attachment":
                pictures[item.values.get("post_id", "")] = item.values.get("attachment_url", "")
            elif item.values.get("post_type", "post") in _KEPT and item.values.get("status") not in {
                "trash",
                "auto-draft",
            }:
                yield _page(item, file, words, pictures)
    except (etree.XMLSyntaxError, OSError) as problem:
        message = f"The export could not be read to its end: {tidy(str(problem))}."
        yield SavedPage(printable(file), warnings=(PageWarning("torn-export", message),))


def _items(file: Path) -> Iterator[_Item]:
    with file.open("rb") as stream:
        events = etree.iterparse(
            stream,
            events=("end",),
            tag="item",
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
        )
        for _, element in events:
            yield _item(element)
            element.clear()
            # lxml keeps emptied siblings; without this a large export would fill the memory.
            while element.getprevious() is not None:
                del element.getparent()[0]


def _item(element: Any) -> _Item:
    item = _Item()
    for child in element:
        if not isinstance(child.tag, str):
            continue
        name = etree.QName(child).localname
        namespace = etree.QName(child).namespace or ""
        if name == "category":
            term = (child.get("nicename") or "", child.text or "")
            item.terms.setdefault(child.get("domain") or "category", []).append(term)
        elif name == "postmeta":
            parts = {etree.QName(part).localname: part.text or "" for part in child if isinstance(part.tag, str)}
            item.meta[parts.get("meta_key", "")] = parts.get("meta_value", "")
        elif name == "encoded":
            item.values["excerpt" if "excerpt" in namespace else "content"] = child.text or ""
        else:
            item.values[name] = child.text or ""
    return item


def _page(item: _Item, file: Path, words: Vocabulary, pictures: dict[str, str]) -> SavedPage:
    values = item.values
    title = tidy(clean(values.get("title", "")))
    identity = values.get("guid") or values.get("link") or values.get("post_id", "")
    name = f"{printable(file)}#{values.get('post_id') or identity}"
    content = values.get("content", "")
    if len(content) > LARGEST_ITEM:
        message = f"“{title}” is longer than {LARGEST_ITEM} letters; it was not read."
        origin = Origin(identity=identity, digest=_digest(item))
        return SavedPage(name, headline=title, warnings=(PageWarning("too-large", message),), origin=origin)
    section, categories, warnings = _section(item, words)
    lines = [Line(title, title, 0, "title")] if title else []
    lines += [_below(line) for line in read_fragment(_paragraphs(content))]
    given = Given(language=_language(item), warnings=warnings, origin=_origin(item, identity, categories, pictures))
    page = assemble(lines, name, words, given)
    return _with_section(page, section)


def _below(line: Line) -> Line:
    """The line, moved below the title."""
    return Line(line.text, line.raw, line.block + 1, line.kind, line.html, line.mark)


def _paragraphs(content: str) -> str:
    """The content with the paragraphs that WordPress makes of line breaks when it shows a post."""
    content = _CAPTION.sub(r"<figure><figcaption>\1</figcaption></figure>", content)
    if re.search(r"<p[\s>]", content, re.IGNORECASE):
        return content
    return content.replace("\n\n", "<p>").replace("\n", "<br>")


def _section(item: _Item, words: Vocabulary) -> tuple[str | None, tuple[str, ...], list[PageWarning]]:
    """The one category that is the section; with several, the one that the site knows."""
    named = [tidy(text or nicename) for nicename, text in item.terms.get("category", []) if nicename != "uncategorized"]
    known = [name for name in named if words.section(name)]
    names = known or named
    if len(set(names)) == 1:
        return names[0], tuple(named), []
    if names:
        warning = PageWarning("two-sections", f"The post is in several categories: {', '.join(names)}.")
        return None, tuple(named), [warning]
    return None, (), []


def _with_section(page: SavedPage, section: str | None) -> SavedPage:
    """The page in its category, unless its text names another section."""
    if section is None:
        return page
    if page.section is None:
        warnings = tuple(warning for warning in page.warnings if warning.code != "no-section")
        return replace(page, section=section, warnings=warnings)
    if key(page.section) != key(section):
        message = f"The text says “{page.section}”, the category is “{section}”."
        return replace(page, warnings=(*page.warnings, PageWarning("two-sections", message)))
    return page


def _language(item: _Item) -> str:
    for domain in _LANGUAGE_TERMS:
        for nicename, _ in item.terms.get(domain, []):
            return nicename.split("-")[0].split("_")[0].lower()
    code = next((item.meta[name] for name in _LANGUAGE_META if item.meta.get(name)), "")
    return code.replace("_", "-").split("-")[0].lower()


def _origin(item: _Item, identity: str, categories: tuple[str, ...], pictures: dict[str, str]) -> Origin:
    values = item.values
    groups = [nicename for domain in _GROUP_TERMS for nicename, _ in item.terms.get(domain, [])]
    groups += [item.meta[name] for name in _GROUP_META if item.meta.get(name)]
    picture = item.meta.get(_PICTURE_META, "")
    return Origin(
        address=values.get("link", "").strip() if is_web_address(values.get("link", "").strip()) else "",
        identity=identity.strip(),
        translation_group=groups[0] if groups else "",
        published_at=_moment(values.get("post_date_gmt", "")) or _moment(values.get("post_date", "")),
        changed_at=_moment(values.get("post_modified_gmt", "")),
        status=values.get("status", ""),
        kind=values.get("post_type", "post"),
        login=tidy(values.get("creator", "")),
        digest=_digest(item),
        categories=categories,
        attachments=(pictures.get(picture) or f"attachment {picture}",) if picture else (),
    )


def _digest(item: _Item) -> str:
    return sha256(json.dumps([item.values, item.terms, item.meta], sort_keys=True).encode()).hexdigest()


def _moment(stamp: str) -> datetime | None:
    """WordPress writes “0000-00-00 00:00:00” where it has no date."""
    try:
        return datetime.strptime(stamp.strip(), "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        return None
