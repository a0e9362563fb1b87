"""Names that the code contains only as literals: read from the syntax tree, each kind by one rule.

A literal is a string, an f-string or a constant of the module that contains one of them. The changing parts of an
f-string become `{}`, so that renaming a Python variable changes no name.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
PACKAGES = ("shared", "services", "deploy")
#: Migrations are history, and `deploy/documents` writes only samples: neither contains a name in use.
LEFT_OUT = ("migrations", "documents")
_ANY = "{}"
_LOCK = re.compile(r"advisory\w*\(.*?'(casepath\.\w+)'")
_IDENTIFIER = re.compile(r"(urn:|org\.|application/vnd\.|/)?casepath([.:/@-].*)?")
_LONGEST_IDENTIFIER = 60


@dataclass(frozen=True)
class Call:
    """A call in the source, with the constants of its module."""

    node: ast.Call
    constants: Mapping[str, ast.expr]

    def argument(self, place: int | None, keyword: str = "") -> ast.expr | None:
        """Return an argument by its position, or else by its keyword."""
        if place is not None and len(self.node.args) > place:
            return self.node.args[place]
        return next((given.value for given in self.node.keywords if given.arg == keyword), None)

    def texts(self, node: ast.expr | None) -> set[str]:
        """Return each possible text of an expression as far as the module defines it; `{}` for the unknown parts."""
        if isinstance(node, ast.Constant):
            return {str(node.value)}
        if isinstance(node, ast.JoinedStr):
            parts = [str(part.value) if isinstance(part, ast.Constant) else _ANY for part in node.values]
            return {"".join(parts)}
        if isinstance(node, ast.IfExp):
            return self.texts(node.body) | self.texts(node.orelse)
        if isinstance(node, ast.Name):
            return self.texts(self.constants[node.id]) if node.id in self.constants else self._keys(node.id)
        is_id = isinstance(node, ast.Call) and _last_name(node.func) == "UUID" and len(node.args) == 1
        return self.texts(node.args[0]) if is_id else {_ANY}  # type: ignore[union-attr]  # it is a call

    def _keys(self, name: str) -> set[str]:
        """Return the keys of a table of the module in which another argument looks up this name."""
        looked_up = [each for each in self.node.args if isinstance(each, ast.Subscript)]
        for each in looked_up:
            table = self.constants.get(_last_name(each.value))
            if isinstance(each.slice, ast.Name) and each.slice.id == name and isinstance(table, ast.Dict):
                return set().union(*(self.texts(key) for key in table.keys))
        return {_ANY}


@dataclass(frozen=True)
class Source:
    """The parts of the product's source that are read in one pass."""

    calls: Mapping[str, list[Call]]
    classes: Mapping[str, ast.ClassDef]
    strings: frozenset[str]
    #: Each document with constant keys, with the module's constants.
    documents: list[Call]


@cache
def source() -> Source:
    """Read every module of the product."""
    calls, classes, strings, documents = defaultdict(list), {}, set(), []
    for path in sorted(path for package in PACKAGES for path in (CHECKOUT / package).rglob("*.py")):
        if set(path.parts) & set(LEFT_OUT):
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        constants = _constants(tree)
        for name, node in _named_calls(tree):
            calls[name].append(Call(node, constants))
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes)):
                strings.add(node.value if isinstance(node.value, str) else node.value.decode("latin1"))
            elif isinstance(node, ast.ClassDef):
                classes[node.name] = node
            elif isinstance(node, ast.Dict):
                documents.append(Call(_as_call(node), constants))
    return Source(calls, classes, frozenset(strings), documents)


def _constants(tree: ast.Module) -> dict[str, ast.expr]:
    assigned: dict[str, ast.expr] = {}
    for statement in tree.body:
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            assigned[statement.targets[0].id] = statement.value
        elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name) and statement.value:
            assigned[statement.target.id] = statement.value
    return assigned


def _named_calls(tree: ast.Module) -> Iterator[tuple[str, ast.Call]]:
    """Yield each call by the name of its target; `super().__init__` of a class by each of its bases."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield _last_name(node.func), node
        elif isinstance(node, ast.ClassDef):
            for inner in ast.walk(node):
                if isinstance(inner, ast.Call) and ast.unparse(inner.func) == "super().__init__":
                    yield from ((_last_name(base), inner) for base in node.bases)


def _last_name(node: ast.expr) -> str:
    return str(getattr(node, "attr", getattr(node, "id", "")))


def _as_call(document: ast.Dict) -> ast.Call:
    named = [
        ast.keyword(str(key.value), value)
        for key, value in zip(document.keys, document.values, strict=True)
        if isinstance(key, ast.Constant)
    ]
    return ast.Call(ast.Name("dict"), [], named)


def stated(name: str, place: int | None, keyword: str = "") -> set[str]:
    """Return the texts of one argument in calls of this name, except those that are unknown."""
    given = [call.texts(call.argument(place, keyword)) for call in source().calls.get(name, ())]
    return set().union(*given) - {_ANY, "None"}


def ids_by_name() -> Iterator[str]:
    """Yield the namespace and the name of each UUIDv5 that the code creates."""
    for call in source().calls["uuid5"]:
        for namespace in call.texts(call.argument(0)):
            yield from (f"{namespace} {name}" for name in call.texts(call.argument(1)))


def cells() -> Iterator[str]:
    """Yield the table and the column to which each encrypted value is bound; `{}` for the name of a model's table."""
    for call in source().calls["Cell"]:
        for table in call.texts(call.argument(0)):
            yield from (f"{table}.{column}" for column in call.texts(call.argument(1)))


def locks() -> Iterator[str]:
    """Yield the names of advisory locks in statements, and their numbers in calls."""
    for text in source().strings:
        yield from _LOCK.findall(text)
    for function in ("pg_advisory_xact_lock", "pg_advisory_xact_lock_shared"):
        yield from stated(function, 0)


def identifiers() -> Iterator[str]:
    """Yield each literal that is a name below `casepath`: types, issuers, labels of digests, folders of backups."""
    short = (text for text in source().strings if len(text) <= _LONGEST_IDENTIFIER)
    return (text for text in short if _IDENTIFIER.fullmatch(text))


def of_class(name: str) -> Iterator[str]:
    """Yield the texts of this class attribute."""
    for defined in source().classes.values():
        for statement in defined.body:
            if isinstance(statement, ast.Assign) and getattr(statement.targets[0], "id", "") == name:
                value = statement.value
                if isinstance(value, ast.Constant) and isinstance(value.value, str):
                    yield value.value


def rules() -> Iterator[str]:
    """Yield the `rule` of each raised error or error class.

    A literal entry of `errors` counts too: it has a rule and a message.
    """
    yield from of_class("rule")
    for name in source().classes:
        place = _place_of_rule(name)
        if place is not None:
            yield from stated(name, place, "rule")
    for document in source().documents:
        if document.argument(None, "message") is not None:
            yield from document.texts(document.argument(None, "rule")) - {_ANY, "None"}


def _place_of_rule(name: str) -> int | None:
    """Return the position of the rule in a class's arguments, in its own or inherited `__init__`."""
    defined = source().classes.get(name)
    if defined is None:
        return None
    for statement in defined.body:
        if isinstance(statement, ast.FunctionDef) and statement.name == "__init__":
            names = [each.arg for each in statement.args.args]
            return names.index("rule") - 1 if "rule" in names else None
    return next((place for base in defined.bases if (place := _place_of_rule(_last_name(base))) is not None), None)
