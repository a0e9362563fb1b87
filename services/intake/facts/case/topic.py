"""The address of a case, what is followed of cases and agencies, and the route that finds a case by its number.

Every topic has its addresses below that of a case. A number is in a body, because addresses are logged.
"""

from typing import Final

from services.intake.facts.case import actions, events, rules, schemas
from shared.casework import registers
from shared.http import post
from shared.runtime.topics import Topic

#: The addresses of a case's parts begin with it.
CASE: Final = "/v1/cases/<uuid:case>"


TOPIC: Final = Topic(
    __name__,
    routes=(
        post(
            "case_number.look_up",
            "/v1/case-numbers/lookup",
            actions.look_up_number,
            reply=schemas.FoundCase,
        ),
    ),
    access=rules.ACCESS,
    events=events.EVENTS,
    reads=registers.AGENCIES.reads,
    projections=(registers.AGENCIES.projection,),
)
