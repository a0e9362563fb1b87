"""Actions about outreach: load, decide, store, announce. None commits."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import Session

from services.intake.case.models import Case
from services.intake.case.rules import CLOSED
from services.intake.consent.models import Consent
from services.intake.detection.models import Detection
from services.intake.identification.models import EntryDecision, IdentificationStep, StepCorrection
from services.intake.outreach import rules
from services.intake.outreach.models import OutreachSession
from services.intake.outreach.schemas import RecordSession
from shared.access.permissions import NotFound
from shared.events.envelope import Announcement
from shared.exchange.eventlog import record

#: The role that sees true numbers; every other reader of statistics gets small numbers suppressed.
SEES_ALL = "supervisor"
_Regions = dict[str, dict[UUID, rules.Progression]]
_Shown = Mapping[str, int | None]


class ProgressionReport(NamedTuple):
    """How many got how far, by step, in total and by region; None stands for a suppressed number."""

    total: _Shown
    regions: Sequence[Mapping[str, str | int | None]]
    smallest_shown: int


def record_session(session: Session, command: RecordSession, now: datetime) -> UUID:
    """Record a session of outreach; return its id. Raises `FactRefused`."""
    today = now.date()
    held_on = command.held_on or today
    counts = rules.Counts(reached=command.reached, spoke_with=command.spoke_with, contacts=command.contacts)
    rules.check_session(held_on, command.region, counts, today)
    stored = command.stored(held_on=held_on)
    outreach_session = OutreachSession(**stored)
    session.add(outreach_session)
    session.flush()
    record(session, outreach_session.id, [Announcement("outreach.session_recorded", stored)])
    return outreach_session.id


def sessions_after(session: Session, after: UUID | None, limit: int) -> tuple[Sequence[OutreachSession], str | None]:
    """Return a page of sessions, the latest recorded first, those before `after`, and the next page's cursor."""
    latest = select(OutreachSession).order_by(OutreachSession.id.desc()).limit(limit + 1)
    if after is not None:
        latest = latest.where(OutreachSession.id < after)
    rows = list(session.execute(latest).scalars())
    page = rows[:limit]
    return page, str(page[-1].id) if len(rows) > limit else None


def session_of(session: Session, session_id: UUID) -> OutreachSession:
    """Return a session. Raises `NotFound`."""
    outreach_session = session.get(OutreachSession, session_id)
    if outreach_session is None:
        raise NotFound
    return outreach_session


def session_progression(session: Session, session_id: UUID, roles: frozenset[str]) -> Mapping[str, int | None]:
    """Return the progression of those met in a session. Raises `NotFound`."""
    outreach_session = session_of(session, session_id)
    regions = _by_region(session, None if SEES_ALL not in roles else session_id)
    if SEES_ALL in roles:
        return rules.unsuppressed(regions.get(outreach_session.region, {}).get(session_id, rules.Progression()))
    sessions = regions.get(outreach_session.region, {})
    within = _published(regions)[1][outreach_session.region] if sessions else rules.published_whole(rules.Progression())
    return rules.published({**sessions, session_id: sessions.get(session_id, rules.Progression())}, within)[session_id]


def total_progression(session: Session, roles: frozenset[str]) -> ProgressionReport:
    """Return the progression of those met in any session, by region and in total."""
    regions = _by_region(session, None)
    if SEES_ALL in roles:
        sums = {region: _sum(sessions.values()) for region, sessions in regions.items()}
        parts = {region: rules.unsuppressed(progression) for region, progression in sums.items()}
        return ProgressionReport(rules.unsuppressed(_sum(sums.values())), _rows(parts), smallest_shown=0)
    total, published = _published(regions)
    return ProgressionReport(total, _rows(published), smallest_shown=rules.SMALLEST)


def _published(regions: _Regions) -> tuple[_Shown, Mapping[str, _Shown]]:
    sums = {region: _sum(sessions.values()) for region, sessions in regions.items()}
    total = rules.published_whole(_sum(sums.values()))
    return total, rules.published(sums, total)


def _sum(parts: Iterable[rules.Progression]) -> rules.Progression:
    return sum(parts, rules.Progression())


def _rows(parts: Mapping[str, _Shown]) -> list[Mapping[str, str | int | None]]:
    return [{"region": region, **parts[region]} for region in sorted(parts)]


def _by_region(session: Session, only: UUID | None) -> _Regions:
    """Count each session's contacts by their progression, in one query."""
    met = _met(only)
    regions: dict[UUID, str] = {}
    contacts: list[rules.Met] = []
    for row in session.execute(met):
        regions[row.session] = row.region
        contacts.append(
            rules.Met(
                session=str(row.session),
                detected=row.detected,
                case=row.taken_up,
                closed=row.closed,
                alike=row.alike,
            )
        )
    by_region: _Regions = {}
    for session_id, counted in rules.progression(contacts).items():
        by_region.setdefault(regions[UUID(session_id)], {})[UUID(session_id)] = counted
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


def held_on(session: Session, session_id: UUID) -> date | None:
    """Return the day of a session, or None if there is no session of that id."""
    return session.execute(select(OutreachSession.held_on).where(OutreachSession.id == session_id)).scalar_one_or_none()
