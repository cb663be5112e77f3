"""Ways to change a release that a reader must not be given: each is drawn by chance, and leaves nothing signed.

A change takes the files of a genuine release and answers with what would be offered in its place. Values are the bytes
of a file, or what stands in a file's place (``Odd``).
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random

from barograph.trust.chain import CHAIN_FILE
from barograph.trust.head import Head, check_head
from barograph.trust.manifest import PUBLIC_KEY_FILE, SIGNATURE_FILE, SUMS_FILE, write_sums
from barograph.trust.minisign import PublicKey, SigningKey
from barograph.trust.succession import Succession
from tests.trust.signed import PAGES, SIGNED_ON, followed, lay_out, link_to, signed


@dataclass(frozen=True)
class Odd:
    """Something that is no file: a link to a file with ``content`` that lies elsewhere, a FIFO, or an empty folder."""

    kind: str
    content: bytes = b""


Files = dict[str, bytes | Odd]


@dataclass(frozen=True)
class Offer:
    """What somebody is offered as a release, and what they know."""

    files: Files
    trusted: PublicKey
    today: date | None = None
    after: Head | None = None


@dataclass
class Publisher:
    """Three genuine releases of one publisher, whose key was rotated before the last; and a stranger's key."""

    keys: tuple[SigningKey, SigningKey, SigningKey]
    releases: list[dict[str, bytes]] = field(default_factory=list)
    heads: list[Head] = field(default_factory=list)

    def __post_init__(self) -> None:
        old, new, _stranger = self.keys
        self.line = Succession((old.public,)).extended(old, new.public, SIGNED_ON)
        first = signed(PAGES, old, expires=SIGNED_ON)
        pages = {**PAGES, "index.html": b"<p>New</p>", "be/\u045e kastryčniku.html": b"2"}
        second = followed(first, pages, old, expires=SIGNED_ON + timedelta(days=7))
        chain = [link_to(first, old), link_to(second, old)]
        pages = {**pages, "index.html": b"<p>Newest</p>", "assets/a b.css": b"body{color:red}"}
        third = signed(pages, new, sequence=3, chain=chain, keys=self.line)
        self.releases = [first, second, third]
        self.heads = [check_head(release, old.public).accepted() for release in self.releases]

    @property
    def trusted(self) -> PublicKey:
        """The publisher's first key, which leads to the second."""
        return self.keys[0].public

    def genuine(self, files: Mapping[str, bytes | Odd]) -> bool:
        """Whether these are, to the byte, the files of one of the releases."""
        return any(files == release for release in self.releases)


Change = Callable[[Publisher, Random], Offer]


def _changed(publisher: Publisher, chance: Random, change: Callable[[dict[str, bytes], Random], Files]) -> Offer:
    return Offer(change(dict(chance.choice(publisher.releases)), chance), publisher.trusted)


def flip(files: dict[str, bytes], chance: Random) -> Files:
    """One bit of one file."""
    path = chance.choice([path for path, content in files.items() if content])
    content = bytearray(files[path])
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    return {**files, path: bytes(content)}


def truncate(files: dict[str, bytes], chance: Random) -> Files:
    """The end of one file."""
    path = chance.choice([path for path, content in files.items() if content])
    return {**files, path: files[path][: chance.randrange(len(files[path]))]}


def insert(files: dict[str, bytes], chance: Random) -> Files:
    """Some bytes more, mostly at the end."""
    path = chance.choice(list(files))
    at = chance.choice([len(files[path]), chance.randrange(len(files[path]) + 1)])
    more = chance.choice([b"\n", b" ", b"\0", b"\r\n", chance.randbytes(3)])
    return {**files, path: files[path][:at] + more + files[path][at:]}


def swap(files: dict[str, bytes], chance: Random) -> Files:
    """The contents of two files."""
    one, other = chance.sample(list(files), 2)
    return {**files, one: files[other], other: files[one]}


def delete(files: dict[str, bytes], chance: Random) -> Files:
    """One file, or all below a folder."""
    path = chance.choice(list(files))
    gone = path.split("/")[0] + "/" if chance.random() < 0.3 else path
    return {name: content for name, content in files.items() if name != path and not name.startswith(gone)}


def rename(files: dict[str, bytes], chance: Random) -> Files:
    """One file has another name."""
    path = chance.choice(list(files))
    to = chance.choice([f"{path}.bak", path.upper(), f".{path}", f"be/{path}", path + " ", path.replace("e", "е")])
    return {to if name == path else name: content for name, content in files.items()}


def add(files: dict[str, bytes], chance: Random) -> Files:
    """A file, a folder, a link or a FIFO more, or a name that differs in its capital letters only."""
    path = chance.choice(list(files))
    where = chance.choice(["", "be/", "new/", "keys/", ".well-known/"])
    new = where + chance.choice(
        ["x", "робота.html", "-rf", "a b", "index.html.gz", path.split("/")[-1].upper(), "\x1b[2J"]
    )
    if new in files:
        return dict(files)
    what: list[bytes | Odd] = [files[path], b"", b"<script>", Odd("folder"), Odd("fifo"), Odd("link", files[path])]
    return {**files, new: chance.choice(what)}


