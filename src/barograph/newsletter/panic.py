"""The last way out: the keys are destroyed, so that nobody can be made to open what they sealed.

Nothing is started and no database is asked for this: a broken site must not stand in the way.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from barograph.base.site import SiteSettings
from barograph.newsletter.errors import NewsletterError
from barograph.newsletter.key_file import BOX, FILE, PAUSED, destroy
from barograph.trust.sender_keys import FILE as PUBLIC_FILE

DATABASE_FILE = "subscribers.sqlite3"
NOT_DONE = (
    "What this cannot do: copies of the key file or its passphrase that lie elsewhere, old backups and snapshots of "
    "disks, and the spare blocks of flash memory, which keep what was overwritten. Destroy those yourself. Mail that "
    "a relay has taken is on its way."
)


class PanicError(NewsletterError):
    """Something could not be destroyed; the message names it. Everything else is gone."""


def destroy_all(site: SiteSettings) -> list[Path]:
    """Destroy the sender's keys first, then all that they open; returns what was destroyed.

    The edge of this machine says that it is paused. A sending process sees that its key file is gone, and ends.
    Raises PanicError at the end, naming what is still there.
    """
    gone, left = [], []
    for file in _files(site):
        try:
            # Overwriting is for the few bytes that open all others: what they sealed may stay on the disk as it is.
            destroy(file) if file.parent == site.sender_folder and not _is_sealed(file) else file.unlink()
            gone.append(file)
        except FileNotFoundError:
            continue
        except OSError as error:
            left.append(f"{file} ({error.strerror})")
    try:
        site.edge_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (site.edge_folder / PAUSED).touch()
    except OSError as error:
        left.append(f"{site.edge_folder / PAUSED}, which pauses the edge ({error.strerror})")
    if left:
        raise PanicError(f"destroy these yourself, at once: {', '.join(left)}")
    return gone


def _is_sealed(file: Path) -> bool:
    return file.name.startswith(DATABASE_FILE)


def _files(site: SiteSettings) -> Iterator[Path]:
    """What is to go, the most important first."""
    sender = site.sender_folder
    yield sender / FILE
    yield from sender.glob(f".{FILE}.*")
    yield sender / "demo_passphrase"
    yield site.edge_folder / PUBLIC_FILE
    yield from (site.edge_folder / BOX).glob("*")
    yield from (site.edge_folder / BOX).glob(".*")
    yield from (site.newsletter_folder / "orders").glob("*")
    yield site.newsletter_folder / "status.json"
    for ending in ("", "-wal", "-shm", "-journal"):
        yield sender / f"{DATABASE_FILE}{ending}"
