"""The four kinds of block a body is made of. Data never lives in a block."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

PROSE_FEATURES = ["bold", "italic", "link"]


class ListItemsBlock(blocks.ListBlock):
    """A list of short texts."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(blocks.RichTextBlock(features=PROSE_FEATURES, label=_("Item")), **kwargs)


class QuoteBlock(blocks.StructBlock):
    """Words of somebody else, and whose they are."""

    text = blocks.TextBlock(label=_("Words"))
    by = blocks.CharBlock(label=_("Whose"), required=False)

    class Meta:
        icon = "openquote"
        label = _("Quotation")


class BodyBlock(blocks.StreamBlock):
    """The body of a commentary or a standing page."""

    paragraph = blocks.RichTextBlock(features=PROSE_FEATURES, label=_("Paragraph"), icon="pilcrow")
    heading = blocks.CharBlock(label=_("Heading"), icon="title", max_length=200)
    list = ListItemsBlock(label=_("List"), icon="list-ul")
    quote = QuoteBlock()


class SourceBlock(blocks.StructBlock):
    """Something a commentary rests on."""

    title = blocks.CharBlock(label=_("Title"), max_length=300)
    url = blocks.URLBlock(label=_("Address"), required=False)

    class Meta:
        icon = "link"
        label = _("Source")