def replace(files: dict[str, bytes], chance: Random) -> Files:
    """Something that is no file in the place of one; a link leads to the right content."""
    path = chance.choice(list(files))
    return {**files, path: chance.choice([Odd("folder"), Odd("fifo"), Odd("link", files[path])])}


def stamp(files: dict[str, bytes], chance: Random) -> Files:
    """Another number, edition, date or past in the trusted comment."""
    text = files[SIGNATURE_FILE].decode()
    pattern, to = chance.choice(
        [
            (r"seq=\d+", f"seq={chance.randrange(1, 99)}"),
            (r"edition=\S+", f"edition=2024-02-{chance.randrange(10, 28)}"),
            (r"expires=\S+", f"expires=20{chance.randrange(25, 99)}-01-01"),
            (r"prev=\S+", f"prev={chance.randbytes(32).hex()}"),
            (r"prev=\S+", "prev=-"),
            (r"seq=", "seq=0"),
        ]
    )
    return {**files, SIGNATURE_FILE: re.sub(pattern, to, text).encode()}


def chain(files: dict[str, bytes], chance: Random) -> Files:
    """Another past, with a list of files that says the same."""
    lines = files[CHAIN_FILE].decode().splitlines(keepends=True)
    edits: list[list[str]] = [
        lines[:-1],
        lines[1:],
        lines[::-1],
        [*lines, f"{len(lines) + 1} {chance.randbytes(32).hex()} 2024-01-22 2024-01-29\n"],
        [re.sub(r" [0-9a-f]{64} ", f" {chance.randbytes(32).hex()} ", line) for line in lines],
        [line.replace("2024", "2025") for line in lines],
    ]
    return relisted(files, {CHAIN_FILE: "".join(chance.choice(edits)).encode()})


def relisted(files: dict[str, bytes], changes: Mapping[str, bytes]) -> Files:
    """Changed files and a list that fits them, which nobody signed."""
    changed = {**files, **changes}
    listed = {path: content for path, content in changed.items() if path not in (SUMS_FILE, SIGNATURE_FILE)}
    sums = write_sums({path: hashlib.sha256(content).hexdigest() for path, content in listed.items()})
    return {**changed, SUMS_FILE: sums}


def relist(files: dict[str, bytes], chance: Random) -> Files:
    """One changed page and a list that fits it."""
    path = chance.choice([path for path in files if path not in (SUMS_FILE, SIGNATURE_FILE)])
    return relisted(files, {path: files[path] + chance.randbytes(2)})


def roll_back(publisher: Publisher, chance: Random) -> Offer:
    """An earlier release, whole, to somebody who has had a later one."""
    old, new = sorted(chance.sample(range(3), 2))
    return Offer(dict(publisher.releases[old]), publisher.trusted, None, publisher.heads[new])


def expire(publisher: Publisher, chance: Random) -> Offer:
    """A whole release after its last day."""
    at = chance.randrange(3)
    today = publisher.heads[at].stamp.expires + timedelta(days=chance.choice([1, 2, 30, 366]))
    return Offer(dict(publisher.releases[at]), publisher.trusted, today)


def wrong_key(publisher: Publisher, chance: Random) -> Offer:
    """A whole release to somebody who trusts a stranger, or whose newer key its key has no right to stand for."""
    if chance.random() < 0.5:
        return Offer(dict(chance.choice(publisher.releases)), publisher.keys[2].public)
    return Offer(dict(publisher.releases[chance.randrange(2)]), publisher.keys[1].public)


def forge(publisher: Publisher, chance: Random) -> Offer:
    """A release that a stranger signed, with a line of keys that would make the stranger the publisher's heir."""
    old, new, stranger = publisher.keys
    comment = f"key=3 number={stranger.public.number} after={new.public.number} made=2024-01-29"
    made_by = chance.choice([stranger.sign(stranger.public.text, comment), publisher.line.signatures[0]])
    lines = [
        None,
        publisher.line,
        Succession((*publisher.line.keys, stranger.public), (*publisher.line.signatures, made_by)),
        Succession((old.public, stranger.public), (made_by,)),
        Succession((stranger.public,)).extended(stranger, old.public, SIGNED_ON),
    ]
    files = signed(
        {**PAGES, "index.html": chance.randbytes(4)},
        stranger,
        sequence=chance.randrange(3, 9),
        chain=[link_to(publisher.releases[0], old), link_to(publisher.releases[1], old)],
        keys=chance.choice(lines),
    )
    offered: Files = dict(files)
    if chance.random() < 0.5:
        offered[PUBLIC_KEY_FILE] = chance.choice([old, new]).public.text
    return Offer(offered, publisher.trusted)


