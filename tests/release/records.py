"""Records made by hand: a small country's weeks, in three languages, with what real archives have in them."""

from __future__ import annotations

import gettext
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from barograph.base.period import Period
from barograph.base.site import SiteSettings
from barograph.release.record import (
    Assessment,
    Correction,
    Edition,
    Page,
    Picture,
    PictureSize,
    Record,
    Source,
    Text,
)

LANGUAGES = ("en", "be", "ru")
SECTIONS = ("economy", "health", "justice", "press", "environment")
FIRST_DAY = date(2023, 1, 2)
PATTERN = ("unchanged", "worse", "unchanged", "better", "unchanged", "unchanged", "worse")
HEADLINES = {
    "en": (
        "Grain ships return to the harbour as the tariff quarrel ends",
        "Village clinics lose a third of their night shifts",
        "The high court postpones its answer on the pardon law once more",
        "Two newspapers in Łazduny and Niaśviž are allowed to print again",
        "River guards count more oil, fewer fines",
    ),
    "be": (
        "Караблі са збожжам вяртаюцца ў порт, бо спрэчка пра мыта скончылася",
        "Вясковыя амбулаторыі страцілі траціну начных змен",
        "Вышэйшы суд зноў адклаў адказ пра закон аб памілаванні",
        "Дзве газеты зноў маюць дазвол на друк — «Хваля» і «Сельскія навіны»",
        "Рачная варта налічыла больш нафты і менш штрафаў",
    ),
    "ru": (
        "Корабли с зерном возвращаются в порт: спор о пошлинах окончен",
        "Сельские амбулатории лишились трети ночных смен",
        "Высший суд снова отложил ответ о законе о помиловании",
        "Двум газетам вновь разрешили печать — «Волне» и «Сельским новостям»",
        "Речная стража насчитала больше нефти и меньше штрафов",
    ),
}
REASONS = {
    "en": "Talks go on, and neither side has given up anything that it could not take back next week.",
    "be": "Перамовы працягваюцца, і ніводны бок не саступіў нічога, што не мог бы забраць назад праз тыдзень.",
    "ru": "Переговоры продолжаются, и ни одна сторона не уступила ничего, что не могла бы забрать через неделю.",
}
LEADS = {
    "en": (
        "The ministry kept its promise in part: the order was signed on Tuesday, but the annex with the "
        "numbers is missing, and the inspectors in the provinces say that without it nothing can begin."
    ),
    "be": (
        "Міністэрства выканала абяцанне часткова: загад падпісаны ў аўторак, але дадатку з лічбамі няма, "
        "і інспектары ў правінцыях кажуць, што без яго нічога пачаць нельга."
    ),
    "ru": (
        "Министерство выполнило обещание частично: приказ подписан во вторник, но приложения с цифрами "
        "нет, и инспекторы в провинциях говорят, что без него ничего начать нельзя."
    ),
}
PARAGRAPHS = {
    "en": (
        "Of the 48 districts, 31 have answered the questionnaire and 12 have asked for more time. The "
        "governor’s office in Ružany spoke of “a technical pause”; the union, which had called for a "
        "strike on 14 March, withdrew the call after a night of talks – and kept its demand for a pay "
        "rise of 9%."
    ),
    "be": (
        "З 48 раёнаў на апытальнік адказаў 31, а 12 папрасілі больш часу. Канцылярыя губернатара ў "
        "Ружанах казала пра «тэхнічную паўзу»; прафсаюз, які абвясціў забастоўку на 14 сакавіка, "
        "адклікаў яе пасля начных перамоў — і захаваў патрабаванне павысіць аплату на 9%. З’езд сабраўся "
        "ўвосень."
    ),
    "ru": (
        "Из 48 районов на опросник ответил 31, а 12 попросили ещё времени. Канцелярия губернатора в "
        "Ружанах говорила о «технической паузе»; профсоюз, объявивший забастовку на 14 марта, отозвал её "
        "после ночных переговоров — и сохранил требование повысить оплату на 9%."
    ),
}
SUMMARIES = {
    "en": (
        "In summary, the week brought signatures and no deeds; the next report of the auditors will show "
        "whether the money has moved."
    ),
    "be": (
        "Карацей кажучы, тыдзень прынёс подпісы, а не справы; наступная справаздача аўдытараў пакажа, ці "
        "зрушыліся грошы."
    ),
    "ru": "Итак, неделя принесла подписи, а не дела; следующий отчёт аудиторов покажет, сдвинулись ли деньги.",
}


def site(**changes: Any) -> SiteSettings:
    """The site of the tests, with some settings changed."""
    import tomllib

    values = tomllib.loads((Path(__file__).parents[1] / "site" / "barograph.toml").read_text(encoding="utf-8"))
    return SiteSettings(**{**values, **changes})


def text(language: str, section: int, start: date, **changes: Any) -> Text:
    """A commentary of the week from ``start`` on a section, in one language."""
    body = "".join(f"<p>{PARAGRAPHS[language]}</p>" for _ in range(5))
    made = Text(
        key=f"{SECTIONS[section]}-{start}",
        language=language,
        slug=f"week-of-{start}",
        headline=HEADLINES[language][section],
        lead=LEADS[language],
        body_html=body,
        summary=SUMMARIES[language],
        published_on=start + timedelta(days=9),
        changed_on=start + timedelta(days=9),
    )
    return replace(made, **changes)


