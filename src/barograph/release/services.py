"""The verbs of this room in one place."""

from barograph.release.building import build_release, warm_up
from barograph.release.mail_drafts import draft_mail
from barograph.release.publishing import Refused, publish_edition
from barograph.release.steps import renew, retry_step, run_steps, run_waiting, tick, upload_now

__all__ = [
    "Refused",
    "build_release",
    "draft_mail",
    "publish_edition",
    "renew",
    "retry_step",
    "run_steps",
    "run_waiting",
    "tick",
    "upload_now",
    "warm_up",
]
