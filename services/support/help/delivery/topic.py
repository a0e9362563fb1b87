"""Routes for services and urgent needs."""

from typing import Final

from services.support.cases.case.topic import CASE
from services.support.help.delivery import actions, events, rules
from shared.http import post
from shared.runtime.topics import Topic

TOPIC: Final = Topic(
    __name__,
    routes=(
        post("service.record", f"{CASE}/services", actions.deliver_service, creates=True, part="services"),
        post("service.correct", f"{CASE}/services/<uuid:service>/correction", actions.correct_service, creates=True),
        post("urgent_need.note", f"{CASE}/needs", actions.note_need, creates=True),
        post("urgent_need.correct", f"{CASE}/needs/<uuid:need>/correction", actions.correct_need, creates=True),
    ),
    access=rules.ACCESS,
    events=events.EVENTS,
    reactions=actions.REACTIONS,
)
