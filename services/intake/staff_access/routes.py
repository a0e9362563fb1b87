"""Routes for teams, supervision, exclusions and access in an emergency."""

from uuid import UUID

from services.intake.case.routes import CASE, PAGE, created, read_page
from services.intake.staff_access import actions, schemas
from shared.access import supervisions
from shared.http import Call, Reply, route

_SUPERVISOR = "/v1/supervisions/<uuid:supervisor>"


@route("POST", f"{CASE}/team", action="team.change", body=schemas.AddMember, creates=True)
def add_member(call: Call) -> Reply:
    """Add a member of staff to a case's team."""
    body = call.body
    version = actions.add_member(call.session, call.case, body["member"], body["role"], lead=body["lead"])
    return Reply(status=201, created=body["member"], version=version)


@route("DELETE", f"{CASE}/team/<uuid:member>", action="team.change", changes=True)
def remove_member(call: Call) -> Reply:
    """Remove a member of staff from a case's team."""
    version = actions.remove_member(call.session, call.case, call.path["member"])
    return Reply(status=204, version=version)


@route("POST", "/v1/access/revocations", action="access.revoke", body=schemas.RevokeAccess)
def revoke_access(call: Call) -> Reply:
    """Revoke every token of a member of staff, at every service."""
    member: UUID = call.body["member"]
    before = actions.revoke_access(call.session, member)
    return Reply({"member": str(member), "before": before.isoformat()}, about=member)


@route("POST", f"{CASE}/break-glass", action="glass.break", body=schemas.OpenInEmergency, creates=True)
def open_in_emergency(call: Call) -> Reply:
    """Open a case for reading for four hours, in an emergency; its leads and data protection are notified."""
    glass_id = actions.open_in_emergency(call.session, call.case, call.relation, call.body["reason"], by=call.principal)
    return Reply(status=201, created=glass_id)


@route("GET", "/v1/notices", action="notice.read", query=PAGE)
def unread_notices(call: Call) -> Reply:
    """Return the notices that the caller has not acknowledged yet, oldest first."""
    after, limit = read_page(call.query, UUID)
    return Reply(actions.unread_notices(call.session, after, limit, by=call.principal))


@route("POST", "/v1/notices/<uuid:notice>/acknowledgement", action="notice.read")
def acknowledge_notice(call: Call) -> Reply:
    """Record that the caller has read a notice."""
    notice: UUID = call.path["notice"]
    actions.acknowledge_notice(call.session, notice, by=call.principal)
    return Reply({"id": str(notice), "acknowledged": True})


@route("POST", f"{CASE}/exclusions", action="exclusion.record", body=schemas.Exclude, creates=True)
def record_exclusion(call: Call) -> Reply:
    """Record whom the person does not want near the case."""
    return created(actions.record_exclusion(call.session, call.case, call.body, call.now))


@route("DELETE", f"{CASE}/exclusions/<uuid:exclusion>", action="exclusion.lift", changes=True)
def lift_exclusion(call: Call) -> Reply:
    """Record that the person lifted an exclusion."""
    return Reply(status=204, version=actions.lift_exclusion(call.session, call.case, call.path["exclusion"]))


@route("POST", "/v1/supervisions", action="supervision.change", body=schemas.Supervise)
def begin_supervision(call: Call) -> Reply:
    """Record that somebody supervises a member of staff."""
    supervisor, member = call.body["supervisor"], call.body["member"]
    actions.begin_supervision(call.session, supervisor, member)
    return Reply({"supervisor": str(supervisor), "member": str(member)}, about=supervisor)


@route("DELETE", f"{_SUPERVISOR}/<uuid:member>", action="supervision.change")
def end_supervision(call: Call) -> Reply:
    """Record that somebody supervises a member of staff no longer."""
    supervisor: UUID = call.path["supervisor"]
    actions.end_supervision(call.session, supervisor, call.path["member"])
    return Reply(status=204, about=supervisor)


@route("GET", _SUPERVISOR, action="supervision.change")
def supervised(call: Call) -> Reply:
    """Return the members of staff whom somebody supervises."""
    supervisor: UUID = call.path["supervisor"]
    members = supervisions.members_of(call.session, supervisor)
    return Reply({"supervisor": str(supervisor), "members": [str(member) for member in members]}, about=supervisor)


@route("POST", f"{CASE}/transfer", action="team.transfer", body=schemas.TransferCase, changes=True)
def transfer_case(call: Call) -> Reply:
    """Transfer a case to another team: its lead and everybody on it, at once."""
    version = actions.transfer_case(call.session, call.case, call.body["members"])
    return Reply({"id": str(call.case)}, version=version)
