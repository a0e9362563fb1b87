"""The kinds of field that can leave a service: codes, dates, counts, booleans and references.

There is no kind for names, addresses or free text. `BoundedList` and `BoundedMap` check their length before they read
an entry.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any, Protocol, Self, cast, runtime_checkable

from marshmallow import ValidationError, fields, validate

_CODE = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_.\-]{0,63}$")
_PARTIAL_DAY = re.compile(r"^(19|2[01])[0-9]{2}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$")
_MOMENT = re.compile(
    r"^(unknown|(19|2[01])[0-9]{2}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01])"
    r"(T([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,6})?)?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9]))?)?)?)$"
)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt](?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,9})?"
    r"(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"
)
#: Limits for all dates of a case; a date outside is a typing error.
_EARLIEST, _LATEST = date(1900, 1, 1), date(2199, 12, 31)


@runtime_checkable
class NamedList(Protocol):
    """A published code list, with the name under which readers look its values up."""

    name: str


class Identifier(Enum):
    """Kinds of identifier without a complete code list, and the source of their values."""

    AGENCY = "An agency, by the code under which it is known here."
    COUNTRY = "A country, by ISO 3166-1 alpha-2."
    DIGEST = "A keyed digest, which names whatever it was made of only to who has the key and the same."
    PUBLIC_BODY = "A body under a duty, or its receiver, as the jurisdiction's profile names it."
    REGION = "A region, by ISO 3166-2."
    RULE_VERSION = "A version of a rule of a jurisdiction's profile."
    SERVICE = "A service of Casepath."


class NotListed(str):
    """The error message for a value that is not in its list; the caller can add similar values of the list."""

    __slots__ = ("code_list", "sent", "values")
    code_list: str | None
    values: tuple[str, ...]
    sent: object

    def __new__(cls, code_list: str | None, values: Iterable[str], sent: object) -> Self:
        """Create the message; it contains the name of the list, and never the value."""
        named = "this list" if code_list is None else f"the list {code_list}"
        words = super().__new__(cls, f"is not a value of {named}")
        words.code_list, words.values, words.sent = code_list, tuple(values), sent
        return words


class _Listed(validate.OneOf):
    """Validator that refuses values outside a list and names the list."""

    def __init__(self, code_list: str | None, values: Iterable[str]) -> None:
        """Store the list's name, and its values in a stable order."""
        super().__init__(sorted(values))
        self._code_list = code_list

    def __call__(self, value: object) -> object:
        """Return the value. Raises `ValidationError`."""
        if value not in self.choices:
            raise ValidationError(NotListed(self._code_list, self.choices, value))
        return value


class Code(fields.String):
    """A value of a published list, or an identifier of the same form; never free text.

    `code_list` is the list, `identifier` is what the code identifies instead; a consumer's own view can omit both.
    """

    def __init__(
        self,
        codes: Iterable[str] | None = None,
        *,
        of: str | None = None,
        identifier: Identifier | None = None,
        **options: Any,
    ) -> None:
        """Check against `codes` if the producer gives them. A consumer gives none, since lists gain values.

        `of` names a list whose values are not checked here, because they were checked at their source.
        """
        checks: list[Callable[[str], object]] = [validate.Regexp(_CODE, error="is not a code"), _one_line]
        self.codes = codes
        self.code_list = codes.name if isinstance(codes, NamedList) else of
        self.identifier = identifier
        if codes is not None:
            checks.append(_Listed(self.code_list, codes))
        super().__init__(validate=checks, **options)


def _one_line(text: str) -> None:
    # `$` also matches before a final newline, and the published pattern must work the same way in other languages.
    if text.endswith("\n"):
        raise ValidationError("ends with a line break")


class PartialDay(fields.String):
    """A date that can be limited to its month or year: `2015`, `2015-03`, `2015-03-09`."""

    def __init__(self, **options: Any) -> None:
        """Check the form, and that a full date exists."""
        super().__init__(
            validate=[validate.Regexp(_PARTIAL_DAY, error="is not a date, month or year"), _one_line, _exists],
            **options,
        )


class Moment(fields.String):
    """The time of an event as far as it is known: an instant with its offset, a day, month or year, or `unknown`."""

    def __init__(self, **options: Any) -> None:
        """Check the form, and that its day exists."""
        error = "is not a year, a month, a date, an instant with its offset from UTC, or: unknown"
        super().__init__(validate=[validate.Regexp(_MOMENT, error=error), _one_line, _exists], **options)


