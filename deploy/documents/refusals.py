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
from typing import Final

from deploy.documents.source_texts import Module, attribute_of, classes, lineage, modules, name_of, texts_of

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


@cache
def refusals() -> tuple[Refusal, ...]:
    """Return every text of an error, in the order of the source, each once in a place."""
    found = {refusal: None for module in modules() for refusal in _of_module(module)}
    return tuple(found)


def _of_module(module: Module) -> Iterator[Refusal]:
    for function, node in module.calls:
        name = name_of(node.func)
        known = next((each for each in lineage(name) if each in _ARGUMENTS), None)
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


def _of_obstacle(module: Module, function: ast.FunctionDef) -> Iterator[Refusal]:
    for each in ast.walk(function):
        if isinstance(each, ast.Return) and isinstance(each.value, ast.Tuple):
            rule, text = each.value.elts
            yield from _refusals(module, function, "CopyRefused", {"rule": rule, "text": text, **_COPY_REFUSED})


def _is_super(node: ast.Call) -> bool:
    return isinstance(node.func, ast.Attribute) and node.func.attr == "__init__"


def _has_own_text(name: str) -> bool:
    """Return whether a class writes its text itself, so that its arguments are none."""
    return any(_initial(each) for each in lineage(name) if each in classes() and each not in _ARGUMENTS)


def _initial(name: str) -> list[ast.Call]:
    return [
        node
        for each in classes()[name].node.body
        if isinstance(each, ast.FunctionDef) and each.name == "__init__"
        for node in ast.walk(each)
        if isinstance(node, ast.Call) and _is_super(node) and node.args and not _is_passed(each, node.args[-1])
    ]


def _is_passed(function: ast.FunctionDef, node: ast.expr) -> bool:
    """Return whether a text is a parameter: whoever raises the error writes it."""
    return isinstance(node, ast.Name) and node.id in [each.arg for each in function.args.args]


def _defaults(name: str) -> dict[str, ast.expr]:
    """Return the other parts of a text that a class adds to the one that is passed to it."""
    for each in [each for each in lineage(name) if each in classes() and each not in _ARGUMENTS]:
        for function in classes()[each].node.body:
            for call in ast.walk(function) if isinstance(function, ast.FunctionDef) else ():
                if isinstance(call, ast.Call) and _is_super(call) and isinstance(function, ast.FunctionDef):
                    named = {item.arg: item.value for item in call.keywords if item.arg}
                    return {part: value for part, value in named.items() if not isinstance(value, ast.Name)}
    return {}


def _is_answered(name: str) -> bool:
    """Return whether a class has its own text for a caller or an operator."""
    is_client_error = bool(attribute_of(name, "title")) or "CommandRefused" in lineage(name)
    return is_client_error and name not in _ARGUMENTS and "Exception" in lineage(name)


def _of_class(module: Module, node: ast.ClassDef) -> Iterator[Refusal]:
    known = next((each for each in lineage(node.name) if each in _ARGUMENTS and each != node.name), None)
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
    module: Module, function: ast.FunctionDef | None, node: ast.Call, name: str, arguments: Sequence[str]
) -> Iterator[Refusal]:
    parts = _defaults(name) | dict(zip(arguments, node.args, strict=False))
    parts |= {each.arg: each.value for each in node.keywords if each.arg}
    if any(isinstance(each, ast.Starred) for each in node.args):
        starred = next(each.value for each in node.args if isinstance(each, ast.Starred))
        for title, text in _pairs(module, starred):
            yield from _refusals(module, function, name, {**parts, "title": title, "text": text})
    elif "text" in parts:
        yield from _refusals(module, function, name, parts)


def _pairs(module: Module, node: ast.expr) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Yield the pairs of a title and a text in a table of the module that are passed as two arguments."""
    if isinstance(node, ast.Subscript):
        table = module.constants.get(name_of(node.value))
        entry = ast.literal_eval(node.slice) if isinstance(node.slice, ast.Constant) else None
        if isinstance(table, ast.Dict):
            for key, value in zip(table.keys, table.values, strict=True):
                if isinstance(key, ast.Constant) and key.value == entry and isinstance(value, ast.Tuple):
                    yield value.elts[0], value.elts[1]


def _refusals(
    module: Module, function: ast.FunctionDef | None, name: str, parts: dict[str, ast.expr]
) -> Iterator[Refusal]:
    def one(part: str) -> str:
        return next(iter(texts_of(module, function, parts[part])), "") if part in parts else ""

    for text in texts_of(module, function, parts["text"]):
        title, status = (
            _UNCLEAR
            if name == "unclear"
            else (one("title"), ", ".join(texts_of(module, function, parts["status"])) if "status" in parts else "")
        )
        yield Refusal(
            place=_place(module.path),
            kind=name,
            text=text,
            title=title or str(attribute_of(name, "title")),
            status=status or str(attribute_of(name, "status")),
            rule=one("rule"),
            retryable=bool(attribute_of(name, "retryable")),
            why=one("why"),
            next_step=one("next_step"),
        )


def _place(path: str) -> str:
    folder, _, rest = path.partition("/")
    return rest.partition("/")[0] if folder == "services" else folder
