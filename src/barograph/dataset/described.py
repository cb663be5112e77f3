"""A data set as a whole: its tables, and what has to be known to reuse and to cite it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from barograph.dataset.table import Table


@dataclass(frozen=True, slots=True)
class DataSet:
    """All tables of a publication, and what is said of them in one language."""

    name: str
    """A name for programs: lower-case letters, digits, points and hyphens."""
    title: str
    description: str
    publisher: str
    language: str
    address: str
    """The full address of its page."""
    folder: str
    """The full address of the folder of its files, with a slash at the end."""
    site: str
    """The full address of the publication."""
    contact: str
    """A mail address, or nothing."""
    licence: str
    """The terms of reuse in a sentence, or nothing."""
    licence_address: str
    """Where the terms stand."""
    version: str
    newest: date | None
    """The newest day on which anything in it was published or corrected."""
    tables: tuple[Table, ...]
