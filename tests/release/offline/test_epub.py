"""The copy as an EPUB."""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import pytest
from lxml import etree
from PIL import Image

from barograph.release.offline.pictures import for_every_reader, media_type
from tests.release import records
from tests.release.offline import books

OPF = {"opf": "http://www.idpf.org/2007/opf", "dc": "http://purl.org/dc/elements/1.1/"}


def opened(language: str = "en") -> zipfile.ZipFile:
    return zipfile.ZipFile(BytesIO(books.copy(books.record(), language, ".epub")))


def checked(file: Path) -> str:
    """What Debian's epubcheck says of a file. The program is a jar that not every system starts by its name."""
    program = shutil.which("epubcheck")
    assert program, "run tests/debian_packages"
    command = ["java", "-XX:TieredStopAtLevel=1", "-jar", program, str(file)]
    return subprocess.run(command, check=False, capture_output=True, text=True).stdout


def test_epubcheck_finds_nothing_in_any_language(tmp_path: Path) -> None:
    files = []
    for language in records.LANGUAGES:
        files.append(tmp_path / f"{language}.epub")
        files[-1].write_bytes(books.copy(books.record(), language, ".epub"))
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(checked, files))
    assert all("0 fatals / 0 errors / 0 warnings / 0 infos" in said for said in found), "\n".join(found)


def test_readers_see_at_the_first_bytes_what_it_is() -> None:
    content = books.copy(books.record(), "en", ".epub")
    assert content[30:58] == b"mimetypeapplication/epub+zip"
    with zipfile.ZipFile(BytesIO(content)) as archive:
        assert archive.infolist()[0].compress_type == zipfile.ZIP_STORED
        assert {entry.date_time for entry in archive.infolist()} == {(2024, 9, 2, 0, 0, 0)}


def test_the_same_record_gives_the_same_bytes() -> None:
    assert books.copy(books.record(), "be", ".epub") == books.copy(books.record(), "be", ".epub")


def test_the_package_says_whose_it_is_of_which_day_and_for_whom_it_is_readable() -> None:
    with opened("be") as archive:
        package = etree.fromstring(archive.read("EPUB/package.opf"))
    said = {name: package.findtext(f".//dc:{name}", namespaces=OPF) for name in ("title", "language", "publisher")}
    assert said == {
        "title": "Становішча ў Аркадыі, 12–18 жніўня 2024",
        "language": "be",
        "publisher": "Аркадыйская абсерваторыя",
    }
    properties = {meta.get("property"): meta.text for meta in package.iterfind(".//opf:meta", OPF)}
    assert properties["dcterms:modified"] == "2024-09-02T00:00:00Z"
    assert properties["schema:accessModeSufficient"] == "textual"
    assert properties["schema:accessibilityHazard"] == "none"


def test_two_languages_and_two_editions_are_different_books() -> None:
    numbers = set()
    for language in ("en", "be"):
        for item in books.items(records.record(2), language):
            if item.path.endswith(".epub"):
                with zipfile.ZipFile(BytesIO(item.make())) as archive:
                    package = etree.fromstring(archive.read("EPUB/package.opf"))
                numbers.add(package.findtext(".//dc:identifier", namespaces=OPF))
    assert len(numbers) == 4


def test_its_contents_lead_to_every_commentary() -> None:
    with opened() as archive:
        contents = archive.read("EPUB/nav.xhtml").decode()
        names = archive.namelist()
    assert all(headline in contents for headline in records.HEADLINES["en"])
    assert [f"EPUB/s{number}.xhtml" in names for number in range(1, 6)] == [True] * 5


@pytest.mark.parametrize(("mode", "expected"), [("RGB", "image/jpeg"), ("RGBA", "image/png")])
def test_a_webp_becomes_what_every_reader_knows(mode: str, expected: str) -> None:
    buffer = BytesIO()
    Image.new(mode, (64, 40), (178, 170, 148, 90)[: len(mode)]).save(buffer, "WEBP", quality=80)
    made = for_every_reader(buffer.getvalue())
    assert media_type(made) == expected
    assert made == for_every_reader(buffer.getvalue())
    with Image.open(BytesIO(made)) as image:
        assert image.size == (64, 40)


def test_a_png_stays_as_it_is() -> None:
    content = records.picture_bytes("harbour-480.png")
    assert for_every_reader(content) == content
