"""Building a release: only what changed since the one that is served, or everything.

Both ways come to the same bytes. What is rendered lies in a folder beside the served one until all of it is there,
signed and on the disk; then one link is switched.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from barograph.base.collecting import without_collecting
from barograph.base.progress import Progress, silent
from barograph.base.site import SiteSettings
from barograph.base.whole_file import whole_file
from barograph.release import folder as folders
from barograph.release.ahead import Ahead, folders_ahead, nothing_ahead
from barograph.release.build_state import FILE, BuildState, KnownUnit, read_state
from barograph.release.compression import SUFFIX
from barograph.release.draft import Draft
from barograph.release.fingerprint import base_fingerprint
from barograph.release.history import History
from barograph.release.manifest_log import keep_signature, kept_sequences
from barograph.release.pages import SitePages
from barograph.release.path_names import check_names
from barograph.release.previous import PreviousRelease, last_signed, previous_release
from barograph.release.reading import Database, RecordReader
from barograph.release.render import environment
from barograph.release.rendering import render_into, render_unit
from barograph.release.shelf import Shelf, key_of
from barograph.release.switching import switch_to
from barograph.release.units import Unit
from barograph.release.wording import Translations, wordings_of
from barograph.trust.chain import CHAIN_FILE
from barograph.trust.manifest import PUBLIC_KEY_FILE, SIGNATURE_FILE
from barograph.trust.minisign import SigningKey
from barograph.trust.stamp import FIRST, Stamp
from barograph.trust.succession import succession_files

REDIRECTS = "redirects"
_CHAIN = frozenset({CHAIN_FILE, CHAIN_FILE + SUFFIX})
"""What is different in every release, so that it does not count as a change."""


class PictureError(Exception):
    """A picture's file is missing or cannot be read; the message says which and what to do."""


@dataclass(frozen=True, slots=True)
class Built:
    """What a build came to."""

    folder: Path
    sequence: int
    files: int
    changed: int
    """How many files came, went or are others than before; 0 when there was nothing new to release."""

    def summary(self) -> dict[str, Any]:
        """What a program may want to know of it."""
        return {"folder": str(self.folder), "sequence": self.sequence, "files": self.files, "changed": self.changed}


