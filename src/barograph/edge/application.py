"""The edge: subscribe, confirm, unsubscribe, erase. It seals what it was given, drops it, and forgets.

A plain WSGI application (PEP 3333) without a database, a cookie, a script or a log of anything a reader sent. It holds
public keys only, so it cannot look anything up, and says the same to everybody. GET and HEAD change nothing.
"""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from uuid import UUID

from barograph.base.drops import CONTEXT, DropError, Forget, SignUp, Used, pack
from barograph.base.site import SiteSettings
from barograph.edge.answers import NOT_KEPT, NOT_LISTED, Answer, plain
from barograph.edge.box import Box
from barograph.edge.form import TRAP, AddressError, Filled, SubscriptionForm, check_address, one, shown, watched_domain
from barograph.edge.keys import KeysAtHand
from barograph.edge.limits import BusyError, TokenBucket
from barograph.edge.look import files_of_the_look
from barograph.edge.pages import Pages, Place
from barograph.edge.request import ROOT, Fields, RefusedError, Request
from barograph.edge.stamp import Stamps
from barograph.trust.sender_keys import SenderPublicKeys
from barograph.trust.tokens import Purpose, TokenError, read_token

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

logger = logging.getLogger(__name__)

LINKS = {
    "confirm": (Purpose.CONFIRM,),
    "unsubscribe": (Purpose.UNSUBSCRIBE,),
    "erase": (Purpose.ERASE, Purpose.UNSUBSCRIBE),
}
"""What a signed link is for, by its address; who may unsubscribe may also have everything erased: it is the same."""
_LINK = re.compile(rf"({'|'.join(LINKS)})/([^/]{{1,300}})/")
_PLAIN = re.compile(r"[A-Za-z0-9_=-]{1,300}")
LONGEST_PLACE = 500
"""Characters of an address below the edge's own; a longer one gets no page, whose links would each be as long."""
FORMS_AT_ONCE = 3
"""Forms that may be on their way in; fewer than the server has threads, since a form can be sent as slowly as one
likes. Whoever does that keeps others from subscribing, but nobody from reading and unsubscribing."""
READING = {"GET", "HEAD"}
ALLOW_READING = ("Allow", "GET, HEAD")
ALLOW_POST = ("Allow", "GET, HEAD, POST")
LATER = ("Retry-After", "3600")
SOON = ("Retry-After", "300")


def now() -> datetime:
    """The present moment."""
    return datetime.now(UTC)


