"""Entries of a case's path, each with its lane and day. Pure; the table below defines the kinds of entries."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

LANES: Final = ("detection", "identification", "support", "justice")


@dataclass(frozen=True, slots=True)
class Kind:
    """Records of one list in a service's file: their lane, the field of their day, and the fields that describe them.

    `says` names these fields and the code lists of their values.
    """

    service: str
    part: str
    lane: str
    record_class: str
    day: str
    says: tuple[tuple[str, str], ...] = ()
    #: Set if a record has several days: the code of `path_step` for the step on this day.
    step: str = ""


KINDS: Final = (
    Kind(
        "intake", "detections", "detection", "detection", "detected_on", (("exploitation_types", "exploitation_type"),)
    ),
    Kind("intake", "accounts", "detection", "account", "given_on"),
    Kind("intake", "referrals_in", "detection", "referral_in", "received_on", (("agency_type", "org_type"),)),
    Kind(
        "intake", "entry_decisions", "identification", "entry_decision", "decided_on", (("decision", "entry_decision"),)
    ),
    Kind("intake", "consents", "identification", "consent", "granted_on", (("purposes", "consent_purpose"),)),
    Kind("intake", "consents", "identification", "consent", "withdrawn_on", (), "withdrawn"),
    Kind(
        *("intake", "identification", "identification", "identification", "received_on"),
        (("stage", "identification_stage"), ("outcome", "decision_outcome")),
    ),
    Kind(
        "intake",
        "sharings",
        "identification",
        "sharing",
        "proposed_on",
        (("reason", "sharing_without_consent_reason"),),
    ),
    Kind(
        "intake",
        "referrals",
        "support",
        "referral",
        "sent_on",
        (("purpose", "consent_purpose"), ("state", "referral_state")),
    ),
    Kind(
        "legal",
        "advice",
        "justice",
        "legal_advice",
        "given_on",
        (("phase", "advice_phase"), ("status", "advice_status")),
    ),
    Kind("legal", "matters", "justice", "compensation", "opened_on", (("remedy", "remedy"),), "opened"),
    Kind("legal", "matters", "justice", "compensation", "applied_on", (("remedy", "remedy"),), "applied"),
    Kind(
        "legal", "matters", "justice", "compensation", "decided_on", (("outcome", "compensation_outcome"),), "decided"
    ),
    Kind("legal", "matters", "justice", "compensation", "paid_on", (), "paid"),
    Kind("legal", "awards", "justice", "award", "awarded_on", (("remedy", "remedy"),)),
    Kind(
        "legal",
        "reconsiderations",
        "justice",
        "reconsideration",
        "requested_on",
        (("ground", "reconsideration_ground"),),
    ),
    Kind("support", "urgent_needs", "support", "urgent_need", "noted_on", (("service_type", "service_type"),)),
    Kind("support", "services", "support", "service", "delivered_on", (("service_type", "service_type"),)),
    Kind(
        *("support", "assessments", "support", "assessment", "assessed_on"),
        (("type", "assessment_type"), ("overall_risk", "risk_level")),
    ),
    Kind("support", "safety_plans", "support", "safety_plan", "agreed_on"),
    Kind("support", "goals", "support", "goal", "stated_on", (("goal_type", "goal_type"),)),
    Kind("support", "plans", "support", "plan", "agreed_on", (("goal_types", "plan_type"),)),
    Kind("support", "measures", "support", "measure", "taken_on"),
    Kind(
        "support",
        "counselling",
        "support",
        "counselling",
        "started_on",
        (("modality", "counselling_modality"),),
        "started",
    ),
    Kind(
        "support",
        "counselling",
        "support",
        "counselling",
        "ended_on",
        (("end_reason", "counselling_end_reason"),),
        "ended",
    ),
    Kind(
        "support",
        "placements",
        "support",
        "placement",
        "moved_in_on",
        (("accommodation_type", "accommodation_type"),),
        "started",
    ),
    Kind(
        "support", "placements", "support", "placement", "moved_out_on", (("exit_reason", "placement_exit"),), "ended"
    ),
    Kind("support", "absences", "support", "absence", "missed_on"),
    Kind("support", "alerts", "support", "alert", "raised_at", (("danger_type", "danger_type"),)),
)
#: The lane of each service's periods.
_PERIOD_LANES: Final = {"intake": "identification", "legal": "justice", "support": "support"}
#: A period in one of these states still requires an action.
OPEN_STATES: Final = ("running", "paused", "doubtful", "missed", "passed", "undated")
_YEAR, _MONTH, _DAY = 4, 7, 10


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the path. `on` is the earliest day that its date can mean; None if no date is known."""

    lane: str
    on: date | None
    precision: str
    record_class: str
    step: str = ""
    says: tuple[tuple[str, str], ...] = ()

    @property
    def is_deadline(self) -> bool:
        """Return whether this entry is the end of a period, and not an event."""
        return self.record_class == "deadline"


def entries_of(files: Mapping[str, Mapping[str, Any]]) -> list[Entry]:
    """Return the path's entries from the services' files of a case, in order; entries without a date come first."""
    found = [entry for kind in KINDS for entry in _of_kind(kind, files.get(kind.service, {}))]
    found += _of_the_case(files.get("intake", {}))
    found += [entry for service, file in files.items() for entry in _periods(service, file)]
    return sorted(found, key=lambda entry: (entry.on or date.min, LANES.index(entry.lane), entry.is_deadline))


def read_day(text: object) -> tuple[date | None, str]:
    """Read a date as services write it (an instant, a day, a month, a year, `unknown`); return it and its precision."""
    written = str(text or "")
    if len(written) >= _DAY:
        return date.fromisoformat(written[:_DAY]), "day"
    if len(written) == _MONTH and written[_YEAR] == "-":
        return date.fromisoformat(f"{written}-01"), "month"
    if len(written) == _YEAR and written.isdecimal():
        return date(int(written), 1, 1), "year"
    return None, "unknown"


def _of_kind(kind: Kind, file: Mapping[str, Any]) -> Iterator[Entry]:
    for record in _valid(file.get(kind.part) or ()):
        stored = record.get(kind.day)
        # The field `happened` is more exact than the day of a record. A step keeps its own day.
        happened = None if kind.step else record.get("happened")
        if stored is None and happened is None:
            continue
        on, precision = read_day(happened or stored)
        yield Entry(kind.lane, on, precision, kind.record_class, kind.step, tuple(_said(kind, record)))


def _valid(records: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Leave out records that were wrong and were taken back."""
    return (each for each in records if not each.get("taken_back_at") and not each.get("corrected_on"))


def _said(kind: Kind, record: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for field, code_list in kind.says:
        value = record.get(field)
        yield from ((code_list, str(code)) for code in (value if isinstance(value, list) else [value]) if code)


def _of_the_case(file: Mapping[str, Any]) -> Iterator[Entry]:
    if file.get("opened_on"):
        yield Entry("detection", *read_day(file["opened_on"]), "contact")
    if file.get("closed_on"):
        says = (("closure_reason", str(file["closure_reason"])),) if file.get("closure_reason") else ()
        yield Entry("support", *read_day(file["closed_on"]), "case_status", "closed", says)


def _periods(service: str, file: Mapping[str, Any]) -> Iterator[Entry]:
    for clock in file.get("clocks") or ():
        if clock["state"] in OPEN_STATES and clock.get("due_on"):
            on, precision = read_day(clock["due_on"])
            says = (("clock_code", str(clock["code"])), ("clock_state", str(clock["state"])))
            yield Entry(_PERIOD_LANES[service], on, precision, "deadline", "", says)
