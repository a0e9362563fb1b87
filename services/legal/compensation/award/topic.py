"""Routes for awards, and for the remedies of a case."""

from typing import Final

from services.legal.cases.case.models import CASES
from services.legal.cases.case.topic import CASE
from services.legal.compensation.award import actions, events, rules, schemas
from shared.http import Call, Reply, post, route
from shared.runtime.topics import Topic

_AWARDS: Final = f"{CASE}/awards"


@route("GET", _AWARDS, action="award.record", reply=schemas.AwardList)
def read_awards(call: Call) -> Reply:
    """Return the awards of a case with their amounts, to the person's own advisers."""
    return Reply(actions.awards_shown(call.session, call.case), version=CASES.version(call.session, call.case))


@route("GET", f"{CASE}/remedies", action="remedy.read", reply=schemas.RemedyList)
def read_remedies(call: Call) -> Reply:
    """Return the remedies of the case's jurisdiction, with the conflicts between them and what was claimed."""
    return Reply(actions.remedies_shown(call.session, call.case), version=CASES.version(call.session, call.case))


TOPIC: Final = Topic(
    __name__,
    routes=(
        post("award.record", _AWARDS, actions.record_award, creates=True, part="awards"),
        post(
            "award.record",
            f"{_AWARDS}/<uuid:award>/steps",
            actions.record_step,
            name="record_award_step",
            creates=True,
            part="awards/{award}",
        ),
    ),
    access=rules.ACCESS,
    events=events.EVENTS,
)
