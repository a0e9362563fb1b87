"""Routes for awards, and for the remedies of a case."""

from typing import Final

from services.legal.cases.case.topic import CASE
from services.legal.compensation.award import actions, events, rules, schemas
from shared.http import get, post
from shared.runtime.topics import Topic

_AWARDS: Final = f"{CASE}/awards"


TOPIC: Final = Topic(
    __name__,
    routes=(
        get("award.record", _AWARDS, actions.read_awards, reply=schemas.AwardList),
        get("remedy.read", f"{CASE}/remedies", actions.remedies_shown, name="read_remedies", reply=schemas.RemedyList),
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
