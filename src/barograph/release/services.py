"""The verbs of this room in one place."""

from barograph.release.building import build_release
from barograph.release.mail_drafts import draft_mail
from barograph.release.publishing import Refused, publish_edition
from barograph.release.steps import retry_step, run_steps, tick

__all__ = ["Refused", "build_release", "draft_mail", "publish_edition", "retry_step", "run_steps", "tick"]
