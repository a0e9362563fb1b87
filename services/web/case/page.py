"""The content of a case's page, from the services' answers. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from services.web.doing.act import Act
from services.web.doing.allowed import acts_on
from services.web.doing.table.referral import STEPS
from services.web.path.layout import Drawing, drawn
from services.web.path.rules import KEEPERS, OPEN_STATES, TIMELINES, Entry, entries_of, events_of, with_held
from services.web.upstream.client import ARRIVING, AWAY, HIDDEN, Answer

#: Due items that are deadlines or questions about deadlines. All other due items are next steps.
PERIOD, QUESTION = "period", "period_question"
#: The entries that the print view shows: the steps that decide how the path continues.
MILESTONES: Final = frozenset(
    (
        *(("contact", "opened"), ("contact", "closed"), ("contact", "reopened")),
        *(("detection", ""), ("referral_in", ""), ("entry_decision", ""), ("identification", "")),
        *(("consent", ""), ("consent", "withdrawn"), ("referral", ""), ("assessment", ""), ("placement", "started")),
        *(("placement", "ended"), ("absence", ""), ("absence", "found"), ("transition", "closed")),
        *(("compensation", "applied"), ("compensation", "decided"), ("compensation", "paid"), ("award", "")),
        *(("reconsideration", ""), ("legal_advice", "")),
    )
)
#: As many milestones as one printed page has room for.
MOST_MILESTONES: Final = 24


@dataclass(frozen=True)
class Deadline:
    """A deadline as the service that keeps it states it."""

    service: str
    clock: Mapping[str, Any]

    @property
    def is_open(self) -> bool:
        """Return whether the deadline still requires an action."""
        return self.clock["state"] in OPEN_STATES


@dataclass(frozen=True)
class Alert:
    """An alert of the case that has not ended."""

    id: str
    danger_type: str
    urgency: str
    raised_at: str
    acknowledged_at: str
    #: The role of the person who takes care of it, and their name if the team has one person with this role.
    acknowledged_role: str = ""
    acknowledged_name: str = ""


@dataclass(frozen=True)
class CasePage:
    """A case; a part is empty where its service did not send it (`states`)."""

    case: Mapping[str, Any]
    #: The person's name and `name_state`, as lists have them.
    person: Mapping[str, Any]
    contact: Mapping[str, Any] | None
    entries: Sequence[Entry]
    drawing: Drawing
    deadlines: Sequence[Deadline]
    #: Questions whose answers resolve doubts about the deadlines; the one that resolves most comes first.
    questions: Sequence[Mapping[str, Any]]
    next_steps: Sequence[Mapping[str, Any]]
    #: The referrals that have not ended, each with what the person can do with it now; None if they are hidden.
    referrals: Sequence[tuple[Mapping[str, Any], Sequence[Act]]] | None
    team: Sequence[Mapping[str, Any]]
    alerts: Sequence[Alert]
    withheld: Sequence[str]
    #: The state of each service's part, by the name of the service.
    states: Mapping[str, str]
    #: Whether a timeline has earlier entries than those shown.
    has_earlier: bool
    #: When intake recorded its last fact, and when the service for legal advice last calculated the deadlines; empty if
    #: it is not known.
    last_fact_at: str
    calculated_at: str

    @property
    def missing(self) -> list[str]:
        """Return the services that did not answer."""
        return [name for name, state in self.states.items() if state == AWAY]

    @property
    def keepers(self) -> list[str]:
        """Return the states of the services that keep deadlines."""
        return [self.states[name] for name in KEEPERS]

    @property
    def is_arriving(self) -> bool:
        """Return whether the case may still be on its way to a service."""
        return ARRIVING in self.states.values()

    # control: H-DESK-6 calculation-is-named
    @property
    def is_calculating(self) -> bool:
        """Return whether deadlines were calculated before the last fact was recorded, so that they may change."""
        if not self.last_fact_at or not self.calculated_at:
            return False
        return datetime.fromisoformat(self.calculated_at) < datetime.fromisoformat(self.last_fact_at)

    @property
    def is_settling(self) -> bool:
        """Return whether the page will soon reload automatically."""
        return self.is_arriving or self.is_calculating

    @property
    def open_deadlines(self) -> list[Deadline]:
        """Return the deadlines that still require an action, those with the earliest date first."""
        return [deadline for deadline in self.deadlines if deadline.is_open]

    @property
    def has_hidden(self) -> bool:
        """Return whether the case has content that this reader is not shown."""
        return bool(self.withheld) or HIDDEN in self.states.values()

    @property
    def milestones(self) -> list[Entry]:
        """Return the entries of the print view, in order; of very many, the last ones."""
        found = [entry for entry in self.entries if (entry.what, entry.step) in MILESTONES]
        return found[-MOST_MILESTONES:]


# control: H-DESK-6 missing-parts-are-named
def page_of(answers: Mapping[str, Answer], today: date, zone: str) -> CasePage:
    """Return the page of a case that intake shows to the reader, with the days of instants in a time zone."""
    case = answers["intake"].document
    of_service = {name: answers[f"timeline_{name}"] for name in TIMELINES}
    timelines = {name: answer.document for name, answer in of_service.items() if answer.is_good}
    due = case.get("due") or []
    entries = with_held(entries_of(timelines, zone), case)
    team = (_data(case, "team") or {}).get("members") or case.get("team") or []
    return CasePage(
        case=case,
        person=_person(_data(case, "name")),
        contact=_data(case, "safe_contact"),
        entries=entries,
        drawing=drawn(entries, today),
        deadlines=_deadlines(timelines),
        questions=[item for item in due if item["what"] == QUESTION],
        next_steps=[item for item in due if item["what"] not in (PERIOD, QUESTION)],
        referrals=_referrals(case),
        team=team,
        alerts=_alerts(timelines.get("support", {}), team),
        withheld=sorted({kind for shown in (case, *timelines.values()) for kind in withheld_of(shown)}),
        states={name: answer.state for name, answer in of_service.items()},
        has_earlier=any(timeline.get("next") for timeline in timelines.values()),
        last_fact_at=_last_fact_at(case),
        calculated_at=timelines.get("legal", {}).get("calculated_at") or "",
    )


def _last_fact_at(case: Mapping[str, Any]) -> str:
    """Return when intake recorded the last fact; facts of other services have no such time here."""
    times = [fact["recorded_at"] for fact in case.get("facts") or () if fact.get("recorded_at")]
    return max(times, key=datetime.fromisoformat, default="")


def _referrals(case: Mapping[str, Any]) -> Sequence[tuple[Mapping[str, Any], Sequence[Act]]] | None:
    if case.get("referrals") is None:
        return None
    found = acts_on(case, "intake", "referrals")
    return [each for each in found if each[0]["state"] in STEPS and not each[0].get("taken_back_at")]


def _data(case: Mapping[str, Any], part: str) -> Mapping[str, Any] | None:
    """Return a part that was read with the case; None if it is hidden from the reader."""
    shown: Mapping[str, Any] = (case.get("parts") or {}).get(part) or {}
    return shown.get("data")


def _person(shown: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """Return the person's name in one line, and why there is none."""
    return shown if shown is not None and "name" in shown else {"name": None, "name_state": "hidden"}


