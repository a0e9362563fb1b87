"""Record what the gate decided, which data of a person an agency receives for the first time, and what was delivered.

Intake keeps the data categories for the person's copy.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Uuid, literal, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.partners.streams.ground import actions as grounds
from services.partners.streams.ground.rules import Decision
from services.partners.streams.stream.events import TELLING
from services.partners.streams.stream.models import (
    ABOUT_SOMEBODY,
    ChannelDelivery,
    GateDecision,
    ToldCategory,
    ToldEvent,
)
from shared.deadlines import time_source
from shared.events.envelope import Announcement, Event
from shared.events.outside import outside_type
from shared.exchange import eventlog
from shared.store.statements import rows_into

#: The category of data without a category, for example that a referral exists.
_OF_NO_CATEGORY: Final = ""


def record_new(session: Session, event: Event, decisions: Mapping[UUID, Decision], today: date) -> None:
    """Emit, for each agency that receives the event, the kinds of data of the person that are new to it."""
    if event.classification != ABOUT_SOMEBODY:
        return
    new: dict[UUID, set[str]] = {}
    for agency, category in _kept(session, event, decisions):
        new.setdefault(agency, set()).add(category)
    announcements = [
        Announcement(
            TELLING.name,
            {
                "agency": agency,
                "data_categories": sorted(categories - {_OF_NO_CATEGORY}),
                "because": decisions[agency].because,
                "told_on": today,
            },
        )
        for agency, categories in sorted(new.items())
    ]
    eventlog.record(session, event.subject, announcements)


def _kept(session: Session, event: Event, decisions: Mapping[UUID, Decision]) -> list[tuple[UUID, str]]:
    """Store which categories each agency receives; return the new ones."""
    rows = [
        {"case_id": event.subject, "agency": agency, "category": category}
        for agency, decision in sorted(decisions.items())
        if decision.is_told
        for category in sorted(_categories(event, decision))
    ]
    if not rows:
        return []
    added = rows_into(ToldCategory, rows).on_conflict_do_nothing()
    return [
        (row.agency, row.category)
        for row in session.execute(added.returning(ToldCategory.agency, ToldCategory.category))
    ]


def _categories(event: Event, decision: Decision) -> set[str]:
    """Return the data categories that an agency receives with an event; at least the fact that it happened."""
    event_type = outside_type(event.source, event.name, event.version)
    if event_type is None:
        return set()
    categories = event_type.categories()
    handed_out = event_type.cut(event.data, decision.data_categories)
    return {_OF_NO_CATEGORY} | {categories[name] or _OF_NO_CATEGORY for name in handed_out}


def keep_decisions(session: Session, case: UUID, key: str, decisions: Mapping[UUID, Decision], now: datetime) -> None:
    """Store the decisions about a type of event about a person: one row for each reason, with a count."""
    rows = [
        {
            "case_id": case,
            "agency": agency,
            "type": key,
            "because": decision.because,
            "is_told": decision.is_told,
            "count": 1,
            "first_at": now,
            "last_at": now,
        }
        for agency, decision in sorted(decisions.items())
    ]
    if rows:
        new = rows_into(GateDecision, rows)
        again = {"count": GateDecision.count + 1, "last_at": new.excluded.last_at}
        key_columns = ["case_id", "agency", "type", "because"]
        session.execute(new.on_conflict_do_update(index_elements=key_columns, set_=again))


# control: H-AGENCY-12 deliveries-are-counted
def record_delivered(session: Session, agency: UUID, channel: str, events: Iterable[UUID | None]) -> None:
    """Store that a channel delivered events about people to an agency. None stands for a placeholder.

    Locks the agency's stream first, shared with its readers, so that an erasure at the same time leaves no row. Call it
    before the transaction locks any row.
    """
    delivered = {event for event in events if event is not None}
    if not delivered:
        return
    grounds.hold_shared(session, agency)
    key = ["case_id", "agency", "event", "channel"]
    row = (ToldEvent.case_id, literal(agency, Uuid), ToldEvent.id, literal(channel), literal(time_source.now(session)))
    about_people = (ToldEvent.id.in_(delivered), ToldEvent.classification == ABOUT_SOMEBODY)
    # In one order, because two processes can deliver the same events at once.
    rows = select(*row).where(*about_people).order_by(ToldEvent.id)
    new = insert(ChannelDelivery).from_select([*key, "last_at"], rows)
    session.execute(new.on_conflict_do_update(index_elements=key, set_={"last_at": new.excluded.last_at}))
