"""Support's routes, and what the service is made of."""

from services.support import actions, rules
from services.support.actions.copying import COPYING
from services.support.actions.erasing import erase
from services.support.events import EMITS, READS
from services.support.migrations import MIGRATIONS
from services.support.schemas import (
    AgreePlan,
    CompleteAssessment,
    DeliverService,
    EndCounselling,
    RaiseAlert,
    StartCounselling,
    WriteNote,
)
from shared import operate
from shared.access import break_glass, case_restrictions, exclusions, revocations, supervisions
from shared.exchange.follower import Following, Projection, Reaction, ReadModelTable
from shared.http import Call, Cases, Reply, route
from shared.operate import Operated
from shared.privacy import disclosure_permits, erasure
from shared.runtime.process import ServiceParts


class Support(Operated):
    """Support from the first contact on: urgent needs, services, assessments, plans and counselling."""

    name = "support"
    copying = COPYING

    @route("GET", "/v1/cases/<uuid:case>", action="case.read")
    def read_case(self, call: Call) -> Reply:
        """Return a case's support, as far as the reader's role sees it."""
        shown = actions.view(call.session, call.case)
        return Reply(shown, version=shown["version"])

    @route("POST", "/v1/cases/<uuid:case>/services", action="service.record", body=DeliverService, creates=True)
    def deliver_service(self, call: Call) -> Reply:
        """Record a service that was given."""
        delivery, version = actions.deliver_service(call.session, call.case, call.body, call.now)
        return Reply(status=201, created=delivery, version=version)

    @route(
        "POST", "/v1/cases/<uuid:case>/assessments", action="assessment.record", body=CompleteAssessment, creates=True
    )
    def complete_assessment(self, call: Call) -> Reply:
        """Record an assessment of needs and risks."""
        assessment, version = actions.complete_assessment(call.session, call.case, call.body, call.now)
        return Reply(status=201, created=assessment, version=version)

    @route("POST", "/v1/cases/<uuid:case>/plans", action="plan.agree", body=AgreePlan, creates=True)
    def agree_plan(self, call: Call) -> Reply:
        """Record a support plan that was agreed with the person."""
        plan, version = actions.agree_plan(call.session, call.case, call.body, call.now)
        return Reply(status=201, created=plan, version=version)

    @route("POST", "/v1/cases/<uuid:case>/counselling", action="counselling.start", body=StartCounselling, creates=True)
    def start_counselling(self, call: Call) -> Reply:
        """Start a course of counselling."""
        course, version = actions.start_counselling(call.session, call.case, call.body, call.now)
        return Reply(status=201, created=course, version=version)

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

    @route("POST", "/v1/cases/<uuid:case>/notes", action="note.write", body=WriteNote, creates=True)
    def write_note(self, call: Call) -> Reply:
        """Write a note, kept sealed; a note is corrected by a new one."""
        note, version = actions.write_note(call.session, call.case, call.principal, call.body, call.now)
        return Reply(status=201, created=note, version=version)

    @route("GET", "/v1/cases/<uuid:case>/notes", action="note.read")
    def read_notes(self, call: Call) -> Reply:
        """Return the notes that the reader's role may read: those of counselling to counsellors only."""
        notes = actions.notes_of(call.session, call.case, call.principal)
        return Reply({"notes": notes}, version=actions.version(call.session, call.case))

    @route("POST", "/v1/cases/<uuid:case>/alerts", action="alert.raise", body=RaiseAlert, creates=True)
    def raise_alert(self, call: Call) -> Reply:
        """Raise a safeguarding alert, which goes up until a named person has acknowledged it."""
        alert, version = actions.raise_alert(call.session, call.case, call.body, call.now)
        return Reply(status=201, created=alert, version=version)

    @route("GET", "/v1/alerts", action="alert.read")
    def alerts(self, call: Call) -> Reply:
        """Return the unacknowledged safeguarding alerts that are addressed to the caller."""
        return Reply({"alerts": actions.alerts_for(call.session, call.principal)})

    @route(
        "POST",
        "/v1/cases/<uuid:case>/alerts/<uuid:alert>/acknowledgement",
        action="alert.acknowledge",
        creates=True,
    )
    def acknowledge_alert(self, call: Call) -> Reply:
        """Acknowledge a safeguarding alert, which ends its escalation."""
        alert = call.path["alert"]
        actions.acknowledge(call.session, call.case, alert, call.principal, call.relation, call.now)
        return Reply(status=201, created=alert)


_REVOKED = frozenset(("intake.access.revoked",))
_EXCLUDED = frozenset(f"intake.{event.name}" for event in exclusions.EVENTS)
_BROKEN = frozenset(f"intake.{event.name}" for event in break_glass.EVENTS)
_RESTRICTED = frozenset(f"intake.{event.name}" for event in case_restrictions.EVENTS)
_RELEASED = frozenset(read.key for read in disclosure_permits.reads_of("intake"))
_SUPERVISED = frozenset(f"intake.{event.name}" for event in supervisions.EVENTS)
#: All that is heard of cases; a revocation or supervision is about a member of staff, and an order ends the case.
_HEARD = frozenset(read.key for read in READS.reads if not read.outlives) - _REVOKED - _SUPERVISED

FOLLOWING = Following(
    service="support",
    emits=EMITS,
    reads=READS,
    projections=(
        Projection("cases", _HEARD, actions.project_cases, (ReadModelTable("cases", "id", "version"),)),
        Projection(
            "team",
            frozenset({"intake.team.member_added", "intake.team.member_removed"}),
            actions.project_team,
            (ReadModelTable("case_team"),),
        ),
        Projection("revocations", _REVOKED, revocations.project, (ReadModelTable("revoked_access", "member"),)),
        Projection("exclusions", _EXCLUDED, exclusions.project, (ReadModelTable("exclusions"),)),
        Projection("broken_glass", _BROKEN, break_glass.project, (ReadModelTable("broken_glass"),)),
        Projection("restrictions", _RESTRICTED, case_restrictions.project, (ReadModelTable("restrictions"),)),
        Projection("releases", _RELEASED, disclosure_permits.project, (ReadModelTable("releases"),)),
        Projection("supervisions", _SUPERVISED, supervisions.project, (ReadModelTable("supervisions", "supervisor"),)),
        Projection(
            "recoveries",
            frozenset(f"intake.clock.{verb}" for verb in ("started", "reached", "stopped", "woken")),
            actions.project_recoveries,
            (ReadModelTable("recoveries"),),
        ),
        erasure.projection("intake", erase),
    ),
    reactions=(
        Reaction("urgent_needs", "intake.contact.opened", actions.note_urgent_needs),
        # A person in danger waits behind no event that failed.
        Reaction("danger", "intake.danger.flagged", actions.take_up_danger, ahead=True),
        Reaction("recovery_minimum", "intake.clock.reached", actions.support_after_minimum),
    ),
)

PLAN = ServiceParts(
    migrations=MIGRATIONS,
    following=FOLLOWING,
    access={**operate.ACCESS, **rules.ACCESS},
    cases=Cases(actions.relation, actions.lock, actions.version, rules.SIGHT, operate.copies.RIGHTS | rules.SAFETY),
    on_timer=actions.ON_TIMER,
    erasing=erasure.Erasing(erase, erasure.acknowledge),
)
SERVICE = Support
