"""Routes for cases that belong together."""

from typing import Final

from services.intake.access.merging import actions, events, rules, schemas
from services.intake.facts.case.models import current_version
from services.intake.facts.case.topic import CASE
from shared.http import Call, Reply, delete, post, route
from shared.runtime.topics import Topic

_DUPLICATES = f"{CASE}/duplicates"
_MERGES = f"{CASE}/merges"


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
    actions.decline_duplicate(call.session, call.case, other, call.now, by=call.principal)
    return Reply({"id": call.case})


TOPIC: Final = Topic(
    __name__,
    routes=(
        post("case.link", f"{CASE}/links", actions.link_cases, creates=True),
        delete("case.link", f"{CASE}/links/<uuid:link>", actions.unlink_cases, changes=True),
        post("case.merge", _MERGES, actions.merge_cases, creates=True),
        delete("case.merge", f"{_MERGES}/<uuid:merge>", actions.unmerge_cases, changes=True),
    ),
    access=rules.ACCESS,
    events=events.EVENTS,
)
