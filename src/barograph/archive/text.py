"""Bytes to clean text: encodings, line ends, invisible characters, and a key to compare lines by."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from pathlib import PurePath

ENCODING_DOUBT = "encoding"
_INVISIBLE = re.compile("[\x00-\x08\x0e-\x1f\x7f\xad\u200b\u2060\ufeff]")
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_NOT_WORD = re.compile(r"[\W_]+")
_MIXED_WORD = re.compile("[a-z][а-яё]|[а-яё][a-z]", re.IGNORECASE)
_CYRILLIC_WORD = re.compile("[а-яёіў]{3,}", re.IGNORECASE)


def decode(data: bytes) -> tuple[str, str]:
    """The text of a file and, where its encoding had to be inferred or is damaged, a sentence that says so."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", errors="replace"), ""
    try:
        return data.decode("utf-8-sig"), ""
    except UnicodeDecodeError as problem:
        if _is_nearly_utf8(data):
            return (
                data.decode("utf-8-sig", errors="replace"),
                f"The file is damaged at byte {problem.start}: the letters there could not be read.",
            )
    text = data.decode("cp1251", errors="replace")
    if len(_MIXED_WORD.findall(text)) > len(_CYRILLIC_WORD.findall(text)):
        return data.decode("cp1252", errors="replace"), "The file is not UTF-8; it was read as Windows-1252."
    return text, "The file is not UTF-8; it was read as Windows-1251."


def _is_nearly_utf8(data: bytes) -> bool:
    """True when most of what is not ASCII is good UTF-8: a torn file, not another encoding."""
    text = data.decode("utf-8", errors="replace")
    good = sum(1 for letter in text if letter > "\x7f" and letter != "\ufffd")
    return good > 3 * text.count("\ufffd")


def clean(text: str) -> str:
    """``text`` with plain line ends, composed letters and without characters that nobody sees."""
    text = _LINE_ENDS.sub("\n", text)
    return unicodedata.normalize("NFC", _BIDI.sub("", _INVISIBLE.sub("", text)))


def holds_direction_marks(text: str) -> bool:
    """True when characters are in it that reorder what a reader sees."""
    return bool(_BIDI.search(text))


def tidy(text: str) -> str:
    """``text`` on one line, with single spaces and none at its ends."""
    return " ".join(text.split())


@lru_cache(maxsize=4096)
def key(text: str) -> str:
    """What two lines have in common when they say the same: words alone, in lower case."""
    return _NOT_WORD.sub(" ", unicodedata.normalize("NFKC", text).casefold().replace("’", "").replace("'", "")).strip()


def printable(path: PurePath) -> str:
    """A path as text that can be stored and printed, also where its bytes are no UTF-8."""
    return str(path).encode("utf-8", "backslashreplace").decode()


def word_count(text: str) -> int:
    """How many words a reader would count."""
    return len(text.split())
