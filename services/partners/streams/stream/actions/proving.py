"""Withhold events from agencies until the sources' feeds have confirmed what was applied about their subjects.

What an agency has received cannot be recalled. A forged consent is found within seconds; until then, it opens nothing.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.partners.streams.ground.events import SOURCE as GROUNDS
from services.partners.streams.stream.models import Position, ToldEvent
from shared.exchange import unproven
from shared.store.context import ContextKey

#: Whether this process compares what it applies with the feeds, so that events can wait for it.
PROVEN_ONLY: Final[ContextKey[bool]] = ContextKey("proven only")
_NOTHING: Final = unproven.Unproven()


# control: H-AGENCY-20 proof-before-delivery
def proven(
    rows: Sequence[Position], events: Mapping[UUID, ToldEvent], waiting: Sequence[unproven.Unproven]
) -> Sequence[Position]:
    """Return the positions before the first one that must wait: the order must be kept.

    An event waits for the events of its own source about its subject, and for those that can open it. While another
    source is unavailable, it does not wait for that one.
    """
    for place, row in enumerate(rows):
        event = events.get(row.event)
        if event is not None and any(each.includes(event.case_id, GROUNDS, event.source) for each in waiting):
            return rows[:place]
    return rows


def unproven_now(session: Session) -> unproven.Unproven:
    """Return the subjects with unconfirmed events; none in a process that makes no comparison."""
    return unproven.read(session) if PROVEN_ONLY.find(session) else _NOTHING


def first_waiting(session: Session, agencies: Collection[UUID]) -> dict[UUID, int]:
    """Return the first position of each of these agencies whose subject has unconfirmed events, if there is one.

    While everything waits, it is 0: the streams are not searched.
    """
    waiting = unproven_now(session)
    if waiting.is_everything:
        return dict.fromkeys(agencies, 0)
    if not waiting:
        return {}
    of_agencies = select(Position.agency, func.min(Position.sequence)).where(Position.agency.in_(agencies))
    told = of_agencies.join(ToldEvent, ToldEvent.id == Position.event).where(ToldEvent.case_id.in_(waiting.subjects))
    rows = session.execute(told.group_by(Position.agency))
    return {agency: first for agency, first in rows}  # noqa: C416 - rows are no pairs to mypy
