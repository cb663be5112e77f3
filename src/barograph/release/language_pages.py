"""All pages of one language."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property, lru_cache
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from jinja2 import Environment
from markupsafe import Markup

from barograph.base.site import VERDICTS
from barograph.release import addresses, charts, figures, metadata, render
from barograph.release.cards import commentary_card, edition_card
from barograph.release.chart_files import charts_of_home, charts_of_section
from barograph.release.history import History, Judgement, Place
from barograph.release.offline.copies import Copy, copies
from barograph.release.record import Edition, Page
from barograph.release.statement import current_statement
from barograph.release.wording import Wording

Ready = Mapping[str, int]
"""What is made in the background and lies on the shelf: path in the release, and size in bytes."""
NOTHING: Ready = {}
OTHERS = 6
"""How many other editions the home page leads to."""
RIBBON = 12
"""How many assessments of its section stand as a row of marks beside a commentary."""


class Frame(NamedTuple):
    """What stands around a page, each part out of the template of its name."""

    head: Markup
    drawings: Markup
    sections: Markup
    foot: Markup


class LanguagePages:
    """Renders the pages of one language; each method gives a file's name and contents."""

    def __init__(self, history: History, wording: Wording, environment: Environment, style: str) -> None:
        self.history = history
        self.wording = wording
        self.site = wording.site
        self.language = wording.language
        self.style = style
        named = {verdict: render.named_mark(verdict, wording.verdicts[verdict]) for verdict in VERDICTS}
        labels: dict[str | None, Markup] = {None: render.no_label(wording.gettext("no verdict"))}
        labels |= {verdict: render.label(verdict, wording.verdicts[verdict]) for verdict in VERDICTS}
        words = {
            "_": wording.gettext,
            "ngettext": wording.ngettext,
            "wording": wording,
            "site": self.site,
            "language": self.language,
            "marks": {verdict: render.mark(verdict) for verdict in VERDICTS},
            "named_marks": named,
            "labels": labels,
            "csp": render.POLICY,
            "style": style,
            "standing_pages": [pages[self.language] for pages in history.pages.values() if self.language in pages],
            "texts_of": self.texts_of,
            "ruler_of": self.ruler_of,
            "has_statement": current_statement(history, self.site) is not None,
            "section_keys": [section.key for section in self.site.sections if not section.retired],
        }
        self.environment: Environment = render.in_language(environment, words)
        self._named = named
        self._other_languages = [code for code in self.site.language_codes if code != self.language]
        self._frames: dict[tuple[str, str], Frame] = {}
        self._rulers: dict[str, Markup] = {}
        self._months = lru_cache(maxsize=None)(self._month_labels)
        self._rest: dict[tuple[str, str], list[tuple[str, Markup]]] = {}
        self._texts: dict[tuple[str, str], tuple[list[Place], list[Place]]] = {}

    def home(self, ready: Ready = NOTHING) -> tuple[str, bytes]:
        """The latest edition, the charts of the last year, its commentaries."""
        record = self.history.record
        assessed = [edition for edition in record.editions if any(a.verdict for a in edition.assessments)]
        latest = record.latest
        sections = figures.judged_sections(self.history, self.site)
        newest = assessed[-1].period if assessed else None
        judgements = self.history.of_edition[latest.slug] if latest else []
        judged = {judgement.assessment.section for judgement in judgements}
        return self.page(
            "home.html",
            addresses.home(self.language),
            self._everywhere(addresses.home),
            title=self.wording.period(latest.period) if latest else self.wording.gettext("Latest edition"),
            edition=latest,
            judgements=judgements,
            unjudged=[
                section.key for section in self.site.sections if section.key not in judged and not section.retired
            ],
            newer=assessed[-1] if latest and assessed and assessed[-1].period > latest.period else None,
            trace=figures.trace(sections, newest, self.wording) if newest else None,
            strip=figures.heat_strip(sections, newest, self.wording) if newest else None,
            others=self._other_editions(latest),
            of_edition=self.history.of_edition,
            copies=self._copies(latest, ready) if latest else [],
            chart_files={
                name: [file for file in files if file in ready] for name, files in charts_of_home(self.language).items()
            },
            card=self._edition_card(latest, ready),
        )

    def _other_editions(self, latest: Edition | None) -> list[Edition]:
        """A few editions beside the latest, newest first; those that can be read go before bare verdicts."""
        others = [edition for edition in reversed(self.history.record.editions) if edition is not latest]
        chosen = sorted(others, key=lambda edition: not edition.has_texts)[:OTHERS]
        return sorted(chosen, key=lambda edition: edition.period, reverse=True)

    def editions(self) -> tuple[str, bytes]:
        """All editions by year, each with its verdicts."""
        return self.page(
            "editions.html",
            addresses.editions(self.language),
            self._everywhere(addresses.editions),
            title=self.wording.gettext("All editions"),
            years=list(self.history.editions_by_year()),
            verdicts_of={
                slug: {judgement.assessment.section: judgement.verdict for judgement in found if judgement.verdict}
                for slug, found in self.history.of_edition.items()
            },
            sections=list(figures.judged_sections(self.history, self.site)),
        )

    def edition(self, index: int, edition: Edition, ready: Ready = NOTHING) -> tuple[str, bytes]:
        """One edition: its verdicts, its commentaries, and the editions before and after."""
        editions = self.history.record.editions
        return self.page(
            "edition.html",
            addresses.edition(self.language, edition),
            self._everywhere(lambda code: addresses.edition(code, edition)),
            title=self.wording.period(edition.period),
            edition=edition,
            judgements=self.history.of_edition[edition.slug],
            earlier=editions[index - 1] if index else None,
            later=editions[index + 1] if index + 1 < len(editions) else None,
            copies=self._copies(edition, ready),
            card=self._edition_card(edition, ready),
        )

    def _copies(self, edition: Edition, ready: Ready) -> list[tuple[Copy, int]]:
        """The offline copies of an edition that are ready, with their sizes in bytes."""
        found = copies(self.language, edition, self.site) if ready else []
        return [(copy, ready[copy.path]) for copy in found if copy.path in ready]

    def _edition_card(self, edition: Edition | None, ready: Ready) -> str:
        path = edition_card(self.language, edition) if edition and ready else ""
        return path if path in ready else ""

    def section(self, key: str, ready: Ready = NOTHING) -> tuple[str, bytes]:
        """A section: its trace, its years as strips of paper, and the list of its newest year."""
        judgements = self.history.judgements[key]
        years = sorted(self.history.years(key).items(), reverse=True)
        strips = {year: figures.half_strips(found, charts.calendar_year(year), self.wording) for year, found in years}
        return self.page(
            "section.html",
            addresses.section(self.language, key),
            self._everywhere(lambda code: addresses.section(code, key)),
            title=self.wording.sections[key],
            section=key,
            judgements=judgements,
            trace=figures.long_trace(key, judgements, self.wording) if judgements else None,
            years=years,
            strips=strips,
            # Names of months without a year: any year will do.
            months=figures.halves_of(charts.calendar_year(2023), self.wording, with_year=False),
            chart_files=[file for file in charts_of_section(self.language, key) if file in ready],
        )

    def section_year(self, key: str, year: int) -> tuple[str, bytes]:
        """One year of a section, newest first."""
        years = self.history.years(key)
        window = charts.calendar_year(year)
        known = sorted(years)
        at = known.index(year)
        return self.page(
            "section_year.html",
            addresses.section_year(self.language, key, year),
            self._everywhere(lambda code: addresses.section_year(code, key, year)),
            title=f"{self.wording.sections[key]}, {year}",
            section=key,
            year=year,
            judgements=years[year],
            strips=figures.half_strips(years[year], window, self.wording),
            months=figures.halves_of(window, self.wording),
            earlier=known[at - 1] if at else None,
            later=known[at + 1] if at + 1 < len(known) else None,
        )

    def commentary(self, place: Place, ready: Ready = NOTHING, *, way_up: str | None = None) -> tuple[str, bytes]:
        """One commentary. ``way_up`` replaces the way to the root where a draft is shown at another address."""
        text, judgement = place.text, place.judgement
        earlier, later = self.history.neighbours(place)
        translations = self.history.translations[text.key]
        up = addresses.way_up(place.address) if way_up is None else way_up
        card = commentary_card(place) if ready else ""
        return self.page(
            "commentary.html",
            place.address,
            {code: found.address for code, found in translations.items()},
            title=text.headline,
            way_up=up,
            metadata=metadata.commentary_metadata(place, translations, self.wording, up, card if card in ready else ""),
            citation=metadata.citation(place, self.wording),
            section=place.section,
            place=place,
            text=text,
            judgement=judgement,
            edition=judgement.edition,
            body=render.relative(text.body_html, up),
            ribbon=self._ribbon(judgement),
            earlier=earlier,
            later=later,
            rest=self.rest_of(place, up),
        )

    def _ribbon(self, judgement: Judgement) -> Markup:
        """The marks of the assessments of a section that led to this one, oldest first; nothing for the first one."""
        past = self.history.judgements[judgement.assessment.section]
        at = self.history.positions[judgement.edition.slug, judgement.assessment.section]
        if not at:
            return Markup("")
        named = self._named
        return Markup("".join([named[v] for found in past[max(0, at + 1 - RIBBON) : at + 1] if (v := found.verdict)]))

    def standing_page(self, page: Page, way_up: str | None = None) -> tuple[str, bytes]:
        """A page such as “about”; ``way_up`` as for a commentary."""
        address = addresses.page(page)
        translations = {code: addresses.page(found) for code, found in self.history.pages[page.key].items()}
        up = addresses.way_up(address) if way_up is None else way_up
        body = render.relative(page.body_html, up)
        return self.page("standing_page.html", address, translations, title=page.title, way_up=up, page=page, body=body)

    def promises(self) -> tuple[str, bytes]:
        """What readers are promised, of the newsletter above all; there is no such page while it is not open."""
        return self.page(
            "promises.html",
            addresses.promises(self.language),
            self._everywhere(addresses.promises),
            title=self.wording.gettext("What we promise our readers"),
        )

    def not_found(self) -> tuple[str, bytes]:
        """What is shown in place of a page that is not there, at any depth: its links start at the site's root."""
        way_up = urlsplit(self.site.address).path.rstrip("/") + "/"
        return self.page(
            "not_found.html",
            addresses.not_found(self.language),
            self._everywhere(addresses.not_found),
            title=self.wording.gettext("This page is not here"),
            way_up=way_up,
        )

    def ruler_of(self, edition: Edition) -> Markup:
        """The rule of the year with ink on an edition's days, drawn once."""
        found = self._rulers.get(edition.slug)
        if found is None:
            months = self._months(edition.period.start.year)
            found = self._rulers[edition.slug] = self._parts.year_ruler(charts.ruler(edition.period), months)
        return found

    def _month_labels(self, year: int) -> Markup:
        """The names of a year's months below its rule."""
        labels: Markup = self._parts.month_labels(figures.months(charts.calendar_year(year), self.wording))
        return labels

    def rest_of(self, place: Place, way_up: str) -> Markup:
        """The other commentaries of an edition, as items of a list; each is written once for all that show it."""
        edition = place.judgement.edition
        items = self._rest.get((edition.slug, way_up))
        if items is None:
            item = self._parts.rest_of_edition
            items = self._rest[edition.slug, way_up] = [
                (found.text.key, item(judgement.verdict, found, way_up))
                for judgement in self.history.of_edition[edition.slug]
                for texts in self.texts_of(judgement)
                for found in texts
            ]
        return Markup("".join([html for key, html in items if key != place.text.key]))

    @cached_property
    def _parts(self) -> Any:
        """The macros of parts.html."""
        return self.environment.get_template("parts.html").module

    def texts_of(self, judgement: Judgement) -> tuple[list[Place], list[Place]]:
        """The commentaries on a judgement: those in this language, and those that exist in others only."""
        at = (judgement.edition.slug, judgement.assessment.section)
        if at not in self._texts:
            self._texts[at] = self._find_texts(judgement)
        return self._texts[at]

    def _find_texts(self, judgement: Judgement) -> tuple[list[Place], list[Place]]:
        known, texts = self.history.translations, judgement.assessment.texts
        own = [known[text.key][self.language] for text in texts.get(self.language, ())]
        foreign: dict[str, Place] = {}
        for code in self._other_languages:
            for text in texts.get(code, ()):
                if self.language not in known[text.key]:
                    foreign.setdefault(text.key, known[text.key][code])
        return own, list(foreign.values())

    def _everywhere(self, address: Any) -> dict[str, str]:
        """Addresses of a page that exists in every language."""
        return {code: address(code) for code in self.site.language_codes}

    def page(
        self,
        template: str,
        address: str,
        translations: Mapping[str, str],
        *,
        title: str,
        way_up: str | None = None,
        card: str = "",
        **values: Any,
    ) -> tuple[str, bytes]:
        """Any page of this language out of its template: the file's name and contents.

        ``translations`` has the page's address in every language it exists in; ``values`` are the template's own.
        """
        up = addresses.way_up(address) if way_up is None else way_up
        section = values.setdefault("section", "")
        if "metadata" not in values:
            values["metadata"] = metadata.page_metadata(
                self.wording,
                title=title,
                address=address,
                way_up=up,
                translations=translations,
                section=section or None,
                card=card,
            )
        html = self.environment.get_template(template).render(
            values,
            title=title,
            address=address,
            translations=translations,
            way_up=up,
            frame=self._frame(up, section),
        )
        return addresses.file_of(address), html.encode()

    def _frame(self, way_up: str, section: str) -> Frame:
        """What is the same around all pages of a section at one depth, rendered once."""
        found = self._frames.get((way_up, section))
        if found is None:
            templates = [self.environment.get_template(f"{name}.html") for name in Frame._fields]
            found = Frame(*[Markup(template.render(way_up=way_up, section=section)) for template in templates])
            self._frames[way_up, section] = found
        return found
