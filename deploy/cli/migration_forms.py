"""Check from its source what a migration does while an older release runs. Nothing is executed.

A migration **expands**: it adds objects that a newer release needs and an older one ignores. A migration that removes,
renames or tightens an object states the release that no longer needs it, `contracts = "0.3.0"`. It is released one
version after the code that stopped using the object.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

#: Operations that no older release survives.
_TAKES = {
    "drop_table": "drops a table",
    "drop_column": "drops a column",
    "rename_table": "renames a table",
    "drop_constraint": "drops a constraint that an older release may lean on",
}
_CONSTRAINTS = {"create_foreign_key", "create_check_constraint", "create_unique_constraint", "create_primary_key"}
_SQL = (
    (re.compile(r"\bdrop\s+(table|column|view|schema)\b", re.IGNORECASE), "drops by a statement"),
    (re.compile(r"\brename\s+(to|column)\b", re.IGNORECASE), "renames by a statement"),
    (re.compile(r"\bset\s+not\s+null\b", re.IGNORECASE), "makes a column NOT NULL by a statement, over all its rows"),
    (re.compile(r"\balter\s+column\s+\S+\s+(set\s+data\s+)?type\b", re.IGNORECASE), "changes a column's type"),
    (re.compile(r"\bcreate\s+(unique\s+)?index\s+(?!concurrently)", re.IGNORECASE), "makes an index by a statement"),
)
_LOCKS = "while it blocks writes: create it beforehand (`CONCURRENTLY`), or mark the table as small (`SMALL`)"


@dataclass(frozen=True)
class Form:
    """A statement of a migration that is unsafe while an older release runs, with its line."""

    line: int
    why: str


@dataclass(frozen=True)
class Read:
    """A migration as it is written."""

    name: str
    #: From which release on nothing needs what it takes away; None: it only adds.
    contracts: str | None
    #: Statements that are run before it, each outside any transaction.
    concurrently: tuple[str, ...]
    unsafe: tuple[Form, ...]


def read(path: Path) -> Read:
    """Return what a migration does that an older release would notice."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    words = {
        node.targets[0].id: ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and node.targets[0].id in ("revision", "contracts", "SMALL", "CONCURRENTLY")
    }
    ahead = tuple(words.get("CONCURRENTLY", ()))
    forms = _forms(tree, set(words.get("SMALL", ())), " ".join(ahead))
    return Read(words["revision"], words.get("contracts"), ahead, tuple(sorted(forms, key=lambda form: form.line)))


def _forms(tree: ast.Module, small: set[str], ahead: str) -> Iterator[Form]:
    calls = [
        node
        for function in tree.body
        if isinstance(function, ast.FunctionDef) and function.name != "downgrade"
        for node in ast.walk(function)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    ]
    new = {_text(call, 0) for call in calls if _name(call) == "create_table"}
    for call in calls:
        why = _why(call, new, small, ahead)
        if why is not None:
            yield Form(call.lineno, why)


def _why(call: ast.Call, new: set[str], small: set[str], ahead: str) -> str | None:
    """Return why a call is unsafe while an older release runs; None if it is safe."""
    name, table = _name(call), _text(call, 1)
    if name in _TAKES:
        return _TAKES[name]
    by_name = {"execute": _why_statement, "add_column": _why_column, "alter_column": _why_altered}
    if name in by_name:
        return by_name[name](call)
    if name == "create_index" and table not in new | small and _text(call, 0) not in ahead:
        return f"makes an index on {table or 'a table'} {_LOCKS}"
    if name in _CONSTRAINTS and table not in new | small:
        return f"checks every row of {table or 'a table'} {_LOCKS.partition(':')[0]}, and an older release may break it"
    return None


def _why_statement(call: ast.Call) -> str | None:
    texts = (node.value for node in ast.walk(call) if isinstance(node, ast.Constant))
    statement = " ".join(text for text in texts if isinstance(text, str))
    return next((why for pattern, why in _SQL if pattern.search(statement)), None)


def _why_column(call: ast.Call) -> str | None:
    column = next((node for node in call.args[1:] if isinstance(node, ast.Call)), None)
    options = {word.arg: word.value for word in column.keywords} if column else {}
    nullable = options.get("nullable")
    if isinstance(nullable, ast.Constant) and nullable.value is False and "server_default" not in options:
        return "adds a column that is NOT NULL without a default: an older release can't add a row"
    return None


def _why_altered(call: ast.Call) -> str | None:
    options = {word.arg: word.value for word in call.keywords}
    if "new_column_name" in options:
        return "renames a column"
    if "type_" in options:
        return "changes a column's type, over all its rows"
    nullable = options.get("nullable")
    if isinstance(nullable, ast.Constant) and nullable.value is False:
        return "makes a column NOT NULL, over all its rows, and an older release may leave it empty"
    return None


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


def _text(call: ast.Call, place: int) -> str:
    """Return a call's argument that is written as a text; empty where there is none, or it is computed."""
    argument = call.args[place] if len(call.args) > place else None
    if isinstance(argument, ast.Call) and argument.args:  # op.f("…")
        argument = argument.args[0]
    return argument.value if isinstance(argument, ast.Constant) and isinstance(argument.value, str) else ""
