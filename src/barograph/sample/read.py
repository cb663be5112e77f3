"""Reads the sample that ships with Barograph into plain values; knows neither Django nor a database."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

PACKAGE = "barograph.sample"
LANGUAGES = ("en", "be", "ru")
VERDICTS = ("better", "unchanged", "worse")
BLOCK_KINDS = ("paragraph", "heading", "list", "quote")
HISTORY_COLUMNS = ["period_start", "period_end", "section", "verdict"]


class SampleError(ValueError):
    """A file of the sample says something it must not; the message names the file and the place in it."""


@dataclass(frozen=True, slots=True)
class SampleBlock:
    """One block of a body: ``items`` is for lists, ``by`` for quotations, ``text`` for all but lists."""

    kind: str
    text: str = ""
    items: tuple[str, ...] = ()
    by: str = ""


@dataclass(frozen=True, slots=True)
class SampleSource:
    """Something a commentary rests on."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class SampleText:
    """A commentary in one language."""

    slug: str
    headline: str
    lead: str
    body: tuple[SampleBlock, ...]
    summary: str
    authors: tuple[str, ...]
    sources: tuple[SampleSource, ...]


@dataclass(frozen=True, slots=True)
class SamplePicture:
    """A drawing (``file`` is for ``sample_file``) and its words by language."""

    file: str
    credit: Mapping[str, str]
    caption: Mapping[str, str]
    alt: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SampleCommentary:
    """A commentary in all languages, with the verdict and reason of its section in its edition."""

    file: str
    section: str
    verdict: str
    reason: Mapping[str, str]
    texts: Mapping[str, SampleText]
    picture: SamplePicture | None


@dataclass(frozen=True, slots=True)
class SampleEdition:
    """A reporting period, both days included, with its commentaries in the order of their file names."""

    start: date
    end: date
    published: date
    commentaries: tuple[SampleCommentary, ...]


@dataclass(frozen=True, slots=True)
class SamplePageText:
    """A standing page in one language."""

    slug: str
    title: str
    body: tuple[SampleBlock, ...]


@dataclass(frozen=True, slots=True)
class SamplePage:
    """A standing page in all languages."""

    key: str
    texts: Mapping[str, SamplePageText]


@dataclass(frozen=True, slots=True)
class SampleVerdict:
    """One line of the verdict history: a fact without a commentary."""

    start: date
    end: date
    section: str
    verdict: str


@dataclass(frozen=True)
class Sample:
    """Everything the sample site is filled with, editions and history oldest first."""

    editions: tuple[SampleEdition, ...]
    pages: tuple[SamplePage, ...]
    history: tuple[SampleVerdict, ...]

    @cached_property
    def commentaries(self) -> tuple[SampleCommentary, ...]:
        """The commentaries of all editions."""
        return tuple(commentary for edition in self.editions for commentary in edition.commentaries)


def sample_file(name: str) -> bytes:
    """The bytes of a file of the sample, such as ``barograph.toml`` or a picture.

    Raises FileNotFoundError when the sample has no such file.
    """
    return files(PACKAGE).joinpath(name).read_bytes()


