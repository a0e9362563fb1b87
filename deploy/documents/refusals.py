"""All error texts, read from the source: problems of the services, refused settings, and refused commands.

A text is read where its error is made. Names and tables that hold a text are followed inside their module. A value that
is known only at run time is a placeholder: `{days}`.

A text has two parts: its first sentence says what happened and why, the others say what to do.
"""

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

CHECKOUT: Final = Path(__file__).resolve().parents[2]
_FIRST_SENTENCE: Final = re.compile(r"(?<=[.?!])\s+(?=[A-Z`{.])")
#: Classes whose arguments are parts of the text, in this order. Subclasses take the same.
_ARGUMENTS: Final = {
    "Refused": ("status", "title", "text"),
    "StepForbidden": ("rule", "text"),
    "FactRefused": ("field", "rule", "text"),
    "CommandRefused": ("text",),
    "SettingRefused": ("text",),
    "EndingRefused": ("rule", "text"),
    "DeadlineForbids": ("rule", "text"),
    "ImpossibleDate": ("text",),
    "ImpossiblePeriod": ("text",),
    "UnknownRule": ("text",),
    "_problem": ("status", "title", "text"),
    "unclear": ("text",),
}
_OPEN: Final = "{…}"
#: The function of a service that returns the rule and the text of why a copy is not released.
_OBSTACLE: Final = "obstacle"
_COPY_REFUSED: Final[dict[str, ast.expr]] = {
    "title": ast.Constant("Not to be handed over"),
    "status": ast.Constant("409"),
}
#: The title and the status of `shared.http.paging.unclear`.
_UNCLEAR: Final = ("Check the address", "400")


@dataclass(frozen=True)
class Refusal:
    """An error text, and the other parts that a client sees."""

    place: str
    kind: str
    text: str
    title: str = ""
    status: str = ""
    rule: str = ""
    retryable: bool = False
    why: str = ""
    next_step: str = ""

    @property
    def happened(self) -> str:
        """Return what happened, and why."""
        return _FIRST_SENTENCE.split(self.text, maxsplit=1)[0]

    @property
    def to_do(self) -> str:
        """Return what to do."""
        parts = _FIRST_SENTENCE.split(self.text, maxsplit=1)
        return self.next_step or (parts[1] if len(parts) > 1 else "")

    @property
    def is_worth_a_retry(self) -> bool:
        """Return whether the same request can succeed later."""
        return self.retryable or any(status in self.status for status in ("429", "503"))

    @property
    def is_of_another(self) -> bool:
        """Return whether the whole text is another error's."""
        return re.fullmatch(r"\{[^{}]*\}\.?", self.text) is not None


@dataclass(frozen=True)
class _Class:
    """A class of errors: its base, the attributes and texts in its body."""

    base: str
    attributes: dict[str, object]
    node: ast.ClassDef
    module: "_Module"


class _Module:
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
def _modules() -> tuple[_Module, ...]:
    folders = (CHECKOUT / folder for folder in ("shared", "services", "deploy"))
    return tuple(_Module(path) for folder in folders for path in sorted(folder.rglob("*.py")))


@cache
def _classes() -> dict[str, _Class]:
    """Return the classes that derive from an exception, by name; a class that only tests the tree is none."""
    return {
        node.name: _Class(_name(node.bases[0]), dict(_attributes(node)), node, module)
        for module in _modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ClassDef) and node.bases
    }


def _attributes(node: ast.ClassDef) -> Iterator[tuple[str, object]]:
    for each in node.body:
        target = each.targets[0] if isinstance(each, ast.Assign) else getattr(each, "target", None)
        value = getattr(each, "value", None)
        if isinstance(target, ast.Name) and isinstance(value, ast.Constant):
            yield target.id, value.value


def _name(node: ast.expr) -> str:
    return getattr(node, "id", getattr(node, "attr", ""))


def _lineage(name: str) -> list[str]:
    """Return a class and its bases, the class first."""
    found: list[str] = []
    while name in _classes() and name not in found:
        found.append(name)
        name = _classes()[name].base
    return [*found, name]


def _attribute(name: str, attribute: str) -> object:
    for each in _lineage(name):
        if each in _classes() and attribute in _classes()[each].attributes:
            return _classes()[each].attributes[attribute]
    return ""


@cache
def refusals() -> tuple[Refusal, ...]:
    """Return every text of an error, in the order of the source, each once in a place."""
    found = {refusal: None for module in _modules() for refusal in _of_module(module)}
    return tuple(found)


