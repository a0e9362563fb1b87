"""The route to mark an expired period, or a possible duplicate, as handled."""

from typing import Final

from services.intake.cases.due import events, rules, schemas
from services.intake.cases.due.actions import listing, projecting, risks
from services.intake.facts.case.topic import CASE
from shared.http import post
from shared.runtime.topics import Topic

TOPIC: Final = Topic(
    __name__,
    routes=(
        post(
            "due.acknowledge",
            f"{CASE}/due/<uuid:reference>/acknowledgement",
            listing.acknowledge,
            name="acknowledge_due",
            changes=True,
            reply=schemas.SeenTo,
        ),
    ),
    access=rules.ACCESS,
    reads=events.READS,
    projections=(*projecting.PROJECTIONS, *risks.PROJECTIONS),
)
