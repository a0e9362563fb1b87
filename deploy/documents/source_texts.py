"""Read from the syntax of the source which classes there are, and which texts an expression can have."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

CHECKOUT: Final = Path(__file__).resolve().parents[2]
_OPEN: Final = "{…}"


@dataclass(frozen=True)
class Class:
    """A class of errors: its base, the attributes and texts in its body."""

    base: str
    attributes: dict[str, object]
    node: ast.ClassDef
    module: "Module"


class Module:
    """A module's syntax, and the values of its constants."""

    def __init__(self, path: Path) -> None:
        self.path = path.relative_to(CHECKOUT).as_posix()
        self.tree = ast.parse(path.read_text(encoding="utf-8"))
        self.constants: dict[str, ast.expr] = {}
        for node in self.tree.body:
            if isinstance(node, ast.Assign):
                self.constants |= {each.id: node.value for each in node.targets if isinstance(each, ast.Name)}
            elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
                self.constants[node.target.id] = node.value
        self.calls = tuple(_calls(self.tree, None))


@cache
def modules() -> tuple[Module, ...]:
    """Return the modules of shared, services and deploy."""
    folders = (CHECKOUT / folder for folder in ("shared", "services", "deploy"))
    return tuple(Module(path) for folder in folders for path in sorted(folder.rglob("*.py")))


@cache
def classes() -> dict[str, Class]:
    """Return the classes that derive from an exception, by name; a class that only tests the tree is none."""
    return {
        node.name: Class(name_of(node.bases[0]), dict(_attributes(node)), node, module)
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ClassDef) and node.bases
    }


def _attributes(node: ast.ClassDef) -> Iterator[tuple[str, object]]:
    for each in node.body:
        target = each.targets[0] if isinstance(each, ast.Assign) else getattr(each, "target", None)
        value = getattr(each, "value", None)
        if isinstance(target, ast.Name) and isinstance(value, ast.Constant):
            yield target.id, value.value


def name_of(node: ast.expr) -> str:
    """Return the name of a name or an attribute, and no text for another expression."""
    return getattr(node, "id", getattr(node, "attr", ""))


def lineage(name: str) -> list[str]:
    """Return a class and its bases, the class first."""
    found: list[str] = []
    while name in classes() and name not in found:
        found.append(name)
        name = classes()[name].base
    return [*found, name]


def attribute_of(name: str, attribute: str) -> object:
    """Return an attribute of a class, or of the nearest base that has it; no text if none has."""
    for each in lineage(name):
        if each in classes() and attribute in classes()[each].attributes:
            return classes()[each].attributes[attribute]
    return ""


def _calls(node: ast.AST, function: ast.FunctionDef | None) -> Iterator[tuple[ast.FunctionDef | None, ast.Call]]:
    for child in ast.iter_child_nodes(node):
        inner = child if isinstance(child, ast.FunctionDef) else function
        if isinstance(child, ast.Call):
            yield inner, child
        yield from _calls(child, inner)


def texts_of(module: Module, function: ast.FunctionDef | None, node: ast.expr, depth: int = 0) -> list[str]:
    """Return the texts that an expression can have; a part that is known only at run time is a placeholder."""
    if depth > 8:  # noqa: PLR2004 - a name that refers to itself
        return [_OPEN]
    if isinstance(node, ast.Constant):
        return [str(node.value)]
    if isinstance(node, ast.JoinedStr):
        return _joined(module, function, node.values, depth)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _joined(module, function, [node.left, node.right], depth)
    if isinstance(node, ast.IfExp):
        return [
            text for each in (node.body, node.orelse) for text in texts_of(module, function, each, depth + 1) if text
        ]
    values = _values(module, function, node)
    if not values and not depth and isinstance(node, ast.Name) and function is not None:
        values = _arguments(module, function, node.id)
    return [text for value in values for text in texts_of(module, function, value, depth + 1)] or [_gap(node)]


