"""A release on a website. Whoever runs it may be anybody, so nothing is waited for, stored or followed without end."""

from __future__ import annotations

import time
from typing import BinaryIO
from urllib.parse import quote

import httpx

from barograph.mirror.source import CONNECTIONS, BadAddressError, SourceError, WrongFileError, too_large
from barograph.trust.manifest import Problem

REDIRECTS = 3
SECONDS = 30.0
"""How long a server may be silent."""
PAUSES = (1.0, 5.0)
"""Seconds before a request that failed is made again."""
SLOWEST = 1024
"""Bytes a second; a file that comes slower is given up once ``SECONDS`` have passed."""
_NEARBY = frozenset({"127.0.0.1", "::1", "localhost"})
_GONE = frozenset({404, 410})


class WebSource:
    """A release below an ``https://`` address. ``http://`` is taken only where nobody is in between.

    That is this machine, and an onion service, which encrypts by itself. A proxy comes from the environment
    (``HTTPS_PROXY``, ``HTTP_PROXY``, ``NO_PROXY``). Raises BadAddressError for an address that cannot be used.
    """

    def __init__(self, address: str, *, seconds: float = SECONDS, pauses: tuple[float, ...] = PAUSES) -> None:
        self.address = address.rstrip("/") + "/"
        self._seconds, self._pauses = seconds, pauses
        try:
            url = httpx.URL(self.address)
            if not url.host:
                raise BadAddressError(f"{address} is not an address: it names no server")
            is_near = url.host in _NEARBY or url.host.endswith(".onion")
            if url.scheme not in ({"http", "https"} if is_near else {"https"}):
                raise BadAddressError(
                    f"{address} must begin with https:// (http:// is for onion services and this machine)"
                )
            self._client = httpx.Client(
                timeout=seconds,
                limits=httpx.Limits(max_connections=CONNECTIONS),
                # A file is fetched as it lies there, also the compressed copy beside it.
                headers={"Accept-Encoding": "identity", "User-Agent": "barograph"},
            )
        except (httpx.InvalidURL, ValueError) as error:
            raise BadAddressError(f"{address} is not an address, or that of the proxy is none ({error})") from error
        except ImportError as error:  # a proxy with SOCKS
            raise SourceError("a SOCKS proxy cannot be used: run this command with “torsocks” before it") from error

    def close(self) -> None:
        """Hang up."""
        self._client.close()

    def begin(self) -> None:
        """Nothing to do: the address has the newest release."""

    def fetch(self, path: str, file: BinaryIO, limit: int) -> None:
        """Fetch a file, again after a pause when the connection broke or the server was overloaded."""
        for pause in (*self._pauses, None):
            file.seek(0)
            file.truncate()
            try:
                return self._fetch_once(path, file, limit)
            except (httpx.TransportError, _BusyError) as error:
                if pause is None:
                    why = str(error) or type(error).__name__
                    raise SourceError(f"{self.address}{path} cannot be fetched: {why}") from error
                time.sleep(pause)
        raise AssertionError("the last pause is None")

    def _fetch_once(self, path: str, file: BinaryIO, limit: int) -> None:
        url = httpx.URL(self.address + quote(path))
        for _ in range(1 + REDIRECTS):
            with self._client.stream("GET", url) as response:
                if response.next_request is None:
                    self._check_status(response, path)
                    return self._save(response, path, file, limit)
                url = self._moved(url, response.next_request.url)
        raise SourceError(f"{self.address}{path} is redirected more than {REDIRECTS} times")

    def _moved(self, old: httpx.URL, new: httpx.URL) -> httpx.URL:
        """Where a redirect leads: nowhere but within the same server."""
        if (new.scheme, new.host, new.port) != (old.scheme, old.host, old.port):
            raise SourceError(f"{old} is redirected to another server, {new}: name that one if you mean it")
        return new

    def _check_status(self, response: httpx.Response, path: str) -> None:
        if response.status_code in _GONE:
            raise WrongFileError(Problem(path, "is missing"))
        if response.status_code == 429 or response.is_server_error:
            raise _BusyError(f"the server says {response.status_code} {response.reason_phrase}")
        if response.status_code != 200:
            raise SourceError(f"{response.url} cannot be fetched: the server says {response.status_code}")

    def _save(self, response: httpx.Response, path: str, file: BinaryIO, limit: int) -> None:
        started, size = time.monotonic(), 0
        for chunk in response.iter_raw():
            size += len(chunk)
            if size > limit:
                raise too_large(path, limit)
            file.write(chunk)
            passed = time.monotonic() - started
            if passed > self._seconds and size < passed * SLOWEST:
                raise SourceError(f"{response.url} comes too slowly: {size} bytes in {passed:.0f} seconds")


class _BusyError(Exception):
    """The server cannot answer now."""
