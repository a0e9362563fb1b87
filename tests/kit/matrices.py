"""The matrices of `tests/matrices`, read as text, for comparison with the services' behaviour."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cache
from itertools import takewhile
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).resolve().parents[1] / "matrices"
_CALLERS: Final = re.compile(r"(\w+) \(([\w, ]+)\)")
_PART: Final = re.compile(r"  ([\w.]*)\[(\w+)/([\w-]+)\] (.*)")


def callers(service: str, route: str) -> dict[tuple[str, str], frozenset[str]]:
    """Return the classes of fields that each role sees in each relation, by `GET /v1/cases/<uuid:case>`."""
    lines = _section(service, lambda line: line.startswith(f"{route} "))
    rows = (line.rpartition(": ") for line in lines)
    return {
        (role, relation): frozenset(classes.split())
        for names, _, classes in rows
        for role, relations in _CALLERS.findall(names)
        for relation in relations.split(", ")
    }


def view_of(service: str, route: str) -> str:
    """Return the name of the view that serialises a route's response."""
    [line] = [line for line in _lines(f"{service}-routes") if line.startswith(f"{route} ")]
    return line.rpartition(" -> ")[2]


def fields(service: str, view: str) -> dict[str, tuple[str, str | None]]:
    """Return the class and the data category of each field of a view, by its path."""
    found = (_PART.fullmatch(line) for line in _section(service, lambda line: line == view))
    return {
        f"{part}.{name}".lstrip("."): (seen_as, None if category == "-" else category)
        for part, seen_as, category, names in (match.groups() for match in found if match)
        for name in names.split()
    }


def received(key: str, data: Mapping[str, object], purposes: Collection[str], categories: Collection[str]) -> set[str]:
    """Return the fields of an event, such as `intake.case.closed.v1`, that an agency with one such consent receives."""
    service, _, name = key.partition(".")
    lines = [line.strip() for line in _of_code(_section_of_event(service, name), data)]
    names = set[str]()
    for line in lines:
        needs, _, given = line.rpartition(": ")
        if needs in ("agreement", "party without consent") or _is_met(needs, purposes, categories):
            names.update(given.split())
    return names & data.keys()


def _is_met(needs: str, purposes: Collection[str], categories: Collection[str]) -> bool:
    named, _, wanted = needs.removeprefix("party ").partition(" | ")
    is_for = named == "any purpose" or not set(named.split(", ")).isdisjoint(purposes)
    has = wanted == "any" and bool(categories)
    return is_for and (has or any(set(each.split("+")) <= set(categories) for each in wanted.split(" or ")))


def _of_code(lines: list[str], data: Mapping[str, object]) -> Iterator[str]:
    counts = True
    for line in lines:
        if line[2:].startswith("as v"):
            return
        if " = " in line and not line.startswith("    "):
            field, _, values = line.strip().removesuffix(": inside").partition(" = ")
            counts = str(data.get(field)) in values.split(", ")
        elif counts:
            yield line


def _section_of_event(service: str, name: str) -> list[str]:
    title = " v".join(name.rsplit(".v", 1))
    return _below(f"{service}-events", lambda line: line == title)


def _section(service: str, is_title: Callable[[str], bool]) -> list[str]:
    return _below(f"{service}-routes", is_title)


def _below(file: str, is_title: Callable[[str], bool]) -> list[str]:
    """Return the indented lines below a title."""
    lines = _lines(file)
    start = next((number for number, line in enumerate(lines) if is_title(line)), len(lines))
    return list(takewhile(lambda line: line.startswith("  "), lines[start + 1 :]))


@cache
def _lines(file: str) -> list[str]:
    return (FOLDER / f"{file}.txt").read_text(encoding="utf-8").splitlines()
