"""The order of the fields in the editor."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList

COMMENTARY = ObjectList(
    [
        FieldPanel("headline"),
        FieldPanel("lead", help_text=_("The first paragraph: what happened, and why it matters.")),
        FieldPanel("body"),
        FieldPanel("summary", help_text=_("The closing paragraph: what it adds up to.")),
        MultiFieldPanel(
            [
                FieldPanel("picture", heading=_("File")),
                FieldPanel("picture_alt"),
                FieldPanel("picture_caption"),
                FieldPanel("picture_credit", help_text=_("Who made it, and who owns it.")),
            ],
            heading=_("Picture"),
            icon="image",
            classname="collapsed",
        ),
        FieldPanel("sources", help_text=_("What the commentary rests on; readers find it at the end.")),
        FieldPanel("authors"),
        FieldPanel("slug", help_text=_("The last part of its address. Made from the headline when left empty.")),
        FieldPanel("assessment", read_only=True, heading=_("Section and edition")),
    ]
)

STANDING_PAGE = ObjectList(
    [
        FieldPanel("title"),
        FieldPanel("body"),
        FieldPanel("slug", help_text=_("The last part of its address: letters, digits and hyphens.")),
        FieldPanel("position", help_text=_("Its place among the standing pages, counted from 1.")),
    ]
)
