"""The promises of docs/architecture.md that no other tool checks."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from itertools import chain
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "src" / "barograph"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
ROOMS = sorted(path.parent.name for path in PACKAGE.glob("*/__init__.py"))
MODULES = [
    path
    for folder in ("src", "tests")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if "migrations" not in path.parts
]


def tracked_files() -> list[Path]:
    """All files of the repository as Git sees them, or as they lie there when this is no clone."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode == 0:
        return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]
    return [path for path in ROOT.rglob("*") if path.is_file() and not any(p.startswith(".") for p in path.parts)]


def texts_of_the_project() -> Iterator[tuple[Path, str]]:
    for path in tracked_files():
        try:
            yield path.relative_to(ROOT), path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


def layers() -> list[set[str]]:
    """The layers of the import contract, the top first."""
    contracts = PROJECT["tool"]["importlinter"]["contracts"]
    stack = next(contract for contract in contracts if contract.get("exhaustive"))["layers"]
    return [set(re.findall(r"\w+", layer)) for layer in stack]


def test_the_table_of_rooms_names_the_folders() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    assert sorted(re.findall(r"^\| `(\w+)` \|", page, flags=re.MULTILINE)) == ROOMS


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_and_its_functions_fit_in_a_head(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) < 400
    functions = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    long = [node.name for node in functions if (node.end_lineno or node.lineno) - node.lineno >= 40]
    assert long == []


def test_no_module_is_a_drawer_for_everything() -> None:
    drawers = {"utils", "util", "helpers", "helper", "core", "common", "misc", "shared"}
    assert [path for path in MODULES if drawers & set(path.relative_to(ROOT).with_suffix("").parts)] == []


def test_relations_of_models_point_down() -> None:
    level = {room: height for height, layer in enumerate(reversed(layers())) for room in layer}
    upward = [
        f"{model.__name__}.{field.name} → {field.related_model.__name__}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.is_relation and field.concrete and field.related_model is not None
        if (here := room_of(model)) and (there := room_of(field.related_model)) and here != there
        if level[there] >= level[here]
    ]
    assert upward == []


def room_of(model: type) -> str | None:
    """The room a model lives in, or nothing when it is somebody else's."""
    package, _, rest = model.__module__.partition(".")
    return rest.split(".")[0] if package == "barograph" else None


@pytest.mark.django_db(databases="__all__")
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", check_changes=True, dry_run=True)


def test_every_dependency_has_its_reason() -> None:
    page = (ROOT / "docs" / "decisions" / "dependencies.md").read_text(encoding="utf-8")
    explained = set(re.findall(r"^\| `([\w-]+)` \|", page, flags=re.MULTILINE))
    groups = PROJECT["dependency-groups"]
    wanted = [*PROJECT["project"]["dependencies"], *groups["build"], *groups["test"]]
    assert {re.split(r"[^\w.-]", name)[0] for name in wanted} == explained


def test_everything_that_is_imported_is_declared() -> None:
    extras = chain.from_iterable(PROJECT["project"]["optional-dependencies"].values())
    declared = {_normal(re.split(r"[^\w.-]", name)[0]) for name in (*PROJECT["project"]["dependencies"], *extras)}
    imported = set()
    for file in (ROOT / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and not node.level and node.module:
                names = [node.module]
            imported |= {name.split(".")[0] for name in names}
    known = {name: {_normal(package) for package in found} for name, found in packages_distributions().items()}
    of_others = {"botocore", "modelsearch", "pydantic_core", "taggit"}  # parts of boto3, pydantic and wagtail
    others = imported - set(sys.stdlib_module_names) - {"barograph", "_typeshed", *of_others}
    assert sorted(name for name in others if not known.get(name, set()) & declared) == []


def _normal(package: str) -> str:
    return re.sub(r"[-_.]+", "-", package).lower()


def test_every_decision_is_in_the_index() -> None:
    folder = ROOT / "docs" / "decisions"
    index = (folder / "README.md").read_text(encoding="utf-8")
    linked = set(re.findall(r"\]\(([\w-]+\.md)\)", index))
    assert linked == {path.name for path in folder.glob("*.md")} - {"README.md"}


def test_no_file_names_a_package_index() -> None:
    # In pieces, so that this file names none either.
    names = ["py" + "pi", "python" + "hosted", "registry." + "npm" + "js"]
    hosts = re.compile("|".join(rf"{name}\.\w" for name in names) + r"|--(extra-)?index-url[ =]\S|--find-links[ =]\S")
    assert [str(path) for path, text in texts_of_the_project() if hosts.search(text)] == []


def test_no_file_names_a_place_on_one_machine() -> None:
    places = re.compile(r"(?<![\w.])/(work|home/\w+|Users/\w+|root)/")
    found = [str(path) for path, text in texts_of_the_project() if places.search(text)]
    assert found == []
