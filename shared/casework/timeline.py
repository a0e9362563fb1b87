"""The timeline of a case at one service: the dated entries of its file, in the same form at every service.

Entries are made from the reader's view of the case file. A timeline can therefore show nothing that the file hides.
Each service declares which dates of its records become entries (`timeline_dates`), and in which lane.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, Final
from uuid import UUID

from marshmallow import Schema, fields

from shared.access.permissions import Sight
from shared.access.views import CaseView, Shown, classes_of, view_of, withheld_categories, written
from shared.casework.timeline_dates import FACT, LANES, Dated
from shared.deadlines import question
from shared.events.contract import Code
from shared.http import paging

#: The most entries on one page.
MOST_ENTRIES: Final = 500
_AGENCY: Final = "agency"
_DAY, _MONTH, _YEAR = len("2026-03-02"), len("2026-03"), len("2026")


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a timeline: at most `limit` entries after a key (None: from the newest on), of one lane or of all."""

    limit: int = MOST_ENTRIES
    after: tuple[str, ...] | None = None
    lane: str | None = None


def read_page(query: Mapping[str, str]) -> Page:
    """Read which part of a timeline a request asks for. Raises `Refused`."""
    lane = query.get("lane")
    if lane is not None and lane not in LANES:
        raise paging.unclear(f"The value of `lane` is not known. Choose one of these: {', '.join(LANES)}.")
    return Page(paging.limit(query, MOST_ENTRIES), paging.after(query, _read_key), lane)


@dataclass(frozen=True)
class Timeline:
    """How a service makes the timeline of a case: from which view of its file, and from which dates."""

    source: str
    view: type[CaseView]
    dates: tuple[Dated, ...]

    # control: H-CONFIDENTIALITY-2 timeline-from-the-file
    def body(
        self,
        contents: Mapping[str, Any],
        sight: Sight,
        roles: Mapping[UUID, str],
        page: Page,
        *,
        calculated_at: datetime | None = None,
    ) -> dict[str, Any]:
        """Return the timeline that a reader sees, as `TimelineView` reads it, with the deadlines of the file.

        `contents`: the file as its view reads it. `roles`: the roles of the case's team, by member. `calculated_at`:
        when the deadlines were last calculated; None: never, or the service has no deadlines.
        """
        file = written(self.view, contents, sight)
        corrections = {correction["record"]: correction for correction in file.get("corrections", ())}
        entries = [
            _corrected(entry, corrections.get(entry["id"], {}))
            for entry in self._entries(file, {str(member): role for member, role in roles.items()})
            if page.lane in (None, entry["lane"])
        ]
        shown, following = _page_of(entries, page)
        hidden = bool(classes_of(self.view) - sight.classes or withheld_categories(self.view, sight))
        identity = {name: contents[name] for name in ("id", "version")}
        deadlines = [_with_question(clock) for clock in contents.get("clocks", ())]
        of_deadlines = {"deadlines": deadlines, "calculated_at": calculated_at}
        return {**identity, "entries": shown, "next": following, "hidden": hidden, **of_deadlines}

    def _entries(self, file: Shown, roles: Mapping[str, str]) -> Iterator[dict[str, Any]]:
        for dated in self.dates:
            records = file.get(dated.part, ()) if dated.part else (file,)
            for record in records:
                entry = _entry(dated, record, _lists_of(self.view, dated.part))
                if entry is not None:
                    yield entry | {"source": self._source(dated, record), "by": _by(dated, record, roles)}

    def _source(self, dated: Dated, record: Shown) -> str:
        return _AGENCY if dated.by_agency and record.get(dated.by_agency) is not None else self.source


def _with_question(clock: Mapping[str, Any]) -> dict[str, Any]:
    return {**clock, "question": question(clock["state"], clock["doubts"])}


def _entry(dated: Dated, record: Shown, lists: Mapping[str, str | None]) -> dict[str, Any] | None:
    """Return the entry of a record; None if it has no such date, or its reader does not see the record or its date."""
    at = next((record[name] for name in dated.at if record.get(name) is not None), None)
    if at is None or record.get("id") is None:
        return None
    if dated.only is not None and record.get(dated.only[0]) not in dated.only[1]:
        return None
    made, corrected = _revisions(record) if dated.what == FACT else (record, record)
    return {
        "id": record["id"],
        "what": dated.what,
        "step": dated.step,
        "lane": dated.lane,
        "at": at,
        "until": record.get(dated.until) if dated.until else None,
        "precision": precision_of(at),
        "values": list(_values(dated, record, lists)),
        "recorded_at": made.get(dated.recorded_at),
        "corrected_on": corrected.get("corrected_on"),
        "corrected_because": record.get("corrected_because") or (record.get("reason") if dated.what == FACT else None),
        "earlier": _earlier(dated, record, at) if dated.what == FACT else [],
        "taken_back": bool(record.get("taken_back_at") or record.get("corrected_on") or record.get("withdrawn")),
    }


