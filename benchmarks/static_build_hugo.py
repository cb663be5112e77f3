"""Writes a site for Hugo that makes the same pages as the release of a site of ours. Part of static_build.py.

    python benchmarks/static_build_hugo.py SITE RELEASE FOLDER

SITE is a site whose release is built at RELEASE; FOLDER gets what Hugo starts from, which is what the author of such a
site would have: a file for each commentary, edition, section and year, with its own facts and its body as ready HTML,
and data files with the words of the interface.

Hugo finds the rest out itself, by the means it has for that: neighbours (`.PrevInSection`), translations
(`.AllTranslations`, by `translationKey`), the commentaries of an edition, of a year and of a feed, how often a verdict
was given, dates in words, addresses, the head, the sections and the foot of a page (`partialCached`), the sitemap.

Spared it are, because no template of Hugo's would do it: drawing charts (ready SVG), how long a verdict has stood, the
verdicts before it, and the reporting period in words, which is an edition's title.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from barograph.release.history import History, Judgement, Place
    from barograph.release.record import Edition
    from barograph.release.wording import Wording

HERE = Path(__file__).parent / "hugo"
CITED = ("authors", "headline", "title", "section", "period", "day", "address")
CITATION = "%(authors)s, “%(headline)s”, %(title)s, %(section)s, %(period)s. Published on %(day)s. %(address)s"
CSP = re.compile(r'Content-Security-Policy" content="([^"]*)"')
STYLE = re.compile(r'rel="stylesheet" href="(?:\.\./)*([^"]*)"')
RULER = re.compile(r'(<div class="ruler".*?<path class="ink" d=")([^"]*)(".*?</div>)', re.DOTALL)
FIGURE = re.compile(r"<figure.*?</figure>", re.DOTALL)
TURN = re.compile(r'<li><h3>.*?>(\d+)</a></h3>\s*(<div class="turn">.*?</div>)</li>', re.DOTALL)
AXIS = re.compile(r'<li class="axis".*?</li>', re.DOTALL)
FEED_NUMBERS = uuid.UUID("f3f0bd3c-3a0c-5a5e-9a0e-6d1b3c7c2a51")
LOCALES = {"en": "en_US", "be": "be_BY", "ru": "ru_RU"}
SAID = {
    "skip": "Skip to the content", "languages": "Languages", "menu": "Menu", "verdict": "Verdict",
    "before": "The assessments before, oldest first:", "sources": "Sources", "cite": "Cite this",
    "more": "Read more", "earlier": "Before in this section", "later": "After in this section",
    "edition": "Edition", "reading": "Commentaries of this edition", "steps": "Editions before and after",
    "edition_before": "Edition before", "edition_after": "Edition after", "section_list": "Sections",
    "all_editions": "All editions", "whole_site": "Whole site", "publication": "This publication",
    "latest": "Latest edition", "follow": "Follow", "open_data": "Open data", "json": "The same as JSON",
    "atom": "Feed of all commentaries (Atom)", "all_trends": "All trends", "year_by_year": "Year by year",
    "year_steps": "Years before and after", "year_before": "Year before", "year_after": "Year after",
    "other_editions": "Other editions",
    "signed": "This site is a signed release. A copy of it, from wherever it came, can be checked with two standard "
    "programs:",
}  # fmt: skip


def main() -> None:
    """Write the site that the command line names."""
    site_folder, release, folder = (Path(argument).resolve() for argument in sys.argv[1:4])
    os.environ["BAROGRAPH_SITE"] = str(site_folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = "barograph.config.settings"
    import django

    django.setup()
    write_site(release, folder)


def write_site(release: Path, folder: Path) -> None:
    """The layouts, the settings, the data, the content of every language, and the files that are copied as they are."""
    from django.utils.translation import trans_real

    from barograph.base.site import site
    from barograph.release.history import History
    from barograph.release.published import read_record
    from barograph.release.wording import Wording

    shutil.copytree(HERE, folder, dirs_exist_ok=True)
    shutil.copytree(release / "assets", folder / "static" / "assets", dirs_exist_ok=True)
    for name in ("index.html", "404.html", "robots.txt"):
        shutil.copy(release / name, folder / "static" / name)
    history = History(read_record(), site())
    words: dict[str, Any] = {}
    rulers: dict[str, Any] = {}
    for code in site().language_codes:
        writer = _Language(history, Wording(site(), code, trans_real.translation(code)), release)
        for path, front, body in writer.files():
            file = folder / "content" / code / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(f"{json.dumps(front, ensure_ascii=False)}\n{body}", encoding="utf-8")
        words[code], rulers[code] = writer.words(), writer.rulers
    page = (release / site().language_codes[0] / "index.html").read_text(encoding="utf-8")
    everywhere = {"csp": CSP.search(page)[1].replace("&#39;", "'"), "style": STYLE.search(page)[1]}  # type: ignore[index]
    (folder / "data").mkdir(exist_ok=True)
    for name, values in (("words", words), ("rulers", rulers), ("site", everywhere)):
        (folder / "data" / f"{name}.json").write_text(json.dumps(values, ensure_ascii=False), encoding="utf-8")
    with (folder / "hugo.toml").open("a", encoding="utf-8") as settings:
        settings.write(_languages())


def _languages() -> str:
    """The tables of the settings that say which languages there are."""
    from barograph.base.site import site

    lines = [""]
    for weight, language in enumerate(site().languages, 1):
        lines += [
            f"[languages.{language.code}]",
            f'contentDir = "content/{language.code}"',
            f'locale = "{language.code}"',
            f'label = "{language.name}"',
            f"weight = {weight}",
        ]
    return "\n".join([*lines, ""])


class _Language:
    """Everything in one language; ``rulers``, the rules of the years, fill up while the files are written."""

    def __init__(self, history: History, wording: Wording, release: Path) -> None:
        self.history, self.wording, self.release = history, wording, release
        self.code, self.site = wording.language, wording.site
        self.weights = {section.key: weight for weight, section in enumerate(self.site.sections, 1)}
        self.rulers: dict[str, list[str]] = {}

    def files(self) -> Iterator[tuple[str, dict[str, Any], str]]:
        """Path, front matter and body of every file of content."""
        home = "\n".join(FIGURE.findall(self._released("")))
        yield "_index.html", {"title": self.wording.title, "charts": home}, ""
        editions = {"title": self.wording.gettext("All editions"), "outputs": ["html"]}
        yield "editions/_index.html", editions, ""
        for edition in self.history.record.editions:
            yield f"editions/{edition.slug}.html", self._edition(edition), ""
        for section in self.site.sections:
            yield from self._section(section.key)
            for place in self.history.places[self.code, section.key]:
                yield f"{section.key}/{place.text.slug}.html", self._commentary(place), place.text.body_html

    def _commentary(self, place: Place) -> dict[str, Any]:
        text, judgement = place.text, place.judgement
        return {
            "title": text.headline,
            "date": text.published_on.isoformat(),
            "lastmod": text.changed_on.isoformat(),
            "weight": self.weights[place.section],
            "id": uuid.uuid5(FEED_NUMBERS, f"{text.key}/{self.code}").urn,
            "translationKey": text.key,
            "edition": judgement.edition.slug,
            "verdict": judgement.verdict,
            "reason": judgement.assessment.reasons.get(self.code, ""),
            "standing": self.wording.standing(judgement),
            "ribbon": self._ribbon(judgement),
            "lead": text.lead,
            "summary": text.summary,
            "authors": list(text.authors),
            "sources": [{"title": source.title, "url": source.url} for source in text.sources],
        }

    def _edition(self, edition: Edition) -> dict[str, Any]:
        found = RULER.search(self._released(f"editions/{edition.slug}/"))
        if found:
            self.rulers.setdefault(str(edition.period.start.year), [found[1], found[3]])
        return {
            "title": self.wording.period(edition.period),
            "date": edition.published_on.isoformat(),
            "days": f"{edition.period.start}/{edition.period.end}",
            "ink": found[2] if found else "",
        }

    def _section(self, key: str) -> Iterator[tuple[str, dict[str, Any], str]]:
        """A section and its years, each with its own charts."""
        name, html = self.wording.sections[key], self._released(f"{key}/")
        charts = {"chart": FIGURE.search(html)[0], "axis": AXIS.search(html)[0]}  # type: ignore[index]
        yield f"{key}/_index.html", {"title": name, **charts}, ""
        for year, turn in TURN.findall(html):
            front = {
                "title": f"{name}, {year}",
                "layout": "year",
                "outputs": ["html"],
                "year": int(year),
                "turn": turn,
                "chart": FIGURE.search(self._released(f"{key}/{year}/"))[0],  # type: ignore[index]
            }
            yield f"{key}/{year}/_index.html", front, ""

    def _released(self, address: str) -> str:
        """A page of ours, to take drawings from."""
        return (self.release / self.code / address / "index.html").read_text(encoding="utf-8")

    def _ribbon(self, judgement: Judgement) -> list[str]:
        past = self.history.judgements[judgement.assessment.section]
        at = self.history.positions[judgement.edition.slug, judgement.assessment.section]
        return [found.verdict for found in past[max(0, at - 11) : at + 1] if found.verdict] if at else []

    def words(self) -> dict[str, Any]:
        """What the templates say in this language."""
        gettext, site = self.wording.gettext, self.site
        marks = {
            verdict: f'<svg class="mark {verdict}" role="img" aria-label="{word}"><use href="#{verdict}"/></svg>'
            for verdict, word in self.wording.verdicts.items()
        }
        return {
            **{name: gettext(message) for name, message in SAID.items()},
            "marks": marks,
            "published_on": gettext("Published on %(day)s").replace("%(day)s", "%s"),
            "citation": gettext(CITATION) % {name: f"%[{number}]s" for number, name in enumerate(CITED, 1)},
            "title": self.wording.title,
            "description": site.words(site.description, self.code),
            "publisher": site.words(site.publisher, self.code),
            "notice": site.words(site.notice, self.code),
            "locale": LOCALES[self.code],
            "names": {language.code: language.name for language in site.languages},
            "source": site.source_language,
            "order": [section.key for section in site.sections],
            "sections": self.wording.sections,
            "verdict_order": list(self.wording.verdicts),
            "verdicts": self.wording.verdicts,
            "sentences": self.wording.sentences,
        }


if __name__ == "__main__":
    main()
