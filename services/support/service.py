"""Support's routes, and what the service is made of."""

from services.support import rules
from services.support.actions import alerts, cases, counselling, following, work
from services.support.actions.copying import COPYING, NOTES
from services.support.events import CASES as FOLLOWED
from services.support.events import EMITS, READS
from services.support.migrations import MIGRATIONS
from services.support.models import CASES
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
from shared.exchange.follower import Projection, Reaction, ReadModelTable
from shared.http import Call, Cases, Reply, route
from shared.operate import Operated
from shared.privacy import erasure
from shared.runtime.process import ServiceParts


class Support(Operated):
    """Support from the first contact on: urgent needs, services, assessments, plans and counselling."""

    name = "support"
    copying = COPYING

    @route("GET", "/v1/cases/<uuid:case>", action="case.read")
    def read_case(self, call: Call) -> Reply:
        """Return a case's support, as far as the reader's role sees it."""
        shown = cases.view(call.session, call.case)
        return Reply(shown, version=shown["version"])

    @route("POST", "/v1/cases/<uuid:case>/services", action="service.record", body=DeliverService, creates=True)
    def deliver_service(self, call: Call) -> Reply:
        """Record a service that was given."""
        delivery, version = work.deliver_service(call.session, call.case, call.body, call.now)
        return Reply(status=201, created=delivery, version=version)

    @route(
        "POST", "/v1/cases/<uuid:case>/assessments", action="assessment.record", body=CompleteAssessment, creates=True
    )
    def complete_assessment(self, call: Call) -> Reply:
        """Record an assessment of needs and risks."""
        assessment, version = work.complete_assessment(call.session, call.case, call.body, call.now)
        return Reply(status=201, created=assessment, version=version)

    @route("POST", "/v1/cases/<uuid:case>/plans", action="plan.agree", body=AgreePlan, creates=True)
    def agree_plan(self, call: Call) -> Reply:
        """Record a support plan that was agreed with the person."""
        plan, version = work.agree_plan(call.session, call.case, call.body, call.now)
        return Reply(status=201, created=plan, version=version)

    @route("POST", "/v1/cases/<uuid:case>/counselling", action="counselling.start", body=StartCounselling, creates=True)
    def start_counselling(self, call: Call) -> Reply:
        """Start a course of counselling."""
        course, version = counselling.start_counselling(call.session, call.case, call.body, call.now)
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
        version = counselling.end_counselling(call.session, call.case, call.path["course"], call.body, call.now)
        return Reply({"id": call.path["course"], "version": version}, version=version)

    @route("POST", "/v1/cases/<uuid:case>/notes", action="note.write", body=WriteNote, creates=True)
    def write_note(self, call: Call) -> Reply:
        """Write a note, kept sealed; a note is corrected by a new one."""
        note, version = NOTES.write(call.session, call.case, call.body, call.now, by=call.principal)
        return Reply(status=201, created=note, version=version)

    @route("GET", "/v1/cases/<uuid:case>/notes", action="note.read")
    def read_notes(self, call: Call) -> Reply:
        """Return the notes that the reader's role may read: those of counselling to counsellors only."""
        notes = NOTES.read(call.session, call.case, by=call.principal)
        return Reply({"notes": notes}, version=CASES.version(call.session, call.case))

    @route("POST", "/v1/cases/<uuid:case>/alerts", action="alert.raise", body=RaiseAlert, creates=True)
    def raise_alert(self, call: Call) -> Reply:
        """Raise a safeguarding alert, which goes up until a named person has acknowledged it."""
        alert, version = alerts.raise_alert(call.session, call.case, call.body, call.now)
        return Reply(status=201, created=alert, version=version)

    @route("GET", "/v1/alerts", action="alert.read")
    def read_alerts(self, call: Call) -> Reply:
        """Return the unacknowledged safeguarding alerts that are addressed to the caller."""
        return Reply({"alerts": alerts.alerts_for(call.session, call.principal)})

    @route(
        "POST",
        "/v1/cases/<uuid:case>/alerts/<uuid:alert>/acknowledgement",
        action="alert.acknowledge",
        creates=True,
    )
    def acknowledge_alert(self, call: Call) -> Reply:
        """Acknowledge a safeguarding alert, which ends its escalation."""
        alert = call.path["alert"]
        alerts.acknowledge(call.session, call.case, alert, call.principal, call.relation, call.now)
        return Reply(status=201, created=alert)


_CLOCKS = frozenset(f"intake.clock.{verb}" for verb in ("started", "reached", "stopped", "woken"))

PLAN = ServiceParts(
    migrations=MIGRATIONS,
    following=FOLLOWED.following(
        EMITS,
        READS,
        CASES,
        CASES.erase,
        projections=(Projection("recoveries", _CLOCKS, following.project_recoveries, (ReadModelTable("recoveries"),)),),
        reactions=(
            Reaction("urgent_needs", "intake.contact.opened", following.note_urgent_needs),
            # A person in danger waits behind no event that failed.
            Reaction("danger", "intake.danger.flagged", alerts.take_up_danger, ahead=True),
            Reaction("recovery_minimum", "intake.clock.reached", following.support_after_minimum),
        ),
    ),
    access={**operate.ACCESS, **rules.ACCESS},
    cases=Cases(CASES.relation, CASES.lock, CASES.version, rules.SIGHT, operate.copies.RIGHTS | rules.SAFETY),
    on_timer=alerts.ON_TIMER,
    erasing=erasure.Erasing(CASES.erase, erasure.acknowledge),
)
SERVICE = Support