def _of_module(module: _Module) -> Iterator[Refusal]:
    for function, node in module.calls:
        name = _name(node.func)
        known = next((each for each in _lineage(name) if each in _ARGUMENTS), None)
        if known == "CommandRefused" and not module.path.startswith("deploy/"):
            continue  # a class of the same name, which no command raises
        own_text = known is not None and name != known and _has_own_text(name)
        if known is not None and not own_text and not _is_super(node):
            yield from _made(module, function, node, name, _ARGUMENTS[known])
    for each in ast.walk(module.tree):
        if isinstance(each, ast.ClassDef) and _is_answered(each.name):
            yield from _of_class(module, each)
        elif isinstance(each, ast.FunctionDef) and each.name == _OBSTACLE:
            yield from _of_obstacle(module, each)


def _of_obstacle(module: _Module, function: ast.FunctionDef) -> Iterator[Refusal]:
    for each in ast.walk(function):
        if isinstance(each, ast.Return) and isinstance(each.value, ast.Tuple):
            rule, text = each.value.elts
            yield from _refusals(module, function, "CopyRefused", {"rule": rule, "text": text, **_COPY_REFUSED})


def _calls(node: ast.AST, function: ast.FunctionDef | None) -> Iterator[tuple[ast.FunctionDef | None, ast.Call]]:
    for child in ast.iter_child_nodes(node):
        inner = child if isinstance(child, ast.FunctionDef) else function
        if isinstance(child, ast.Call):
            yield inner, child
        yield from _calls(child, inner)


def _is_super(node: ast.Call) -> bool:
    return isinstance(node.func, ast.Attribute) and node.func.attr == "__init__"


def _has_own_text(name: str) -> bool:
    """Return whether a class writes its text itself, so that its arguments are none."""
    return any(_initial(each) for each in _lineage(name) if each in _classes() and each not in _ARGUMENTS)


def _initial(name: str) -> list[ast.Call]:
    return [
        node
        for each in _classes()[name].node.body
        if isinstance(each, ast.FunctionDef) and each.name == "__init__"
        for node in ast.walk(each)
        if isinstance(node, ast.Call) and _is_super(node) and node.args and not _is_passed(each, node.args[-1])
    ]


def _is_passed(function: ast.FunctionDef, node: ast.expr) -> bool:
    """Return whether a text is a parameter: whoever raises the error writes it."""
    return isinstance(node, ast.Name) and node.id in [each.arg for each in function.args.args]


def _defaults(name: str) -> dict[str, ast.expr]:
    """Return the other parts of a text that a class adds to the one that is passed to it."""
    for each in [each for each in _lineage(name) if each in _classes() and each not in _ARGUMENTS]:
        for function in _classes()[each].node.body:
            for call in ast.walk(function) if isinstance(function, ast.FunctionDef) else ():
                if isinstance(call, ast.Call) and _is_super(call) and isinstance(function, ast.FunctionDef):
                    named = {item.arg: item.value for item in call.keywords if item.arg}
                    return {part: value for part, value in named.items() if not isinstance(value, ast.Name)}
    return {}


def _is_answered(name: str) -> bool:
    """Return whether a class has its own text for a caller or an operator."""
    is_client_error = bool(_attribute(name, "title")) or "CommandRefused" in _lineage(name)
    return is_client_error and name not in _ARGUMENTS and "Exception" in _lineage(name)


def _of_class(module: _Module, node: ast.ClassDef) -> Iterator[Refusal]:
    known = next((each for each in _lineage(node.name) if each in _ARGUMENTS and each != node.name), None)
    for each in node.body:
        if not isinstance(each, ast.FunctionDef):
            continue
        if each.name == "__init__":
            for call in _initial(node.name):
                if known is None and call.args:
                    yield from _refusals(module, each, node.name, {"text": call.args[-1]})
                elif known is not None:
                    yield from _made(module, each, call, node.name, _ARGUMENTS[known])
        elif each.name == "__str__":
            for inner in ast.walk(each):
                if isinstance(inner, ast.Return) and inner.value is not None:
                    yield from _refusals(module, each, node.name, {"text": inner.value})


def _made(
    module: _Module, function: ast.FunctionDef | None, node: ast.Call, name: str, arguments: Sequence[str]
) -> Iterator[Refusal]:
    parts = _defaults(name) | dict(zip(arguments, node.args, strict=False))
    parts |= {each.arg: each.value for each in node.keywords if each.arg}
    if any(isinstance(each, ast.Starred) for each in node.args):
        starred = next(each.value for each in node.args if isinstance(each, ast.Starred))
        for title, text in _pairs(module, starred):
            yield from _refusals(module, function, name, {**parts, "title": title, "text": text})
    elif "text" in parts:
        yield from _refusals(module, function, name, parts)


