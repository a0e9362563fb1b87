"""The roles that read the support file and hand out a copy, and its dates in the timeline, in the lane of support."""

from typing import Final

from services.support.cases.case.rules import WORKERS, Access
from shared.access.permissions import Need
from shared.casework.timeline_dates import Dated

ACCESS: Final[Access] = {
    # A legal adviser only reads the status (see `case.rules.SEEN_BY`).
    "case.read": dict.fromkeys((*WORKERS, "legal_adviser"), Need.READING),
    # The member who hands out a copy sees all of it.
    "copy.give": {"counsellor": Need.TEAM},
}

#: Parts of the file with records that give services, and the data category without which a reader does not see them.
CATEGORIES: Final = {"placements": "location", "practical_help": "account"}

_LANE: Final = "support"


def _dated(part: str, what: str, at: str, *values: str, step: str | None = None, until: str | None = None) -> Dated:
    """Return a date of records, which also have an exact time (`happened`). A step has its own day."""
    exact = () if step else ("happened",)
    return Dated(part=part, what=what, lane=_LANE, at=(*exact, at), step=step, values=values, until=until)


DATES: Final = (
    _dated("urgent_needs", "urgent_need", "noted_on", "service_type:service_type"),
    _dated("urgent_needs", "urgent_need", "met_on", "service_type:service_type", step="met"),
    _dated("services", "service", "delivered_on", "service_type"),
    _dated("assessments", "assessment", "assessed_on", "type", "overall_risk"),
    _dated("assessment_shares", "assessment", "shared_on", step="shared", until="ended_on"),
    _dated("safety_plans", "safety_plan", "agreed_on"),
    _dated("goals", "goal", "stated_on", "goal_type"),
    _dated("plans", "plan", "agreed_on", "goal_types"),
    _dated("measures", "measure", "taken_on", "instrument"),
    _dated("absences", "absence", "missed_on", "reason"),
    _dated("absences", "absence", "found_on", "outcome", step="found"),
    _dated("counselling", "counselling", "started_on", "modality", step="started", until="ended_on"),
    _dated("counselling", "counselling", "ended_on", "end_reason", step="ended"),
    _dated("counselling_pauses", "counselling_pause", "paused_on", "because", until="returned_on"),
    _dated("counselling_pauses", "counselling_pause", "returned_on", step="returned"),
    _dated("counselling_aims", "counselling_aim", "stated_on", "aim"),
    _dated("counselling_sessions", "counselling_session", "held_on", "attendance"),
    _dated("counselling_requests", "counselling_request", "asked_on", "modalities"),
    _dated("counselling_requests", "counselling_request", "answered_on", "state", step="answered"),
    _dated("placements", "placement", "moved_in_on", "accommodation_type", step="started", until="moved_out_on"),
    _dated("placements", "placement", "moved_out_on", "exit_reason", step="ended"),
    _dated("practical_help", "practical_help", "asked_on", "service_type"),
    _dated("practical_help", "practical_help", "ended_on", "service_type", "state", step="ended"),
    _dated("dependants", "dependant", "noted_on", "relation"),
    _dated("entitlements", "entitlement", "started_on", "of_profile", step="started", until="ends_on"),
    _dated("entitlements", "entitlement", "ended_on", "of_profile", step="ended"),
    # The service proposes entitlements, so no person recorded them.
    Dated(
        part="entitlement_proposals",
        what="entitlement",
        lane=_LANE,
        at=("proposed_on",),
        step="proposed",
        values=("of_profile",),
    ),
    Dated(
        part="entitlement_proposals",
        what="entitlement",
        lane=_LANE,
        at=("answered_on",),
        step="answered",
        values=("of_profile", "state"),
        by="answered_by",
    ),
    _dated("transitions", "transition", "agreed_on"),
    _dated("transitions", "transition", "closed_on", "closing_because", step="closed"),
    _dated("transitions", "transition", "came_back_on", step="returned"),
    _dated("check_ins", "check_in", "tried_on", "way", "safe"),
    _dated("alert_calls", "alert_call", "called_on", "called", "outcome"),
    # The service raises alerts, so no person recorded them, and their time is exact.
    Dated(
        part="alerts", what="alert", lane=_LANE, at=("raised_at",), until="ended_at", values=("danger_type", "urgency")
    ),
    Dated(
        part="alerts",
        what="alert",
        lane=_LANE,
        at=("acknowledged_at",),
        step="acknowledged",
        values=("danger_type",),
        recorded_at="acknowledged_at",
        by="acknowledged_by",
    ),
    Dated(
        part="alerts",
        what="alert",
        lane=_LANE,
        at=("ended_at",),
        step="ended",
        values=("end_reason",),
        recorded_at="ended_at",
        by="ended_by",
    ),
)

#: Parts of the file without entries: work that is due, the reasons of alerts, and intake's recovery periods.
WITHOUT_ENTRIES: Final = frozenset(("actions", "etags", "recovery", "tasks", "alert_reasons", "corrections"))
