"""Play one planned journey through the public HTTP APIs, as the staff of the agencies do.

The clock of the services sets the dates, since it can be moved for training. Only days in the past and future ends are
stated.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from dateutil.relativedelta import relativedelta

from deploy.cli.api import ApiProblem
from deploy.cli.journey.desk import ROLES, Desk
from deploy.cli.journey.planning import PlannedJourney, Taken
from deploy.cli.replies import CaseView
from shared.reference import codes

DETECTED_BY_US = ("self", "community_or_peer")  # the person comes to the service, and staff notice signs


@dataclass
class Player:
    """One journey while it is being played. `opened` is called with the case as soon as there is one."""

    plan: PlannedJourney
    desk: Desk
    today: dt.date
    opened: Callable[[str], None] = lambda _case: None
    case: str = ""
    _courses: list[str] = field(default_factory=list)

    def play(self) -> None:
        """Play the journey to the end of its plan. Raises `CommandRefused` if a step fails."""
        self._open()
        self._meet_urgent_needs()
        if self.plan.goes_as_far_as("detected"):
            self._detect()
        if self.plan.goes_as_far_as("case"):
            self._advise("before_entry_decision", self.plan.advice)
            self._decide_entry()
        if self.plan.goes_as_far_as("closed"):
            self._go_on()

    def _go_on(self) -> None:
        self._assess()
        self._identify()
        if self.plan.way != "accepted" or self.plan.advice != "given":
            self._advise("in_support" if self.plan.way == "declined" else "during_identification", "given")
        self._plan_and_counsel()
        self._claim()
        self._end()

    def _open(self) -> None:
        plan = self.plan
        body = {
            "jurisdiction": plan.profile.code,
            "source": plan.source,
            "channel": plan.channel,
            "language": plan.language,
            "anonymous": plan.way == "declined",
            "age": plan.person.age,
            "urgent_needs": list(plan.urgent_needs),
            **({"outreach_session": plan.outreach_session} if plan.outreach_session else {}),
        }
        self.case = self.desk.create("caseworker", "intake", "/v1/cases", body)
        self.opened(self.case)
        for role in ROLES[1:]:
            self._intake("team", {"member": self.desk.member(role), "role": role})

    def _meet_urgent_needs(self) -> None:
        for need in self.plan.urgent_needs:
            self._support("services", {"service_type": need, "urgent": True})

    def _detect(self) -> None:
        person, source = self.plan.person, self.plan.source
        dates = {"earliest_incident_on": person.earliest_incident, "work_ended_on": person.work_ended}
        body = {
            "indicators": list(person.indicators),
            "exploitation_types": list(person.exploitation),
            "means_of_control": list(person.means),
            "sectors": list(person.sectors),
            "detector": "ngo" if source in DETECTED_BY_US else source,
            **{name: date for name, date in dates.items() if date},
        }
        self._intake("detections", body)

    def _advise(self, phase: str, status: str) -> None:
        given = status == "given"
        body = {
            "phase": phase,
            "status": status,
            "topics": ["entering_official_mechanism", "compensation"] if given else [],
            "funding": "legal_aid" if given else "none",
            "language": self.plan.language,
            "interpreter": given and self.plan.language not in self.plan.profile.languages,
        }
        self.desk.create("legal_adviser", "legal", f"/v1/cases/{self.case}/advice", body)

    def _decide_entry(self) -> None:
        decisions = ["undecided", self.plan.entry] if self.plan.hesitates else [self.plan.entry]
        for decision in decisions:
            self._intake("entry-decisions", {"decision": decision, "advice": self.plan.advice})

    def _assess(self) -> None:
        """Assess needs and risks, and acknowledge the alert that a danger raises."""
        self._support("assessments", {"type": "initial", "domains": self.plan.domains})
        for alert in self.desk.read("support_worker", "support", self.case)["alerts"]:
            self._support(f"alerts/{alert['id']}/acknowledgement", {})

    def _identify(self) -> None:
        if self.plan.asks_consent:
            self._consent()
        for taken in self.plan.stages:
            self._take(taken)
            if taken.stage.code == self.plan.reconsidered:
                self._ask_reconsideration(taken.stage.code)

    def _consent(self) -> None:
        body = {
            "agency": self.plan.consent_agency,
            "purposes": [self.plan.profile.consent.purpose],
            "data_categories": ["identity", "contact_safe"],
            "language": self.plan.language,
            "checklist": list(codes("consent_checklist").values),
            "expires_on": (self.today + relativedelta(years=1)).isoformat(),
        }
        self._intake("consents", body)

    def _find_first_responder(self) -> None:
        responders = self.plan.profile.first_responders
        today = dt.date.fromisoformat(self.desk.today())
        bodies = (
            [body for body in responders.bodies if codes("first_responder").contains(body, today)] if responders else []
        )
        asked = self._intake("first-responder", {"body": bodies[self.plan.number % len(bodies)]})

        def accepted(case_view: CaseView) -> bool:
            return any(responder["state"] == "accepted" for responder in case_view["first_responders"])

        path = f"/v1/cases/{self.case}/first-responder/{asked}/answer"
        self.desk.change("caseworker", "intake", self.case, path, {"answer": "accepted"}, accepted)

    def _take(self, taken: Taken) -> None:
        if self.plan.asks_first_responder and taken.stage.kind == "submission":
            self._find_first_responder()
        body: dict[str, object] = {"stage": taken.stage.code}
        if taken.outcome:
            body["outcome"] = taken.outcome
        if taken.authority:
            body["authority"] = taken.authority
        if taken.made_elsewhere:
            body["made_elsewhere"] = True
            body["occurred_on"] = (self.today - relativedelta(months=1)).strftime("%Y-%m")
        self._intake("identification", body)

    def _ask_reconsideration(self, stage: str) -> None:
        self.desk.wait_until(
            "legal_adviser",
            "legal",
            self.case,
            lambda case_view: any(entry.get("stage") == stage for entry in case_view["identification"]),
            "The negative decision",
        )
        body = {"stage": stage, "ground": self.plan.ground}
        self.desk.create("legal_adviser", "legal", f"/v1/cases/{self.case}/reconsiderations", body)

    def _plan_and_counsel(self) -> None:
        review = (self.today + relativedelta(months=3)).isoformat()
        self._support("plans", {"goal_types": list(self.plan.goals), "person_has_copy": True, "review_on": review})
        body = {"modality": self.plan.modality}
        course = self.desk.create("counsellor", "support", f"/v1/cases/{self.case}/counselling", body)
        self._courses.append(course)

    def _claim(self) -> None:
        plan = self.plan
        matter = self.desk.create("legal_adviser", "legal", f"/v1/cases/{self.case}/matters", {"remedy": plan.remedy})
        decision = {
            "outcome": plan.outcome,
            "amount_band": plan.amount_band,
            "currency": plan.profile.place.currency,
        }
        for step, body, status in (
            ("application", {}, ("applied", "decided", "paid")),
            ("decision", decision, ("decided", "paid")),
            ("payment", {}, ("paid",)),
        ):
            self._advance(matter, step, body, status)

    def _advance(self, matter: str, step: str, body: Mapping[str, object], after: tuple[str, ...]) -> None:
        def done(case_view: CaseView) -> bool:
            return any(entry["id"] == matter and entry.get("status") in after for entry in case_view["matters"])

        path = f"/v1/cases/{self.case}/matters/{matter}/{step}"
        self.desk.change("legal_adviser", "legal", self.case, path, body, done)

    def _end(self) -> None:
        for course in self._courses:
            path = f"/v1/cases/{self.case}/counselling/{course}/ending"
            self.desk.change("counsellor", "support", self.case, path, {"reason": "goals_met"}, _ended(course))
        if self.plan.is_urgent:
            self._reassess()
        path = f"/v1/cases/{self.case}/closure"
        # Legal periods continue after this work, and other staff work on them; the case stays open only for these.
        body = {"reason": self.plan.reason, "although_open": "others_go_on"}
        try:
            self.desk.change("caseworker", "intake", self.case, path, body, _closed)
        except ApiProblem as problem:
            if not any(error.get("rule") == "adviser_agrees" for error in problem.errors):
                raise
            self._close_with_adviser(body)

    def _close_with_adviser(self, body: Mapping[str, object]) -> None:
        """Close the case over a running limit of the person: the legal adviser agrees."""
        proposal = self._intake("closing-proposals", body)
        path = f"/v1/cases/{self.case}/closing-proposals/{proposal}/confirmation"
        self.desk.change("legal_adviser", "intake", self.case, path, {"confirms": True}, _closed)

    def _reassess(self) -> None:
        """Assess again when no immediate action is needed. Until intake receives that, closing needs two people."""
        calmer = {name: {**scores, "risk": 1} for name, scores in self.plan.domains.items()}
        self._support("assessments", {"type": "review", "domains": calmer})
        self.desk.wait_until(
            "caseworker",
            "intake",
            self.case,
            lambda case_view: case_view["assessed_urgent"] is False,
            "that nobody has to act at once",
        )

    def _intake(self, path: str, body: Mapping[str, object]) -> str:
        return self.desk.create("caseworker", "intake", f"/v1/cases/{self.case}/{path}", body)

    def _support(self, path: str, body: Mapping[str, object]) -> str:
        return self.desk.create("support_worker", "support", f"/v1/cases/{self.case}/{path}", body)


def _closed(case_view: CaseView) -> bool:
    return case_view["status"] == "closed"


def _ended(course: str) -> Callable[[CaseView], bool]:
    return lambda case_view: any(entry["id"] == course and entry.get("ended_on") for entry in case_view["counselling"])
