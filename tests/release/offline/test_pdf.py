"""The copy as a PDF: for screen readers, for printers, and the same on every run."""

from __future__ import annotations

import builtins
import subprocess
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from barograph.release import render
from barograph.release.offline import pdf
from tests.release import records
from tests.release.offline import books


@pytest.fixture(scope="module")
def content() -> bytes:
    """The PDF of a rich edition in Belarusian."""
    return books.copy(books.record(), "be", ".pdf")


@pytest.fixture(scope="module")
def reader(content: bytes) -> PdfReader:
    return PdfReader(BytesIO(content))


def test_it_says_what_it_is_and_in_which_language(reader: PdfReader) -> None:
    catalog: Any = reader.root_object
    assert reader.metadata is not None
    assert reader.metadata.title == "Становішча ў Аркадыі, 12–18 жніўня 2024"
    assert reader.metadata.author == "Аркадыйская абсерваторыя"
    assert str(reader.metadata.get("/CreationDate")).startswith("D:20240902"), "the day of the record, not of the clock"
    assert catalog["/Lang"] == "be"
    assert catalog["/MarkInfo"]["/Marked"]
    assert catalog["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"pdfuaid:part" in catalog["/Metadata"].get_data()


def structure(element: Any) -> list[DictionaryObject]:
    """An element of the tree of tags with all that is below it."""
    element = element.get_object()
    if not isinstance(element, DictionaryObject):
        return []
    children = element.get("/K", [])
    children = children if isinstance(children, list) else [children]
    return [element, *(found for child in children for found in structure(child))]


def test_screen_readers_find_headings_lists_links_and_words_for_every_picture(reader: PdfReader) -> None:
    root: Any = reader.root_object
    elements = structure(root["/StructTreeRoot"])
    kinds = [element.get("/S") for element in elements]
    assert {"/H1", "/H2", "/H3", "/P", "/L", "/LI", "/Link", "/Art", "/Sect"} <= set(kinds)
    figures = [element for element in elements if element.get("/S") == "/Figure"]
    assert len(figures) == 1 + len(records.SECTIONS), "the picture, and the last year of each section"
    assert all(figure.get("/Alt") for figure in figures)


def test_bookmarks_lead_to_each_section_and_each_commentary(reader: PdfReader) -> None:
    outline: Any = reader.outline
    titles = [[entry.title for entry in part] if isinstance(part, list) else part.title for part in outline]
    assert titles[0] == "12–18 жніўня 2024"
    assert titles[1:3] == ["Эканоміка", [records.HEADLINES["be"][0]]]
    assert titles[-1] == "About this copy"


def test_its_text_can_be_taken_out_again_letter_by_letter(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "copy.pdf"
    file.write_bytes(content)
    text = subprocess.run(["pdftotext", "-layout", file, "-"], check=True, capture_output=True).stdout.decode()
    assert "Становішча ў Аркадыі" in text
    assert "З’езд" in text
    assert "Ivan Łučyna" in text
    assert all(address in text for address in (*books.MIRRORS, books.ONION, "https://example.org/customs/12"))
    assert "sha256sum edition-2024-08-12-be.pdf" in text


def test_every_letter_comes_from_a_font_of_our_own(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "copy.pdf"
    file.write_bytes(content)
    fonts = subprocess.run(["pdffonts", file], check=True, capture_output=True, text=True).stdout.splitlines()[2:]
    names = {line.split()[0].partition("+")[2].split("-")[0] for line in fonts}
    assert names == {"Reading", "Headline", "Label"}


def test_the_same_record_gives_the_same_bytes(content: bytes) -> None:
    assert books.copy(books.record(), "be", ".pdf") == content


def test_nothing_is_fetched_from_anywhere(tmp_path: Path) -> None:
    own = tmp_path / "offline" / "print.css"
    own.parent.mkdir()
    own.write_text('@page { background: url("file:///etc/hostname") }', encoding="utf-8")
    templates = render.environment(own_templates=tmp_path)
    item = next(item for item in books.items(records.record(1), "en", templates=templates) if item.path.endswith("pdf"))
    with pytest.raises(pdf.ResourceError, match=r"hostname.*its own text and pictures only"):
        item.make()


def test_without_pango_it_says_what_to_install_and_the_other_copies_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without_pango(name: str, *arguments: Any, **named: Any) -> Any:
        if name == "weasyprint":
            raise OSError("cannot load library 'libpango-1.0-0'")
        return real(name, *arguments, **named)

    monkeypatch.setattr(builtins, "__import__", without_pango)
    made, missing = [], []
    for item in books.items(records.record(1), "en"):
        try:
            item.make()
            made.append(item.path.rpartition(".")[2])
        except pdf.ToolMissing as error:
            missing.append(str(error))
    assert made == ["epub", "html", "txt", "html", "txt"]
    assert len(missing) == 1
    assert "apt install libpangoft2-1.0-0" in missing[0]
