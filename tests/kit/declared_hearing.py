"""Parse `docs/reference/what-agencies-hear.md`: which agencies receive which events, and which fields.

Read from the page and not from the declarations, so that tests can compare delivered data with the documented promise.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "reference" / "what-agencies-hear.md"
_QUOTED: Final = re.compile(r"`([^`]+)`")
_FIELD: Final = re.compile(r"`(\w+)` \((?:`(\w+)`|(stays inside))\)")
_STAYS: Final = "stays inside"


@dataclass(frozen=True)
class Opening:
    """What an agency needs to receive an event: a data category (None: any of the person), for one of some purposes."""

    category: str | None
    purposes: frozenset[str]
    #: What opens only that it happened: a data category, or purposes.
    instead: frozenset[str] = frozenset()
    reported_to: frozenset[str] = frozenset()

    def is_met(self, purposes: Collection[str], categories: Collection[str]) -> bool:
        """Return whether a consent for these opens it. Some purposes open some of the categories only."""
        own = {purpose: set(categories) & narrow().get(purpose, {*categories}) for purpose in purposes}
        return any(self._opens(purpose, found) for purpose, found in own.items() if found)

    def _opens(self, purpose: str, categories: Collection[str]) -> bool:
        has = self.category is None or self.category in categories or not self.instead.isdisjoint(categories)
        return purpose in self.reported_to or (has and purpose in self.purposes)


@dataclass(frozen=True)
class Heard:
    """The page's entry for a type of event.

    `opens`: the requirement by the code in the field `by`, or for every code (""). `fields`: those that need a category
    in addition to the event's requirement, or that are internal (None).
    """

    reach: str
    by: str = ""
    opens: Mapping[str, Opening | None] = field(default_factory=dict)
    names_agency: str = ""
    fields: Mapping[str, str | None] = field(default_factory=dict)

    def is_told(self, data: Mapping[str, object], purposes: Collection[str], categories: Collection[str]) -> bool:
        """Return whether an agency with such a consent receives an event about a person."""
        opening = self.opens.get(str(data[self.by]) if self.by else "")
        return opening is not None and opening.is_met(purposes, categories)

    def leaving(self, data: Mapping[str, object], categories: Collection[str]) -> set[str]:
        """Return the names of the fields that an agency with these categories receives."""
        return {name for name in data if name not in self.fields or self.fields[name] in categories}


@cache
def narrow() -> Mapping[str, set[str]]:
    """Return the only data categories that a purpose opens, by the purposes for which the page lists some."""
    listed = re.findall(r"^- (`\w+`): (`.*)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    return {_quoted(purpose): set(_QUOTED.findall(categories)) for purpose, categories in listed}


@cache
def declared() -> Mapping[str, Heard]:
    """Return the page's entry for each type that an agency can receive, by `<service>.<name>.v<version>`."""
    sections = dict(_sections(PAGE.read_text(encoding="utf-8")))
    groups = {row[0]: frozenset(_QUOTED.findall(row[1]) or row[1].split(", ")) for row in _rows(sections[""])}
    found = {}
    for name, *needed, _about, fields in _rows(sections["About a person"]):
        opening = _opening(*needed, groups)
        found[_quoted(name)] = Heard("person", opens={"": opening}, fields=_fields(fields))
    for title in (title for title in sections if title.startswith("By `")):
        text, by = sections[title], _quoted(title)
        opens = {_quoted(code): _opening(*needed, groups) for code, *needed, _about in _rows(text)}
        names = re.search(r"^Of (.*)\.$", text, re.MULTILINE)
        assert names is not None
        types = _QUOTED.findall(names[1])
        further = re.findall(r"^Fields(| of .*) that need more: (.*)\.$", text, re.MULTILINE)
        more = {name: fields for of, fields in further for name in _QUOTED.findall(of) or types}
        for name in types:
            found[name] = Heard("person", by=by, opens=opens, fields=_fields(more.get(name, "")))
    for name, whose, fields in _rows(sections["To the agency that it is about"]):
        found[_quoted(name)] = Heard("party", names_agency=_quoted(whose), fields=_fields(fields))
    for name, fields in _rows(sections["About no person"]):
        found[_quoted(name)] = Heard("nobody", fields=_fields(fields))
    return found


def _sections(text: str) -> Iterator[tuple[str, str]]:
    """Return the text below each heading; the page's own heading is ""."""
    for number, part in enumerate(re.split(r"^#+ ", text, flags=re.MULTILINE)[1:]):
        title, _, rest = part.partition("\n")
        yield ("" if number == 0 else title), rest


def _rows(text: str) -> list[tuple[str, ...]]:
    """Return the rows of a section's table, without its header."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [tuple(cell.strip() for cell in line.strip("|").split(" | ")) for line in lines[2:]]


def _quoted(text: str) -> str:
    return str(_QUOTED.findall(text)[0])


def _opening(category: str, purposes: str, happened: str, groups: Mapping[str, frozenset[str]]) -> Opening | None:
    if purposes == "Told to no agency.":
        return None
    named = [groups.get(word, frozenset((word.strip("`"),))) for word in purposes.split(", ")]
    reported = [groups[word] for word in happened.split(", ") if word in groups]
    return Opening(
        None if category == "any" else _quoted(category),
        frozenset().union(*named),
        frozenset(_QUOTED.findall(happened)),
        frozenset[str]().union(*reported),
    )


def _fields(text: str) -> dict[str, str | None]:
    return {name: category or None for name, category, _stays in _FIELD.findall(text)}
