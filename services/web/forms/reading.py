"""The request body of a submitted form, and the form of a record. Pure.

A form is `Typed`: the texts of its inputs by their names, without empty inputs. An empty optional field is therefore
not part of the body, and the service decides its meaning.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any, Final, TypeAlias
from zoneinfo import ZoneInfo

from services.web.forms.fields import DAY, MONTH, TIME, UNKNOWN, YEAR, Field, Kind, inputs
from services.web.words.texts import gettext_noop

Typed: TypeAlias = Mapping[str, tuple[str, ...]]
YES, NO = "yes", "no"
#: The value that corrects a stated value to "there is none".
_MISSING: Final = object()
_EARLIEST, _LATEST = 1900, 2199

NOT_A_DATE: Final = gettext_noop("Enter a date that exists. You can leave out the day, or the day and the month.")
NOT_A_WHOLE_DATE: Final = gettext_noop("Enter a whole date that exists: day, month and year.")
NOT_A_TIME: Final = gettext_noop("Enter a time of day, such as 14:30. It needs the whole date.")
UNKNOWN_AND_DATE: Final = gettext_noop("Enter a date, or choose that it is not known. You cannot do both.")
NOT_A_NUMBER: Final = gettext_noop("Enter a whole number.")
NOT_AN_INSTANT: Final = gettext_noop("Enter a date and a time, such as 2026-03-02 14:30.")


@dataclass
class Reading:
    """The body that a form states, and the fields that cannot be read, each with the reason."""

    body: dict[str, Any] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)


class _Unreadable(ValueError):
    """A text that is not a valid value of its field; the message explains how to enter one."""


def typed_of(fields: tuple[Field, ...], form: Iterable[tuple[str, Sequence[str]]]) -> Typed:
    """Return the texts of a submitted form that belong to these fields, without empty texts and spaces around them."""
    known = re.compile("|".join(inputs(fields)) or "(?!)")
    # Browsers send line breaks as CR LF.
    tidy = {name: tuple(filter(None, (_tidy(text) for text in texts))) for name, texts in form if known.fullmatch(name)}
    return {name: texts for name, texts in tidy.items() if texts}


def _tidy(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def read(fields: tuple[Field, ...], typed: Typed, zone: ZoneInfo) -> Reading:
    """Return the request body of a form; times of day are in `zone`."""
    reading = Reading()
    for each in fields:
        try:
            value = _value(each, each.name, typed, zone, reading)
        except _Unreadable as unreadable:
            reading.refused[each.name] = str(unreadable)
        else:
            if value is not _MISSING:
                reading.body[each.name] = value
    return reading


def _value(each: Field, path: str, typed: Typed, zone: ZoneInfo, reading: Reading) -> Any:
    if each.kind is Kind.FIXED:
        return _MISSING
    if each.kind is Kind.WHEN:
        return _when(each, {part: _one(typed, f"{path}.{part}") for part in (YEAR, MONTH, DAY, TIME, UNKNOWN)}, zone)
    if each.fields:
        return _objects(each, path, typed, zone, reading)
    if each.kind is Kind.CODES:
        return list(dict.fromkeys(typed.get(path, ()))) or _empty(each, [])
    text = _one(typed, path)
    return _of_text(each, text, zone) if text else _MISSING


def _objects(each: Field, path: str, typed: Typed, zone: ZoneInfo, reading: Reading) -> Any:
    if each.kind is Kind.ROWS:
        return _rows(each, path, typed, zone, reading)
    if each.kind is Kind.GROUP:
        return _object(each, path, typed, zone, reading) or _empty(each, {})
    objects = {key: _object(each, f"{path}.{key}", typed, zone, reading) for key in each.keys}
    return {key: value for key, value in objects.items() if value} or _empty(each, {})


def _empty(each: Field, nothing: object) -> object:
    return nothing if each.is_required else _MISSING


def _one(typed: Typed, name: str) -> str:
    return typed.get(name, ("",))[0]


def _of_text(each: Field, text: str, zone: ZoneInfo) -> Any:
    read_text = _READERS.get(each.kind)
    if each.kind is Kind.SCORE and text in each.codes:
        return text
    if each.kind is Kind.INSTANT:
        return _instant(text, zone)
    return read_text(text) if read_text else text


def _number(text: str) -> int:
    if not re.fullmatch(r"-?[0-9]{1,9}", text):
        raise _Unreadable(NOT_A_NUMBER)
    return int(text)


def _date(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise _Unreadable(NOT_A_WHOLE_DATE) from None


def _time(text: str) -> str:
    found = re.fullmatch(r"([0-9]{1,2})[:.]([0-9]{2})(?::[0-9]{2})?", text)
    if found is None or int(found[1]) >= 24 or int(found[2]) >= 60:  # noqa: PLR2004 - hours and minutes
        raise _Unreadable(NOT_A_TIME)
    return f"{int(found[1]):02}:{found[2]}"


def _instant(text: str, zone: ZoneInfo) -> str:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise _Unreadable(NOT_AN_INSTANT) from None
    return (at.replace(tzinfo=zone) if at.tzinfo is None else at).astimezone(UTC).isoformat()


_READERS: Final[Mapping[Kind, Callable[[str], Any]]] = {
    Kind.NUMBER: _number,
    Kind.SCORE: _number,
    Kind.DATE: _date,
    Kind.TIME: _time,
    Kind.FLAG: lambda text: text == YES,
}


def _when(each: Field, parts: Mapping[str, str], zone: ZoneInfo) -> Any:
    """Return a date that may be known in part."""
    has_date = any(parts[part] for part in (YEAR, MONTH, DAY, TIME))
    if parts[UNKNOWN] and UNKNOWN in each.may_be:
        if has_date:
            raise _Unreadable(UNKNOWN_AND_DATE)
        return UNKNOWN
    if not has_date:
        return _MISSING
    text = _day_text(each, parts)
    if not parts[TIME] or TIME not in each.may_be:
        return text
    if not parts[DAY]:
        raise _Unreadable(NOT_A_TIME)
    at = datetime.combine(date.fromisoformat(text), time.fromisoformat(_time(parts[TIME])), zone)
    # In spring, the clock skips an hour. Before 1937, offsets of some zones had seconds, which services do not accept.
    whole = at.astimezone(UTC)
    if whole.astimezone(zone).replace(tzinfo=None) != at.replace(tzinfo=None):
        raise _Unreadable(NOT_A_TIME)
    return (at if at.strftime("%z")[5:] in ("", "00") else whole).isoformat()


def _day_text(each: Field, parts: Mapping[str, str]) -> str:
    reason = NOT_A_DATE if YEAR in each.may_be else NOT_A_WHOLE_DATE
    numbers = [int(parts[part]) if re.fullmatch("[0-9]{1,4}", parts[part]) else None for part in (YEAR, MONTH, DAY)]
    if any(number is None and parts[part] for number, part in zip(numbers, (YEAR, MONTH, DAY), strict=True)):
        raise _Unreadable(reason)
    year, month, day = numbers
    allowed = {(True, False, False): YEAR in each.may_be, (True, True, False): MONTH in each.may_be}
    known = (year is not None, month is not None, day is not None)
    if year is None or not (all(known) or allowed.get(known, False)):
        raise _Unreadable(reason)
    try:
        whole = date(year, 1 if month is None else month, 1 if day is None else day)
    except ValueError:
        raise _Unreadable(reason) from None
    if not _EARLIEST <= whole.year <= _LATEST:
        raise _Unreadable(reason)
    return whole.isoformat()[: {1: 4, 2: 7, 3: 10}[sum(known)]]


def _object(each: Field, path: str, typed: Typed, zone: ZoneInfo, reading: Reading) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for inner in each.fields:
        name = f"{path}.{inner.name}"
        try:
            value = _value(inner, name, typed, zone, reading)
        except _Unreadable as unreadable:
            reading.refused[name] = str(unreadable)
        else:
            if value is not _MISSING:
                found[inner.name] = value
    return found


def _rows(each: Field, path: str, typed: Typed, zone: ZoneInfo, reading: Reading) -> Any:
    rows = [_object(each, f"{path}.{place}", typed, zone, reading) for place in range(row_count(path, typed))]
    return [row for row in rows if row] or _empty(each, [])


def row_count(path: str, typed: Typed) -> int:
    """Return the number of rows of a list of objects, up to the last one with a text."""
    places = (re.match(rf"{re.escape(path)}\.([0-9]+)\.", name) for name in typed)
    return max((int(found[1]) + 1 for found in places if found), default=0)


def typed_from(fields: tuple[Field, ...], record: Mapping[str, Any], zone: ZoneInfo) -> Typed:
    """Return the form of a record: the texts that its fields show."""
    typed: dict[str, tuple[str, ...]] = {}
    for each in fields:
        _type(each, each.name, record.get(each.name), zone, typed)
    return typed


def _type(each: Field, path: str, value: Any, zone: ZoneInfo, typed: dict[str, tuple[str, ...]]) -> None:
    if value is None:
        return
    if each.kind is Kind.WHEN:
        typed.update({f"{path}.{part}": (text,) for part, text in _when_parts(str(value), zone).items()})
    elif each.fields:
        for place, row in _places(each, value):
            for inner in each.fields:
                _type(inner, f"{path}{place}.{inner.name}", row.get(inner.name), zone, typed)
    elif each.kind is Kind.CODES:
        typed.update({path: tuple(value)} if value else {})
    else:
        typed[path] = (_as_text(each, value, zone),)


def _places(each: Field, value: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Walk the objects of a field, each with its place in the names of inputs."""
    if each.kind is Kind.GROUP:
        yield "", value
    else:
        rows = enumerate(value) if each.kind is Kind.ROWS else value.items()
        yield from ((f".{place}", row) for place, row in rows)


