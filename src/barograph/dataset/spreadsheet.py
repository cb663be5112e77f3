"""Apostrophes that keep a spreadsheet from taking a text for a formula.

A cell that begins with ``=``, ``+``, ``-`` or ``@`` is run as a formula by most spreadsheets, and a formula can send
what else is in the sheet to a stranger (OWASP, “CSV Injection”). Where a computer's settings call for semicolons
between cells, a spreadsheet also cuts a text at each semicolon and each end of a line, in quotes or not. So an
apostrophe goes before every place in a text at which a cell could begin like that, and ``without_apostrophes`` takes
away just those.
"""

from __future__ import annotations

import re

_FORMULA = "=+\\-@＝＋－＠﹦﹢﹣﹫"
_BEFORE_IT = "\\ufeff\\u200b\\u2060 \\u00a0'\"＇＂"
"""What a spreadsheet may take away before it looks: blanks, invisible characters, quotes."""
_BEGINS = f"(?=[{_BEFORE_IT}]*[{_FORMULA}])"
_BEGINS_A_CELL = f"(?=[{_BEFORE_IT}]*[{_FORMULA}\\t\\r\\n])"
_AFTER_A_BREAK = "(?<=[\\t\\r\\n;])"
_ADD = re.compile(f"^{_BEGINS_A_CELL}|{_AFTER_A_BREAK}{_BEGINS}")
_REMOVE = re.compile(f"^'{_BEGINS_A_CELL}|{_AFTER_A_BREAK}'{_BEGINS}")


def with_apostrophes(text: str) -> str:
    """The text for a cell of a CSV file: harmless, and the same to a reader but for an apostrophe here and there."""
    return _ADD.sub("'", text)


def without_apostrophes(cell: str) -> str:
    """The text as it was before ``with_apostrophes``."""
    return _REMOVE.sub("", cell)
