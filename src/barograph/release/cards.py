"""Cards: the pictures that stand for a commentary or an edition where its address is shared.

Small as they are shown, one has to be read at a glance: whose it is, which period, which section, what is said, and
which way it went. Below a headline runs the section's ink of the last year, up to that edition and no further.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from functools import partial

from barograph.base.site import VERDICTS
from barograph.release import addresses, charts
from barograph.release.drawn import (
    HAIR,
    INK,
    LEADING,
    PAPER,
    PEN,
    RULE,
    SHEET,
    SOFT,
    box,
    mark,
    png,
    scaled,
    stroke,
    words,
)
from barograph.release.history import History, Judgement, Place
from barograph.release.lettering import BOLD, LABEL, READING, can_set, fit, on_one_line, plain
from barograph.release.metadata import CARD_SIZE
from barograph.release.record import Edition
from barograph.release.shelf import Item, key_of
from barograph.release.wording import Wording

VERSION = 1
"""Raised whenever cards come to look different."""
WIDTH, HEIGHT = CARD_SIZE
EDGE = 64
INNER = WIDTH - 2 * EDGE
BAND = 190
"""The height of the chart paper at the foot of a commentary's card."""
TRACE = 790
"""Where that paper ends; the verdict stands beside it."""
_HEADLINE_SIZES = (76, 70, 64, 58, 52, 46, 42)


def commentary_card(place: Place) -> str:
    """Where the card of a commentary lies in the release."""
    short = hashlib.sha256(place.text.key.encode()).hexdigest()[:8]
    return addresses.card(place.text.language, f"{place.judgement.edition.slug}-{place.section}-{short}")


def edition_card(language: str, edition: Edition) -> str:
    """Where the card of an edition lies in the release."""
    return addresses.card(language, edition.slug)


def card_items(history: History, wording: Wording, editions: Sequence[Edition] | None = None) -> Iterator[Item]:
    """The cards of some editions, or of all, in one language, the last one's first.

    None when the site wants none, or when its language is written in letters that our fonts do not have.
    """
    if not wording.site.release.cards or not can_set("".join(_own_words(wording))):
        return
    common = key_of("card", VERSION, wording.language, _own_words(wording), _colours(wording))
    for edition in reversed(history.record.editions if editions is None else editions):
        judgements = history.of_edition[edition.slug]
        verdicts = [(judgement.assessment.section, judgement.verdict) for judgement in judgements]
        yield Item(
            edition_card(wording.language, edition),
            key_of(common, wording.period(edition.period), edition.slug, verdicts),
            partial(draw_edition, edition, judgements, wording),
        )
        for judgement in judgements:
            yield from _commentary_items(judgement, history, wording, common)


def _commentary_items(judgement: Judgement, history: History, wording: Wording, common: str) -> Iterator[Item]:
    texts = judgement.assessment.texts.get(wording.language, ())
    if not texts:
        return
    edition, assessment = judgement.edition, judgement.assessment
    trace = " ".join(
        f"{found.edition.slug}{(found.verdict or '-')[0]}" for found in charts.past_year(history, judgement)
    )
    seen = key_of(common, trace, wording.period(edition.period), assessment.digest or edition.digest)
    for text in texts:
        place = history.translations[text.key][wording.language]
        yield Item(commentary_card(place), key_of(seen, text.key), partial(draw_commentary, place, history, wording))


def _own_words(wording: Wording) -> tuple[str, ...]:
    """Everything on cards that the site says itself."""
    return (
        wording.title,
        *wording.sections.values(),
        *wording.verdicts.values(),
        wording.gettext("no verdict"),
    )


def _colours(wording: Wording) -> tuple[str, ...]:
    return tuple(wording.site.verdicts[verdict].light for verdict in VERDICTS)


def draw_commentary(place: Place, history: History, wording: Wording) -> bytes:
    """The card of a commentary."""
    judgement, top = place.judgement, HEIGHT - BAND
    name, said = wording.sections[place.section], place.text.headline
    if not can_set(said):  # a headline without a word that the fonts do not know could say something else
        name, said = "", name
    section = on_one_line(name, BOLD, INNER, (31, 27, 23))
    headline = fit(plain(said), READING, INNER, sizes=_HEADLINE_SIZES, height=238, leading=LEADING[READING])
    return _picture(
        _masthead(judgement.edition, wording, wording.period(judgement.edition.period)),
        words(section, BOLD, EDGE, 173, SOFT),
        words(headline, READING, EDGE, 188 + headline.size * 0.92, INK),
        _trace(charts.past_year(history, judgement), judgement, top, wording),
        _verdict(judgement, top, wording),
    )


def _picture(*parts: str) -> bytes:
    drawn = "".join(parts)
    return png(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f"{box(0, 0, WIDTH, HEIGHT, PAPER)}{drawn}</svg>",
        WIDTH,
    )


