"""The page of the open data: what there is, how to load it, what every column means, how to cite it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from markupsafe import Markup, escape

from barograph.dataset import codebook
from barograph.dataset.described import DataSet
from barograph.dataset.table import Table
from barograph.release import addresses, render
from barograph.release.chart_files import embedded_page
from barograph.release.data_items import BUNDLE, CITATIONS, LICENCE_ANCHOR, codebook_name, describe
from barograph.release.data_tables import data_tables, newest_assessments
from barograph.release.embedded_strip import embed_code
from barograph.release.language_pages import LanguagePages
from barograph.release.wording import Wording

PREVIEW = 10
"""How many of the newest assessments the page shows."""
ENDINGS = {"csv": "CSV", "json": "JSON", "parquet": "Parquet"}
CITATION_FORMATS = dict(zip(CITATIONS, ("BibTeX", "RIS", "CSL-JSON"), strict=True))

PYTHON = """\
import csv, io, urllib.request
answer = urllib.request.urlopen("{address}")
verdicts = list(csv.DictReader(io.TextIOWrapper(answer, "utf-8")))"""
R = """\
verdicts <- read.csv("{address}", encoding = "UTF-8")
verdicts$start <- as.Date(verdicts$start)
table(verdicts$section, verdicts$verdict)"""
CHECK = """\
minisign -Vm SHA256SUMS -p minisign.pub
grep '{path}$' SHA256SUMS
sha256sum {name}"""


@dataclass(frozen=True, slots=True)
class Download:
    """A file that can be fetched."""

    words: str
    path: str
    size: str


@dataclass(frozen=True, slots=True)
class Files:
    """The downloads of one table: without a name for a table in one part, else with the year of each."""

    table: codebook.Chapter
    parts: tuple[tuple[str, tuple[Download, ...]], ...]


def data_page(pages: LanguagePages, ready: Mapping[str, int]) -> tuple[str, bytes]:
    """The page in one language: its file's name and contents.

    ``ready`` has the files of the open data and of the home page's charts that the release carries, by path, with their
    size in bytes: the page leads to those and to no others.
    """
    wording = pages.wording
    tables = data_tables(pages.history, [wording])
    described = describe(pages.history, wording, tables)
    downloads = _Downloads(ready, wording)
    language = wording.language
    verdicts = addresses.data_file("assessments.csv")
    bundle = downloads.one("ZIP", BUNDLE)
    embedded = embedded_page(language)
    return pages.page(
        "data.html",
        addresses.data(language),
        {code: addresses.data(code) for code in wording.site.language_codes},
        title=wording.gettext("Open data"),
        described=described,
        version=described.version,
        bundle=bundle,
        files=list(downloads.of_tables(tables, wording.gettext)),
        explaining=downloads.some({"datapackage.json": "Data Package"}),
        codebook_file=downloads.one("Markdown", codebook_name(language)),
        citations=downloads.some(CITATION_FORMATS),
        preview=_preview(pages, next(table for table in tables if table.name == "assessments")),
        notes=codebook.NOTES,
        chapters=[codebook.chapter(table, wording.gettext) for table in tables],
        examples=_examples(addresses.absolute(wording.site.address, verdicts)) if verdicts in ready else (),
        check=CHECK.format(path=addresses.data_file(BUNDLE), name=BUNDLE) if bundle else "",
        citation=citation(described, wording),
        licence_anchor=LICENCE_ANCHOR,
        embedded=embedded if embedded in ready else "",
        embed_code=embed_code(pages.history, wording, embedded),
    )


class _Downloads:
    """What of the open data can be fetched, in the words of one language."""

    def __init__(self, ready: Mapping[str, int], wording: Wording) -> None:
        self._ready = ready
        self._size = wording.size

    def one(self, words: str, name: str) -> Download | None:
        """A file, if it is there."""
        path = addresses.data_file(name)
        return Download(words, path, self._size(self._ready[path])) if path in self._ready else None

    def some(self, names: Mapping[str, str]) -> tuple[Download, ...]:
        """Those of some files that are there; ``names`` has the words for each."""
        return tuple(found for name, words in names.items() if (found := self.one(words, name)))

    def of_tables(self, tables: tuple[Table, ...], words: codebook.Words) -> Iterator[Files]:
        """The tables of which any file is there; of a table by year the newest year first."""
        for table in tables:
            parts = [
                (part.stem.rpartition("-")[2] if table.by_year else "", files)
                for part in reversed(table.parts)
                if (files := self.some({f"{part.stem}.{ending}": name for ending, name in ENDINGS.items()}))
            ]
            if parts:
                yield Files(codebook.chapter(table, words), tuple(parts))


def _preview(pages: LanguagePages, assessments: Table) -> tuple[tuple[str, ...], list[list[Markup]]]:
    """The columns of the assessments and the last rows of their file, as they stand in it."""
    verdict = assessments.names.index("verdict")
    newest = newest_assessments(pages.history, PREVIEW)
    rows = [[_shown(value, is_verdict=at == verdict) for at, value in enumerate(row)] for row in newest]
    return assessments.names, rows


def _shown(value: object, *, is_verdict: bool) -> Markup:
    """A value as the file has it; a verdict with its mark."""
    if value is None:
        return Markup("")
    return render.label(str(value), str(value)) if is_verdict else escape(str(value))


def _examples(address: str) -> tuple[tuple[str, str], ...]:
    """Three lines that load the verdicts, by the name of their language."""
    return ("Python", PYTHON.format(address=address)), ("R", R.format(address=address))


def citation(described: DataSet, wording: Wording) -> str:
    """How to cite the data, in one line of a language."""
    values = {
        "publisher": described.publisher,
        "title": described.title,
        "version": described.version,
        "address": described.address,
    }
    if described.newest is None:
        return wording.gettext("%(publisher)s, “%(title)s”, version %(version)s. %(address)s") % values
    words = wording.gettext("%(publisher)s, “%(title)s”, version %(version)s (%(day)s). %(address)s")
    return words % {**values, "day": wording.day(described.newest)}
