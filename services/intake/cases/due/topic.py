"""The route by which somebody says that a period that is over, or a likely repetition, was seen to."""

from typing import Final

from services.intake.cases.due import actions, events, rules, schemas
from services.intake.cases.due.actions import risks
from services.intake.facts.case.actions import beside
from services.intake.facts.case.topic import CASE
from shared.http import Call, Reply, route
from shared.runtime.topics import Topic


@route(
    "POST",
    f"{CASE}/due/<uuid:reference>/acknowledgement",
    action="due.acknowledge",
    changes=True,
    reply=schemas.SeenTo,
)
def acknowledge_due(call: Call) -> Reply:
    """Record that a period that is over was seen to, or that what looks recorded twice is two; it leaves the list."""
    others = beside(call.session, call.case, call.sight, call.now, by=call.principal)
    actions.acknowledge(call.session, call.case, call.path["reference"], call.now, others, by=call.principal)
    return Reply({"id": call.case})


TOPIC: Final = Topic(
    __name__, access=rules.ACCESS, reads=events.READS, projections=(*actions.PROJECTIONS, *risks.PROJECTIONS)
)
