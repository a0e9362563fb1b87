"""The form of an action: its fields, its choices, and its values in the words of the reader's language."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from services.web.doing.act import Act
from services.web.doing.labels import LABELS, Label
from services.web.forms.fields import EMPTY_ROWS, Field, Kind
from services.web.forms.published import codes
from services.web.forms.reading import NO, YES, Typed, read, row_count
from services.web.words.speech import WEEK, Speech
from services.web.words.texts import gettext as _

#: Codes whose label another code of the list also has. They stay readable, but forms do not offer them.
_OLD: Final = frozenset(("duty_to_notify_with_identity",))
#: A choice with more codes than this is sorted by words; a shorter one has the order of its list.
LONGEST_ORDERED: Final = 12


def fields_of(act: Act, typed: Typed) -> tuple[Field, ...]:
    """Return the fields of an action's form, in its order; with `decides`, those that its stated code shows."""
    stated = {each.name: each for each in every_field(act)}
    names = [*act.first, *(name for name in stated if name not in act.first)]
    found = [stated[name] for name in names if name not in act.without]
    if not act.decides:
        return tuple(found)
    chooser = replace(stated[act.decides], codes=tuple(act.shows))
    code = typed.get(act.decides, ("",))[0]
    if code not in act.shows and chooser.kind is not Kind.FIXED:
        return (chooser,)
    of_others = {name for shown in act.shows.values() for name in shown} - set(act.shows.get(code, ()))
    shown = [each for each in found if each.name not in (*of_others, act.decides)]
    return (
        chooser,
        *(
            replace(each, is_required=each.is_required or bool({each.name, f"{code}.{each.name}"} & set(act.required)))
            for each in shown
        ),
    )


def offered(act: Act, fields: Sequence[Field], record: Mapping[str, Any] | None) -> tuple[Field, ...]:
    """Return fields of which the deciding one has only the codes that the record allows now."""
    name, codes_of = act.possible
    possible = None if record is None else codes_of.get(str(record.get(name)))
    if possible is None:
        return tuple(fields)
    return tuple(replace(each, codes=possible) if each.name == act.decides else each for each in fields)


@cache
def every_field(act: Act) -> tuple[Field, ...]:
    """Return every field of an action's request, with the lists and labels of the desk.

    The code of a record that decides about the other fields is one of them.
    """
    fields = tuple(_as_stated(each, act, each.name) for each in act.operation.fields)
    is_of_record = act.decides and all(each.name != act.decides for each in fields)
    return (*fields, Field(act.decides, Kind.FIXED, "")) if is_of_record else fields


def _as_stated(each: Field, act: Act, path: str) -> Field:
    """Return a field with the lists and labels that the action states for it."""
    said = LABELS.get(f"{act.code}.{path}") or LABELS.get(path) or Label(each.label, each.help)
    return replace(
        each,
        label=said.label,
        help=said.help,
        kind=act.kinds.get(path, each.kind),
        code_list=act.lists.get(path, each.code_list),
        keys=codes(act.keys[path]) if path in act.keys else (),
        fields=tuple(_as_stated(field, act, f"{path}.{field.name}") for field in each.fields),
    )


