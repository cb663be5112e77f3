"""The edge as ``barograph serve --role edge`` starts it, and everything it opens, loads or calls while it is visited.

Prints that as JSON; run by ``test_role`` in a process of its own, whose environment names the site.
"""

from __future__ import annotations

import io
import json
import os
import re
import sys
from typing import Any
from urllib.parse import urlencode

OPENED: set[str] = set()
CALLED: set[str] = set()


def note(event: str, arguments: tuple[Any, ...]) -> None:
    """What Python tells of a process that opens a file, connects, or starts another (PEP 578)."""
    if event == "open" and isinstance(arguments[0], str | bytes | os.PathLike):
        OPENED.add(os.fsdecode(arguments[0]))
    elif event.startswith(("socket.", "subprocess.", "os.exec", "os.posix_spawn", "sqlite3.", "ctypes.", "import")):
        CALLED.add(event if event != "import" else f"import {arguments[0]}")


def main() -> None:
    """Visit every page, subscribe, and use a link."""
    os.environ["BAROGRAPH_SERVE_ROLE"] = "edge"
    from barograph.config.wsgi import application

    sys.addaudithook(note)

    def ask(path: str, method: str = "GET", content: bytes = b"") -> tuple[str, str]:
        status: list[str] = []
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "CONTENT_LENGTH": str(len(content)),
            "REMOTE_ADDR": "192.0.2.77",
            "HTTP_USER_AGENT": "A Telling Browser/1.0",
            "wsgi.input": io.BytesIO(content),
        }
        body = b"".join(application(environ, lambda given, _: status.append(given)))  # type: ignore[arg-type,func-returns-value]
        return status[0], body.decode(errors="replace")

    answers = {path: ask(path)[0] for path in ("/", "/newsroom/", "/newsletter/", "/newsletter/be/", *sys.argv[2:])}
    fields = {"address": sys.argv[1], "language": "en", "section": "press", "cadence": "each", "mode": "open"}
    back = ask("/newsletter/en/", "POST", urlencode(fields).encode())[1]
    stamp = re.search(r'name="stamp" value="([^"]+)"', back)
    assert stamp
    answers["subscribed"] = ask("/newsletter/en/", "POST", urlencode({**fields, "stamp": stamp[1]}).encode())[0]
    for path in sys.argv[2:]:
        answers["used"] = ask(path, "POST")[0]
    modules = sorted({name.partition(".")[0] for name in sys.modules})
    json.dump({"answers": answers, "opened": sorted(OPENED), "called": sorted(CALLED), "modules": modules}, sys.stdout)


if __name__ == "__main__":
    main()