def assessment(section: int, start: date, verdict: str | None, languages: tuple[str, ...] = LANGUAGES) -> Assessment:
    """A judgement with a commentary in the languages given, which may be none."""
    return Assessment(
        section=SECTIONS[section],
        verdict=verdict,
        reasons={language: REASONS[language] for language in languages},
        texts={language: (text(language, section, start),) for language in languages},
    )


def edition(week: int, *, first_day: date = FIRST_DAY, languages: tuple[str, ...] = LANGUAGES) -> Edition:
    """The edition of a week, in which every section is judged."""
    start = first_day + timedelta(weeks=week)
    period = Period(start, start + timedelta(days=6))
    return Edition(
        slug=period.slug,
        period=period,
        published_on=start + timedelta(days=9),
        assessments=tuple(
            assessment(section, start, PATTERN[(week * (section + 2) + section) % len(PATTERN)], languages)
            for section in range(len(SECTIONS))
        ),
    )


def record(weeks: int = 104, *, first_day: date = FIRST_DAY) -> Record:
    """So many weeks in which everything is there in all languages."""
    return Record(editions=tuple(edition(week, first_day=first_day) for week in range(weeks)), pages=pages())


def pages() -> tuple[Page, ...]:
    """An “about” page in all languages and a methodology in the first."""
    titles = {"en": "About", "be": "Пра выданне", "ru": "Об издании"}
    about = [
        Page("about", language, "about", title, f"<p>{PARAGRAPHS[language]}</p>", date(2024, 1, 8))
        for language, title in titles.items()
    ]
    method = Page(
        "methodology", "en", "methodology", "How we judge", "<h2>Three words</h2><p>And no more.</p>", FIRST_DAY
    )
    return (*about, method)


def picture() -> Picture:
    """A picture in two sizes, with its words in English."""
    return Picture(
        sizes=(PictureSize("harbour-480.png", 480, 300), PictureSize("harbour-960.png", 960, 600)),
        alt="Three cranes above a grain ship",
        caption="The harbour on the first morning after the quarrel.",
        credit="Drawing: the newsroom",
    )


def text_with_everything(start: date) -> Text:
    """An English commentary that has all that a commentary can have."""
    return text(
        "en",
        0,
        start,
        picture=picture(),
        authors=("Ivan Łučyna", "the economic desk"),
        changed_on=start + timedelta(days=12),
        sources=(
            Source("Customs bulletin № 12", "https://example.org/customs/12"),
            Source("Talks with two shipowners"),
        ),
        old_addresses=("/analytics/grain-ships",),
        body_html="<p>First.</p><h2>What the tariff was</h2><ul><li>One</li><li>Two</li></ul>"
        "<blockquote><p>“We pay what we owe.”</p><footer>A shipowner</footer></blockquote>"
        '<p>See <a href="/en/about/">about</a>.</p>',
    )


def uneven_edition(week: int) -> Edition:
    """Two texts in a section, a text in one language only, a judgement without a verdict, a section left out."""
    whole = edition(week)
    start = whole.period.start
    second = text("en", 0, start, key="second", slug="a-second-look", headline="A second look at the harbour")
    texts = {"en": (text_with_everything(start), second), "be": (text("be", 0, start),)}
    correction = Correction(
        start + timedelta(days=12),
        {"en": "The number of ships was eleven, not twelve.", "be": "Караблёў было адзінаццаць."},
    )
    assessments = (
        Assessment("economy", "better", {"en": REASONS["en"]}, texts),
        assessment(1, start, "worse", ("ru",)),
        replace(assessment(2, start, None), reasons={}),
        whole.assessments[3],
    )
    return replace(whole, assessments=assessments, corrections=(correction,))


def uneven_record() -> Record:
    """What real archives have: bare verdicts, missing sections and languages, periods of other lengths."""
    sparse = []
    for week in range(0, 80, 3):
        whole = edition(week, languages=())
        sparse.append(replace(whole, assessments=whole.assessments[week % 4 : week % 4 + 1], archived=True))
    last = uneven_edition(84)
    fortnight = Period(last.period.start + timedelta(days=7), last.period.start + timedelta(days=20))
    newest = Edition(
        fortnight.slug, fortnight, fortnight.end, (Assessment("press", "worse"), Assessment("health", "unchanged"))
    )
    return Record(editions=(*sparse, edition(83), last, newest), pages=pages())


def no_translations(_language: str) -> gettext.NullTranslations:
    """English for every language."""
    return gettext.NullTranslations()


def picture_bytes(name: str) -> bytes:
    """A drawn picture of the size that its name ends in."""
    from io import BytesIO

    from PIL import Image

    width = int(Path(name).stem.rsplit("-", 1)[1])
    buffer = BytesIO()
    Image.new("RGB", (width, width * 5 // 8), (178, 170, 148)).save(buffer, "PNG")
    return buffer.getvalue()
