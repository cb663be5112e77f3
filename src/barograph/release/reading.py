"""The record of everything public, read out of the database with a handful of plain queries.

Plain, because the command ``barograph build`` starts without Django, which alone would take longer than a build.
``tests/release/test_reading.py`` holds the queries to the models. What was frozen never changes, so a reader that has
read an edition before reads it again only when it was published again; and the long parts of a text are read when
somebody asks for them, for a build that renders a few pages needs few of them.
"""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from datetime import date
from functools import lru_cache
from typing import Any, Protocol, TypedDict

from barograph.base.period import Period
from barograph.base.site import SiteSettings
from barograph.release import addresses
from barograph.release.ahead import Ahead, nothing_ahead
from barograph.release.record import (
    Assessment,
    Correction,
    Edition,
    Page,
    Picture,
    PictureSize,
    Record,
    Source,
    Text,
)

KEPT_PUBLICATIONS = 64
"""Of how many publications the long parts of texts stay in memory."""

_PUBLICATIONS = """
SELECT p.id, p.made_at, p.made_on, e.id, e.slug, e.start, e."end", e.published_on, e.archived
FROM release_publication p JOIN editions_edition e ON e.id = p.edition_id
WHERE p.is_current ORDER BY e.start, e."end"
"""
_CORRECTIONS = "SELECT edition_id, made_on, note FROM editions_correction ORDER BY made_on, id"
_ASSESSMENTS = """
SELECT id, publication_id, section, verdict, reasons, digest
FROM release_publishedassessment WHERE publication_id IN ({numbers}) ORDER BY id
"""
_ADDRESSES = """
SELECT t.language, a.section, t.slug
FROM release_publishedtext t JOIN release_publishedassessment a ON a.id = t.assessment_id
WHERE a.publication_id IN ({numbers})
"""
# Never again whether a publication is current: another may have become so since it was found to be.
_TEXTS = """
SELECT t.assessment_id, t.position, t.id, t.key, t.language, t.slug, t.headline, t.lead, t.published_on, t.changed_on,
    CAST(t.extras AS text)
FROM release_publishedtext t JOIN release_publishedassessment a ON a.id = t.assessment_id
WHERE a.publication_id IN ({numbers})
"""
_PROSE = """
SELECT t.id, t.body_html, t.summary
FROM release_publishedtext t JOIN release_publishedassessment a ON a.id = t.assessment_id
WHERE a.publication_id = {publication:d}
"""
_PAGES = """
SELECT key, language, slug, title, body_html, changed_on FROM release_publishedpage ORDER BY position, id
"""
_PICTURE = '"picture"'
_NO_OLD_ADDRESSES = '"old_addresses": []'
"""How both databases write it. Within a string of JSON its quotes would have backslashes before them."""
Prose = tuple[str, str]
"""Body and summary of a text. Its lead is short, and stands in lists."""
Frozen = tuple[int, Any]
"""A publication: its number, and when it was made, for a number is given again where the first was rolled back."""


class Database(Protocol):
    """What answers a query: Django's connection, or a plain one."""

    def rows(self, sql: str) -> Iterable[tuple[Any, ...]]:
        """The rows of a query."""
        ...


class StoredText(Text):
    """A text whose long parts stay in the database until they are asked for, and its extras as they were stored."""

    __slots__ = ("_extras", "_prose", "_publication", "_row")
    _prose: ProseReader
    _publication: Frozen
    _row: int
    _extras: str

    def __new__(cls, *_stored: object, **values: Any) -> Any:
        """A plain text where no place in the database is given: that is how ``dataclasses.replace`` makes one."""
        return object.__new__(cls) if _stored else Text(**values)

    def __init__(self, *stored: object) -> None:
        """``stored`` has a value for each of ``_STORED``, in their order."""
        for put, value in zip(_SETTERS, stored, strict=True):
            put(self, value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Text) and _values(self) == _values(other)

    __hash__ = Text.__hash__

    def __reduce__(self) -> tuple[type[Text], tuple[Any, ...]]:
        """Copies, and what goes to another process, have it all in them."""
        return Text, _values(self)

    @property
    def body_html(self) -> str:
        """As in Text."""
        return self._prose.of(self._publication, self._row)[0]

    @property
    def summary(self) -> str:
        """As in Text."""
        return self._prose.of(self._publication, self._row)[1]

    @property
    def authors(self) -> tuple[str, ...]:
        """As in Text."""
        return _extras(self._extras)["authors"]

    @property
    def sources(self) -> tuple[Source, ...]:
        """As in Text."""
        return _extras(self._extras)["sources"]

    @property
    def picture(self) -> Picture | None:
        """As in Text."""
        return _extras(self._extras)["picture"] if _PICTURE in self._extras else None

    @property
    def old_addresses(self) -> tuple[str, ...]:
        """As in Text. Every build asks every text for these, and most have none."""
        return () if _NO_OLD_ADDRESSES in self._extras else _extras(self._extras)["old_addresses"]


