"""Orders to the newsletter's sender: each is a file that it takes up, and an entry in the log that says who gave it."""

from __future__ import annotations

import base64

from django.utils.translation import gettext as _
from wagtail.log_actions import log

from barograph.accounts.models import User
from barograph.base.campaigns import TEST_CONTEXT, Order, give_order
from barograph.base.mail import mail_file
from barograph.base.site import Language, site
from barograph.editions.models import Edition
from barograph.editions.services import NotAllowed
from barograph.newsroom.newsletter import Newsletter
from barograph.trust.sender_keys import SenderKeyError, SenderPublicKeys


def languages_in_release(edition: Edition) -> list[Language]:
    """The languages in which the release that is served carries an edition's mail."""
    release = site().releases / "current"
    return [language for language in site().languages if (release / mail_file(edition.slug, language.code)).is_file()]


def order_sending(*, edition: Edition, newsletter: Newsletter, user: User) -> None:
    """Have an edition sent to everybody who subscribes. Raises NotAllowed when it cannot be, or is already."""
    refuse_sending(edition=edition, newsletter=newsletter)
    _give(Order("send", edition.slug, by=user.username))
    log(edition, "barograph.order_newsletter", user=user)


def refuse_sending(*, edition: Edition, newsletter: Newsletter) -> None:
    """Raise NotAllowed when an edition cannot be sent now, and say why."""
    if newsletter.campaign(edition):
        raise NotAllowed(_("The newsletter of this edition is under way, or sent, already. Nothing is sent twice."))
    if newsletter.waits_for_sending(edition):
        raise NotAllowed(_("Somebody has asked for this already; the sender has not taken it up yet."))
    _refuse_what_is_not_out(edition, languages_in_release(edition))


def order_retry(*, edition: Edition, reason: str, newsletter: Newsletter, user: User) -> None:
    """Have those tried again whom an edition did not reach for this reason. Raises NotAllowed when there are none."""
    if unreached_for(edition=edition, reason=reason, newsletter=newsletter) == 0:
        raise NotAllowed(_("Nobody is waiting for that any more. Look again."))
    _give(Order("retry", edition.slug, reasons=(reason,), by=user.username))
    log(edition, "barograph.order_retry", user=user, data={"reason": reason})


def unreached_for(*, edition: Edition, reason: str, newsletter: Newsletter) -> int:
    """How many an edition did not reach for this reason, as far as the sender has said."""
    campaign = newsletter.campaign(edition)
    return campaign.status.reasons.get(reason, 0) if campaign else 0


def order_test(*, edition: Edition, language: Language, user: User) -> None:
    """Have an edition's mail in one language sent to whoever asks for it, and to nobody else.

    Their address is sealed to the sender at once; it stands in no file and in no log. Raises NotAllowed when
    they have none, when the sender's public keys are not here, or when the release does not have the mail yet.
    """
    address = user.email.strip()
    if not address:
        raise NotAllowed(
            _("Your account has no mail address. An operator can enter one under “Users”; it is used for tests only.")
        )
    _refuse_what_is_not_out(edition, [found for found in languages_in_release(edition) if found == language])
    try:
        keys = SenderPublicKeys.read(site().edge_folder)
    except SenderKeyError as error:
        raise NotAllowed(
            _(
                "The sender’s public keys are not here, so your address cannot be sealed. "
                "An operator copies “sender.pub” from the sender’s machine to “private/edge”."
            )
        ) from error
    sealed = base64.b64encode(keys.sealing.seal(address.encode(), TEST_CONTEXT)).decode()
    _give(Order("test", edition.slug, language=language.code, sealed_address=sealed, by=user.username))
    log(edition, "barograph.order_test", user=user, data={"language": language.code})


def _refuse_what_is_not_out(edition: Edition, languages: list[Language]) -> None:
    if not edition.is_published:
        raise NotAllowed(_("The edition is not published yet. The sender mails only what is in a signed release."))
    if not languages:
        raise NotAllowed(
            _("The release that is served does not have this mail yet. Wait until it is built, or build it again.")
        )


def _give(order: Order) -> None:
    try:
        give_order(site().newsletter_folder, order)
    except OSError as error:
        raise NotAllowed(
            _("The order could not be written to %(folder)s (%(reason)s). Let the newsroom’s user write there.")
            % {"folder": site().newsletter_folder, "reason": error.strerror}
        ) from error
