"""The parameters of a statement, apart from its source: each field of its kind, in codes."""

from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date
from typing import Any, Final

from shared.reference.leaf import Leaf
from shared.reference.periods import Length

#: Fields of every statement, its code, and our own choices, which no law contains.
_APART: Final = frozenset(
    (
        *(field.name for field in fields(Leaf)),
        *("code", "keeper", "warn_days", "audience", "matter", "order", "region", "type"),
    )
)


def parameters(leaf: Leaf) -> tuple[tuple[str, str], ...]:
    """Return the names and values of a statement's own fields. Values that equal the default are left out.

    A new field with a default changes no earlier statement.
    """
    return tuple(_stated(leaf, apart=_APART))


def _stated(shown: Any, *, apart: frozenset[str] = frozenset()) -> list[tuple[str, str]]:
    stated = [field for field in fields(shown) if field.name not in apart]
    return [
        (field.name, _text(getattr(shown, field.name)))
        for field in stated
        if not _is_default(field, getattr(shown, field.name))
    ]


def _is_default(field: "Field[Any]", value: object) -> bool:
    return field.default is not MISSING and field.default == value


def _text(value: object) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Length | date | int | str):
        return str(value)
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_text(inner)}" for name, inner in value.items())
    if is_dataclass(value):
        return ", ".join(f"{name} {_grouped(text)}" for name, text in _stated(value) if text)
    return _of_several(value)


def _grouped(text: str) -> str:
    return f"({text})" if ", " in text else text


def _of_several(values: Any) -> str:
    parts = [_text(value) for value in values]
    return ("|" if all(isinstance(value, str | int) for value in values) else "; ").join(parts)