def _exists(text: str) -> None:
    if len(text) >= len("2015-03-09"):
        try:
            date.fromisoformat(text[: len("2015-03-09")])
        except ValueError:
            raise ValidationError("is a day that does not exist") from None


class Day(fields.Date):
    """A full date in the form of RFC 3339, `2026-03-02`, in the years 1900 to 2199."""

    def __init__(self, **options: Any) -> None:
        """Check the year."""
        within = validate.Range(_EARLIEST, _LATEST, error="is not of the years 1900 to 2199")
        super().__init__(validate=within, **options)

    def _deserialize(self, value: object, *where: Any, **options: object) -> date:
        # The library also accepts 20260302 and 2026-W10-1.
        if not isinstance(value, str) or _DAY.fullmatch(value) is None:
            raise self.make_error("invalid", input="", obj_type=self.OBJ_TYPE)
        return super()._deserialize(value, *where, **options)


class Instant(fields.AwareDateTime):
    """A moment with its offset from UTC, as in RFC 3339: `2026-03-02T09:30:00Z`."""

    def _deserialize(self, value: object, *where: Any, **options: object) -> datetime:
        # The library also accepts a date without a time, weeks, and a moment without its offset or seconds.
        if not isinstance(value, str) or _INSTANT.fullmatch(value) is None:
            raise self.make_error("invalid", input="", obj_type=self.OBJ_TYPE)
        return super()._deserialize(value.upper(), *where, **options)


class Count(fields.Integer):
    """A whole number of things from 0 to 1,000,000; never a person's answer."""

    def __init__(self, **options: Any) -> None:
        """Accept only numbers, not numeric strings."""
        super().__init__(strict=True, validate=validate.Range(0, 1_000_000), **options)

    def _deserialize(
        self, value: object, attr: str | None, data: Mapping[str, object] | None, **options: object
    ) -> int:
        # Python accepts True as 1.
        if isinstance(value, bool):
            raise self.make_error("invalid", input="")
        return int(super()._deserialize(value, attr, data, **options) or 0)


class Flag(fields.Boolean):
    """A JSON boolean."""

    def _deserialize(self, value: object, *_where: object, **_options: object) -> bool:
        # Python accepts 1 as True; a number here is an error of the sender.
        if not isinstance(value, bool):
            raise self.make_error("invalid", input="")
        return value


class Reference(fields.UUID):
    """The id of a case, a member of staff, or another record; meaningless without access to the record."""


def Codes(  # noqa: N802 - reads as a field
    codes: Iterable[str] | None = None,
    *,
    of: str | None = None,
    identifier: Identifier | None = None,
    **options: Any,
) -> fields.Field[list[str]]:
    """Return a list of up to 50 different codes."""
    code = Code(codes, of=of, identifier=identifier)
    return cast("fields.Field[list[str]]", BoundedList(code, 50, checks=[_each_once], **options))


def _each_once(values: list[str]) -> None:
    if len(set(values)) != len(values):
        raise ValidationError("has a value twice")


#: All kinds that can travel. Subclasses are excluded, because a subclass could accept more.
ALLOWED_KINDS = frozenset((Code, PartialDay, Moment, Day, Instant, Count, Flag, Reference))


class BoundedList(fields.List[Any]):
    """A list of `least` to `most` entries."""

    def __init__(
        self,
        inner: fields.Field[Any] | type[fields.Field[Any]],
        most: int,
        *,
        least: int | None = None,
        checks: Iterable[Callable[[Any], Any]] = (),
        **options: Any,
    ) -> None:
        """Store the bounds; `checks` validate the whole list after its entries."""
        self._length = validate.Length(least, most)
        super().__init__(inner, validate=[self._length, *checks], **options)

    def _deserialize(self, value: object, *where: Any, **options: object) -> list[Any]:
        if isinstance(value, list):
            self._length(value)
        return super()._deserialize(value, *where, **options)


class BoundedMap(fields.Dict):
    """An object of `least` to `most` names, each with its value."""

    def __init__(
        self, names: fields.Field[Any], values: fields.Field[Any], most: int, *, least: int | None = None
    ) -> None:
        """Store the bounds for the number of names."""
        self._length = validate.Length(least, most)
        super().__init__(keys=names, values=values, validate=self._length)

    def _deserialize(self, value: object, *where: object, **options: object) -> Any:
        if isinstance(value, dict):
            self._length(value)
        return super()._deserialize(value, *where, **options)  # type: ignore[no-untyped-call]  # the library's own gap
