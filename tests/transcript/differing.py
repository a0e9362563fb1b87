"""The differences between two texts of a history: record, field, old and new value."""

import json
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import groupby, zip_longest
from typing import Any, Final

from tests.transcript.labels import ORDERED_BY_CHANCE

#: The sections of a history; the first field of each record identifies its subject.
SECTIONS: Final = ("replies", "events", "streams", "audit", "deadlines", "lists", "cases")
_MISSING: Final = object()
#: Fields that count the services' intermediate work.
_COUNTED: Final = frozenset(("etag",))
#: Dates of the machine's clock: when staff read the case, when a key was last used, and since when an entry of a queue
#: waits for data protection.
_REAL_DAYS: Final = frozenset(
    (
        "body.acts[].on",
        "body.keys[].last_used_on",
        "body.entries[].since",
        "body.entries[].due_on",
        "body.entries[].days_late",
    )
)


@dataclass(frozen=True)
class Difference:
    """One field that differs; `change` is `changed`, `added` or `removed`, `path` is empty for a record."""

    history: int
    section: str
    record: str
    path: str
    change: str
    old: Any = None
    new: Any = None

    @property
    def kind(self) -> tuple[str, str, str, str]:
        """Return the common part of all differences of one kind."""
        return self.section, self.record, self.path, self.change


def differences(
    history: int, old: Mapping[str, Any], new: Mapping[str, Any], new_codes: AbstractSet[str] = frozenset()
) -> Iterator[Difference]:
    """Yield the differences between two texts of a history, section by section, without records of new codes."""
    for section in SECTIONS:
        olds, news = old.get(section, []), _without(new_codes, new.get(section, []))
        if olds == news:
            continue
        for before, after in _of_one_kind_alike(_pairs(olds, news, _name)):
            about = before if before is not None else after
            record = f"{_shown(_name(about))} {_code(about)}".rstrip()
            if before is None or after is None:
                change = "added" if before is None else "removed"
                yield Difference(history, section, record, "", change, before, after)
                continue
            if before.get("status") != after.get("status"):
                # A response with another status has other fields: only the status is reported.
                yield Difference(history, section, record, "status", "changed", _answer(before), _answer(after))
                continue
            for path, was, is_ in _fields("", before, after):
                change = "added" if was is _MISSING else "removed" if is_ is _MISSING else "changed"
                yield Difference(history, section, record, path, change, *map(_present, (was, is_)))


def _without(codes: AbstractSet[str], value: Any) -> Any:
    """Remove the records and items that have one of these codes."""
    if isinstance(value, dict):
        return {name: _without(codes, each) for name, each in value.items()}
    if isinstance(value, list):
        return [_without(codes, each) for each in value if not (isinstance(each, dict) and _any_code(each) in codes)]
    return value


def _any_code(record: Mapping[str, Any]) -> str:
    """Return the code of an item, or of the event or period that a record is about."""
    return str(record.get("code") or _code(record) or str(record.get("deadline", "")).rpartition(" ")[2])


def _answer(record: Mapping[str, Any]) -> str:
    """Return the status of a response, and the rules that refused."""
    body = record.get("body")
    errors = body.get("errors") or [] if isinstance(body, dict) else []
    rules = [str(each.get("rule") or each.get("code")) for each in errors]
    return " ".join([str(record.get("status")), *rules])


def _of_one_kind_alike(pairs: Iterable[tuple[Any, Any]]) -> Iterator[tuple[Any, Any]]:
    """Pair the records of one kind that followed each other by their texts: their order can depend on random ids."""
    matched, others = list[tuple[Any, Any]](), list[tuple[Any, Any]]()
    for pair in pairs:
        (others if None in pair else matched).append(pair)
    for _, run in groupby(matched, key=lambda pair: _name(pair[0])):
        olds, news = (_by_code(each) for each in zip(*run, strict=True))
        for code in sorted({*olds, *news}):
            yield from zip_longest(olds.get(code, []), news.get(code, []))
    yield from others


def _by_code(records: Iterable[Any]) -> dict[str, list[Any]]:
    """Return records by their code (of a period, for example) and case, in order of their texts."""
    found: dict[str, list[Any]] = defaultdict(list)
    for record in sorted(records, key=_as_text):
        found[_code(record) + str(record.get("of", ""))].append(record)
    return found