class Edge:
    """The edge of one site. It may be called from several threads."""

    def __init__(self, site: SiteSettings, clock: Callable[[], datetime] = now) -> None:
        self.site, self.clock = site, clock
        self.form = SubscriptionForm(site)
        self.pages = Pages(site)
        self.files = files_of_the_look(site)
        self.keys = KeysAtHand(site.edge_folder)
        self.box = Box(site.edge_folder)
        self.stamps = Stamps()
        self.bucket = TokenBucket()
        self._arriving = threading.BoundedSemaphore(FORMS_AT_ONCE)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """One answer. What goes wrong in here is told in one word, since anything more might name a reader."""
        head = environ.get("REQUEST_METHOD") == "HEAD"
        try:
            answer = self._answer(Request.read(environ))
        except Exception as error:  # noqa: BLE001 (the server would print what was sent)
            logger.error("The newsletter's forms failed on a request: %s", type(error).__name__)
            answer = plain(HTTPStatus.INTERNAL_SERVER_ERROR)
        return answer.send(start_response, without_content=head)

    def _answer(self, request: Request) -> Answer:
        if request.place is None or len(request.place) > LONGEST_PLACE:
            return plain(HTTPStatus.NOT_FOUND)
        if not request.place.endswith("/"):
            return self._file_or_slash(request.method, request.place)
        language, _, rest = request.place[1:].partition("/")
        here = Place(language, rest, "../" * (request.place.count("/") - 1))
        if request.place == "/":
            return self._chooser(request.method)
        if language not in self.site.language_codes:
            return self._missing(request.place)
        keys = self.keys.current()
        if keys is None:
            return self._page("paused", here, HTTPStatus.SERVICE_UNAVAILABLE, LATER)
        try:
            return self._visit(request, here, keys)
        except RefusedError as error:
            return self._page("refused", here, error.status)
        except BusyError:
            return self._page("busy", here, HTTPStatus.SERVICE_UNAVAILABLE, SOON)
        except OSError as error:
            logger.error("%s takes nothing (%s): see to the disk and the owner", self.box.folder, error.strerror)
            return self._page("busy", here, HTTPStatus.SERVICE_UNAVAILABLE, SOON)

    def _visit(self, request: Request, here: Place, keys: SenderPublicKeys) -> Answer:
        link = _LINK.fullmatch(here.rest)
        if not link and here.rest not in {"", "erase/"}:
            return self._missing(f"/{here.language}/{here.rest}")
        if request.method not in {*READING, "POST"}:
            return plain(HTTPStatus.METHOD_NOT_ALLOWED, ALLOW_POST)
        if link:
            return self._follow(request, here, keys, link[1], link[2])
        return (self._forget if here.rest else self._subscribe)(request, here, keys)

    def _subscribe(self, request: Request, here: Place, keys: SenderPublicKeys) -> Answer:
        """The form, and the wish in it. It comes back with a mistake, a warning, or a stamp that does not hold."""
        if request.method != "POST":
            return self._form(here, keys, self.form.empty(here.language))
        fields = self._fields(request)
        filled = self.form.read(fields, here.language)
        if filled.checked is None or filled.mistakes:
            return self._form(here, keys, filled, again=True)
        late = not self.stamps.holds(one(fields, "stamp"), self.clock())
        watched = watched_domain(filled.checked, self.site.newsletter.watched_domains)
        if late or (watched and not filled.understood):
            return self._form(here, keys, filled, again=True, late=late, watched=watched)
        try:
            self._drop(keys, self.form.sign_up(filled, self.clock().date()), fields)
        except DropError:  # more sections by name than a drop has room for
            return self._form(here, keys, replace(filled, mistakes={"sections": "many"}), again=True)
        return self._page("asked", here)

    def _form(
        self,
        here: Place,
        keys: SenderPublicKeys,
        filled: Filled,
        *,
        again: bool = False,
        late: bool = False,
        watched: str = "",
    ) -> Answer:
        return self._page(
            "subscribe",
            here,
            HTTPStatus.BAD_REQUEST if filled.mistakes else HTTPStatus.OK,
            *([NOT_LISTED] if again else []),
            filled=filled,
            presets=self.form.empty(here.language),
            stamp=self.stamps.make(self.clock(), at_once=again),
            late=late,
            watched=watched,
            demo=keys.demo,
            trap=TRAP,
        )

    def _forget(self, request: Request, here: Place, keys: SenderPublicKeys) -> Answer:
        """Asks for an address that is to be erased; the sender, if it knows it, writes to it, and to nobody else."""
        typed, mistake, again, late = "", "", request.method == "POST", False
        if again:
            fields = self._fields(request)
            typed, late = one(fields, "address"), not self.stamps.holds(one(fields, "stamp"), self.clock())
            try:
                address = check_address(typed).ascii_email or ""
            except AddressError as error:
                mistake = error.mistake
            else:
                if not late:
                    self._drop(keys, Forget(address, here.language, self.clock().date()), fields)
                    return self._page("erase_asked", here)
        status = HTTPStatus.BAD_REQUEST if mistake else HTTPStatus.OK
        stamp = self.stamps.make(self.clock(), at_once=again)
        values = {"typed": shown(typed), "mistake": mistake, "late": late and not mistake, "stamp": stamp}
        return self._page("erase", here, status, *([NOT_LISTED] if again else []), **values, trap=TRAP, demo=keys.demo)

    def _fields(self, request: Request) -> Fields:
        """What was filled in. Raises RefusedError, and BusyError while too many forms are still arriving."""
        if not self._arriving.acquire(blocking=False):
            raise BusyError
        try:
            return request.fields()
        finally:
            self._arriving.release()

    def _drop(self, keys: SenderPublicKeys, wish: SignUp | Forget, fields: Fields) -> None:
        """Seal and drop what somebody typed. What a program typed is sealed too, which takes as long, and dropped not.

        Raises BusyError, OSError and DropError.
        """
        sealed = keys.sealing.seal(pack(wish), CONTEXT)
        if not any(fields.get(TRAP, [])):
            self.bucket.take(self.clock().timestamp())
            self.box.put(sealed, self.clock().date())

    def _follow(self, request: Request, here: Place, keys: SenderPublicKeys, kind: str, text: str) -> Answer:
        """A signed link: GET shows one button, POST does it, also without a browser (RFC 8058)."""
        today = self.clock().date()
        try:
            token = read_token(text, keys.tokens, today=today)
        except TokenError:
            token = None
        if token is None or token.purpose not in LINKS[kind]:
            return self._page("bad_link", replace(here, rest=""), HTTPStatus.BAD_REQUEST, NOT_LISTED, kind=kind)
        if request.method != "POST":
            return self._page(f"{kind}_link", here, HTTPStatus.OK, NOT_LISTED)
        # The link says it all. A mail program sends “List-Unsubscribe=One-Click” along, in either encoding of a form.
        _ = request.length
        sealed = keys.sealing.seal(pack(Used(text)), CONTEXT)
        self.box.put_once(f"{token.purpose} {token.number.hex()}", sealed, today)
        return self._page(f"{kind}_done", here, HTTPStatus.OK, NOT_LISTED, number=UUID(bytes=token.number))

    def _file_or_slash(self, method: str, place: str) -> Answer:
        """A file of the look, or the way to the same address with a slash at its end."""
        if file := self.files.get(place[1:]):
            return file if method in READING else plain(HTTPStatus.METHOD_NOT_ALLOWED, ALLOW_READING)
        last = place.rpartition("/")[2] if place else ROOT[1:]
        if not _PLAIN.fullmatch(last):
            return self._missing(place)
        # Relative, so that it holds wherever the edge is mounted, and of letters that mean nothing in a header.
        return plain(HTTPStatus.PERMANENT_REDIRECT, ("Location", f"{last}/"))

    def _chooser(self, method: str) -> Answer:
        if method not in READING:
            return plain(HTTPStatus.METHOD_NOT_ALLOWED, ALLOW_READING)
        return self._page("chooser", Place(self.site.source_language, way_up=""), words=self.pages.words)

    def _missing(self, place: str) -> Answer:
        """There is nothing at this address; said in its language, if it is one of the site's."""
        first = place[1:].partition("/")[0]
        language = first if first in self.site.language_codes else self.site.source_language
        here = Place(language, way_up="../" * (place.count("/") - 1))
        return self._page("missing", here, HTTPStatus.NOT_FOUND, NOT_LISTED)

    def _page(
        self, name: str, here: Place, status: HTTPStatus = HTTPStatus.OK, *headers: tuple[str, str], **values: Any
    ) -> Answer:
        content = self.pages.render(name, here, **values)
        return Answer(status, content, headers=(NOT_KEPT, *headers))
