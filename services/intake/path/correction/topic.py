"""The route by which any fact is put right."""

from typing import Final

from services.intake.facts.case.topic import CASE
from services.intake.facts.fact.schemas import CorrectFact, FactPutRight
from services.intake.path.correction import actions, rules
from shared.casework.corrections import CORRECTED
from shared.http import CallWith, Reply, route
from shared.runtime.topics import Topic


@route(
    "POST",
    f"{CASE}/facts/<uuid:fact>/correction",
    action="fact.correct",
    body=CorrectFact,
    creates=True,
    reply=FactPutRight,
)
def correct_fact(call: CallWith[CorrectFact]) -> Reply:
    """Put a fact right, with the reason, or take it back; what was wrong stays, marked, and periods follow."""
    fact = actions.correct_fact(call.session, call.case, call.path["fact"], call.command, call.now, by=call.principal)
    return Reply(fact, status=201, created=fact.id)


TOPIC: Final = Topic(__name__, access=rules.ACCESS, events=(CORRECTED,))
