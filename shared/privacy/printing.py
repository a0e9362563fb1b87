"""The printed page of a copy: labels in place of field names and codes, no script, and no external resources.

If no native speaker has read the translations of a language, the English labels are next to them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Final

from marshmallow import Schema, fields

from shared.access.declarations import AnyField
from shared.events.contract import Code
from shared.reference import code_lists
from shared.reference.words import ENGLISH, catalogue, words_of_code
from shared.reference.words.catalogues import Kind

#: The code lists of fields that do not name one: by the part and the field, or by the field.
_LISTS: Final[Mapping[str, str]] = {
    "clocks.code": "clock_code",
    "clocks.kind": "clock_kind",
    "clocks.state": "clock_state",
    "agency_code": "authority",
    "authority": "authority",
    "body": "authority",
    "receiver": "authority",
    "jurisdiction": "jurisdiction",
    "language": "language",
    "outcome": "decision_outcome",
    "roles": "staff_role",
    "service_type": "service_type",
    "stage": "identification_stage",
    "status": "case_status",
}
#: A part whose values are names of fields, and a field whose values have their own labels.
_OF_NAMES: Final = "left_out"
_OF_ACTS: Final = "acts.kind"


def page(title: str, body: Mapping[str, object], view: type[Schema] | None, language: str) -> bytes:
    """Write a page to be printed, by a view. All text is escaped.

    `title`: the end of its key in the catalogue of field names.
    """
    words = _Words(language)
    name = words.fixed(f"title/{title}")
    known: Mapping[str, AnyField] = {} if view is None else view().fields
    sections = "".join(
        f"<h2>{words.name(part)}</h2>{_written(words, value, known.get(part), part)}" for part, value in body.items()
    )
    plain = escape(catalogue("fields", language).texts[f"title/{title}"])
    return (
        f"<!doctype html><html lang={language}><meta charset=utf-8><title>{plain}</title>"
        f"<h1>{name}</h1>{sections}</html>"
    ).encode()


@dataclass(frozen=True)
class Sentence:
    """A text in a language, and in English if no native speaker has read the first."""

    said: str
    english: str | None


def sentence(key: str, values: Mapping[str, str], language: str) -> Sentence:
    """Return a text of the catalogue of field names, with its values."""
    said, english = (catalogue("fields", each).texts[key].format(**values) for each in (language, ENGLISH))
    return Sentence(said, None if _is_enough("fields", said, english, language) else english)


def letter(title: Sentence, sentences: Iterable[Sentence], language: str) -> bytes:
    """Write a letter to be printed: a paragraph for each sentence. All text is escaped."""
    paragraphs = "".join(f"<p>{_both(each)}</p>" for each in sentences)
    return (
        f"<!doctype html><html lang={language}><meta charset=utf-8><title>{escape(title.said)}</title>"
        f"<h1>{_both(title)}</h1>{paragraphs}</html>"
    ).encode()


def _both(text: Sentence) -> str:
    shown = escape(text.said)
    return shown if text.english is None else f"{shown} <span lang=en>({escape(text.english)})</span>"


# control: H-DESK-18 english-next-to-unchecked-words
def _is_enough(kind: Kind, said: str, english: str, language: str) -> bool:
    """Return whether a text needs no English next to it."""
    return language == ENGLISH or said == english or catalogue(kind, language).is_read


@dataclass(frozen=True)
class _Words:
    """The labels of a language, as HTML."""

    language: str

    def fixed(self, key: str) -> str:
        """Return a text of the catalogue of field names."""
        said, english = (catalogue("fields", each).texts[key] for each in (self.language, ENGLISH))
        return self._both("fields", said, english)

    def name(self, field: str) -> str:
        """Return the label of a field; its name if the catalogue does not contain it."""
        known = f"field/{field}" in catalogue("fields", self.language).texts
        return self.fixed(f"field/{field}") if known else escape(_spaced(field))

    def code(self, code_list: str, code: str) -> str:
        """Return the label of a code; the code itself if it has none."""
        said, english = (words_of_code(code_list, code, each).label for each in (self.language, ENGLISH))
        return escape(_spaced(code)) if english == code else self._both("codes", said, english)

    def _both(self, kind: Kind, said: str, english: str) -> str:
        return _both(Sentence(said, None if _is_enough(kind, said, english, self.language) else english))


def _written(words: _Words, value: object, field: AnyField | None, place: str) -> str:
    if isinstance(value, Mapping):
        return f"<dl>{''.join(_entries(words, value, field, place))}</dl>"
    if isinstance(value, list):
        inner = field.inner if isinstance(field, fields.List) else field
        return _listed(words, value, inner, place) if value else f"<p>{words.fixed('value/nothing')}</p>"
    return f"<p>{_plain(words, value, field, place)}</p>"


def _entries(words: _Words, value: Mapping[str, object], field: AnyField | None, place: str) -> Iterable[str]:
    """Yield the entries of a record, or of a map by code."""
    known: Mapping[str, AnyField] = field.schema.fields if isinstance(field, fields.Nested) else {}
    keys, values = (field.key_field, field.value_field) if isinstance(field, fields.Dict) else (None, None)
    of_keys = keys.code_list if isinstance(keys, Code) else None
    for name, entry in value.items():
        shown = words.code(of_keys, name) if of_keys else words.name(name)
        yield f"<dt>{shown}</dt><dd>{_written(words, entry, known.get(name, values), f'{place}.{name}')}</dd>"


def _listed(words: _Words, values: Iterable[object], field: AnyField | None, place: str) -> str:
    return f"<ol>{''.join(f'<li>{_written(words, entry, field, place)}</li>' for entry in values)}</ol>"


def _plain(words: _Words, value: object, field: AnyField | None, place: str) -> str:
    if value is None:
        return words.fixed("value/not_known")
    if isinstance(value, bool):
        return words.fixed("value/yes" if value else "value/no")
    if place == _OF_NAMES:
        return words.name(str(value))
    if place == _OF_ACTS:
        return words.fixed(f"value/{value}")
    code_list = field.code_list if isinstance(field, Code) else None
    listed = code_list or _list_of(str(value), place)
    if listed:
        return words.code(listed, str(value))
    return escape(_spaced(str(value)) if isinstance(field, Code) else str(value))


def _list_of(code: str, place: str) -> str | None:
    """Return the code list with this code for a field that does not name one, if there is one."""
    name = _LISTS.get(".".join(place.split(".")[-2:])) or _LISTS.get(place.rpartition(".")[2])
    found = code_lists().get(name or "")
    return name if found is not None and code in found.values else None


def _spaced(code: str) -> str:
    """Return a code as readable English words."""
    return code.replace("_", " ").replace(".", " ")
