"""The intake service: the routes it serves and the events it follows. Parse, act, reply; no logic."""

from typing import Any
from uuid import UUID

from services.intake import actions, events, models, schemas, views
from services.intake.actions.annotations import annotations_of
from services.intake.actions.erasures import REACTIONS, acknowledge, erase
from services.intake.actions.merging import merges_of
from services.intake.copying import COPYING
from services.intake.migrations import MIGRATIONS
from services.intake.rules import ACCESS, SIGHT, calculated
from services.intake.rules.erasures import RIGHTS
from services.intake.service.access_requests import AccessRequestRoutes
from services.intake.service.alerts import AlertRoutes
from services.intake.service.consents import WithdrawalRoutes
from services.intake.service.detections import DetectionRoutes
from services.intake.service.disclosures import DisclosureRoutes
from services.intake.service.duplicates import DuplicateRoutes
from services.intake.service.erasures import ErasureRoutes
from services.intake.service.glass import GlassRoutes
from services.intake.service.identification import IdentificationRoutes
from services.intake.service.merging import MergingRoutes
from services.intake.service.notifying import NotifyingRoutes
from services.intake.service.outreach import OutreachRoutes
from services.intake.service.packages import PackageRoutes
from services.intake.service.persons import PersonRoutes
from services.intake.service.referrals import ReferralRoutes
from services.intake.service.retention import RetentionRoutes
from services.intake.service.safe_contact import SafeContactRoutes
from services.intake.service.search import SearchRoutes
from services.intake.service.self_checks import SelfCheckRoutes
from services.intake.service.sharing import SharingRoutes
from services.intake.service.standing import StandingRoutes
from services.intake.service.transfer import TransferRoutes
from services.intake.service.work import WorkRoutes
from shared import deadlines, operate
from shared.exchange.follower import Following
from shared.http import Call, Cases, Reply, route
from shared.privacy.erasure import Erasing
from shared.runtime.process import ServiceParts

_CASE = "/v1/cases/<uuid:case>"


