"""Routes for closing and reopening a case, and for closing it by two."""

from typing import Final

from services.intake.cases.closing import actions, events, rules, schemas
from services.intake.facts.case.models import current_version
from services.intake.facts.case.topic import CASE
from shared.http import Call, CallWith, Reply, post, route
from shared.runtime.topics import Topic

_PROPOSALS: Final = f"{CASE}/closing-proposals"


@route(
    "POST",
    f"{CASE}/closure",
    action="case.close",
    body=schemas.CloseCase,
    changes=True,
    reply=schemas.ChangedCase,
)
def close_case(call: CallWith[schemas.CloseCase]) -> Reply:
    """Close a case; where somebody has to act at once, it takes a second person."""
    actions.close_case(call.session, call.case, call.command, call.now)
    return Reply({"id": call.case, "status": "closed"})


@route(
    "POST",
    f"{CASE}/reopening",
    action="case.reopen",
    body=schemas.ReopenCase,
    changes=True,
    reply=schemas.ChangedCase,
)
def reopen_case(call: CallWith[schemas.ReopenCase]) -> Reply:
    """Open a closed case again."""
    actions.reopen_case(call.session, call.case, call.command, call.now)
    return Reply({"id": call.case, "status": "open"})


@route("GET", _PROPOSALS, action="closing.read", reply=schemas.ClosingProposals)
def read_proposals(call: Call) -> Reply:
    """List what was proposed of closing a case, in every state."""
    proposals = actions.proposals_of(call.session, call.case)
    return Reply({"proposals": proposals}, version=current_version(call.session, call.case))


@route(
    "POST",
    f"{_PROPOSALS}/<uuid:proposal>/confirmation",
    action="closing.confirm",
    body=schemas.AnswerClosing,
    changes=True,
    reply=schemas.AnsweredClosing,
)
def answer_closing(call: CallWith[schemas.AnswerClosing]) -> Reply:
    """Close a case as a second person, or refuse to with a reason."""
    proposal = call.path["proposal"]
    state = actions.answer_closing(call.session, call.case, proposal, call.command, call.now, by=call.principal)
    status = "closed" if state == rules.CONFIRMED else "open"
    return Reply({"id": proposal, "state": state, "status": status})


TOPIC: Final = Topic(
    __name__,
    routes=(post("closing.propose", _PROPOSALS, actions.propose_closing, creates=True),),
    access=rules.ACCESS,
    events=events.EVENTS,
)
