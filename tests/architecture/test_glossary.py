"""Every module and name in the glossary exists."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.architecture.source import CHECKOUT, modules

GLOSSARY = (CHECKOUT / "docs/reference/glossary.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \| `([a-z_.]+)`(?: `(\w+)`)? \|$", re.MULTILINE)


class Term(NamedTuple):
    """A row of the glossary: `name` is a class, function or constant of the module, or empty."""

    term: str
    industry_term: str
    meaning: str
    module: str
    name: str


TERMS = [Term(*groups) for groups in ROW.findall(GLOSSARY)]


def _defined(tree: ast.Module) -> Iterator[str]:
    """Yield the names that a module defines at its top level: classes, functions, constants; without imports."""
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


def test_every_row_of_the_glossary_is_read_and_no_term_stands_twice() -> None:
    rows = [line for line in GLOSSARY.splitlines() if line.startswith("| ") and "---" not in line]
    headers = [row for row in rows if row.startswith("| term |")]
    names = [term.term for term in TERMS]
    assert len(headers) == 2
    assert len(rows) - len(headers) == len(TERMS)
    assert len(names) == len(set(names))


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term.term)
def test_what_defines_a_term_is_there(term: Term) -> None:
    tree = _tree(term.module)
    assert tree is not None, f"there is no module {term.module}"
    assert not term.name or term.name in set(_defined(tree)), f"{term.module} does not define {term.name}"
