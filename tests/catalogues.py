"""The words of the code, and the catalogues that translate them.

``make messages`` runs this file: every catalogue then holds the words of the code and no others, with an empty
translation where one is still to be written. Nothing is ever guessed, so nothing is “fuzzy”.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract, extract_python
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "src" / "barograph"
LANGUAGES = ("be", "ru")
KEYWORDS = DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
    "gettext_noop": None,
}
JINJA_FOLDERS = {"release", "mail", "edge"}
JINJA = {"trimmed": "true", "silent": "false"}
HEADER = """\
# Barograph in {name}.
# This file is distributed under the same licence as Barograph.
#"""


def extract_django(file: IO[bytes], keywords: Any, comment_tags: Any, options: Any) -> Iterator[Any]:
    """Babel's view of a Django template: Django turns it into calls of gettext, and Python's extractor reads those."""
    calls = templatize(file.read().decode("utf-8"))
    lines = "\n".join(line.strip() for line in calls.splitlines())
    return extract_python(BytesIO(lines.encode("utf-8")), keywords, comment_tags, options)


def sources() -> Iterator[tuple[Path, Any, dict[str, str]]]:
    """Every file that may hold words for people, and how they are got out of it."""
    for path in sorted(PACKAGE.rglob("*.py")):
        yield path, "python", {}
    for path in sorted((PACKAGE / "templates").rglob("*.*")):
        if path.relative_to(PACKAGE / "templates").parts[0] in JINJA_FOLDERS:
            yield path, "jinja2", JINJA
        else:
            yield path, extract_django, {}


def words_of_the_code() -> Catalog:
    """All messages, each with the files that use it."""
    found = Catalog(domain="django")
    for path, method, options in sources():
        with path.open("rb") as file:
            for _, message, comments, context in extract(method, file, KEYWORDS, ["Translators:"], options):
                place = [(path.relative_to(PACKAGE).as_posix(), 0)]
                found.add(message, locations=place, auto_comments=comments, context=context)
    return found


def catalogue_file(language: str) -> Path:
    """Where the catalogue of a language is."""
    return PACKAGE / "locale" / language / "LC_MESSAGES" / "django.po"


def read_catalogue(language: str) -> Catalog:
    """The catalogue of a language, or an empty one."""
    path = catalogue_file(language)
    if not path.exists():
        return Catalog(locale=language, domain="django")
    with path.open("rb") as file:
        return read_po(file, locale=language, domain="django", abort_invalid=True)


def as_po(language: str, catalogue: Catalog) -> bytes:
    """The catalogue as its file has it: sorted by place, without line numbers and dates, so that few lines change."""
    fresh = Catalog(locale=language, domain="django")
    header = f'msgid ""\nmsgstr ""\n"Language: {language}\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    header += f'"Plural-Forms: {fresh.plural_forms}\\n"\n\n'
    catalogue.header_comment = ""
    out = BytesIO()
    write_po(out, catalogue, width=110, omit_header=True, sort_by_file=True, ignore_obsolete=True, include_lineno=False)
    return (HEADER.format(name=fresh.locale.english_name) + "\n" + header).encode() + out.getvalue()


def brought_up_to_date(language: str) -> bytes:
    """The catalogue of a language with the words of the code and no others."""
    catalogue = read_catalogue(language)
    catalogue.update(words_of_the_code(), no_fuzzy_matching=True)
    return as_po(language, catalogue)


def main() -> None:
    """Bring all catalogues up to date, and say what is still to be translated."""
    for language in LANGUAGES:
        path = catalogue_file(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(brought_up_to_date(language))
        empty = [message for message in read_catalogue(language) if message.id and not all(strings_of(message))]
        print(f"{path.relative_to(ROOT)}: {len(empty)} messages to translate")


def strings_of(message: Any) -> tuple[str, ...]:
    """The translations of a message: one, or one for each plural form."""
    return message.string if isinstance(message.string, tuple) else (message.string,)


if __name__ == "__main__":
    main()
