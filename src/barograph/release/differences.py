"""What changed between two releases, in words of the publication: commentaries, feeds, offline copies, by language.

Everything is read off the two manifests: addresses say what a file is (see ``release.addresses``).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from barograph.release import addresses

KINDS = (
    ("home pages", re.compile(r"(editions/)?index\.html")),
    ("editions", re.compile(r"editions/[^/]+/index\.html")),
    ("offline copies", re.compile(r"editions/[^/]+/[^/]+")),
    ("sections", re.compile(r"[^/]+/\d{4}/index\.html")),
    ("commentaries", re.compile(r"[^/]+/[^/]+/index\.html")),
    ("pages", re.compile(r"[^/]+/index\.html|404\.html")),
    ("feeds", re.compile(r"([^/]+/)?feed\.(atom|json)")),
)
"""What the files below a language are; the first that fits counts."""
FOLDERS = {
    "mail": "mail",
    "cards": "cards",
    "charts": "charts",
    "data": "data",
    "pictures": "pictures",
    "assets": "looks",
    "keys": "keys",
}
"""What the files in the folders beside those of the languages are."""
OTHER = "other files"
ORDER = (*(kind for kind, _ in KINDS), *FOLDERS.values(), OTHER)


@dataclass(frozen=True, slots=True)
class Summary:
    """How many files of one kind and language came, changed and went; ``language`` is empty where there is none."""

    kind: str
    language: str
    added: int
    changed: int
    removed: int


@dataclass(frozen=True, slots=True)
class Differences:
    """The paths that differ between two releases, each list sorted; languages and sections' pages of both."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    languages: frozenset[str]
    sections: frozenset[str]

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)

    def summaries(self) -> list[Summary]:
        """What differs, counted. A file and the ``.gz`` beside it count as one."""
        counts = Counter(
            (self._kind(path), how)
            for how in ("added", "changed", "removed")
            for path in self._without_compressed(getattr(self, how))
        )
        groups = sorted({group for group, _ in counts}, key=lambda group: (ORDER.index(group[0]), group[1]))
        return [
            Summary(kind, language, *(counts[(kind, language), how] for how in ("added", "changed", "removed")))
            for kind, language in groups
        ]

    def _kind(self, path: str) -> tuple[str, str]:
        """What a file is, and its language."""
        path = path.removesuffix(".gz")
        first, _, rest = path.partition("/")
        if first in self.languages:
            return self._kind_in_language(path, rest), first
        language = next((part for part in re.split(r"[/.]", path) if part in self.languages), "")
        return FOLDERS.get(first if rest else "", "keys" if path == "minisign.pub" else OTHER), language

    def _kind_in_language(self, path: str, rest: str) -> str:
        if path in self.sections:
            return "sections"
        return next((kind for kind, pattern in KINDS if pattern.fullmatch(rest)), OTHER)

    @staticmethod
    def _without_compressed(paths: tuple[str, ...]) -> list[str]:
        all_ = set(paths)
        return [path for path in paths if not (path.endswith(".gz") and path.removesuffix(".gz") in all_)]


def compare(before: Mapping[str, str], after: Mapping[str, str]) -> Differences:
    """What differs between two manifests, given as hashes by path."""
    both = before.keys() | after.keys()
    # A language is what has a page for what is not there, a section what has a feed.
    languages = frozenset(
        path.removesuffix(f"/{addresses.NOT_FOUND}") for path in both if re.fullmatch(r"[a-z0-9-]+/404\.html", path)
    )
    sections = frozenset(
        f"{path.removesuffix('feed.atom')}index.html" for path in both if re.fullmatch(r"[^/]+/[^/]+/feed\.atom", path)
    )
    return Differences(
        added=tuple(sorted(after.keys() - before.keys())),
        changed=tuple(sorted(path for path in before.keys() & after.keys() if before[path] != after[path])),
        removed=tuple(sorted(before.keys() - after.keys())),
        languages=languages,
        sections=sections,
    )
