"""The record, a file for each subject."""

from barograph.editions.models.assessments import Assessment, Reason, Verdict
from barograph.editions.models.commentaries import Commentary, OldAddress
from barograph.editions.models.editions import Correction, Edition, Overrule
from barograph.editions.models.pages import StandingPage
from barograph.editions.models.pictures import Picture, PictureRendition
from barograph.editions.models.sections import Section
from barograph.editions.models.texts import TranslatedText

__all__ = [
    "Assessment",
    "Commentary",
    "Correction",
    "Edition",
    "OldAddress",
    "Overrule",
    "Picture",
    "PictureRendition",
    "Reason",
    "Section",
    "StandingPage",
    "TranslatedText",
    "Verdict",
]
