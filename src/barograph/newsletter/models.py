"""Rows of the subscribers' database. Nothing in it names anybody while the sender's key is away.

Ids are random and days are whole days, so that neither order nor time of the rows can be held against
what somebody saw pass on a wire.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class Subscriber(models.Model):
    """A reader who confirmed. ``sealed`` holds address, choices and consent (``newsletter.readers.Reader``)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sealed = models.BinaryField()
    index = models.BinaryField(unique=True)
    """HMAC of the address under a key of the sender's: finds a reader again, for whoever has that key only."""
    generation = models.PositiveIntegerField()
    """Number of the key under which ``sealed`` and ``index`` were made."""
    since = models.DateField()
    soft_bounces = models.PositiveSmallIntegerField(default=0)
    bounced_on = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("subscriber")
        verbose_name_plural = _("subscribers")


class SignUp(models.Model):
    """A wish that waits for its confirmation: to subscribe (or choose anew), or to have everything erased."""

    class Kind(models.TextChoices):
        """What is to be confirmed."""

        SUBSCRIBE = "subscribe"
        ERASE = "erase"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=9, choices=Kind, default=Kind.SUBSCRIBE)
    sealed = models.BinaryField()
    index = models.BinaryField()
    generation = models.PositiveIntegerField()
    asked_on = models.DateField()
    expires_at = models.DateTimeField()
    sent = models.BooleanField(default=False)
    """Whether its confirmation mail went out; while a budget is used up, it waits."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["index", "kind"], name="one_wish_of_a_kind")]


class Asked(models.Model):
    """A confirmation mail went to an address on a day: what the limits per address are counted from."""

    index = models.BinaryField(db_index=True)
    generation = models.PositiveIntegerField()
    day = models.DateField()


class Budget(models.Model):
    """How many confirmation mails went out in an hour, in all or (``domain``, an HMAC) to one mail domain."""

    hour = models.DateTimeField()
    domain = models.BinaryField(default=b"")
    used = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["hour", "domain"], name="one_budget_per_hour_and_domain")]


class Campaign(models.Model):
    """The sending of one edition to everybody who wanted it when it was frozen."""

    edition = models.CharField(max_length=60, unique=True)
    sequence = models.PositiveIntegerField()
    """Of the release it was read from."""
    manifest_hash = models.CharField(max_length=64)
    made_at = models.DateTimeField(auto_now_add=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    summary = models.JSONField(default=dict)
    """``readers``: how many subscribed, by language, when it was frozen. Once it is settled, ``counts`` by state and
    ``reasons``, which are kept when the deliveries are removed."""

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")

    def __str__(self) -> str:
        return self.edition


class CampaignMail(models.Model):
    """The mail of a campaign in one language, as the signed release had it: a later release changes nothing."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="mails")
    language = models.CharField(max_length=20)
    content = models.BinaryField()
    """The file ``mail/EDITION/LANGUAGE.json`` to the byte."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "language"], name="one_mail_per_language")]


class Worker(models.Model):
    """A process that sends a campaign. What it holds is free to take when its lease ended or it is seen to be gone.

    Whoever takes it removes this row, in the same transaction; a process without its row has lost its lease.
    """

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="workers")
    host = models.CharField(max_length=200)
    """Names the machine, its start and its process ids (``newsletter.ledger.this_host``), so that a pid tells."""
    pid = models.PositiveIntegerField()
    lease_until = models.DateTimeField()
    per_second = models.FloatField(default=0)
    """Deliveries that it settled in a second, in the last half minute."""


class DerivedNumber(models.BigIntegerField):  # type: ignore[type-arg]  # Django's class takes none when it runs
    """A number of 63 bits that is never counted up. On SQLite it is the row's own number, which spares an index."""

    def db_type(self, connection: Any) -> str | None:
        """The column's type: only a column of the type “integer” can be the row's number in SQLite."""
        return "integer" if connection.vendor == "sqlite" else super().db_type(connection)


class Delivery(models.Model):
    """One edition to one subscriber. ``id`` is derived by a secret, so that nobody can guess another's.

    A process first *reserves* queued deliveries (``worker`` is set, the state stays): those were surely not sent. It
    *claims* one, durably, just before sending, and marks it, durably, after the relay's answer. So after a crash
    nothing is in doubt but what was claimed: at most one message for each connection.
    """

    class State(models.TextChoices):
        """Where it stands."""

        QUEUED = "queued", _("queued")
        CLAIMED = "claimed", _("being sent")
        SENT = "sent", _("sent")
        DEFERRED = "deferred", _("put off")
        FAILED = "failed", _("failed")
        UNKNOWN = "unknown", _("in doubt")

    id = DerivedNumber(primary_key=True)
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="deliveries", db_index=False)
    subscriber = models.UUIDField()
    """Not a foreign key: erasing a subscriber removes these rows too, and freezing a million needs no checks."""
    language = models.CharField(max_length=20)
    """Of the mail that is sent, which may be a fallback."""
    state = models.CharField(max_length=8, choices=State, default=State.QUEUED)
    tries = models.PositiveSmallIntegerField(default=0)
    resent = models.BooleanField(default=False)
    """Sent again after a doubt: never a second time."""
    worker = models.ForeignKey(Worker, models.SET_NULL, null=True, blank=True, db_index=False, related_name="+")
    claimed_at = models.DateTimeField(null=True, blank=True)
    """When it was claimed last: where Postfix's log has to begin to tell what became of it."""
    next_try = models.DateTimeField(null=True, blank=True)
    """When one that was put off is due again; of one in doubt, when Postfix's log can be asked, and null once it
    was asked in vain."""
    reason = models.CharField(max_length=60, blank=True)
    """Why it was put off or failed: the reply code and its enhanced status, such as “550 5.1.1”; no address. Of one
    in doubt, why it still is."""

    class Meta:
        # The indexes hold what is still to be done, so that they shrink as a campaign goes on. Reserving and claiming
        # change none of them: each change costs as much as the row itself.
        constraints = [
            models.UniqueConstraint(fields=["subscriber", "campaign"], name="one_delivery_per_subscriber"),
        ]
        indexes = [
            models.Index(
                fields=["campaign", "id"],
                name="deliveries_to_send",
                condition=models.Q(state__in=["queued", "claimed"]),
            ),
            models.Index(
                fields=["campaign", "next_try"],
                name="deliveries_put_off",
                condition=models.Q(state="deferred"),
            ),
            models.Index(
                fields=["campaign", "next_try"], name="deliveries_in_doubt", condition=models.Q(state="unknown")
            ),
        ]


class Erased(models.Model):
    """That a subscriber's data was erased on a day, by the random id it had: the proof, and what a restore replays."""

    id = models.UUIDField(primary_key=True)
    day = models.DateField()
