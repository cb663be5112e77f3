"""One page, in every layout in which an archive may show it."""

LEAD = (
    "Trains in the north were late on four days of five, and the ministry said nothing about it until Friday evening."
)
MORE = "Passengers counted the delays themselves. Their list was longer than the one printed in spring."
LAST = "In summary, the timetable is kept on paper only."
TAIL = """You have been successfully subscribed

Subscribe to our newsletter

Each Monday we send a short letter on railways, roads and rivers to all who have asked for it, in three languages.

Situation in Northland

July 4 – July 10
View all

Subscribe to us

Read more
Read more"""
TAIL_LINES = [line for line in TAIL.splitlines() if line]

FULL = {
    "period_start": "2021-05-03",
    "period_end": "2021-05-09",
    "section": "Roads and rails",
    "verdict": "worse",
    "headline": "Trains run late again",
    "lead": LEAD,
    "summary": LAST,
    "language": "en",
    "warnings": [],
}
HEAD = """May 3 – May 9, 2021
Roads and rails

Trains run late again

The situation got worse
Trains run late again

"""
PROSE = f"{LEAD}\n\n{MORE}\n\n{LAST}\n"

# Every page below says the same in another layout.
SAME_PAGE = {
    "the usual layout": HEAD + PROSE,
    "with a tail": HEAD + PROSE + "\n\n\n" + TAIL,
    "a language link first": "by\n" + HEAD + PROSE,
    "another language link first": "en\n\n" + HEAD + PROSE,
    "several language links": "EN\nBE/RU\n" + HEAD + PROSE,
    "Windows line ends": (HEAD + PROSE).replace("\n", "\r\n"),
    "old Mac line ends": (HEAD + PROSE).replace("\n", "\r"),
    "mixed line ends": HEAD.replace("\n", "\r\n") + PROSE,
    "a byte order mark": "\ufeff" + HEAD + PROSE,
    "trailing blanks and tabs": (HEAD + PROSE).replace("\n", "  \t\n"),
    "no-break spaces": HEAD.replace(" ", "\u00a0") + PROSE,
    "many blank lines": (HEAD + PROSE).replace("\n\n", "\n\n\n\n \n"),
    "the headline not repeated": HEAD.replace("worse\nTrains run late again\n", "worse\n") + PROSE,
    "the repeated headline after the lead": HEAD.replace("worse\nTrains run late again\n", "worse\n")
    + f"{LEAD}\n\nTrains run late again\n\n{MORE}\n\n{LAST}\n",
    "the repeated headline with other quotes and a full stop": HEAD.replace(
        "worse\nTrains run late again", "worse\n“Trains run late again.”"
    )
    + PROSE,
    "the repeated headline in capitals": HEAD.replace("worse\nTrains run", "worse\nTRAINS RUN") + PROSE,
    "no blank lines at all": (HEAD + PROSE).replace("\n\n", "\n"),
    "no blank lines and no repetition": "May 3 – May 9, 2021\nRoads and rails\nTrains run late again\n"
    "The situation got worse\n"
    + PROSE.replace("\n\n", "\n"),
    "headline, verdict, period": "Trains run late again\n\nCategory status:\n- (The situation has deteriorated)\n"
    "03-09.05.2021\nSection: Roads and rails\n\n" + PROSE,
    "verdict behind its label": "May 3 – May 9, 2021\nRoads and rails\n\nTrains run late again\n\n"
    "Category status: The situation has worsened\n\n" + PROSE,
    "section and period on one line": HEAD.replace("2021\nRoads", "2021 | Roads") + PROSE,
    "section glued behind the period": HEAD.replace("2021\nRoads", "2021 Roads") + PROSE,
    "section above the period": "Roads and rails\nMay 3 – May 9, 2021\n\nTrains run late again\n\n"
    "The situation got worse\nTrains run late again\n\n" + PROSE,
    "each line of the head in a block of its own": (HEAD.replace("\n\n", "\n").replace("\n", "\n\n")) + PROSE,
    "verdict between period and headline": "May 3 – May 9, 2021\nRoads and rails\nThe situation got worse\n\n"
    "Trains run late again\n\nTrains run late again\n\n" + PROSE,
    "verdict with a full stop": HEAD.replace("got worse", "got worse.") + PROSE,
    "verdict with an arrow": HEAD.replace("The situation got worse", "↓ The situation got worse") + PROSE,
    "verdict in brackets": HEAD.replace("The situation got worse", "(the situation has become worse)") + PROSE,
    "a box of other weeks on top": "Home\nSituation in Northland\nJune 7 – June 13\nView all\n\n" + HEAD + PROSE,
    "a tail without the usual opening": HEAD + PROSE + "\nSimilar articles\nBuses stop\nApril 22, 2016 18:02\n",
    "a tail that no words announce": HEAD + PROSE
    + "\nBuses stop at noon\nJune 7 – June 13\nFerries wait\nJune 14 – June 20\n",
    "a tail glued to the next line": HEAD + PROSE + "\nRead moreNovember 28 – December 4, 2022\n",
    "the day of publishing at the end": HEAD + PROSE + "\nMay 10, 2021 09:15\n",
    "a note that it is an excerpt": HEAD + PROSE + "\n[excerpt cut here]\n",
    "a note of shortening in other words": HEAD + PROSE + "\n[The text was truncated …]",
    "a timestamp in the head": HEAD.replace("2021\nRoads", "2021\nMay 11, 2021 10:02\nRoads") + PROSE,
    "a byline": HEAD + "By Anna K. Smith\n\n" + PROSE,
    "share buttons": HEAD + "Share\nTweet\nPrint\n\n" + PROSE,
    "lines broken at a fixed width": HEAD
    + PROSE.replace("five, and", "five,\nand").replace("longer than", "longer\nthan"),
    "hidden characters": HEAD.replace("late", "la\u00adte\u200b") + PROSE,
    "headline, then period and section, then verdict": "Trains run late again\n\n"
    "May 3 – May 9, 2021\nRoads and rails\n\n"
    "The situation got worse\n\n" + PROSE,
    "headline, verdict, period, section without a label": "Trains run late again\n\nThe situation got worse\n"
    "May 3 – May 9, 2021\nRoads and rails\n\n" + PROSE,
    "headline twice with everything between": "Trains run late again\nMay 3 – May 9, 2021\nRoads and rails\n"
    "The situation got worse\nTrains run late again\n\n" + PROSE,
    "the headline cut short where it is repeated": HEAD
    .replace("worse\nTrains run late again", "worse\nTrains run late ag…")
    + PROSE,
    "links to other languages by name": "English\nБеларуская\nРусский\n" + HEAD + PROSE,
    "the publication's name on top": "Situation in Northland\n\n" + HEAD + PROSE,
    "section, period, headline, verdict, each apart": "Roads and rails\n\nMay 3 – May 9, 2021\n\n"
    "Trains run late again\n\nThe situation got worse\n\n" + PROSE,
    "a menu right above the period": "Home\nAbout us\nContacts\n" + HEAD + PROSE,
    "every line of the head in a block of its own, and nothing repeated": "May 3 – May 9, 2021\n\nRoads and rails\n\n"
    "Trains run late again\n\nThe situation got worse\n\n" + PROSE,
    "day before month": HEAD.replace("May 3 – May 9, 2021", "3–9 May 2021") + PROSE,
}  # fmt: skip
