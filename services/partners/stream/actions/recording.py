"""To whom something of a person went for the first time is recorded for the person's copy, which intake keeps."""

from collections.abc import Mapping
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from services.partners.ground.rules import Decision
from services.partners.stream.events import TELLING
from services.partners.stream.models import ABOUT_SOMEBODY, ToldCategory
from shared.events.envelope import Announcement, Event
from shared.events.outside import outside_type
from shared.exchange import eventlog
from shared.store.many_rows import rows_into

#: Of what may be told whatever data the agency may have: that there is a referral, say.
_OF_NO_CATEGORY: Final = ""


def record_new(session: Session, event: Event, decisions: Mapping[UUID, Decision], today: date) -> None:
    """Emit, for each agency that is told of somebody, the kinds of data that it had not been told of them before."""
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
    """Store what each agency is told of; return what is new."""
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
    """Return the data categories of what an agency gets of an event; also where it is told no more than that it was."""
    event_type = outside_type(event.source, event.name, event.version)
    if event_type is None:
        return set()
    categories = event_type.categories()
    handed_out = event_type.cut(event.data, decision.data_categories)
    return {_OF_NO_CATEGORY} | {categories[name] or _OF_NO_CATEGORY for name in handed_out}