def _joined(module: Module, function: ast.FunctionDef | None, parts: Sequence[ast.expr], depth: int) -> list[str]:
    texts = [""]
    for part in parts:
        if isinstance(part, ast.FormattedValue):
            choices = _inner(module, function, part.value, depth)
        else:
            choices = texts_of(module, function, part, depth + 1)
        texts = [text + choice for text in texts for choice in choices]
    return texts


def _inner(module: Module, function: ast.FunctionDef | None, node: ast.expr, depth: int) -> list[str]:
    """Return the texts of a placeholder: of a table of sentences all, of any other value its name."""
    texts = texts_of(module, function, node, depth + 1)
    return texts if all(" " in text for text in texts) else [_gap(node)]


def _values(module: Module, function: ast.FunctionDef | None, node: ast.expr) -> list[ast.expr]:
    """Return the values of a name, or of a table entry, inside its module."""
    if isinstance(node, ast.Name):
        local = _assigned(function, node) if function is not None else []
        constant = module.constants.get(node.id)
        return local or _unpacked(module, function, node.id) or ([constant] if constant is not None else [])
    table: ast.expr | None = None
    default: list[ast.expr] = []
    if isinstance(node, ast.Subscript):
        table = module.constants.get(name_of(node.value))
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get":
        table, default = module.constants.get(name_of(node.func.value)), node.args[1:]
    return [*table.values, *default] if isinstance(table, ast.Dict) else []


def _assigned(function: ast.FunctionDef, name: ast.Name) -> list[ast.expr]:
    """Return what the last assignment before a name assigns to it; after a condition, those of all branches."""
    before = [
        each
        for each in ast.walk(function)
        if isinstance(each, ast.Assign)
        and each.lineno < name.lineno
        and any(name_of(target) == name.id for target in each.targets)
    ]
    if not before:
        return []
    last = max(before, key=lambda each: each.lineno)
    conditions = [
        each
        for each in ast.walk(function)
        if isinstance(each, ast.If) and each.lineno < last.lineno <= (each.end_lineno or 0) < name.lineno
    ]
    first = min((each.lineno for each in conditions), default=last.lineno)
    return [each.value for each in before if each.lineno >= first]


def _unpacked(module: Module, function: ast.FunctionDef | None, name: str) -> list[ast.expr]:
    """Return the values of a name that is assigned from a pair; the pair is a constant of the module."""
    found: list[ast.expr] = []
    for each in ast.walk(function) if function else ():
        if not isinstance(each, ast.Assign) or not isinstance(each.targets[0], ast.Tuple):
            continue
        names = [name_of(target) for target in each.targets[0].elts]
        choices = each.value.values if isinstance(each.value, ast.BoolOp) else [each.value]
        pairs = [module.constants.get(name_of(choice)) for choice in choices]
        if name in names:
            found += [pair.elts[names.index(name)] for pair in pairs if isinstance(pair, ast.Tuple)]
    return found


def _arguments(module: Module, function: ast.FunctionDef, name: str) -> list[ast.expr]:
    """Return what the module passes as a parameter of a function."""
    parameters = [each.arg for each in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)]
    if name not in parameters:
        return []
    found: list[ast.expr] = []
    for _, call in module.calls:
        if name_of(call.func) == function.name:
            is_method = bool(parameters) and parameters[0] in ("self", "cls")
            given = dict(zip(parameters[is_method:], call.args, strict=False))
            given |= {each.arg: each.value for each in call.keywords if each.arg}
            found += [given[name]] if name in given else []
    return found


def _gap(node: ast.expr) -> str:
    """Return the placeholder of a value: the last name in its expression."""
    names = [
        getattr(each, "attr", "") or getattr(each, "id", "")
        for each in ast.walk(node)
        if isinstance(each, ast.Name | ast.Attribute)
    ]
    words = [name.strip("_").lower() for name in names if name not in ("join", "sorted", "str", "get")]
    return "{" + (words[0] if words else "…") + "}"