class Intake(
    operate.Operated,
    AlertRoutes,
    DetectionRoutes,
    DuplicateRoutes,
    ErasureRoutes,
    GlassRoutes,
    StandingRoutes,
    IdentificationRoutes,
    MergingRoutes,
    NotifyingRoutes,
    OutreachRoutes,
    PackageRoutes,
    PersonRoutes,
    ReferralRoutes,
    RetentionRoutes,
    SharingRoutes,
    WorkRoutes,
    SafeContactRoutes,
    SearchRoutes,
    SelfCheckRoutes,
    DisclosureRoutes,
    AccessRequestRoutes,
    TransferRoutes,
    WithdrawalRoutes,
):
    """Contacts, detection, consent, the case and its team, and the official path with its clocks."""

    name = "intake"
    copying = COPYING

    @route("POST", "/v1/cases", action="case.open", body=schemas.OpenCase, creates=True)
    def open_case(self, call: Call) -> Reply:
        """Open a contact, and with it a case that the caller leads."""
        role = "caseworker" if "caseworker" in call.principal.roles else "outreach_worker"
        case = actions.open_case(call.session, call.now, UUID(call.principal.subject), role, call.body)
        return Reply(status=201, created=case.id, version=models.version(call.session, case.id))

    @route("GET", _CASE, action="case.read")
    def read_case(self, call: Call) -> Reply:
        """Return a case: its path, its team, its clocks."""
        shown = views.case(call.session, call.case)
        shown["annotations"] = annotations_of(call.session, call.case)
        shown["links"] = actions.links_of(call.session, call.case, call.principal)
        shown["merges"] = merges_of(call.session, call.case, call.principal)
        return Reply(shown, version=models.version(call.session, call.case))

    @route("POST", f"{_CASE}/team", action="team.change", body=schemas.AddMember, creates=True)
    def add_member(self, call: Call) -> Reply:
        """Add a member of staff to a case's team."""
        body = call.body
        version = actions.add_member(call.session, call.case, body["member"], body["role"], lead=body["lead"])
        return Reply(status=201, created=body["member"], version=version)

    @route("DELETE", f"{_CASE}/team/<uuid:member>", action="team.change", changes=True)
    def remove_member(self, call: Call) -> Reply:
        """Remove a member of staff from a case's team."""
        version = actions.remove_member(call.session, call.case, call.path["member"])
        return Reply(status=204, version=version)

    @route("POST", "/v1/access/revocations", action="access.revoke", body=schemas.RevokeAccess)
    def revoke_access(self, call: Call) -> Reply:
        """Revoke every token of a member of staff, at every service."""
        member: UUID = call.body["member"]
        before = actions.revoke_access(call.session, member)
        return Reply({"member": str(member), "before": before.isoformat()}, about=member)

    @route("POST", f"{_CASE}/detections", action="detection.record", body=schemas.RecordDetection, creates=True)
    def record_detection(self, call: Call) -> Reply:
        """Record signs of exploitation."""
        return _created(actions.record_detection(call.session, call.now, call.case, call.body))

    @route("POST", f"{_CASE}/consents", action="consent.record", body=schemas.GiveConsent, creates=True)
    def give_consent(self, call: Call) -> Reply:
        """Record a consent."""
        explained_by = UUID(call.principal.subject)
        return _created(actions.give_consent(call.session, call.now, call.case, explained_by, call.body))

    @route(
        "POST",
        f"{_CASE}/consents/<uuid:consent>/withdrawal",
        action="consent.withdraw",
        body=schemas.WithdrawConsent,
        changes=True,
    )
    def withdraw_consent(self, call: Call) -> Reply:
        """Record that a consent was withdrawn."""
        erase = call.body["erase_requested"]
        consent = call.path["consent"]
        version = actions.withdraw_consent(call.session, call.now, call.case, consent, erase_requested=erase)
        return Reply({"id": str(consent), "withdrawn": True}, version=version)

    @route("POST", f"{_CASE}/entry-decisions", action="entry.decide", body=schemas.DecideEntry, creates=True)
    def decide_entry(self, call: Call) -> Reply:
        """Record the person's decision about the official mechanism."""
        return _created(actions.decide_entry(call.session, call.now, call.case, call.body))

    @route(
        "POST",
        f"{_CASE}/clocks/<uuid:clock>/extension",
        action="clock.extend",
        body=schemas.ExtendClock,
        changes=True,
    )
    def extend_clock(self, call: Call) -> Reply:
        """Record that a period was extended to a later day."""
        clock, until = call.path["clock"], call.body["until"]
        version = actions.extend_clock(call.session, call.now, call.case, clock, until)
        return Reply({"id": str(clock), "due_on": until.isoformat()}, version=version)

    @route("POST", f"{_CASE}/closure", action="case.close", body=schemas.CloseCase, changes=True)
    def close_case(self, call: Call) -> Reply:
        """Close a case."""
        version = actions.close_case(call.session, call.now, call.case, call.body)
        return Reply({"id": str(call.case), "status": "closed"}, version=version)

    @route("POST", f"{_CASE}/reopening", action="case.reopen", body=schemas.ReopenCase, changes=True)
    def reopen_case(self, call: Call) -> Reply:
        """Open a closed case again."""
        version = actions.reopen_case(call.session, call.now, call.case, call.body)
        return Reply({"id": str(call.case), "status": "open"}, version=version)

    @route("POST", f"{_CASE}/links", action="case.link", body=schemas.LinkCases, creates=True)
    def link_cases(self, call: Call) -> Reply:
        """Record that another case, which the caller may see too, belongs together with this one."""
        return _created(actions.link_cases(call.session, call.now, call.case, call.principal, call.body))

    @route("DELETE", f"{_CASE}/links/<uuid:link>", action="case.link", changes=True)
    def unlink_cases(self, call: Call) -> Reply:
        """Remove a link between two cases."""
        version = actions.unlink_cases(call.session, call.case, call.path["link"], call.principal)
        return Reply(status=204, version=version)

    @route("POST", "/v1/deadlines/calculate", action="deadline.calculate", body=schemas.CalculateDeadline)
    def calculate_deadline(self, call: Call) -> Reply:
        """Count a period of the law, about no case: due date, rule, source, certainty, and each day skipped."""
        return Reply(calculated(call.body))


def _created(created: tuple[Any, int]) -> Reply:
    return Reply(status=201, created=created[0], version=created[1])


PARTS = ServiceParts(
    migrations=MIGRATIONS,
    following=Following("intake", events.EMITS, events.READS, actions.PROJECTIONS, REACTIONS),
    access={**operate.ACCESS, **ACCESS},
    cases=Cases(actions.relation, models.lock, models.version, SIGHT, RIGHTS),
    on_timer={**actions.ON_TIMER, **deadlines.timer_handlers(models.lock)},
    erasing=Erasing(erase, acknowledge),
)
SERVICE = Intake