@dataclass(frozen=True)
class Wording:
    """The words of fields and values, in the reader's language. `named`: agencies and people, by their ids."""

    speech: Speech
    named: Mapping[str, str]
    act: Act

    def code(self, each: Field, code: str) -> str:
        """Return the words of a code."""
        if code in WEEK:
            return self.speech.day_of_week(code)
        found = self.speech.word(each.code_list or "any", code)
        return found if found != code else code.replace("_", " ").capitalize()

    def choices(self, each: Field) -> list[tuple[str, str]]:
        """Return the codes of a field with their words, in the order in which a form shows them."""
        if each.kind is Kind.SCORE:
            numbers = [(str(number), str(number)) for number in range(each.least or 0, (each.most or 0) + 1)]
            return [*numbers, *((code, self.code(each, code)) for code in each.codes)]
        if set(each.codes) == set(WEEK):
            return [(code, self.code(each, code)) for code in WEEK]
        found = self._told_apart([(code, self.code(each, code)) for code in each.codes if code not in _OLD])
        return found if len(found) <= LONGEST_ORDERED else sorted(found, key=lambda choice: choice[1].casefold())

    def _told_apart(self, choices: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
        """Return choices of which those with the same words name their law or country."""
        times = Counter(words for _code, words in choices)
        return [(code, words if times[words] == 1 else f"{words} ({self._law(code)})") for code, words in choices]

    def _law(self, code: str) -> str:
        """Return the law or the country to which a code belongs, by the beginning of the code."""
        start = code.partition(".")[0]
        law = self.speech.word("jurisdiction", start)
        return self.speech.word("nationality", start) if law == start else law

    def keys(self, each: Field) -> list[tuple[str, str]]:
        """Return the codes of a field that is an object by a code, with their words."""
        words = replace(each, code_list=self.act.keys.get(each.name, ""))
        return [(key, self.code(words, key)) for key in each.keys]

    def rows(self, each: Field, typed: Typed) -> range:
        """Return the places of a list of objects: its filled rows and some empty ones."""
        return range(row_count(each.name, typed) + EMPTY_ROWS)

    def said(self, fields: Sequence[Field], typed: Typed, zone: ZoneInfo) -> list[tuple[str, str]]:
        """Return what a form states, as labels and texts, without the fields that are empty."""
        body = read(tuple(fields), typed, zone).body
        return [pair for each in fields if each.name in body for pair in self._pairs(each, body[each.name], each.label)]

    def _pairs(self, each: Field, value: Any, label: str) -> Iterator[tuple[str, str]]:
        if each.kind is Kind.ROWS:
            for place, row in enumerate(value, 1):
                yield f"{_(label)} {place}", "; ".join(text for _name, text in self._object(each, row))
        elif each.kind is Kind.GROUP:
            yield from self._object(each, value)
        elif each.kind is Kind.MAP:
            words = dict(self.keys(each))
            for key, row in value.items():
                yield words[key], "; ".join(f"{_(name)}: {text}" for name, text in self._object(each, row))
        else:
            yield label, self.value(each, value)

    def _object(self, each: Field, row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        for inner in each.fields:
            if row.get(inner.name) is not None:
                yield from self._pairs(inner, row[inner.name], inner.label)

    def value(self, each: Field, value: Any) -> str:
        """Return a value of a field in words."""
        if each.kind is Kind.CODES:
            return ", ".join(self.code(each, code) for code in value)
        if each.kind in (Kind.CODE, Kind.SCORE):
            return self.code(each, str(value)) if value in each.codes else str(value)
        if each.kind is Kind.FLAG:
            return self.speech.word("yes_no_unknown", YES if value else NO)
        if each.kind in (Kind.AGENCY, Kind.MEMBER):
            return self.named.get(str(value), str(value))
        if each.kind in (Kind.DATE, Kind.INSTANT, Kind.WHEN):
            return self.date(str(value))
        return str(value)

    def date(self, text: str) -> str:
        """Return a date or an instant in words."""
        if text == "unknown":
            return self.speech.word("any", text)
        return self.speech.moment(text) if "T" in text else self.speech.day(text)

    def record(self, record: Mapping[str, Any]) -> str:
        """Return a short description of a record of the case, from the fields that the action names."""
        said = (self._described(record.get(name), code_list) for name, code_list in self.act.described_by)
        return ", ".join(text for text in said if text)

    def _described(self, value: Any, code_list: str) -> str:
        if value in (None, "", []):
            return ""
        if isinstance(value, list):
            return self.speech.words(code_list, value)
        if code_list:
            return self.speech.word(code_list, value)
        return self.named[value] if value in self.named else self.date(str(value)) if _is_date(value) else ""


def _is_date(value: object) -> bool:
    # An id can begin with four digits, too.
    return str(value) == "unknown" or re.fullmatch(r"\d{4}(?:-\d\d){0,2}(?:T.*)?", str(value)) is not None
