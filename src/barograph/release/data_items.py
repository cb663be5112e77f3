"""The files of the open data as items of the shelf: a cheap key for each, and what makes it when it is missing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from urllib.parse import urlsplit

from barograph.base.site import SiteSettings
from barograph.dataset import citation, codebook
from barograph.dataset.described import DataSet
from barograph.dataset.files import csv_file, json_file, parquet_file, parquet_writer, zip_file
from barograph.dataset.package import data_package
from barograph.dataset.table import Part, Table, gettext_noop, version
from barograph.release import addresses
from barograph.release.data_tables import SCHEMA, data_tables, newest_day
from barograph.release.history import History
from barograph.release.shelf import Item, key_of
from barograph.release.wording import Wording

VERSION = 1
"""To be raised when the same tables are to give other bytes."""
BUNDLE = "dataset.zip"
"""All small tables with what explains them, for a reader who wants one file."""
CITATIONS = {"citation.bib": citation.bibtex, "citation.ris": citation.ris, "citation.json": citation.csl_json}
LICENCE_ANCHOR = "licence"
"""The place on the page of the data where the terms stand."""

Writer = Callable[[Table, Part], bytes]


def writers() -> dict[str, Writer]:
    """The formats that can be written here, by the ending of their files."""
    always: dict[str, Writer] = {"csv": csv_file, "json": json_file}
    return always | {"parquet": parquet_file} if parquet_writer() else always


def data_items(history: History, wordings: Sequence[Wording]) -> Iterator[Item]:
    """Every file of the open data. ``wordings`` has all languages of the site, the source language first.

    A file of texts depends on the editions of its year alone; nothing depends on the clock.
    """
    tables = data_tables(history, wordings)
    small = [table for table in tables if not table.by_year]
    found = {item.path: item for table in tables for item in _table_items(table)}
    yield from found.values()
    about = list(_explaining_items(history, wordings, tables))
    yield from about
    # The archive has no texts, so its data package must not name them.
    csv_of_small = [found[addresses.data_file(f"{part.stem}.csv")] for table in small for part in table.parts]
    own_package = next(_explaining_items(history, wordings, small))
    yield _bundle([own_package, *about[1:], *csv_of_small])


def _table_items(table: Table) -> Iterator[Item]:
    for part in table.parts:
        for ending, write in writers().items():
            written_by = parquet_writer() if ending == "parquet" else ""
            key = key_of(VERSION, SCHEMA, ending, written_by, table.name, part.stem, part.made_from)
            yield Item(addresses.data_file(f"{part.stem}.{ending}"), key, partial(write, table, part))


def _explaining_items(history: History, wordings: Sequence[Wording], tables: Sequence[Table]) -> Iterator[Item]:
    """The data package, the codebooks, the citations."""
    described = describe(history, wordings[0], tables)
    path = addresses.data_file("datapackage.json")
    yield Item(path, key_of(VERSION, "package", described), partial(data_package, described))
    for wording in wordings:
        own, words = describe(history, wording, tables), wording.gettext
        path = addresses.data_file(codebook_name(wording.language))
        said = [words(message) for message in codebook.messages(tables)]
        yield Item(path, key_of(VERSION, "codebook", own, said), partial(codebook.markdown, own, words))
    for name, cite in CITATIONS.items():
        yield Item(addresses.data_file(name), key_of(VERSION, name, described), partial(cite, described))


def _bundle(members: Sequence[Item]) -> Item:
    def make() -> bytes:
        return zip_file((member.path.rpartition("/")[2], member.make()) for member in members)

    key = key_of(VERSION, BUNDLE, [(member.path, member.key) for member in members])
    return Item(addresses.data_file(BUNDLE), key, make)


def codebook_name(language: str) -> str:
    """The name of the codebook's file in a language."""
    return f"codebook-{language}.md"


def describe(history: History, wording: Wording, tables: Sequence[Table]) -> DataSet:
    """The data set in the words of one language."""
    site, language = wording.site, wording.language
    address = addresses.absolute(site.address, addresses.data(language))
    newest = newest_day(history.record)
    return DataSet(
        name=_name(site),
        title=wording.gettext(gettext_noop("%(title)s: open data")) % {"title": wording.title},
        description=site.words(site.description, language),
        publisher=wording.publisher,
        language=language,
        address=address,
        folder=addresses.absolute(site.address, addresses.data_file("")),
        site=addresses.absolute(site.address, addresses.ROOT),
        contact=site.contact,
        licence=site.words(site.licence, language),
        licence_address=f"{address}#{LICENCE_ANCHOR}",
        version=version(SCHEMA, newest),
        newest=newest,
        tables=tuple(tables),
    )


def _name(site: SiteSettings) -> str:
    """A name that no other data set has: the host of the site and its folder, in the letters that a name may have."""
    parts = urlsplit(site.address)
    return re.sub(r"[^a-z0-9.]+", "-", f"{parts.hostname or ''}{parts.path}".lower()).strip("-.") or "data"
