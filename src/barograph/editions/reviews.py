"""What the end of a review means here: the text is ready. It does not become public by that.

Wagtail imports this module while it defines its own models, so no model may be imported here.
"""

from __future__ import annotations

from typing import Any

from django.db.models import F


def finish_review(workflow_state: Any, user: Any = None) -> None:  # noqa: ARG001 (Wagtail's signature)
    """Note that the text is ready for readers as the approver saw it.

    Pressing “Approve” in the editor saves first, so that is the newest revision, not the one that was sent to review.
    """
    text = workflow_state.content_object
    type(text)._default_manager.filter(pk=text.pk).update(ready_revision=F("latest_revision"))