class Builder:
    """Builds the releases of one site, and remembers between two builds what it has read and rendered.

    What follows from an edition alone is kept with it, for the reader gives the same object until it is published
    again; what follows from its place in the record is kept with its judgements, which ``History`` takes over where
    they stand as they stood. What is said in a language about some values is kept by its ``Wording``, which lives as
    long as the builder: ``wording.made_once`` lets a function keep what it made there. What is drawn has no words, and
    ``charts`` keeps it. So what is kept grows with the record at most, or has a limit of its own (``KEPT``).
    """

    def __init__(
        self,
        site: SiteSettings,
        database: Database,
        *,
        gettext_for: Callable[[str], Translations],
        kept_pictures: Path,
    ) -> None:
        """``gettext_for`` gives the translations of a language; ``kept_pictures`` is the folder of uploaded ones."""
        self.site = site
        self.reader = RecordReader(database, site)
        self.wordings = wordings_of(site, gettext_for)
        self.kept_pictures = kept_pictures
        self.shelf = Shelf(site.shelf)
        own = site.folder / "templates"
        # Templates and words are read once, so what they were then counts, and not what they are at a build.
        self.base = base_fingerprint(site)
        self.environment = environment(site.private / "templates", own if own.is_dir() else None)
        self._history: History | None = None
        self._state: BuildState | None = None
        self._last: PreviousRelease | None = None

    def pages(self, ahead: Ahead = nothing_ahead) -> SitePages:
        """Everything public as it is now. For one thread at a time, as ``build`` and ``warm_up`` see to it."""
        record, before = self.reader.read(ahead), self._history
        pages = SitePages(record, self.wordings, pictures=self._picture, environment=self.environment, before=before)
        self._history = pages.history
        return pages

    def build(
        self,
        key: SigningKey,
        *,
        today: date,
        full: bool = False,
        compress: bool = False,
        processes: int = 1,
        in_child: Callable[[], None] = lambda: None,
        progress: Progress = silent,
    ) -> Built:
        """Make the release of everything that is public now, signed with ``key``, the one that is served.

        ``today`` (UTC) is the day of signing. ``full`` renders everything, whatever was rendered before, in several
        ``processes``. ``compress`` gives every text file its compressed copy, which otherwise only those get that
        changed. Where nothing changed the release that is served stays, with a new signature.

        Raises ReleaseFolderError while another build is running or for two pages at one address, PictureError,
        SuccessionError, and ValueError for a section that the site does not have.
        """
        with folders.only_builder(self.site.releases), without_collecting():
            shelf = self.shelf.still()  # what is laid on it from now on counts at the next build
            previous = self._previous()
            anew = folders.new_folder(self.site.releases) if full or not previous else None
            with folders_ahead(anew if processes > 1 else None, in_child) as ahead:
                pages = self.pages(ahead)
                units = list(pages.units())
                base = key_of(self.base, pages.shown_everywhere)
                known = self._known(previous, base) if previous and not anew else None
                if known is not None:
                    draft = Draft(previous=previous, compress=compress)
                    _render_changes(draft, units, known, shelf, progress)
                else:
                    draft = Draft(anew or folders.new_folder(self.site.releases), previous, compress=compress)
                    render_into(draft, units, shelf, processes=processes, in_child=in_child, progress=progress)
            self._complete(draft, pages, key)
            served, changed = self._release(draft, key, today, previous)
            self._remember(BuildState(base, served.manifest, shelf.state, draft.units), served)
            return Built(served.folder, served.stamp.sequence, len(served.hashes), changed)

    def warm_up(self) -> None:
        """Read what is public, so that the first build need not."""
        with folders.only_builder(self.site.releases):
            list(self.pages().units())

    def renew(self, key: SigningKey, *, today: date) -> bool:
        """Sign the release that is served once more, so that it does not expire. Whether that was needed.

        A release of another key is left to the next build, for it says with which key it is signed. Raises
        ReleaseFolderError while a build is running.
        """
        with folders.only_builder(self.site.releases):
            previous = self._previous()
            own = hashlib.sha256(key.public.text).hexdigest()
            if previous is None or previous.hashes.get(PUBLIC_KEY_FILE) != own:
                return False
            return self._renew(previous, key, today)

    def _previous(self) -> PreviousRelease | None:
        """The release that is served; what was read of it at the last build is not read again."""
        found, last = previous_release(self.site.releases), self._last
        return last if found and last and (found.folder, found.manifest) == (last.folder, last.manifest) else found

    def _known(self, previous: PreviousRelease, base: str) -> BuildState | None:
        """What the last build left, if it is about the release that is served and worth anything now."""
        wanted = (base, previous.manifest)
        if self._state and (self._state.base, self._state.manifest) == wanted:
            return self._state
        state = read_state(self.site.private / FILE)  # another process may have built since
        return state if state and (state.base, state.manifest) == wanted else None

    def _remember(self, state: BuildState, served: PreviousRelease) -> None:
        if state != self._state:
            state.write(self.site.private / FILE)
        self._state, self._last = state, served

    def _complete(self, draft: Draft, pages: SitePages, key: SigningKey) -> None:
        """Add what needs all other files, or the key: redirects from old addresses, the public keys."""
        redirects = dict(pages.redirects(draft.hashes))
        for path, content in redirects.items():
            draft.put(path, content)
        draft.units[REDIRECTS] = KnownUnit("", tuple(redirects))
        draft.put(PUBLIC_KEY_FILE, key.public.text)
        for path, content in succession_files(self.site.private, key.public):
            draft.put(path, content)
        if not draft.hashes.keys() <= draft.held.keys():
            check_names(draft.hashes)

    def _release(
        self, draft: Draft, key: SigningKey, today: date, previous: PreviousRelease | None
    ) -> tuple[PreviousRelease, int]:
        """Write, sign and switch to the next release, or renew the one that is served if it would be the same.

        Returns the release that is served then, and how many files of it are others than before.
        """
        changed = _changed(draft.hashes, previous.hashes if previous else {})
        last = last_signed(self.site.releases, previous)
        is_new = not previous or not last or bool(changed) or last.folder != previous.folder
        if previous and not is_new and draft.folder is None:
            self._renew(previous, key, today)
            return previous, 0
        expires = today + timedelta(days=self.site.release.expires_days)
        if previous and not is_new:
            stamp, chain = replace(previous.stamp, expires=expires), previous.chain
        else:
            stamp, chain = self._next(last, expires)
        draft.put(CHAIN_FILE, chain)
        served = switch_to(draft, key, stamp, releases=self.site.releases, previous=previous)
        return served, changed or int(is_new)

    def _next(self, last: PreviousRelease | None, expires: date) -> tuple[Stamp, bytes]:
        """What the signature of a new release says, and the list of all that were signed before it.

        It follows on the one that was signed last, also where an older one is served: a reader may have had either.
        """
        taken = [*kept_sequences(self.site.releases), *([last.stamp.sequence] if last else [])]
        before, chain = (last.manifest, last.next_chain()) if last else (FIRST, b"")
        return Stamp(max(taken, default=0) + 1, self.reader.newest or FIRST, expires, before), chain

    def _renew(self, previous: PreviousRelease, key: SigningKey, today: date) -> bool:
        expires = today + timedelta(days=self.site.release.expires_days)
        if previous.stamp.expires == expires:
            return False
        signature = key.sign(previous.sums, str(replace(previous.stamp, expires=expires)))
        file = previous.folder / SIGNATURE_FILE
        with whole_file(file, replaces=True) as opened:
            os.fchmod(opened.fileno(), 0o644)  # a web server reads it
            opened.write(signature)
        keep_signature(self.site.releases, previous.stamp.sequence, signature)
        return True

    def _picture(self, name: str) -> bytes:
        file = self.reader.picture_files.get(name)
        path = self.kept_pictures / (file or name)
        try:
            return path.read_bytes()
        except OSError as error:
            raise PictureError(f"{path} is missing ({error.strerror}): put back your copy of it") from error


def _changed(hashes: Mapping[str, str], before: Mapping[str, str]) -> int:
    """How many files came, are others than before, or went. The chain, which is not made yet, does not count."""
    came = sum(before.get(path) != digest for path, digest in hashes.items())
    return came + len(before.keys() - hashes.keys() - _CHAIN)


def _render_changes(draft: Draft, units: Iterable[Unit], known: BuildState, shelf: Shelf, progress: Progress) -> None:
    """Render those units that are not what they were, and keep the others."""
    stale = []
    same_shelf = known.shelf == shelf.state
    for unit in units:
        before = known.units.get(unit.name)
        if before is not None and _is_fresh(unit, before, None if same_shelf else shelf):
            draft.keep(unit.name, before)
        else:
            stale.append(unit)
    for unit in progress(stale):
        render_unit(unit, shelf, draft, known.units.get(unit.name))


def _is_fresh(unit: Unit, known: KnownUnit, shelf: Shelf | None) -> bool:
    """Whether the files of a unit are what rendering it would give; ``shelf`` where it is not as it was."""
    if known.fingerprint != unit.fingerprint:
        return False
    if not known.lacking or shelf is None:
        return True
    return known.lacking == len(shelf.missing([*unit.items(), *unit.shown()]))
