"""The words of the source: what local names say, how docstrings begin, and how much is left untyped."""

import ast
import re
from collections.abc import Iterator

from tests.architecture.source import modules

#: Names that say nothing of what they hold.
EMPTY = {"each", "found", "told", "made", "known", "said", "kept"}
#: "Tell" was both "return whether" and "emit an event"; the others leave open what is returned, emitted or stored.
VAGUE_VERBS = re.compile(r"(?:Give|Tell|Say|Let|Take)s?\b")
EMPTY_AT_MOST = 99
ANY_AT_MOST = 299
UNTYPED_DICTS_AT_MOST = 89


def _bindings(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every name that is given something: assigned, looped over, a parameter, an alias, a caught error."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg
        elif isinstance(node, ast.ExceptHandler) and node.name:
            yield node.lineno, node.name
        elif isinstance(node, ast.alias) and node.asname:
            yield node.lineno, node.asname
        elif isinstance(node, ast.MatchAs | ast.MatchStar) and node.name:
            yield node.lineno, node.name


def _empty_bindings(tree: ast.AST) -> list[tuple[int, str]]:
    return [(line, name) for line, name in _bindings(tree) if name.strip("_") in EMPTY]


def _vague_docstrings(tree: ast.AST) -> list[str]:
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = [ast.get_docstring(node) for node in ast.walk(tree) if isinstance(node, documented)]
    return [text.splitlines()[0] for text in docstrings if text and VAGUE_VERBS.match(text)]


def _any_names(tree: ast.AST) -> list[int]:
    return [node.lineno for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id == "Any"]


def _untyped_dicts(tree: ast.AST) -> list[int]:
    subscripts = [node for node in ast.walk(tree) if isinstance(node, ast.Subscript)]
    return [node.lineno for node in subscripts if ast.unparse(node) == "dict[str, Any]"]


def test_few_local_names_say_nothing_of_what_they_hold() -> None:
    empty = [f"{path}:{line}: {name}" for path, tree in modules().items() for line, name in _empty_bindings(tree)]
    assert len(empty) <= EMPTY_AT_MOST, empty


def test_no_docstring_begins_with_a_verb_that_leaves_open_what_is_done() -> None:
    vague = [f"{path}: {line}" for path, tree in modules().items() for line in _vague_docstrings(tree)]
    assert vague == []


def test_any_stands_where_a_library_hands_over_something_untyped_and_seldom_elsewhere() -> None:
    counts = {str(path): len(_any_names(tree)) for path, tree in modules().items()}
    assert sum(counts.values()) <= ANY_AT_MOST, sorted(counts.items(), key=lambda entry: -entry[1])[:20]


def test_few_dicts_hold_just_anything() -> None:
    counts = {str(path): len(_untyped_dicts(tree)) for path, tree in modules().items()}
    assert sum(counts.values()) <= UNTYPED_DICTS_AT_MOST, sorted(counts.items(), key=lambda entry: -entry[1])[:20]


def test_the_counts_find_what_they_count() -> None:
    tree = ast.parse(
        '"""Tell what is kept."""\n'
        "import json as found\n"
        "def give(each, *, told: dict[str, Any]) -> Any:\n"
        '    """Gives a hint, and Lets go."""\n'
        "    made = [known for known in each]\n"
        "    try: said = 1\n"
        "    except ValueError as kept: pass\n"
        "def letter() -> None:\n"
        '    """Letters are not let."""\n'
    )
    assert sorted(name for _, name in _empty_bindings(tree)) == sorted(EMPTY)
    assert _vague_docstrings(tree) == ["Tell what is kept.", "Gives a hint, and Lets go."]
    assert (len(_any_names(tree)), len(_untyped_dicts(tree))) == (2, 1)
