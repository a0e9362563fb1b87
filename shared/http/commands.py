"""A request's body as a typed command: a frozen dataclass, whose fields define the schema that validates it.

class RecordAdvice(Command):
    phase: str = required(Advice.phase)
    given_on: date | None = optional(Advice.given_on, default=None)
"""

import copy
import dataclasses
from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar, Self, TypeVar, dataclass_transform, overload

from marshmallow import RAISE, Schema, ValidationError, fields, post_load, validate

from shared.access.declarations import AnyField, Declared, field_of
from shared.reference import CodeList

_Type = TypeVar("_Type")
_Default = TypeVar("_Default")


def required(declared: Declared[_Type]) -> _Type:
    """Return a required field of a command. Raises `InternalColumn`."""
    field: _Type = _field(declared, is_required=True)
    return field


@overload
def optional(declared: Declared[_Type], *, default: _Default) -> _Type | _Default: ...
@overload
def optional(declared: Declared[_Type], *, default_factory: Callable[[], _Type]) -> _Type: ...
def optional(declared: Declared[Any], **default: Any) -> Any:
    """Return an optional field of a command, with its default. Raises `InternalColumn`."""
    return _field(declared, is_required=False, **default)


def _field(declared: Declared[Any], *, is_required: bool, **default: Any) -> Any:
    checked = _of_today(field_of(declared))
    checked.required = is_required
    return dataclasses.field(**default, metadata={"checked": checked})


class NoLongerTaken(validate.OneOf):
    """Refuses a code that is retired: it can be read, but not recorded.

    The error lists the codes that are accepted today.
    """

    def __init__(self, code_list: CodeList) -> None:
        """Store the accepted codes, in a fixed order."""
        super().__init__(sorted(code_list.taken))
        self._code_list = code_list

    def __call__(self, value: object) -> object:
        """Return the value. Raises `ValidationError`."""
        if value in self._code_list and value not in self.choices:
            raise ValidationError("is a retired code, which is only in older records")
        return value


def _of_today(declared: AnyField) -> AnyField:
    """Return a copy of a field that accepts only codes in use today.

    The field of an event still accepts retired ones.
    """
    checked = copy.copy(declared)
    inner = getattr(checked, "inner", None)
    if isinstance(inner, fields.Field):
        checked.inner = _of_today(inner)  # type: ignore[attr-defined]  # a list, as its `inner` says
    code_list = getattr(checked, "codes", None)
    if isinstance(code_list, CodeList) and len(code_list.taken) < len(code_list):
        checked.validators = [*checked.validators, NoLongerTaken(code_list)]
    return checked


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(required, optional))
class Command:
    """The validated body of a request.

    Unknown fields are refused, so that no caller believes that they were stored. Checks that involve several fields
    belong in `__post_init__`, and raise marshmallow's `ValidationError`.
    """

    #: Loads a body as this command. Raises `ValidationError`.
    schema: ClassVar[type[Schema]]
    #: The example of a body, if one made of the fields' own examples would be refused.
    sample: ClassVar[Mapping[str, Any] | None] = None

    def __init_subclass__(cls) -> None:
        """Make the dataclass and its schema."""
        dataclasses.dataclass(frozen=True, kw_only=True)(cls)
        cls.schema = _schema_of(cls)

    def stored(self, **changed: Any) -> dict[str, Any]:
        """Return the fields as a row or an event stores them, some of them changed."""
        return {field.name: getattr(self, field.name) for field in dataclasses.fields(self)} | changed  # type: ignore[arg-type]  # every subclass is a dataclass


class UnknownField(str):
    """The message for an unknown field of a body. The error handler can suggest similar fields from `known`."""

    __slots__ = ("known",)
    known: tuple[str, ...]

    def __new__(cls, known: Iterable[str]) -> Self:
        """Create the message."""
        words = super().__new__(cls, "Unknown field.")
        words.known = tuple(known)
        return words


def _schema_of(command: type[Command]) -> type[Schema]:
    def make(_schema: Schema, body: dict[str, Any], **_options: object) -> Command:
        return command(**body)

    checks = {field.name: field.metadata["checked"] for field in dataclasses.fields(command)}  # type: ignore[arg-type]  # every subclass is a dataclass
    meta = type("Meta", (), {"unknown": RAISE})
    members = {
        "__doc__": command.__doc__,
        "__module__": command.__module__,
        "Meta": meta,
        "to_command": post_load(make),
        "sample": command.sample,
        "error_messages": {"unknown": UnknownField(checks)},
    }
    schema: type[Schema] = type(command.__name__, (Schema,), {**members, **checks})
    return schema