def _code(record: Mapping[str, Any]) -> str:
    """Return the code of the period, or the kind of the fact, that an event is about."""
    data = record.get("data")
    field = "kind" if ".fact." in str(next(iter(record.values()), "")) else "code"
    return str(data[field]) if isinstance(data, dict) and field in data else ""


def _as_text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def _present(value: Any) -> Any:
    return None if value is _MISSING else value


def _name(record: Mapping[str, Any]) -> str:
    """Return the subject of a record.

    For a response this includes its step, so that only the same step is compared with it.
    """
    return f"{record['step']} {record['route']}" if "step" in record else str(next(iter(record.values())))


def _shown(name: str) -> str:
    return name.partition(" ")[2] if name[:1].isdigit() else name


def _fields(path: str, old: Any, new: Any) -> Iterator[tuple[str, Any, Any]]:
    """Yield the fields that differ: the path, the old value, the new value."""
    if (type(old) is type(new) and old == new) or path in _REAL_DAYS:
        return
    if isinstance(old, dict) and isinstance(new, dict):
        for name in (each for each in {**old, **new} if each not in _COUNTED):
            yield from _fields(f"{path}.{name}".lstrip("."), old.get(name, _MISSING), new.get(name, _MISSING))
    elif isinstance(old, list) and isinstance(new, list):
        if path.rpartition(".")[2] in ORDERED_BY_CHANCE:
            old, new = sorted(old, key=_as_text), sorted(new, key=_as_text)
        for before, after, is_moved in _with_moved(_pairs(old, new, _alike)):
            if is_moved:
                yield f"{path}[].place", "here", "elsewhere"
            was, is_ = (_MISSING if each is None else each for each in (before, after))
            yield from _fields(f"{path}[]", was, is_)
    else:
        yield path, old, new


def _with_moved(pairs: Iterable[tuple[Any, Any]]) -> Iterator[tuple[Any, Any, bool]]:
    """Pair an item that has moved with itself, and mark it as moved."""
    added, removed = defaultdict[Hashable, list[Any]](list), list[Any]()
    for before, after in pairs:
        if before is None:
            added[_alike(after)].append(after)
        elif after is None:
            removed.append(before)
        else:
            yield before, after, False
    for before in removed:
        partners = added[_alike(before)]
        after = partners.pop(0) if partners else None
        yield before, after, after is not None
    yield from ((None, after, False) for partners in added.values() for after in partners)


#: Fields that identify the items of a list, if present.
_NAMING: Final = ("what", "action", "id", "code", "kind", "field", "name", "case", "alert", "reference", "stage")


def _alike(item: Any) -> Hashable:
    if isinstance(item, dict):
        return tuple((name, str(item[name])) for name in _NAMING if name in item) or tuple(sorted(item))
    return json.dumps(item, sort_keys=True)


#: The weight of a pair with the same subject. Equal texts only decide between pairings with as many pairs.
_PAIR: Final = 1_000_000


def _pairs(old: Sequence[Any], new: Sequence[Any], name: Any) -> Iterator[tuple[Any, Any]]:
    """Pair the items of two lists that have the same subject; an item without a partner is paired with None.

    The order is kept, and the number of pairs is maximal: an added item shifts no other one.
    """
    olds, news = ([(name(each), _as_text(each)) for each in items] for items in (old, new))
    worth = [[0] * (len(news) + 1) for _ in range(len(olds) + 1)]
    for row in reversed(range(len(olds))):
        for column in reversed(range(len(news))):
            pair = _worth(olds[row], news[column])
            paired = worth[row + 1][column + 1] + pair if pair else 0
            worth[row][column] = max(paired, worth[row + 1][column], worth[row][column + 1])
    row = column = 0
    while row < len(olds) and column < len(news):
        pair = _worth(olds[row], news[column])
        if pair and worth[row][column] == worth[row + 1][column + 1] + pair:
            yield old[row], new[column]
            row, column = row + 1, column + 1
        elif worth[row][column] == worth[row + 1][column]:
            yield old[row], None
            row += 1
        else:
            yield None, new[column]
            column += 1
    yield from ((each, None) for each in old[row:])
    yield from ((None, each) for each in new[column:])


def _worth(old: tuple[Hashable, str], new: tuple[Hashable, str]) -> int:
    return (_PAIR + (old[1] == new[1])) if old[0] == new[0] else 0
