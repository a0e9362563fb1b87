"""Support's routes, and what the service is made of."""

from datetime import datetime
from typing import NoReturn

from sqlalchemy.orm import Session

from services.support import actions, rules
from services.support.events import EMITS, READS
from services.support.schemas import AgreePlan, CompleteAssessment, DeliverService, EndCounselling, StartCounselling
from shared import operate, revocations
from shared.follower import Following, Picture, Projection, Reaction
from shared.operate import Operated
from shared.process import Plan
from shared.standing import exclusions, glass, supervisions
from shared.timers import Timer
from shared.web import Call, Cases, Reply, route


class Support(Operated):
    """Support from the first contact on: urgent needs, services, assessments, plans and counselling."""

    name = "support"

    @route("GET", "/v1/cases/<uuid:case>", action="case.read")
    def read_case(self, call: Call) -> Reply:
        """Give a case's support, as far as the reader's role sees it."""
        shown = actions.view(call.session, call.case)
        return Reply(shown, version=shown["version"])

    @route("POST", "/v1/cases/<uuid:case>/services", action="service.record", body=DeliverService, creates=True)
    def deliver_service(self, call: Call) -> Reply:
        """Record a service that was given."""
        made, version = actions.deliver_service(call.session, call.case, call.body, call.now)
        return Reply(status=201, created=made, version=version)

    @route(
        "POST", "/v1/cases/<uuid:case>/assessments", action="assessment.record", body=CompleteAssessment, creates=True
    )
    def complete_assessment(self, call: Call) -> Reply:
        """Record an assessment of needs and risks."""
        made, version = actions.complete_assessment(call.session, call.case, call.body, call.now)
        return Reply(status=201, created=made, version=version)

    @route("POST", "/v1/cases/<uuid:case>/plans", action="plan.agree", body=AgreePlan, creates=True)
    def agree_plan(self, call: Call) -> Reply:
        """Record a support plan that was agreed with the person."""
        made, version = actions.agree_plan(call.session, call.case, call.body, call.now)
        return Reply(status=201, created=made, version=version)

    @route("POST", "/v1/cases/<uuid:case>/counselling", action="counselling.start", body=StartCounselling, creates=True)
    def start_counselling(self, call: Call) -> Reply:
        """Start a course of counselling."""
        made, version = actions.start_counselling(call.session, call.case, call.body, call.now)
        return Reply(status=201, created=made, version=version)

    @route(
        "POST",
        "/v1/cases/<uuid:case>/counselling/<uuid:course>/ending",
        action="counselling.end",
        body=EndCounselling,
        changes=True,
    )
    def end_counselling(self, call: Call) -> Reply:
        """End a course of counselling; the person may come back."""
        version = actions.end_counselling(call.session, call.case, call.path["course"], call.body, call.now)
        return Reply({"id": call.path["course"], "version": version}, version=version)


def act_on_timer(_session: Session, timer: Timer, _now: datetime) -> NoReturn:
    """Refuse: support sets no timers yet."""
    raise LookupError(f"support knows no timer {timer.name}")


_REVOKED = frozenset(("intake.access.revoked",))
_EXCLUDED = frozenset(f"intake.{each.name}" for each in exclusions.EVENTS)
_BROKEN = frozenset(f"intake.{each.name}" for each in glass.EVENTS)
_SUPERVISED = frozenset(f"intake.{each.name}" for each in supervisions.EVENTS)
#: All that is heard of cases; a revocation or supervision is about a member of staff.
_HEARD = frozenset(each.key for each in READS.reads) - _REVOKED - _SUPERVISED

FOLLOWING = Following(
    service="support",
    emits=EMITS,
    reads=READS,
    projections=(
        Projection("cases", _HEARD, actions.project_cases, (Picture("cases", "id", "version"),)),
        Projection(
            "team",
            frozenset({"intake.team.member_added", "intake.team.member_removed"}),
            actions.project_team,
            (Picture("case_team"),),
        ),
        Projection("revocations", _REVOKED, revocations.project, (Picture("revoked_access", "member"),)),
        Projection("exclusions", _EXCLUDED, exclusions.project, (Picture("exclusions"),)),
        Projection("broken_glass", _BROKEN, glass.project, (Picture("broken_glass"),)),
        Projection("supervisions", _SUPERVISED, supervisions.project, (Picture("supervisions", "supervisor"),)),
        Projection(
            "recoveries",
            frozenset({"intake.clock.started", "intake.clock.reached", "intake.clock.stopped"}),
            actions.project_recoveries,
            (Picture("recoveries"),),
        ),
    ),
    reactions=(
        Reaction("urgent_needs", "intake.contact.opened", actions.note_urgent_needs),
        Reaction("recovery_minimum", "intake.clock.reached", actions.support_after_minimum),
    ),
)

PLAN = Plan(
    following=FOLLOWING,
    access={**operate.ACCESS, **rules.ACCESS},
    cases=Cases(actions.relation, actions.lock, actions.version, rules.SIGHT),
    act_on_timer=act_on_timer,
)
SERVICE = Support