def fork(publisher: Publisher, chance: Random) -> Offer:
    """A later release of the same key, but of another past than that of somebody who had one of its releases."""
    old, new, _stranger = publisher.keys
    elsewhere = signed({**PAGES, "index.html": chance.randbytes(4)}, old)
    at = chance.randrange(3)
    if at == 2:
        past = [link_to(elsewhere, old), link_to(publisher.releases[1], old)]
        files = signed(PAGES, new, sequence=chance.randrange(3, 9), chain=past, keys=publisher.line)
        return Offer(dict(files), publisher.trusted, None, publisher.heads[2])
    for _ in range(at):
        elsewhere = followed(elsewhere, PAGES, old)
    return Offer(dict(elsewhere), publisher.trusted, None, publisher.heads[at])


def mix(publisher: Publisher, chance: Random) -> Offer:
    """Some files of one release among those of another."""
    one, other = chance.sample(publisher.releases, 2)
    paths = chance.sample(list(other), chance.randrange(1, len(other)))
    return Offer({**one, **{path: other[path] for path in paths}}, publisher.trusted)


def foreign_signature(publisher: Publisher, chance: Random) -> Offer:
    """The signature of another release, perhaps with the list that it signs."""
    one, other = chance.sample(publisher.releases, 2)
    names = chance.choice(
        [[SIGNATURE_FILE], [SIGNATURE_FILE, SUMS_FILE], [SIGNATURE_FILE, PUBLIC_KEY_FILE, CHAIN_FILE]]
    )
    return Offer({**one, **{name: other[name] for name in names}}, publisher.trusted)


def keys_folder(publisher: Publisher, chance: Random) -> Offer:
    """Something else in ``keys/`` of a release, with a list that fits."""
    files, (_old, _new, stranger) = dict(publisher.releases[2]), publisher.keys
    second = next(path for path in files if path.startswith("keys/2-") and path.endswith(".pub"))
    signature = f"{second}.minisig"
    forged = stranger.sign(files[second], f"key=2 number={publisher.keys[1].public.number}")
    changes = chance.choice(
        [{second: stranger.public.text}, {signature: forged}, {"keys/3-AB.pub": stranger.public.text}, {second: b""}]
    )
    if chance.random() < 0.3:
        files = {path: content for path, content in files.items() if path != signature}
        changes = {second: files[second]}
    return Offer(relisted(files, changes), publisher.trusted)


ON_FILES = [flip, truncate, insert, swap, delete, rename, add, replace, stamp, chain, relist]
WHOLE: list[Change] = [roll_back, expire, wrong_key, forge, fork, mix, foreign_signature, keys_folder]
KINDS = [change.__name__ for change in (*ON_FILES, *WHOLE)]


def tampered(publisher: Publisher, kind: str, chance: Random) -> Offer | None:
    """A change of a kind, or ``None`` where chance has changed nothing."""
    for change in ON_FILES:
        if change.__name__ == kind:
            offer = _changed(publisher, chance, change)
            return None if publisher.genuine(offer.files) else offer
    whole = next(change for change in WHOLE if change.__name__ == kind)
    offer = whole(publisher, chance)
    known = offer.trusted != publisher.trusted or offer.today is not None or offer.after is not None
    return None if publisher.genuine(offer.files) and not known else offer


class Shop:
    """Folders in which one offer after the other is laid out; only what differs from the last is written."""

    def __init__(self, place: Path, publisher: Publisher) -> None:
        self.elsewhere = place / "elsewhere"
        self._there: dict[Path, Files] = {
            lay_out(place / str(number), release): {**release} for number, release in enumerate(publisher.releases)
        }

    def lay_out(self, files: Files) -> Path:
        """A folder with these files in it, and nothing else."""
        folder, there = min(
            self._there.items(), key=lambda shown: sum(files.get(path) != shown[1][path] for path in shown[1])
        )
        # Removed and written anew: a file system that fears for files being overwritten would wait for the disk.
        gone = [folder / path for path, what in there.items() if what != files.get(path)]
        for path in gone:
            _remove(path)
        for name, what in files.items():
            if there.get(name) != what:
                self._put(folder / name, what)
        for path in gone:
            _remove_empty_above(path, folder)
        self._there[folder] = dict(files)
        return folder

    def _put(self, path: Path, what: bytes | Odd) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(what, bytes):
            path.write_bytes(what)
        elif what.kind == "folder":
            path.mkdir()
        elif what.kind == "fifo":
            os.mkfifo(path)
        else:
            self.elsewhere.write_bytes(what.content)
            path.symlink_to(self.elsewhere)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        path.rmdir()
    else:
        path.unlink()


def _remove_empty_above(path: Path, folder: Path) -> None:
    """The folders above a path that hold nothing any more, up to a folder that stays."""
    for parent in path.parents:
        if parent == folder or not parent.is_dir() or any(parent.iterdir()):
            return
        parent.rmdir()
