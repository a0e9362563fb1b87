"""The address of a case, below which every topic has its own, and what is followed of cases and agencies."""

from typing import Final

from services.intake.facts.case import events, rules
from shared.casework import registers
from shared.runtime.topics import Topic

#: The addresses of a case's parts begin with it.
CASE: Final = "/v1/cases/<uuid:case>"


TOPIC: Final = Topic(
    __name__,
    access=rules.ACCESS,
    events=events.EVENTS,
    reads=registers.AGENCIES.reads,
    projections=(registers.AGENCIES.projection,),
)
