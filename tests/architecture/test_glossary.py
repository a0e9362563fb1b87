"""The glossary is true: what defines a term is there, and words of the domain are used for the domain alone."""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.architecture.source import CHECKOUT, modules

GLOSSARY = (CHECKOUT / "docs/glossary.md").read_text(encoding="utf-8")
TERMS_AT_MOST = 40
ROW = re.compile(r"^\| ([^|]+) \| ([^|]+) \| `([a-z_.]+)`(?: `(\w+)`)? \|$", re.MULTILINE)
RESERVED = re.compile(r"^- \*\*([a-z_]+)\*\*: ", re.MULTILINE)
WORD = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")


class Term(NamedTuple):
    """A row of the glossary: `name` is a class, function or constant of the module, or empty."""

    term: str
    meaning: str
    module: str
    name: str


TERMS = [Term(*groups) for groups in ROW.findall(GLOSSARY)]
WORDS = set(RESERVED.findall(GLOSSARY))


def _defined(tree: ast.Module) -> Iterator[str]:
    """What a module itself defines at its top: classes, functions, constants; not what it imports."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name
        elif isinstance(node, ast.Assign):
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id


def _tree(module: str) -> ast.Module | None:
    path = Path(*module.split("."))
    return modules().get(path.with_suffix(".py")) or modules().get(path / "__init__.py")


def _is_taken(name: str, reserved: Iterable[str]) -> bool:
    """Return whether one of the words of a name is reserved, in singular or plural."""
    words = {word.lower() for word in WORD.findall(name)}
    return any(word in words or f"{word}s" in words for word in reserved)


def _taken(trees: Mapping[Path, ast.Module], reserved: Iterable[str]) -> list[str]:
    """Modules and classes outside the services whose names have a reserved word."""
    reserved = set(reserved)
    outside = {path: tree for path, tree in trees.items() if path.parts[0] != "services"}
    rooms = [str(path) for path in outside if any(_is_taken(part, reserved) for part in path.with_suffix("").parts)]
    classes = [
        f"{path}: {node.name}"
        for path, tree in outside.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and _is_taken(node.name, reserved)
    ]
    return rooms + classes


def test_every_row_of_the_glossary_is_read_and_no_term_stands_twice() -> None:
    rows = [line for line in GLOSSARY.splitlines() if line.startswith("| ") and "---" not in line]
    headers = [row for row in rows if row.startswith("| term |")]
    names = [term.term for term in TERMS]
    assert len(headers) == 2
    assert len(rows) - len(headers) == len(TERMS)
    assert len(names) == len(set(names))


def test_the_glossary_is_short_enough_to_be_learnt() -> None:
    assert 25 <= len(TERMS) <= TERMS_AT_MOST


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term.term)
def test_what_defines_a_term_is_there(term: Term) -> None:
    tree = _tree(term.module)
    assert tree is not None, f"there is no module {term.module}"
    assert not term.name or term.name in set(_defined(tree)), f"{term.module} does not define {term.name}"


def test_a_word_of_the_domain_names_nothing_outside_the_services() -> None:
    assert {"survivor", "hearing", "supervisor", "account", "placement", "plan"} <= WORDS
    assert _taken(modules(), WORDS) == []


def test_the_look_for_reserved_words_finds_modules_and_classes_in_singular_and_plural() -> None:
    trees = {
        Path("deploy/cli/survivor.py"): ast.parse("class Reaper: pass"),
        Path("shared/plans/table.py"): ast.parse("class Explanation: pass"),
        Path("shared/store/user.py"): ast.parse("class OsAccounts: pass\nclass HTTPPlan: pass\nclass Planning: pass"),
        Path("services/legal/hearing/models.py"): ast.parse("class Hearing: pass"),
    }
    assert _taken(trees, {"survivor", "plan", "account", "hearing"}) == [
        "deploy/cli/survivor.py",
        "shared/plans/table.py",
        "shared/store/user.py: OsAccounts",
        "shared/store/user.py: HTTPPlan",
    ]
