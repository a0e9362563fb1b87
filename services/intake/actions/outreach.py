"""Outreach: a session is recorded, and how far those met there have come is read back in counts."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import Session

from services.intake.models import (
    Case,
    Consent,
    Detection,
    EntryDecision,
    IdentificationStep,
    OutreachSession,
    StepCorrection,
    fields,
)
from services.intake.rules import CLOSED, outreach, statistics
from services.intake.rules.outreach import Met, Progression
from shared.access import NotFound
from shared.envelope import Announcement
from shared.eventlog import record

#: Who may see true numbers; whoever else may read statistics sees none that points at somebody.
SEES_ALL = "supervisor"


def record_session(session: Session, now: datetime, body: dict[str, Any]) -> UUID:
    """Record a session of outreach; gives its id. Raises `FactRefused`."""
    body.setdefault("held_on", now.date())
    outreach.session(body, now.date())
    held = OutreachSession(**body)
    session.add(held)
    session.flush()
    record(session, held.id, [Announcement("outreach.session_recorded", body)])
    return held.id


def sessions(session: Session, after: UUID | None, limit: int) -> dict[str, Any]:
    """List sessions, the latest recorded first, those before `after`."""
    found = select(OutreachSession).order_by(OutreachSession.id.desc()).limit(limit + 1)
    if after is not None:
        found = found.where(OutreachSession.id < after)
    rows = list(session.execute(found).scalars())
    page = rows[:limit]
    return {"sessions": [fields(each) for each in page], "next": str(page[-1].id) if len(rows) > limit else None}


def shown(session: Session, which: UUID) -> dict[str, Any]:
    """Show a session. Raises `NotFound`."""
    return fields(_existing(session, which))


def _existing(session: Session, which: UUID) -> OutreachSession:
    held = session.get(OutreachSession, which)
    if held is None:
        raise NotFound
    return held


def of_session(session: Session, which: UUID, roles: frozenset[str]) -> Mapping[str, int | None]:
    """Give how far those met in a session have come. Raises `NotFound`."""
    held = _existing(session, which)
    regions = _by_region(session, None if SEES_ALL not in roles else which)
    if SEES_ALL in roles:
        return statistics.shown(regions.get(held.region, {}).get(which, Progression()))
    sessions = regions.get(held.region, {})
    within = _published(regions)[1][held.region] if sessions else statistics.published_whole(Progression())
    return statistics.published({**sessions, which: sessions.get(which, Progression())}, within)[which]


def of_all(session: Session, roles: frozenset[str]) -> dict[str, Any]:
    """Give how far those met in any session have come: by region, and in all."""
    regions = _by_region(session, None)
    if SEES_ALL in roles:
        sums = {region: _sum(sessions) for region, sessions in regions.items()}
        whole, parts = statistics.shown(_sum(sums)), {key: statistics.shown(each) for key, each in sums.items()}
        return {"total": whole, "regions": _rows(parts), "smallest_shown": 0}
    total, published = _published(regions)
    return {"total": total, "regions": _rows(published), "smallest_shown": statistics.SMALLEST}


_Regions = dict[str, dict[UUID, Progression]]
_Shown = Mapping[str, int | None]


def _published(regions: _Regions) -> tuple[_Shown, Mapping[str, _Shown]]:
    sums = {region: _sum(sessions) for region, sessions in regions.items()}
    total = statistics.published_whole(_sum(sums))
    return total, statistics.published(sums, total)


def _sum(parts: Mapping[Any, Progression]) -> Progression:
    return sum(parts.values(), Progression())


def _rows(parts: Mapping[str, _Shown]) -> list[dict[str, Any]]:
    return [{"region": region, **parts[region]} for region in sorted(parts)]


def _by_region(session: Session, only: UUID | None) -> _Regions:
    """Count each session's contacts by how far they have come, in one query."""
    met = _met(only)
    regions: dict[UUID, str] = {}
    found: list[Met] = []
    for row in session.execute(met):
        regions[row.session] = row.region
        found.append(
            Met(
                session=str(row.session),
                detected=row.detected,
                case=row.taken_up,
                closed=row.closed,
                alike=row.alike,
            )
        )
    by_region: _Regions = {}
    for which, counted in outreach.progression(found).items():
        by_region.setdefault(regions[UUID(which)], {})[UUID(which)] = counted
    return by_region


def _met(only: UUID | None) -> Select[Any]:
    contacts = select(
        Case.outreach_session.label("session"),
        OutreachSession.region,
        exists().where(Detection.case_id == Case.id).label("detected"),
        _taken_up().label("taken_up"),
        (Case.status == CLOSED).label("closed"),
    ).join_from(Case, OutreachSession)
    one = (contacts if only is None else contacts.where(Case.outreach_session == only)).subquery()
    return select(*one.c, func.count().label("alike")).group_by(*one.c)


def _taken_up() -> ColumnElement[bool]:
    """A contact is a case once the person decided, consented to sharing, or a step of the official path was taken."""
    wrong = exists().where(StepCorrection.step == IdentificationStep.id)
    taken = exists().where(IdentificationStep.case_id == Case.id, ~wrong)
    return or_(taken, *(exists().where(kind.case_id == Case.id) for kind in (EntryDecision, Consent)))


def held_on(session: Session, which: UUID) -> date | None:
    """Give the day of a session; None if there is none of that id."""
    return session.execute(select(OutreachSession.held_on).where(OutreachSession.id == which)).scalar_one_or_none()
