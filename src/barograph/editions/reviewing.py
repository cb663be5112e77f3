"""The review a text can be sent to: Wagtail's workflow with one task, an editor's approval."""

from __future__ import annotations

from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from wagtail.models import GroupApprovalTask, Workflow, WorkflowContentType, WorkflowTask

from barograph.accounts.roles import Role
from barograph.editions.models import Commentary, StandingPage

REVIEW = "Review"


@transaction.atomic
def sync_review() -> None:
    """Make the review where it is missing; one that the newsroom changed stays as it is."""
    workflow, made = Workflow.objects.get_or_create(name=REVIEW)
    if made:
        task = GroupApprovalTask.objects.create(name=REVIEW)
        task.groups.set(Group.objects.filter(name__in=[Role.EDITOR, Role.PUBLISHER]))
        WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    for model in (Commentary, StandingPage):
        WorkflowContentType.objects.get_or_create(
            content_type=ContentType.objects.get_for_model(model), defaults={"workflow": workflow}
        )
    # Wagtail's own first workflow asks a group nobody here is in.
    Workflow.objects.filter(name="Moderators approval").update(active=False)