def _masthead(edition: Edition, wording: Wording, beside: str = "") -> str:
    """The publication's name with something beside it, and the rule of the year with ink on the period's days."""
    ruler = charts.ruler(edition.period)
    across = INNER / ruler.days
    label = on_one_line(beside, LABEL, INNER * 0.55, (27, 24, 21))
    taken = LABEL.width(label.lines[0], label.size)
    name = on_one_line(wording.title, READING, INNER - taken - 40, (33, 29, 25, 22))
    return (
        words(name, READING, EDGE, 72, INK)
        + words(label, LABEL, WIDTH - EDGE, 72, SOFT, more='text-anchor="end"')
        + stroke(scaled(ruler.weeks, across, 1.4, x=EDGE, y=97), RULE, 1.5)
        + stroke(scaled(ruler.months, across, 1.4, x=EDGE, y=97), SOFT, 1.5)
        + box(EDGE, 95, INNER, 3, INK)
        + f'<path d="{scaled(ruler.ink, across, 1.5, x=EDGE, y=97)}" fill="{INK}"/>'
    )


def _trace(past: list[Judgement], judgement: Judgement, top: float, wording: Wording) -> str:
    lane = charts.sheet(past, charts.last_year(judgement.edition.period), BAND)
    across = TRACE / lane.width

    def drawn(path: str) -> str:
        return scaled(path, across, 1, y=top)

    dots = "".join(
        stroke(drawn(path), wording.site.verdicts[verdict].light, 8, 'stroke-linecap="round"')
        for verdict, path in lane.dots.items()
    )
    return (
        box(0, top, TRACE, BAND, SHEET)
        + stroke(drawn(lane.strong), HAIR, 1.5)
        + stroke(drawn(lane.rules), HAIR, 1.5)
        + stroke(drawn(lane.zero), RULE, 2)
        + box(0, top - 2, TRACE, 2, RULE)
        + box(TRACE, top - 2, 2, BAND + 2, RULE)
        + stroke(drawn(lane.leader), PEN, 2, 'stroke-dasharray="2 7"')
        + stroke(drawn(lane.ink), PEN, 3.5, 'stroke-linejoin="round"')
        + dots
    )


def _verdict(judgement: Judgement, top: float, wording: Wording) -> str:
    """The verdict beside the end of the ink: mark, word and colour."""
    left, middle = TRACE + 40, top + BAND / 2
    verdict = judgement.verdict
    room = WIDTH - EDGE - left - (56 if verdict else 0)
    word = on_one_line(_word(judgement, wording), BOLD, room, (46, 41, 36, 31, 27))
    foot = middle + word.size * 0.33
    if verdict is None:
        return words(word, BOLD, left, foot, SOFT)
    colour = wording.site.verdicts[verdict].light
    return mark(verdict, left, middle - 19, 38, colour) + words(word, BOLD, left + 56, foot, colour)


def _word(judgement: Judgement, wording: Wording) -> str:
    return wording.verdicts[judgement.verdict] if judgement.verdict else wording.gettext("no verdict")


def draw_edition(edition: Edition, judgements: list[Judgement], wording: Wording) -> bytes:
    """The card of an edition: its period, and each section with its verdict."""
    period = on_one_line(wording.period(edition.period), READING, INNER, (76, 68, 60, 52, 44))
    return _picture(
        _masthead(edition, wording),
        words(period, READING, EDGE, 148 + period.size * 0.8, INK),
        *_rows(judgements, wording),
    )


def _rows(judgements: list[Judgement], wording: Wording) -> Iterator[str]:
    """The sections, in one column or, where there are many, in two."""
    columns = 1 if len(judgements) <= 6 else 2
    rows = -(-len(judgements) // columns)
    top, width = 258, (INNER - (columns - 1) * 48) / columns
    step = min(66, (HEIGHT - 36 - top) / max(rows, 1))
    for number, judgement in enumerate(judgements):
        column, row = divmod(number, rows)
        yield from _row(judgement, EDGE + column * (width + 48), top + row * step, width, step, wording)


def _row(judgement: Judgement, left: float, top: float, width: float, step: float, wording: Wording) -> Iterator[str]:
    size, verdict = min(35, step * 0.58), judgement.verdict
    foot, room = top + step / 2 + size * 0.33, width * (0.46 if width == INNER else 0.4)
    at = left + width - room
    sizes = (size, size * 0.85, size * 0.72)
    name = on_one_line(wording.sections[judgement.assessment.section], LABEL, width - room - size / 2, sizes)
    word = on_one_line(_word(judgement, wording), BOLD, room - size * 1.3, sizes)
    colour = wording.site.verdicts[verdict].light if verdict else SOFT
    yield box(left, top, width, 1.5, HAIR)
    yield words(name, LABEL, left, foot, INK)
    if verdict:
        yield mark(verdict, at, top + step / 2 - size * 0.41, size * 0.82, colour)
    yield words(word, BOLD, at + size * 1.3, foot, colour)
