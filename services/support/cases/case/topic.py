"""The address of a case, the parent of every topic's addresses, and the consumed events of cases and agencies."""

from typing import Final

from services.support.cases.case import actions, events
from shared.casework import registers
from shared.runtime.topics import Topic

CASE: Final = "/v1/cases/<uuid:case>"

TOPIC: Final = Topic(
    __name__,
    reads=(
        *registers.AGENCIES.reads,
        *events.READS,
    ),
    projections=(
        registers.AGENCIES.projection,
        *actions.PROJECTIONS,
    ),
)
