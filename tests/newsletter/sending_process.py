"""A warm process that sends, and can be killed at any moment: it forks a child for every run of the real command.

    BAROGRAPH_SITE=FOLDER python -m tests.newsletter.sending_process HOST

Commands come in by lines, answers go out by lines:

    prepare N       makes keys, a release and N subscribers; answers “ready”
    send POLICY     runs “barograph newsletter send” in a child; answers its pid, and its exit status when it ended
    states          answers how many deliveries there are of each state, as JSON
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from datetime import timedelta

from barograph.config.command import main
from barograph.config.sender_start import migrate_subscribers, start_sender
from tests.newsletter.releases import lay_out_release

PASSPHRASE = "a passphrase for tests"
LEASE, HEARTBEAT = timedelta(seconds=1), 0.2


def live_as(host: str) -> None:
    """Start Django with the test's site; be a machine of this name, and hold leases that are short."""
    os.environ["BAROGRAPH_NEWSLETTER__KEY_PASSPHRASE"] = PASSPHRASE
    start_sender()
    from barograph.newsletter import ledger, recovery

    ledger.this_host = recovery.this_host = lambda: host
    ledger.LEASE = recovery.LEASE = LEASE
    ledger.HEARTBEAT = HEARTBEAT


def prepare(count: int) -> None:
    """Everything a sender needs before the first run."""
    from barograph.base.site import site
    from barograph.newsletter.key_file import FILE, make_keys
    from tests.newsletter import campaigning

    migrate_subscribers()
    keys = make_keys(site().sender_folder / FILE, PASSPHRASE, work=2)
    lay_out_release(site(), campaigning.mail_files(campaigning.mail()), edition=campaigning.EDITION)
    campaigning.subscribe(keys, *(f"reader{number}@example.net" for number in range(count)))


def send(policy: str) -> None:
    """The command as it is."""
    from tests.newsletter.campaigning import EDITION

    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what it prints is for people
    main(["newsletter", "send", EDITION, "--policy", policy])


def states() -> None:
    """Where the deliveries stand."""
    from django.db.models import Count

    from barograph.newsletter.models import Delivery

    say(json.dumps(dict(Delivery.objects.values_list("state").annotate(count=Count("pk")).order_by())))


def in_child(work: Callable[[], None]) -> int:
    """Do something in a child, which starts without a connection to the database; its pid."""
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        work()
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 1
    finally:
        sys.stdout.flush()
        os._exit(status)


def say(line: object) -> None:
    print(line, flush=True)


def obey(line: str) -> None:
    """Do what a line says."""
    match line.split():
        case ["prepare", count]:
            os.waitpid(in_child(lambda: prepare(int(count))), 0)
            say("ready")
        case ["send", policy]:
            pid = in_child(lambda: send(policy))
            say(pid)
            say(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
        case ["states"]:
            os.waitpid(in_child(states), 0)


if __name__ == "__main__":
    live_as(sys.argv[1])
    for command in sys.stdin:
        obey(command)
