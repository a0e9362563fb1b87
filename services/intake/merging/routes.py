"""Routes for cases that belong together."""

from services.intake.case.models import current_version
from services.intake.case.routes import CASE, created
from services.intake.merging import actions, schemas
from shared.http import Call, CallWith, Reply, route

_DUPLICATES = f"{CASE}/duplicates"
_MERGES = f"{CASE}/merges"


@route("POST", f"{CASE}/links", action="case.link", body=schemas.LinkCases, creates=True)
def link_cases(call: CallWith[schemas.LinkCases]) -> Reply:
    """Record that another case, which the caller may see too, belongs together with this one."""
    return created(actions.link_cases(call.session, call.case, call.command, call.now, by=call.principal))


@route("DELETE", f"{CASE}/links/<uuid:link>", action="case.link", changes=True)
def unlink_cases(call: Call) -> Reply:
    """Remove a link between two cases."""
    version = actions.unlink_cases(call.session, call.case, call.path["link"], by=call.principal)
    return Reply(status=204, version=version)


@route("GET", _DUPLICATES, action="duplicate.read", reply=schemas.DuplicateProposals)
def propose_duplicates(call: Call) -> Reply:
    """List the cases, of those that the caller sees too, that look like the same person's, and what matches."""
    proposals = actions.propose_duplicates(call.session, call.case, call.now, by=call.principal)
    shown = {"id": call.case, "duplicates": proposals}
    return Reply(shown, version=current_version(call.session, call.case))


@route(
    "POST",
    f"{_DUPLICATES}/<uuid:duplicate>/decline",
    action="duplicate.decline",
    changes=True,
    reply=schemas.DeclinedProposal,
)
def decline_duplicate(call: Call) -> Reply:
    """Record that another case is a different person's; it is not proposed to this team again."""
    other = call.path["duplicate"]
    return Reply(
        {"id": call.case},
        version=actions.decline_duplicate(call.session, call.case, other, call.now, by=call.principal),
    )


@route("POST", _MERGES, action="case.merge", body=schemas.MergeCases, creates=True)
def merge_cases(call: CallWith[schemas.MergeCases]) -> Reply:
    """Merge another case, which the caller may merge too, into this one: both are one person's."""
    return created(actions.merge_cases(call.session, call.case, call.command, call.now, by=call.principal))


@route("DELETE", f"{_MERGES}/<uuid:merge>", action="case.merge", changes=True)
def unmerge_cases(call: Call) -> Reply:
    """Undo the merge of two cases."""
    version = actions.unmerge_cases(call.session, call.case, call.path["merge"], call.now, by=call.principal)
    return Reply(status=204, version=version)
