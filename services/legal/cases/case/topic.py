"""The address of a case, under which every topic has its routes, and the events about cases and agencies."""

from typing import Final

from services.legal.cases.case import events
from shared.casework import danger, registers
from shared.runtime.topics import Topic

CASE: Final = "/v1/cases/<uuid:case>"


TOPIC: Final = Topic(
    __name__,
    events=danger.EVENTS,
    reads=(*registers.AGENCIES.reads, *events.READS),
    projections=(registers.AGENCIES.projection,),
)
