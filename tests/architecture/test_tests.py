"""Tests share the modules of `tests/kit` and of their suite, never those of another suite."""

import ast
from collections.abc import Iterator

from tests.architecture.source import CHECKOUT, imported

TESTS = CHECKOUT / "tests"
#: Modules that every test run imports: they must not depend on any suite.
SHARED_BY_ALL = ("tests/conftest.py", "tests/kit/")
LONGEST_NAME = 80


def _imports() -> Iterator[tuple[str, str]]:
    for path in sorted(TESTS.rglob("*.py")):
        for name in imported(ast.parse(path.read_text(encoding="utf-8"))):
            if name.split(".")[0] == "tests":
                yield path.relative_to(CHECKOUT).as_posix(), name


def _names_a_test(name: str) -> bool:
    return any(part == "conftest" or part.startswith("test_") for part in name.split("."))


def _is_shared_by_all(name: str) -> bool:
    return name == "tests" or name.split(".")[:2] == ["tests", "kit"]


def test_no_test_imports_another() -> None:
    assert [(path, name) for path, name in _imports() if _names_a_test(name)] == []


def test_what_all_tests_share_imports_nothing_of_one_suite() -> None:
    shared = [(path, name) for path, name in _imports() if path.startswith(SHARED_BY_ALL)]
    assert shared, "there is nothing to look at"
    assert [(path, name) for path, name in shared if not _is_shared_by_all(name)] == []


def test_the_look_for_imports_finds_them_however_they_are_written() -> None:
    written = "from tests.shared import test_edge\nimport tests.deploy.conftest\nfrom tests.kit.client import Client\n"
    names = [name for name in imported(ast.parse(written)) if _names_a_test(name)]
    assert names == ["tests.shared.test_edge", "tests.deploy.conftest"]


def test_names_of_tests_are_short() -> None:
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in sorted(TESTS.rglob("test_*.py"))]
    names = [node.name for tree in trees for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    assert [name for name in names if len(name) > LONGEST_NAME] == []
