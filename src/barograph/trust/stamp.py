"""What the trusted comment of a release's signature says: ``seq=57 edition=2024-01-22 expires=2024-02-11 prev=…``.

The ideas are those of The Update Framework (a number against rollback, a date against freezing, a hash against another
past) in one line that ``minisign -V`` prints for anybody.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

FIRST = "-"
"""Stands for the previous manifest's hash where there is none, and for the edition before there is any."""

_COMMENT = "trusted comment: "
_LINE = re.compile(
    r"seq=([1-9]\d{0,8}) edition=(-|[a-z0-9][a-z0-9-]{0,59}) expires=(\d{4}-\d\d-\d\d) prev=(-|[0-9a-f]{64})", re.ASCII
)


class StampError(ValueError):
    """A trusted comment is not the one of a release."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """Number, newest edition, last day of validity (UTC), and SHA-256 of the ``SHA256SUMS`` of the release before."""

    sequence: int
    edition: str
    expires: date
    previous: str

    def __str__(self) -> str:
        return f"seq={self.sequence} edition={self.edition} expires={self.expires} prev={self.previous}"

    @classmethod
    def read(cls, comment: str) -> Stamp:
        """The stamp in a trusted comment. Raises StampError for anything that is not one, to the letter."""
        match = _LINE.fullmatch(comment)
        try:
            if match is None:
                raise ValueError(comment)
            return cls(int(match[1]), match[2], date.fromisoformat(match[3]), match[4])
        except ValueError as error:
            raise StampError(f"the trusted comment {comment!a} is not that of a release") from error

    @classmethod
    def of_signature(cls, signature: bytes) -> Stamp:
        """The stamp in the content of a ``.minisig`` file that is believed already. Raises StampError."""
        lines = signature.decode("ascii", "replace").splitlines()
        return cls.read(next((line.removeprefix(_COMMENT) for line in lines if line.startswith(_COMMENT)), ""))