def withheld_of(shown: Mapping[str, Any]) -> Sequence[str]:
    """Return the kinds of content that a reply withholds from its reader."""
    return [*(shown.get("withheld") or []), *(shown.get("withheld_categories") or [])]


def _deadlines(timelines: Mapping[str, Mapping[str, Any]]) -> list[Deadline]:
    found = [Deadline(service, clock) for service, each in timelines.items() for clock in each.get("deadlines") or ()]
    return sorted(found, key=lambda each: (each.clock.get("due_on") is None, str(each.clock.get("due_on"))))


def _alerts(timeline: Mapping[str, Any], team: Sequence[Mapping[str, Any]]) -> list[Alert]:
    """Return the alerts that have not ended, the newest first, from the entries of a timeline."""
    entries = [entry for entry in events_of({"support": timeline}) if entry.what == "alert" and entry.is_standing]
    acknowledged = {entry.id: entry for entry in entries if entry.step == "acknowledged"}
    nobody = Entry("support", None, "unknown", "alert")
    return [
        Alert(
            id=entry.id,
            danger_type=next((code for code_list, code in entry.says if code_list == "danger_type"), ""),
            urgency=next((code for code_list, code in entry.says if code_list == "danger_urgency"), ""),
            raised_at=entry.at,
            acknowledged_at=acknowledged.get(entry.id, nobody).at,
            acknowledged_role=acknowledged.get(entry.id, nobody).role,
            acknowledged_name=_only_name(team, acknowledged.get(entry.id, nobody).role),
        )
        for entry in entries
        if not entry.step and not entry.until
    ]


def _only_name(team: Sequence[Mapping[str, Any]], role: str) -> str:
    """Return the name of the one person with a role on the team; empty if there are several, or the name is hidden."""
    named = [str(member.get("name") or "") for member in team if member["role"] == role]
    return named[0] if len(named) == 1 else ""
