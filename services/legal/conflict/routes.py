"""Routes of a matter's parties and advisers, and of the conflict checks that follow."""

from typing import Final

from services.legal.case.routes import CASE
from services.legal.conflict import actions, schemas
from shared.http import Call, CallWith, Reply, route

_FILE: Final = f"{CASE}/matter-files/<uuid:file>"


@route("GET", f"{_FILE}/parties", action="matter_file.read", reply=schemas.PartyList)
def read_parties(call: Call) -> Reply:
    """Return the parties of a matter, to who works on it."""
    return Reply(actions.parties_shown(call.session, call.case, call.path["file"], by=call.principal))


@route("POST", f"{_FILE}/parties", action="matter_file.change", body=schemas.AddParty, creates=True)
def add_party(call: CallWith[schemas.AddParty]) -> Reply:
    """Add a party by all its names, which are then compared with those of other matters."""
    created = actions.add_party(call.session, call.case, call.path["file"], call.command, call.now, by=call.principal)
    return Reply(status=201, created=created)


@route("POST", f"{_FILE}/members", action="matter_file.change", body=schemas.AddMember, creates=True)
def add_member(call: CallWith[schemas.AddMember]) -> Reply:
    """Add an adviser to a matter, or change their part; the names are compared with those they acted for."""
    created = actions.add_member(call.session, call.case, call.path["file"], call.command, call.now, by=call.principal)
    return Reply(status=201, created=created)


@route("GET", f"{_FILE}/conflict-checks", action="matter_file.read", reply=schemas.AskedChecks)
def read_checks(call: Call) -> Reply:
    """Return the checks of a matter and what was decided; what they found is for who reviews them."""
    return Reply(actions.checks_shown(call.session, call.case, call.path["file"], by=call.principal))


@route("POST", f"{_FILE}/conflict-checks", action="conflict.check", creates=True)
def check_conflicts(call: Call) -> Reply:
    """Compare the names of a matter's parties anew."""
    created = actions.ask_anew(call.session, call.case, call.path["file"], call.now, by=call.principal)
    return Reply(status=201, created=created)


@route("GET", "/v1/conflict-checks", action="conflict.list", reply=schemas.ReviewList)
def list_checks(call: Call) -> Reply:
    """List the checks that found something, of the cases that the caller supervises."""
    return Reply(actions.to_review(call.session, by=call.principal))


@route(
    "POST",
    f"{CASE}/conflict-checks/<uuid:check>/answer",
    action="conflict.review",
    body=schemas.AnswerCheck,
    creates=True,
)
def answer_check(call: CallWith[schemas.AnswerCheck]) -> Reply:
    """Decide what a check found: no conflict, a conflict, one that is accepted, or a barrier."""
    check = call.path["check"]
    created = actions.answer_check(call.session, call.case, check, call.command, call.now, by=call.principal)
    return Reply(status=201, created=created)