def _revisions(fact: Shown) -> tuple[Shown, Shown]:
    """Return the first revision of a fact, and its last correction. The corrector is not shown as its author."""
    earlier = fact.get("earlier") or ()
    if not earlier:
        return fact, {}
    at = fact.get("recorded_at")
    return earlier[-1], {"corrected_on": at and at[:_DAY]}


def _earlier(dated: Dated, fact: Shown, at: str) -> list[str]:
    """Return the dates that a fact had before its corrections, last one first, if they differ from the current date."""
    earlier = fact.get("earlier") or ()
    dates = (next((said[name] for name in dated.at if said.get(name) is not None), at) for said in earlier)
    return [each for each in dict.fromkeys(dates) if each != at]


def _corrected(entry: dict[str, Any], correction: Mapping[str, Any]) -> dict[str, Any]:
    """Return an entry with the last correction of its record."""
    return entry | {
        "corrected_by": correction.get("id"),
        "corrected_on": entry["corrected_on"] or correction.get("corrected_on"),
        "corrected_because": entry["corrected_because"] or correction.get("reason"),
    }


def precision_of(at: str) -> str:
    """Return how exactly a time is known: `instant`, `day`, `month`, `year` or `unknown`."""
    return {_DAY: "day", _MONTH: "month", _YEAR: "year"}.get(len(at), "instant" if "T" in at else "unknown")


def _values(dated: Dated, record: Shown, lists: Mapping[str, str | None]) -> Iterator[dict[str, Any]]:
    for declared in dated.values:
        name, _, code_list = declared.partition(":")
        value = record.get(name)
        for code in value if isinstance(value, list) else [value]:
            if code:
                yield {"field": name, "code_list": code_list or lists.get(name), "code": code}


def _by(dated: Dated, record: Shown, roles: Mapping[str, str]) -> dict[str, Any] | None:
    if dated.by_agency and record.get(dated.by_agency) is not None:
        agency = {"agency": record.get("agency"), "agency_code": record.get("agency_code")}
        return {"role": None, **agency} if any(agency.values()) else None
    made = _revisions(record)[0] if dated.what == FACT else record
    role = roles.get(made.get(dated.by) or "")
    return None if role is None else {"role": role, "agency": None, "agency_code": None}


@cache
def _lists_of(view: type[Schema], part: str) -> Mapping[str, str | None]:
    """Return the code lists of the fields of a part, by the names of the fields."""
    inner = view if not part else view_of(view().fields[part])
    assert inner is not None  # noqa: S101 - a part of the file holds records
    plain = {name: field.inner if isinstance(field, fields.List) else field for name, field in inner().fields.items()}
    return {name: field.code_list for name, field in plain.items() if isinstance(field, Code)}


def _page_of(entries: Iterable[dict[str, Any]], page: Page) -> tuple[list[dict[str, Any]], str | None]:
    """Return the entries of a page, newest first and undated ones last, and where the next page begins."""
    ordered = sorted(((_key(entry), entry) for entry in entries), key=lambda keyed: keyed[0], reverse=True)
    left = [keyed for keyed in ordered if page.after is None or keyed[0] < page.after]
    shown = left[: page.limit]
    following = ".".join(shown[-1][0]) if len(left) > len(shown) else None
    return [_typed(entry) for _key_of_entry, entry in shown], following


def _key(entry: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the sort key of an entry: its earliest day, then its id. The order is the same at every service."""
    at = str(entry["at"])
    days = {"month": f"{at}-01", "year": f"{at}-01-01", "unknown": "0001-01-01"}
    return days.get(entry["precision"], at[:_DAY]), entry["id"], entry["what"], entry["step"] or ""


def _read_key(text: str) -> tuple[str, ...]:
    """Read where a page begins. Raises `ValueError`."""
    day, record, what, step = text.split(".")
    return date.fromisoformat(day).isoformat(), str(UUID(record)), what, step


def _typed(entry: dict[str, Any]) -> dict[str, Any]:
    recorded_at, corrected_on = entry["recorded_at"], entry["corrected_on"]
    return entry | {
        "recorded_at": recorded_at and datetime.fromisoformat(recorded_at),
        "corrected_on": corrected_on and date.fromisoformat(corrected_on),
    }