_STORED = (
    *("_prose", "_publication", "_row", "_extras"),
    *("key", "language", "slug", "headline", "lead", "published_on", "changed_on"),
)
_SETTERS = [getattr(StoredText, name).__set__ for name in _STORED]
"""Found once: a frozen dataclass has no quicker way to set its fields, and a record has thousands of texts."""


class ProseReader:
    """Reads the long parts of texts, a publication at a time, and keeps those of the last few."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._kept: OrderedDict[Frozen, dict[int, Prose]] = OrderedDict()

    def of(self, publication: Frozen, row: int) -> Prose:
        """Body and summary of one text of a publication."""
        found = self._kept.get(publication)
        if found is None:
            rows = self.database.rows(_PROSE.format(publication=publication[0]))
            found = {text: (body, summary) for text, body, summary in rows}
            self._kept[publication] = found
            if len(self._kept) > KEPT_PUBLICATIONS:
                self._kept.popitem(last=False)
        return found[row]


class RecordReader:
    """Reads the record, and of what it has read before only what is new. One thread at a time."""

    def __init__(self, database: Database, site: SiteSettings) -> None:
        self.database = database
        self.site = site
        self.prose = ProseReader(database)
        self.picture_files: dict[str, str] = {}
        """Where the uploaded file of a public picture is kept, by its public name."""
        self.newest = ""
        """The edition that was published last."""
        self._assessments: dict[Frozen, tuple[Assessment, ...]] = {}
        """Of each current publication."""
        self._editions: dict[tuple[Any, ...], Edition] = {}

    def read(self, ahead: Ahead = nothing_ahead) -> Record:
        """Everything public: the current publication of each edition, oldest first, and the standing pages.

        What an edition says in a language that the site's settings no longer name is left out. ``ahead`` is given the
        addresses of all commentaries before these are read; they are looked for when it wants to know them.
        """
        publications = list(self.database.rows(_PUBLICATIONS))
        if publications:
            ahead(self._addresses([row[0] for row in publications]))
        self._read_assessments([row[:2] for row in publications])
        self.newest = max(publications)[4] if publications else ""
        corrections = self._corrections()
        editions = {}
        for row in publications:
            told = corrections.get(row[3], ())
            known = (row, told)
            editions[known] = self._editions.get(known) or self._edition(row, told)
        self._editions = editions
        return Record(editions=tuple(editions.values()), pages=tuple(self._pages()))

    def _addresses(self, publications: Iterable[int]) -> Iterator[str]:
        codes = set(self.site.language_codes)
        for language, section, slug in self.database.rows(_ADDRESSES.format(numbers=", ".join(map(str, publications)))):
            if language in codes:
                yield addresses.commentary(language, section, slug)

    def _edition(self, row: tuple[Any, ...], corrections: tuple[tuple[Any, str], ...]) -> Edition:
        made_on, _number, slug, start, end, published_on, archived = row[2:]
        assessments = self._assessments[row[:2]]
        # SQLite says 1 where Django and PostgreSQL say true, and the hash must not tell them apart.
        public = [*map(str, (slug, start, end, published_on)), str(bool(archived))]
        digests = [assessment.digest for assessment in assessments]
        return Edition(
            slug=slug,
            period=Period(_day(start), _day(end)),
            published_on=_day(published_on or made_on),
            assessments=assessments,
            corrections=tuple(Correction(_day(day), json.loads(note)) for day, note in corrections),
            archived=bool(archived),
            made_on=_day(made_on),
            digest=hashlib.sha256(repr((str(made_on), public, corrections, digests)).encode()).hexdigest(),
        )

    def _read_assessments(self, publications: list[Frozen]) -> None:
        """Read what was frozen with those publications that were not read before."""
        new = {known[0]: known for known in publications if known not in self._assessments}
        self._assessments = {known: self._assessments[known] for known in publications if known[0] not in new}
        if not new:
            return
        numbers = ", ".join(map(str, new))
        rows = list(self.database.rows(_ASSESSMENTS.format(numbers=numbers)))
        texts = self._texts(numbers, {row[0]: new[row[1]] for row in rows})
        found: dict[int, list[Assessment]] = {number: [] for number in new}
        for row, publication, section, verdict, reasons, digest in rows:
            by_language: dict[str, tuple[Text, ...]] = {}
            for text in texts.get(row, ()):
                by_language[text.language] = (*by_language.get(text.language, ()), text)
            known = digest or f"row {row}"
            found[publication].append(Assessment(section, verdict or None, _json(reasons), by_language, known))
        order = {section.key: position for position, section in enumerate(self.site.sections)}
        for number, assessments in found.items():
            assessments.sort(key=lambda assessment: (order.get(assessment.section, len(order)), assessment.section))
            self._assessments[new[number]] = tuple(assessments)

    def _texts(self, numbers: str, publications: Mapping[int, Frozen]) -> dict[int, list[Text]]:
        codes = set(self.site.language_codes)
        found: dict[int, list[Text]] = defaultdict(list)
        rows = sorted(self.database.rows(_TEXTS.format(numbers=numbers)))  # a database would copy them all for that
        for assessment, _position, row, key, language, slug, headline, lead, published_on, changed_on, extras in rows:
            if language not in codes:
                continue
            if _PICTURE in extras:
                picture = json.loads(extras).get("picture")  # an author may be called so
                self.picture_files |= {size["name"]: size["file"] for size in picture["sizes"]} if picture else {}
            place = (self.prose, publications[assessment], row, extras)
            days = (_day(published_on), _day(changed_on))
            found[assessment].append(StoredText(*place, _uuid(key), language, slug, headline, lead, *days))
        return found

    def _corrections(self) -> dict[int, tuple[tuple[Any, str], ...]]:
        found: dict[int, tuple[tuple[Any, str], ...]] = {}
        for edition, made_on, note in self.database.rows(_CORRECTIONS):
            told = json.dumps(_json(note), ensure_ascii=False)
            found[edition] = (*found.get(edition, ()), (str(made_on), told))
        return found

    def _pages(self) -> Iterator[Page]:
        codes = set(self.site.language_codes)
        for key, language, slug, title, body_html, changed_on in self.database.rows(_PAGES):
            if language in codes:
                yield Page(_uuid(key), language, slug, title, body_html, _day(changed_on))


def _values(text: Text) -> tuple[Any, ...]:
    return tuple(getattr(text, field.name) for field in fields(Text))


class Extras(TypedDict):
    """The fields of a Text that are stored together."""

    authors: tuple[str, ...]
    sources: tuple[Source, ...]
    picture: Picture | None
    old_addresses: tuple[str, ...]


def read_extras(extras: Mapping[str, Any]) -> Extras:
    """The fields of a Text, out of what ``publishing.text_extras`` made of them."""
    picture = extras.get("picture")
    return {
        "authors": tuple(extras.get("authors", ())),
        "sources": tuple(Source(source["title"], source["url"]) for source in extras.get("sources", ())),
        "old_addresses": tuple(extras.get("old_addresses", ())),
        "picture": picture
        and Picture(
            sizes=tuple(PictureSize(size["name"], size["width"], size["height"]) for size in picture["sizes"]),
            alt=picture["alt"],
            caption=picture["caption"],
            credit=picture["credit"],
        ),
    }


@lru_cache(maxsize=256)
def _extras(stored: str) -> Extras:
    """A text is asked for them several times while it is rendered."""
    return read_extras(json.loads(stored))


def _json(value: Any) -> Any:
    """A JSON column: PostgreSQL may give it read already."""
    return json.loads(value) if isinstance(value, str) else value


@lru_cache(maxsize=4096)
def _day(value: date | str) -> date:
    """A date: SQLite keeps it as text. A record has few, and each many times."""
    return date.fromisoformat(value) if isinstance(value, str) else value


@lru_cache(maxsize=4096)
def _uuid(value: Any) -> str:
    """A UUID with its hyphens: SQLite keeps it without them. One string is enough for all languages of a text."""
    digits = str(value).replace("-", "")
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