def _as_text(each: Field, value: Any, zone: ZoneInfo) -> str:
    if each.kind is Kind.FLAG:
        return YES if value else NO
    if each.kind is Kind.TIME:
        return str(value)[:5]
    if each.kind is Kind.INSTANT:
        return datetime.fromisoformat(str(value)).astimezone(zone).strftime("%Y-%m-%dT%H:%M")
    return str(value)


def _when_parts(text: str, zone: ZoneInfo) -> dict[str, str]:
    if text == UNKNOWN:
        return {UNKNOWN: YES}
    of_day: dict[str, str] = {}
    if "T" in text:
        at = datetime.fromisoformat(text).astimezone(zone)
        text, of_day = at.date().isoformat(), {TIME: at.strftime("%H:%M")}
    names = (YEAR, MONTH, DAY)
    parts = {name: str(int(number)) for name, number in zip(names, text.split("-"), strict=False)}
    return parts | of_day


def changed(fields: tuple[Field, ...], typed: Typed, shown: Typed) -> tuple[Field, ...]:
    """Return the fields whose form differs from the one that was shown."""
    return tuple(each for each in fields if _of(each, typed) != _of(each, shown))


def _of(each: Field, typed: Typed) -> Typed:
    own = re.compile("|".join(inputs((each,))))
    return {name: texts for name, texts in typed.items() if own.fullmatch(name)}
