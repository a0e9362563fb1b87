"""Replaces random values and the machine's time with labels that are the same in each run."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any, Final

_ID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
#: Fields with a random value, or with a count of the services' intermediate work.
_BY_CHANCE: Final = frozenset(
    ("key", "secret", "number", "next", "version", "return_code", "traceparent", "instance", "etag")
)
_ADDRESS_OF_CHANCE: Final = re.compile(r"(?<=/v1/calendars/)[\w-]{20,}")
#: Lists whose order depends on random ids.
ORDERED_BY_CHANCE: Final = frozenset(("facts", "periods", "alert_reasons", "alerts", "errors", "reports"))
#: Fields with words for people: a code is next to them, and no behaviour depends on them.
_WORDS: Final = frozenset(("says", "hint", "detail", "title", "message"))


class Labels:
    """The labels of a history's ids, and the functions that write a document with them."""

    def __init__(self, known: Mapping[str, str]) -> None:
        """Begin with the ids of the permanent people and agencies."""
        self.of_id = dict(known)
        self._ids: dict[str, str] = {}
        for id_, label in known.items():
            self._ids[label] = id_
        self._began = datetime.now(UTC) - timedelta(days=1)

    def name(self, label: str, id_: str) -> None:
        """Set the label of an id, unless it has one."""
        self.of_id.setdefault(id_, label)
        self._ids[label] = id_

    def id(self, label: str) -> str | None:
        """Return the id with a label."""
        return self._ids.get(label)

    def written(self, value: Any, name: str = "") -> Any:
        """Return a document with labels in place of ids, and without random values."""
        if isinstance(value, Mapping):
            return {self.text(str(key)): self.written(each, str(key)) for key, each in value.items()}
        if isinstance(value, (list, tuple)):
            return _in_steady_order(name, [self.written(each, name) for each in value])
        if value is not None and name in _BY_CHANCE:
            return f"<{name}>"
        if not isinstance(value, str):
            return value
        return "<words>" if value and name in _WORDS else self.text(value)

    def text(self, text: str) -> str:
        """Return a text with labels in place of ids."""
        return _INSTANT.sub(self._instant, _ID.sub(self._id, _ADDRESS_OF_CHANCE.sub("<secret>", text)))

    def _id(self, found: re.Match[str]) -> str:
        return self.of_id.get(found[0], "<id>")

    def _instant(self, found: re.Match[str]) -> str:
        if found[1]:
            return "<now>"
        at = datetime.fromisoformat(found[0])
        return "<now>" if self._began < at < self._began + timedelta(days=9) else found[0]


def steady(records: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return events in order; consecutive events of one kind are sorted by their texts.

    The order of a transaction's events about several records depends on the records' ids, which can be random.
    """
    runs = groupby(records, key=lambda each: str(next(iter(each.values()))))
    return [record for _, run in runs for record in sorted(run, key=_as_text)]


def _in_steady_order(name: str, items: list[Any]) -> list[Any]:
    """Return a list in its order, except for items that only random ids put in order.

    These are the facts of a case, the periods of a recovery, the reasons of alerts, and alerts of one instant. Refused
    fields come in the order of a set. In lists by due dates they are those of one date.
    """
    if name in ORDERED_BY_CHANCE:
        return sorted(items, key=_as_text)
    if all(isinstance(item, dict) and "due_on" in item for item in items):
        runs = groupby(items, key=lambda item: str(item["due_on"]))
        return [item for _, run in runs for item in sorted(run, key=_as_text)]
    return items


def _as_text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