def _pairs(module: _Module, node: ast.expr) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Yield the pairs of a title and a text in a table of the module that are passed as two arguments."""
    if isinstance(node, ast.Subscript):
        table = module.constants.get(_name(node.value))
        entry = ast.literal_eval(node.slice) if isinstance(node.slice, ast.Constant) else None
        if isinstance(table, ast.Dict):
            for key, value in zip(table.keys, table.values, strict=True):
                if isinstance(key, ast.Constant) and key.value == entry and isinstance(value, ast.Tuple):
                    yield value.elts[0], value.elts[1]


def _refusals(
    module: _Module, function: ast.FunctionDef | None, name: str, parts: dict[str, ast.expr]
) -> Iterator[Refusal]:
    def one(part: str) -> str:
        return next(iter(_texts(module, function, parts[part])), "") if part in parts else ""

    for text in _texts(module, function, parts["text"]):
        title, status = (
            _UNCLEAR
            if name == "unclear"
            else (one("title"), ", ".join(_texts(module, function, parts["status"])) if "status" in parts else "")
        )
        yield Refusal(
            place=_place(module.path),
            kind=name,
            text=text,
            title=title or str(_attribute(name, "title")),
            status=status or str(_attribute(name, "status")),
            rule=one("rule"),
            retryable=bool(_attribute(name, "retryable")),
            why=one("why"),
            next_step=one("next_step"),
        )


def _place(path: str) -> str:
    folder, _, rest = path.partition("/")
    return rest.partition("/")[0] if folder == "services" else folder


def _texts(module: _Module, function: ast.FunctionDef | None, node: ast.expr, depth: int = 0) -> list[str]:
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
        return [text for each in (node.body, node.orelse) for text in _texts(module, function, each, depth + 1) if text]
    values = _values(module, function, node)
    if not values and not depth and isinstance(node, ast.Name) and function is not None:
        values = _arguments(module, function, node.id)
    return [text for value in values for text in _texts(module, function, value, depth + 1)] or [_gap(node)]


def _joined(module: _Module, function: ast.FunctionDef | None, parts: Sequence[ast.expr], depth: int) -> list[str]:
    texts = [""]
    for part in parts:
        if isinstance(part, ast.FormattedValue):
            choices = _inner(module, function, part.value, depth)
        else:
            choices = _texts(module, function, part, depth + 1)
        texts = [text + choice for text in texts for choice in choices]
    return texts


def _inner(module: _Module, function: ast.FunctionDef | None, node: ast.expr, depth: int) -> list[str]:
    """Return the texts of a placeholder: of a table of sentences all, of any other value its name."""
    texts = _texts(module, function, node, depth + 1)
    return texts if all(" " in text for text in texts) else [_gap(node)]


def _values(module: _Module, function: ast.FunctionDef | None, node: ast.expr) -> list[ast.expr]:
    """Return the values of a name, or of a table entry, inside its module."""
    if isinstance(node, ast.Name):
        local = _assigned(function, node) if function is not None else []
        constant = module.constants.get(node.id)
        return local or _unpacked(module, function, node.id) or ([constant] if constant is not None else [])
    table: ast.expr | None = None
    default: list[ast.expr] = []
    if isinstance(node, ast.Subscript):
        table = module.constants.get(_name(node.value))
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get":
        table, default = module.constants.get(_name(node.func.value)), node.args[1:]
    return [*table.values, *default] if isinstance(table, ast.Dict) else []


def _assigned(function: ast.FunctionDef, name: ast.Name) -> list[ast.expr]:
    """Return what the last assignment before a name assigns to it; after a condition, those of all branches."""
    before = [
        each
        for each in ast.walk(function)
        if isinstance(each, ast.Assign)
        and each.lineno < name.lineno
        and any(_name(target) == name.id for target in each.targets)
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


def _unpacked(module: _Module, function: ast.FunctionDef | None, name: str) -> list[ast.expr]:
    """Return the values of a name that is assigned from a pair; the pair is a constant of the module."""
    found: list[ast.expr] = []
    for each in ast.walk(function) if function else ():
        if not isinstance(each, ast.Assign) or not isinstance(each.targets[0], ast.Tuple):
            continue
        names = [_name(target) for target in each.targets[0].elts]
        choices = each.value.values if isinstance(each.value, ast.BoolOp) else [each.value]
        pairs = [module.constants.get(_name(choice)) for choice in choices]
        if name in names:
            found += [pair.elts[names.index(name)] for pair in pairs if isinstance(pair, ast.Tuple)]
    return found


def _arguments(module: _Module, function: ast.FunctionDef, name: str) -> list[ast.expr]:
    """Return what the module passes as a parameter of a function."""
    parameters = [each.arg for each in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)]
    if name not in parameters:
        return []
    found: list[ast.expr] = []
    for _, call in module.calls:
        if _name(call.func) == function.name:
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
