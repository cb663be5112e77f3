"""Writes a site for Hugo that makes the same pages as the release of a site of ours. Part of static_build.py.

    python benchmarks/static_build_hugo.py SITE RELEASE FOLDER

SITE is a site whose release is built at RELEASE; FOLDER gets what Hugo starts from. Whatever can be settled beforehand
is settled here, where nobody counts the time, in Hugo's favour: neighbours, translations, the rest of an edition, dates
and verdicts in words lie ready in each page's front matter, so that no template has to look anything up; charts, lists
of years and the frame around a page come as ready HTML.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from barograph.release.history import History, Judgement, Place
    from barograph.release.record import Edition
    from barograph.release.wording import Wording

HERE = Path(__file__).parent / "hugo"
FRAME = {
    "head": re.compile(r"<head>\n(.*?)\n<title>", re.DOTALL),
    "drawings": re.compile(r'(<svg class="drawings".*?</svg>)', re.DOTALL),
    "sections": re.compile(r'(<nav class="sections".*?</nav>)', re.DOTALL),
    "foot": re.compile(r'(<footer class="foot".*?</footer>)', re.DOTALL),
}
RULER = re.compile(r'(<div class="ruler".*?<path class="ink" d=")([^"]*)(".*?</div>)', re.DOTALL)
MAIN = re.compile(r'<main id="content">\n(.*)\n</main>', re.DOTALL)
TITLE = re.compile(r"<title>(.*) · [^·]*</title>")
FEED_LENGTH = 40


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
    without_copies = shutil.ignore_patterns("*.gz")
    shutil.copytree(release / "assets", folder / "static" / "assets", ignore=without_copies, dirs_exist_ok=True)
    for name in ("index.html", "404.html", "robots.txt"):
        shutil.copy(release / name, folder / "static" / name)
    history = History(read_record(), site())
    words: dict[str, Any] = {}
    frames: dict[str, Any] = {}
    rulers: dict[str, Any] = {}
    for code in site().language_codes:
        wording = Wording(site(), code, trans_real.translation(code))
        writer = _Language(history, wording, release)
        for path, front, body in writer.pages():
            file = folder / "content" / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(f"{json.dumps(front, ensure_ascii=False)}\n{body}", encoding="utf-8")
        words[code] = writer.words()
        frames |= writer.frames
        rulers |= writer.rulers
    for name, values in (("words", words), ("frames", frames), ("rulers", rulers)):
        (folder / "data").mkdir(exist_ok=True)
        (folder / "data" / f"{name}.json").write_text(json.dumps(values, ensure_ascii=False), encoding="utf-8")


class _Language:
    """Everything in one language; ``frames`` and ``rulers`` fill up while the pages are written."""

    def __init__(self, history: History, wording: Wording, release: Path) -> None:
        self.history, self.wording, self.release = history, wording, release
        self.code, self.site = wording.language, wording.site
        self.frames: dict[str, dict[str, str]] = {}
        self.rulers: dict[str, list[str]] = {}

    def pages(self) -> Iterator[tuple[str, dict[str, Any], str]]:
        """Path, front matter and body of every page."""
        for places in (self.history.places[self.code, section.key] for section in self.site.sections):
            for place in places:
                yield f"{place.address.rstrip('/')}.html", self._commentary(place), place.text.body_html
        editions = self.history.record.editions
        for index, edition in enumerate(editions):
            later = editions[index + 1] if index + 1 < len(editions) else None
            front = self._edition(edition, editions[index - 1] if index else None, later)
            yield f"{self.code}/editions/{edition.slug}.html", front, ""
        for address in self._ready_addresses():
            yield self._ready(address)

    def _commentary(self, place: Place) -> dict[str, Any]:
        text, judgement = place.text, place.judgement
        edition = judgement.edition
        earlier, later = self.history.neighbours(place)
        translations = self.history.translations[text.key]
        return {
            "layout": "commentary",
            "title": text.headline,
            **self._around(place.address, place.section, {code: at.address for code, at in translations.items()}),
            **self._ruler(edition),
            "lead": text.lead,
            "edition": edition.slug,
            "days": f"{edition.period.start}/{edition.period.end}",
            "issued": edition.published_on.isoformat(),
            "period": self.wording.period(edition.period),
            "verdict": judgement.verdict,
            "reason": judgement.assessment.reasons.get(self.code, ""),
            "standing": self.wording.standing(judgement),
            "ribbon": self._ribbon(judgement),
            "summary": text.summary,
            "authors": list(text.authors),
            "sources": [{"title": source.title, "url": source.url} for source in text.sources],
            "came_out": text.published_on.isoformat(),
            "changed": text.changed_on.isoformat(),
            "day": self.wording.day(text.published_on),
            "rest": [self._item(other) for other in self._texts(edition) if other.text.key != text.key],
            "earlier": self._step(earlier),
            "later": self._step(later),
        }

    def _edition(self, edition: Edition, earlier: Edition | None, later: Edition | None) -> dict[str, Any]:
        address = f"{self.code}/editions/{edition.slug}/"
        judgements = self.history.of_edition[edition.slug]
        everywhere = {code: f"{code}/editions/{edition.slug}/" for code in self.site.language_codes}
        neighbours = {
            name: {"address": f"{self.code}/editions/{other.slug}/", "title": self.wording.period(other.period)}
            for name, other in (("earlier", earlier), ("later", later))
            if other
        }
        return {
            "layout": "edition",
            "title": self.wording.period(edition.period),
            **self._around(address, "", everywhere),
            **self._ruler(edition),
            "tally": [{"verdict": verdict, "count": count} for verdict, count in self.wording.tally(judgements)],
            "judgements": [self._judgement(judgement) for judgement in judgements],
            "texts": [self._item(place) | {"lead": place.text.lead} for place in self._texts(edition)],
            **neighbours,
        }

    def _judgement(self, judgement: Judgement) -> dict[str, Any]:
        own = judgement.assessment.texts.get(self.code, ())
        section = judgement.assessment.section
        address = self.history.translations[own[0].key][self.code].address if own else f"{self.code}/{section}/"
        return {
            "section": section,
            "verdict": judgement.verdict,
            "reason": judgement.assessment.reasons.get(self.code, ""),
            "standing": self.wording.standing(judgement),
            "address": address,
        }

    def _around(self, address: str, section: str, languages: dict[str, str]) -> dict[str, Any]:
        """What every page has: its language, its frame, its translations."""
        depth = address.count("/")
        frame = f"{self.code} {depth} {section}"
        if frame not in self.frames:
            html = (self.release / address / "index.html").read_text(encoding="utf-8")
            self.frames[frame] = {name: pattern.search(html)[1] for name, pattern in FRAME.items()}  # type: ignore[index]
        return {
            "language": self.code,
            "section": section,
            "address": address,
            "up": "../" * depth,
            "frame": frame,
            "languages": [
                {"code": code, "address": languages[code]} for code in self.site.language_codes if code in languages
            ],
        }

    def _ruler(self, edition: Edition) -> dict[str, str]:
        """The rule of the year, in two halves around the ink on an edition's days."""
        html = (self.release / self.code / "editions" / edition.slug / "index.html").read_text(encoding="utf-8")
        found = RULER.search(html)
        if found is None:
            return {}
        key = f"{self.code} {edition.period.start.year}"
        self.rulers.setdefault(key, [found[1], found[3]])
        return {"ruler": key, "ink": found[2]}

    def _ribbon(self, judgement: Judgement) -> list[str]:
        past = self.history.judgements[judgement.assessment.section]
        at = self.history.positions[judgement.edition.slug, judgement.assessment.section]
        return [found.verdict for found in past[max(0, at - 11) : at + 1] if found.verdict] if at else []

    def _texts(self, edition: Edition) -> list[Place]:
        return [
            self.history.translations[text.key][self.code]
            for assessment in edition.assessments
            for text in assessment.texts.get(self.code, ())
        ]

    def _item(self, place: Place) -> dict[str, Any]:
        return {
            "section": place.section,
            "verdict": place.judgement.verdict,
            "address": place.address,
            "title": place.text.headline,
        }

    def _step(self, place: Place | None) -> dict[str, str] | None:
        if place is None:
            return None
        period = self.wording.period(place.judgement.edition.period)
        return {"address": place.address, "title": place.text.headline, "period": period}

    def _ready_addresses(self) -> Iterator[str]:
        yield from (f"{self.code}/", f"{self.code}/editions/")
        for section in self.site.sections:
            yield f"{self.code}/{section.key}/"
            yield from (f"{self.code}/{section.key}/{year}/" for year in self.history.years(section.key))

    def _ready(self, address: str) -> tuple[str, dict[str, Any], str]:
        """A page whose content comes as ready HTML; the home page and the sections have feeds beside them."""
        html = (self.release / address / "index.html").read_text(encoding="utf-8")
        parts = address.rstrip("/").split("/")
        section = parts[1] if len(parts) > 1 and parts[1] != "editions" else ""
        everywhere = {code: "/".join([code, *parts[1:]]) + "/" for code in self.site.language_codes}
        front = {
            "layout": "ready",
            "url": f"/{address}",
            "title": TITLE.search(html)[1],  # type: ignore[index]
            "kind_of_page": re.search('<body class="([^"]*)"', html)[1],  # type: ignore[index]
            **self._around(address, section, everywhere),
        }
        if len(parts) == 1 or (section and len(parts) == 2):
            front |= {"outputs": ["html", "atom", "jsonfeed"], "entries": self._entries(section)}
        return f"pages/{'-'.join(parts)}.html", front, MAIN.search(html)[1]  # type: ignore[index]

    def _entries(self, section: str) -> list[dict[str, Any]]:
        """Which commentaries a feed has, by their paths, newest first, with their ids."""
        keys = [section] if section else [found.key for found in self.site.sections]
        places = [place for key in keys for place in self.history.places[self.code, key][-FEED_LENGTH:]]
        places.sort(key=lambda place: place.text.published_on, reverse=True)
        return [{"path": f"/{place.address.rstrip('/')}", "id": place.text.key} for place in places[:FEED_LENGTH]]

    def words(self) -> dict[str, Any]:
        """What the templates say in this language."""
        gettext, site = self.wording.gettext, self.site
        said = {
            "skip": "Skip to the content", "languages": "Languages", "menu": "Menu", "verdict": "Verdict",
            "before": "The assessments before, oldest first:", "sources": "Sources", "cite": "Cite this",
            "more": "Read more", "earlier": "Before in this section", "later": "After in this section",
            "edition": "Edition", "reading": "Commentaries of this edition", "steps": "Editions before and after",
            "edition_before": "Edition before", "edition_after": "Edition after",
        }  # fmt: skip
        marks = {
            verdict: f'<svg class="mark {verdict}" role="img" aria-label="{word}"><use href="#{verdict}"/></svg>'
            for verdict, word in self.wording.verdicts.items()
        }
        return {
            **{name: gettext(message) for name, message in said.items()},
            "marks": marks,
            "published_on": gettext("Published on %(day)s").replace("%(day)s", "%s"),
            "title": self.wording.title,
            "description": site.words(site.description, self.code),
            "publisher": site.words(site.publisher, self.code),
            "address": site.address,
            "locale": {"en": "en_US", "be": "be_BY", "ru": "ru_RU"}[self.code],
            "names": {language.code: language.name for language in site.languages},
            "source": site.source_language,
            "sections": self.wording.sections,
            "verdicts": self.wording.verdicts,
            "sentences": self.wording.sentences,
        }


if __name__ == "__main__":
    main()
