"""The markers at tests: `@pytest.mark.<mark>(...)`, as a decorator or among the marks of a parameter."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple


class Marker(NamedTuple):
    """A marker: the file below the checkout, the qualified name of the test, and the arguments of the marker."""

    path: str
    test: str
    call: ast.Call


def in_tests(checkout: Path, mark: str) -> Iterator[Marker]:
    """Yield the markers of one kind, file by file."""
    for path in sorted((checkout / "tests").rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if f"mark.{mark}" in text:
            relative = path.relative_to(checkout).as_posix()
            for name, call in _marked(ast.parse(text), "", f"pytest.mark.{mark}"):
                yield Marker(relative, name, call)


def _marked(node: ast.AST, name: str, mark: str) -> Iterator[tuple[str, ast.Call]]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        name = f"{name}.{node.name}".lstrip(".")
    if isinstance(node, ast.Call) and ast.unparse(node.func) == mark:
        yield name, node
    for child in ast.iter_child_nodes(node):
        yield from _marked(child, name, mark)