def load_sample() -> Sample:
    """Reads the whole sample out of the installed package.

    Raises SampleError when a file lacks something or says something unknown.
    """
    root = files(PACKAGE)
    folders = sorted((f for f in root.joinpath("editions").iterdir() if f.is_dir()), key=lambda f: f.name)
    pages = sorted((f for f in root.joinpath("pages").iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    sample = Sample(
        editions=tuple(_edition(folder) for folder in folders),
        pages=tuple(_page(file) for file in pages),
        history=read_history(root.joinpath("verdicts.tsv").read_text(encoding="utf-8")),
    )
    _check_pictures(sample, root)
    return sample


def read_history(text: str) -> tuple[SampleVerdict, ...]:
    """The verdict history out of tab-separated ``text``, oldest first.

    Raises SampleError for a wrong heading, verdict or date, and for a section judged twice in one period.
    """
    rows = list(csv.reader(text.splitlines(), delimiter="\t"))
    if not rows or rows[0] != HISTORY_COLUMNS:
        raise SampleError(f"verdicts.tsv: the first line must name the columns {', '.join(HISTORY_COLUMNS)}")
    history = [_history_row(number, row) for number, row in enumerate(rows[1:], start=2)]
    seen: set[tuple[date, str]] = set()
    for number, fact in enumerate(history, start=2):
        if (fact.start, fact.section) in seen:
            raise SampleError(
                f"verdicts.tsv, line {number}: “{fact.section}” is judged twice in one period; keep one line"
            )
        seen.add((fact.start, fact.section))
    return tuple(sorted(history, key=lambda fact: (fact.start, fact.section)))


def read_commentary(text: str, file: str) -> SampleCommentary:
    """One commentary out of TOML ``text``; ``file`` is its name in error messages.

    Raises SampleError when something is missing, unknown or of the wrong kind.
    """
    table = _Table(_parse(text, file), file)
    slugs = table.words("slug")
    commentary = SampleCommentary(
        file=file,
        section=table.text("section"),
        verdict=_verdict(table.text("verdict"), file),
        reason=table.words("reason"),
        texts={language: _text(table.table(language), slugs[language]) for language in LANGUAGES},
        picture=_picture(table.table("picture")) if "picture" in table.values else None,
    )
    table.finish()
    return commentary


def read_page(text: str, file: str) -> SamplePage:
    """One standing page out of TOML ``text``; its key is the name of ``file`` without the ending.

    Raises SampleError when something is missing, unknown or of the wrong kind.
    """
    table = _Table(_parse(text, file), file)
    slugs = table.words("slug")
    texts: dict[str, SamplePageText] = {}
    for language in LANGUAGES:
        part = table.table(language)
        texts[language] = SamplePageText(slug=slugs[language], title=part.text("title"), body=_body(part))
        part.finish()
    table.finish()
    return SamplePage(key=file.rsplit("/", 1)[-1].removesuffix(".toml"), texts=texts)


class _Table:
    """A TOML table that is read strictly: what is not asked for by ``finish`` is an error."""

    def __init__(self, values: Mapping[str, Any], place: str) -> None:
        self.values = values
        self.place = place
        self.asked: set[str] = set()

    def get(self, name: str, kind: type, wanted: str) -> Any:
        """The value called ``name``, which must be of ``kind`` and not empty text."""
        self.asked.add(name)
        value = self.values.get(name)
        if type(value) is not kind or value == "":
            raise SampleError(f"{self.place}: “{name}” must be {wanted}")
        return value

    def text(self, name: str) -> str:
        """A text that is not empty."""
        return str(self.get(name, str, "a text that is not empty"))

    def day(self, name: str) -> date:
        """A date."""
        value: date = self.get(name, date, "a date such as 2024-01-22")
        return value

    def table(self, name: str) -> _Table:
        """A table inside this one."""
        return _Table(self.get(name, dict, "a table"), f"{self.place}, {name}")

    def several(self, name: str) -> list[Any]:
        """A list, which may be empty."""
        value: list[Any] = self.get(name, list, "a list")
        return value

    def words(self, name: str) -> dict[str, str]:
        """One text in every language of the sample."""
        inner = self.table(name)
        texts = {language: inner.text(language) for language in LANGUAGES}
        inner.finish()
        return texts

    def finish(self) -> None:
        """Refuses what nothing has asked for: most likely a misspelt name."""
        unknown = sorted(set(self.values) - self.asked)
        if unknown:
            raise SampleError(f"{self.place}: “{unknown[0]}” is not known here; correct the name or remove it")


def _parse(text: str, file: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SampleError(f"{file}: this is not TOML: {error}") from error


def _edition(folder: Traversable) -> SampleEdition:
    file = f"editions/{folder.name}/edition.toml"
    table = _Table(_parse(folder.joinpath("edition.toml").read_text(encoding="utf-8"), file), file)
    start, end, published = table.day("start"), table.day("end"), table.day("published")
    table.finish()
    if not start <= end < published:
        raise SampleError(f"{file}: “start”, “end” and “published” must follow one another in this order")
    names = sorted(f.name for f in folder.iterdir() if f.name.endswith(".toml") and f.name != "edition.toml")
    # “a-2.toml” comes after “a.toml”, which plain order of file names would turn round.
    names.sort(key=lambda name: name.removesuffix(".toml"))
    commentaries = tuple(
        read_commentary(folder.joinpath(name).read_text(encoding="utf-8"), f"editions/{folder.name}/{name}")
        for name in names
    )
    _check_one_verdict(commentaries)
    return SampleEdition(start, end, published, commentaries)


def _check_one_verdict(commentaries: tuple[SampleCommentary, ...]) -> None:
    """A section has one assessment in an edition, however many commentaries it has."""
    judged: dict[str, SampleCommentary] = {}
    for commentary in commentaries:
        first = judged.setdefault(commentary.section, commentary)
        if (first.verdict, first.reason) != (commentary.verdict, commentary.reason):
            raise SampleError(f"{commentary.file}: verdict and reason must be the same as in {first.file}")


def _page(file: Traversable) -> SamplePage:
    return read_page(file.read_text(encoding="utf-8"), f"pages/{file.name}")


def _text(table: _Table, slug: str) -> SampleText:
    text = SampleText(
        slug=slug,
        headline=table.text("headline"),
        lead=table.text("lead"),
        body=_body(table),
        summary=table.text("summary"),
        authors=tuple(str(author) for author in table.several("authors")),
        sources=tuple(_source(_Table(source, f"{table.place}, source")) for source in table.several("sources")),
    )
    table.finish()
    return text


def _source(table: _Table) -> SampleSource:
    source = SampleSource(title=table.text("title"), url=table.text("url"))
    table.finish()
    return source


def _picture(table: _Table) -> SamplePicture:
    picture = SamplePicture(
        file=table.text("file"), credit=table.words("credit"), caption=table.words("caption"), alt=table.words("alt")
    )
    table.finish()
    return picture


def _body(table: _Table) -> tuple[SampleBlock, ...]:
    blocks = table.several("body")
    if not blocks:
        raise SampleError(f"{table.place}: “body” has no block; write one paragraph at least")
    return tuple(_block(_Table(block, f"{table.place}, block {n}")) for n, block in enumerate(blocks, start=1))


def _block(table: _Table) -> SampleBlock:
    kinds = [kind for kind in BLOCK_KINDS if kind in table.values]
    if len(kinds) != 1:
        raise SampleError(f"{table.place}: a block is one of {', '.join(BLOCK_KINDS)}")
    kind = kinds[0]
    if kind == "list":
        block = SampleBlock(kind, items=tuple(str(item) for item in table.several(kind)))
    elif kind == "quote":
        block = SampleBlock(kind, text=table.text(kind), by=table.text("by"))
    else:
        block = SampleBlock(kind, text=table.text(kind))
    table.finish()
    return block


def _verdict(value: str, place: str) -> str:
    if value not in VERDICTS:
        raise SampleError(f"{place}: “{value}” is no verdict; write {', '.join(VERDICTS)}")
    return value


def _history_row(number: int, row: list[str]) -> SampleVerdict:
    place = f"verdicts.tsv, line {number}"
    if len(row) != len(HISTORY_COLUMNS):
        raise SampleError(f"{place}: there must be {len(HISTORY_COLUMNS)} values with a tab between them")
    try:
        start, end = date.fromisoformat(row[0]), date.fromisoformat(row[1])
    except ValueError as error:
        raise SampleError(f"{place}: a period is two dates such as 2024-01-22: {error}") from error
    if end < start:
        raise SampleError(f"{place}: the period ends before it starts")
    return SampleVerdict(start, end, section=row[2], verdict=_verdict(row[3], place))


def _check_pictures(sample: Sample, root: Traversable) -> None:
    for commentary in sample.commentaries:
        picture = commentary.picture
        if picture and not root.joinpath(picture.file).is_file():
            raise SampleError(f"{commentary.file}, picture: there is no file {picture.file}")
