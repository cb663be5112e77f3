"""The public halves of the sender's keys: all that the edge and the newsroom have of it, in one small file."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from barograph.trust.sealing import SealError, SealingPublicKey
from barograph.trust.tokens import TokenError, TokenPublicKey

FILE = "sender.pub"


class SenderKeyError(Exception):
    """The file is missing or is none; the message says which and what to do."""


@dataclass(frozen=True, slots=True)
class SenderPublicKeys:
    """What seals to the sender, and what checks the links it signed (its present key first)."""

    sealing: SealingPublicKey
    tokens: tuple[TokenPublicKey, ...]
    demo: bool = False

    def to_text(self) -> str:
        """The content of ``sender.pub``."""
        tokens = [key.line for key in self.tokens]
        return json.dumps({"sealing": self.sealing.line, "tokens": tokens, "demo": self.demo}, indent=1) + "\n"

    @classmethod
    def read(cls, folder: Path) -> SenderPublicKeys:
        """The keys in a folder's ``sender.pub``. Raises SenderKeyError."""
        file = folder / FILE
        try:
            values = json.loads(file.read_text(encoding="utf-8"))
            tokens = tuple(TokenPublicKey.read(line) for line in values["tokens"])
            return cls(SealingPublicKey.read(values["sealing"]), tokens, bool(values["demo"]))
        except OSError as error:
            raise SenderKeyError(
                f"{file} is missing ({error.strerror}): the sender writes it with “barograph newsletter keys new”; "
                "copy it here from the sender's machine"
            ) from error
        except (ValueError, KeyError, TypeError, SealError, TokenError) as error:
            raise SenderKeyError(f"{file} is not the sender's public keys: copy it again from its machine") from error
