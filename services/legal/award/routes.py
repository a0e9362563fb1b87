"""Routes for awards."""

from typing import Final

from services.legal.award import actions, schemas
from services.legal.case.models import CASES
from services.legal.case.routes import CASE
from shared.http import Call, CallWith, Reply, route

_AWARDS: Final = f"{CASE}/awards"


@route("GET", _AWARDS, action="award.record", reply=schemas.AwardList)
def read_awards(call: Call) -> Reply:
    """Return the awards of a case with their amounts, to the person's own advisers."""
    return Reply(actions.awards_shown(call.session, call.case), version=CASES.version(call.session, call.case))


@route("POST", _AWARDS, action="award.record", body=schemas.RecordAward, creates=True, part="awards")
def record_award(call: CallWith[schemas.RecordAward]) -> Reply:
    """Record what was awarded for a remedy."""
    created, version = actions.record_award(call.session, call.case, call.command, call.now, by=call.principal)
    return Reply(status=201, created=created, version=version)


@route(
    "POST",
    f"{_AWARDS}/<uuid:award>/steps",
    action="award.record",
    body=schemas.RecordStep,
    creates=True,
    part="awards/{award}",
)
def record_award_step(call: CallWith[schemas.RecordStep]) -> Reply:
    """Record what became of an award: that it is final, collected, paid in part, lost."""
    award = call.path["award"]
    created, version = actions.record_step(call.session, call.case, award, call.command, call.now, by=call.principal)
    return Reply(status=201, created=created, version=version)
