"""What the end of a review means here: the text is ready. It does not become public by that.

Wagtail imports this module while it defines its own models, so no model may be imported here.
"""

from __future__ import annotations

from typing import Any


def finish_review(workflow_state: Any, user: Any = None) -> None:  # noqa: ARG001 (Wagtail's signature)
    """Note that the revision which passed its last task is ready for readers."""
    text = workflow_state.content_object
    revision = workflow_state.current_task_state.revision
    type(text)._default_manager.filter(pk=text.pk).update(ready_revision=revision)
