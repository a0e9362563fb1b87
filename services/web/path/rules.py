"""Entries of a case's path and of its timeline, as the services state them. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

LANES: Final = ("detection", "identification", "support", "justice")
#: The services that have a timeline of the case, in the order in which a page names them.
TIMELINES: Final = ("intake", "legal", "support")
#: Of these, the services that keep deadlines.
KEEPERS: Final = ("intake", "legal")
#: The subject of an entry that is the end of a deadline, not an event.
DEADLINE: Final = "deadline"
#: The lane of each service's deadlines.
_DEADLINE_LANES: Final = {"intake": "identification", "legal": "justice", "support": "support"}
#: A deadline in one of these states still requires an action.
OPEN_STATES: Final = ("running", "paused", "doubtful", "missed", "passed", "undated")
_YEAR, _MONTH, _DAY = 4, 7, 10
UTC: Final = "UTC"


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry. `on` is the earliest day that its date can mean, None if no date is known; `at` is the date as stated.

    `says`: codes with their lists; an empty list names an identifier. `by`: the role of the person who recorded it, or
    the code of the agency that reported it. `is_standing`: the record was not withdrawn.
    """

    lane: str
    on: date | None
    precision: str
    what: str
    step: str = ""
    says: tuple[tuple[str, str], ...] = ()
    id: str = ""
    at: str = ""
    #: The other day that a deadline in doubt can end on, None if there is no such doubt.
    other_on: date | None = None
    until: str = ""
    source: str = ""
    role: str = ""
    agency: str = ""
    recorded_at: str = ""
    corrected_on: str = ""
    corrected_because: str = ""
    #: The dates before the corrections, the last one first.
    earlier: tuple[str, ...] = ()
    is_standing: bool = True

    @property
    def is_deadline(self) -> bool:
        """Return whether this entry is the end of a deadline, and not an event."""
        return self.what == DEADLINE

    @property
    def place(self) -> tuple[date, str, str, str]:
        """Return where it stands among the entries of all services, as the services order them."""
        return read_day(self.at)[0] or date.min, self.id, self.what, self.step


def entries_of(timelines: Mapping[str, Mapping[str, Any]], zone: str = UTC) -> list[Entry]:
    """Return the path's entries from the services' timelines of a case, in order; those without a date come first."""
    found = [entry for entry in events_of(timelines, zone) if entry.is_standing]
    found += [entry for service, timeline in timelines.items() for entry in _deadlines(service, timeline)]
    return sorted(found, key=_in_order)


def _in_order(entry: Entry) -> tuple[object, ...]:
    """Return the sort key of an entry on the path: within a day by the hour, and a record before its later steps."""
    lane = LANES.index(entry.lane)
    return entry.on or date.min, lane, entry.is_deadline, entry.at, bool(entry.step), entry.recorded_at


def events_of(timelines: Mapping[str, Mapping[str, Any]], zone: str = UTC) -> list[Entry]:
    """Return the entries of several timelines, the newest first, with those that were taken back."""
    found = [_entry(stated, zone) for timeline in timelines.values() for stated in timeline.get("entries") or ()]
    return sorted(found, key=lambda entry: entry.place, reverse=True)


def read_day(text: object, zone: str = UTC) -> tuple[date | None, str]:
    """Read a date as services write it (an instant, a day, a month, a year, `unknown`); return it and its precision.

    The day of an instant is the day in the time zone. In UTC it is the day by which services order their entries.
    """
    written = str(text or "")
    if "T" in written:
        return datetime.fromisoformat(written).astimezone(ZoneInfo(zone)).date(), "day"
    if len(written) >= _DAY:
        return date.fromisoformat(written[:_DAY]), "day"
    if len(written) == _MONTH and written[_YEAR] == "-":
        return date.fromisoformat(f"{written}-01"), "month"
    if len(written) == _YEAR and written.isdecimal():
        return date(int(written), 1, 1), "year"
    return None, "unknown"


def _entry(stated: Mapping[str, Any], zone: str) -> Entry:
    on, precision = read_day(stated["at"], zone)
    by = stated.get("by") or {}
    return Entry(
        lane=stated["lane"],
        on=on,
        precision=precision,
        what=stated["what"],
        step=stated["step"] or "",
        says=tuple(_codes(stated["values"])),
        id=stated["id"],
        at=str(stated["at"]),
        until=stated.get("until") or "",
        source=stated["source"],
        role=by.get("role") or "",
        agency=by.get("agency_code") or "",
        recorded_at=stated.get("recorded_at") or "",
        corrected_on=stated.get("corrected_on") or "",
        corrected_because=stated.get("corrected_because") or "",
        earlier=tuple(map(str, stated.get("earlier") or ())),
        is_standing=not stated["taken_back"],
    )


def _codes(values: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    return ((value["code_list"] or "", str(value["code"])) for value in values)


def _deadlines(service: str, timeline: Mapping[str, Any]) -> Iterator[Entry]:
    for clock in timeline.get("deadlines") or ():
        if clock["state"] in OPEN_STATES and clock.get("due_on"):
            on, precision = read_day(clock["due_on"])
            says = (("clock_code", str(clock["code"])), ("clock_state", str(clock["state"])))
            yield Entry(
                _DEADLINE_LANES[service], on, precision, DEADLINE, "", says, id=clock["id"], other_on=_other(clock, on)
            )


def _other(clock: Mapping[str, Any], on: date | None) -> date | None:
    other, _precision = read_day(clock.get("other_due_on"))
    return None if other == on else other


def with_held(entries: Iterable[Entry], case: Mapping[str, Any]) -> list[Entry]:
    """Return the entries of a case file; the sending of a referral that is held back reads as held back."""
    held = {each["id"] for each in case.get("referrals") or () if each["state"] == "held"}
    steps = {step["id"] for step in case.get("referral_steps") or () if step["referral_id"] in held}
    return [
        replace(entry, says=(("referral_state", "held"), *entry.says[1:]))
        if entry.id in steps and entry.says[:1] == (("referral_step", "send"),)
        else entry
        for entry in entries
    ]
