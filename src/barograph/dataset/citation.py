"""How the data set is cited: for LaTeX (BibTeX), for reference managers (RIS) and for their styles (CSL-JSON)."""

from __future__ import annotations

import json
import re
from urllib.parse import quote

from barograph.dataset.described import DataSet

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
"""BibTeX's own names of the months, which every style knows how to print."""
_TEX = {
    "\\": r"\textbackslash{}",
    # Not “\{” and “\}”: BibTeX counts those too, and one without the other would end the field elsewhere.
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{character: f"\\{character}" for character in "&%$#_"},
}


def _key(dataset: DataSet) -> str:
    """What a citation is called in a list: letters, digits and hyphens."""
    words = re.sub(r"[^a-z0-9]+", "-", f"{dataset.name} {dataset.newest or ''}".lower())
    return words.strip("-") or "data"


def _line(text: str) -> str:
    """The text in one line, as all three formats need it."""
    return " ".join(text.split())


def _tex(text: str) -> str:
    return "".join(_TEX.get(character, character) for character in _line(text))


def _address(dataset: DataSet) -> str:
    """The address with nothing in it that ends a field."""
    return quote(dataset.address, safe="/:?#[]@!$&'()*+,;=%~")


def bibtex(dataset: DataSet) -> bytes:
    """A BibTeX entry in UTF-8: ``@misc``, which every style knows. The publisher is one name, which is not cut up."""
    fields = [("author", f"{{{{{_tex(dataset.publisher)}}}}}"), ("title", f"{{{{{_tex(dataset.title)}}}}}")]
    if dataset.newest:
        fields += [("year", f"{{{dataset.newest.year}}}"), ("month", _MONTHS[dataset.newest.month - 1])]
        fields += [("day", f"{{{dataset.newest.day}}}")]
    fields += [
        ("note", f"{{Data set, version {_tex(dataset.version)}}}"),
        ("url", f"{{{_address(dataset)}}}"),
    ]
    lines = ",\n".join(f"  {name} = {value}" for name, value in fields)
    return f"@misc{{{_key(dataset)},\n{lines}\n}}\n".encode()


def ris(dataset: DataSet) -> bytes:
    """A RIS record of type ``DATA`` in UTF-8; lines end as the format wants it, in CR and LF."""
    day = dataset.newest
    fields = [
        ("TY", "DATA"),
        ("ID", _key(dataset)),
        ("AU", dataset.publisher),
        ("TI", dataset.title),
        ("PB", dataset.publisher),
        *([("PY", str(day.year)), ("DA", f"{day:%Y/%m/%d}/")] if day else []),
        ("ET", dataset.version),
        ("LA", dataset.language),
        ("UR", _address(dataset)),
        ("ER", ""),
    ]
    return "".join(f"{tag}  - {_line(value)}\r\n" for tag, value in fields).encode()


def csl_json(dataset: DataSet) -> bytes:
    """A list with one item of type ``dataset``, in UTF-8."""
    day = dataset.newest
    item = {
        "id": _key(dataset),
        "type": "dataset",
        "title": _line(dataset.title),
        "author": [{"literal": _line(dataset.publisher)}],
        "publisher": _line(dataset.publisher),
        **({"issued": {"date-parts": [[day.year, day.month, day.day]]}} if day else {}),
        "version": dataset.version,
        "language": dataset.language,
        "URL": _address(dataset),
    }
    return (json.dumps([item], ensure_ascii=False, indent=1) + "\n").encode()
