"""Routes for matters."""

from typing import Final

from services.legal.cases.case.topic import CASE
from services.legal.cases.deadline.hooks import ADOPTED
from services.legal.compensation.matter import actions, events, rules, schemas
from shared.http import post
from shared.runtime.topics import Topic

_MATTER: Final = f"{CASE}/matters/<uuid:matter>"


#: The part of the case that a step of a claim changes.
_PART: Final = "matters/{matter}"

TOPIC: Final = Topic(
    __name__,
    routes=(
        post("matter.open", f"{CASE}/matters", actions.open_matter, creates=True, part="matters"),
        post(
            "compensation.record",
            f"{_MATTER}/application",
            actions.record_application,
            changes=True,
            reply=schemas.AppliedMatter,
            part=_PART,
        ),
        post(
            "compensation.record",
            f"{_MATTER}/decision",
            actions.record_decision,
            changes=True,
            reply=schemas.ChangedMatter,
            part=_PART,
        ),
        post(
            "compensation.record",
            f"{_MATTER}/payment",
            actions.record_payment,
            changes=True,
            reply=schemas.ChangedMatter,
            part=_PART,
        ),
        post("matter.correct", f"{_MATTER}/correction", actions.correct_matter, creates=True),
    ),
    access=rules.ACCESS,
    events=events.EVENTS,
    on_hooks=(ADOPTED.then(actions.adopt_decisions),),
)
