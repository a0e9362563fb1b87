"""Actions about outreach and its posters: load, decide, store, announce. Posters publish no event. None commits."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, or_, select, true
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.intake.agencies.consent.models import Consent
from services.intake.facts.case.models import Case
from services.intake.facts.case.rules import CLOSED, SMALLEST
from services.intake.facts.detection.models import Detection
from services.intake.path.identification.models import EntryDecision, IdentificationStep, StepCorrection
from services.intake.path.outreach import rules
from services.intake.path.outreach.models import OutreachSession, PosterCode, PosterScans
from services.intake.path.outreach.schemas import CountScan, RecordSession
from shared.access import staff
from shared.access.permissions import existing
from shared.access.tokens import Principal
from shared.events.envelope import Announcement
from shared.exchange.eventlog import record
from shared.reference.words import PUBLIC_LANGUAGES

#: This role sees the true numbers of its agency. Other readers see all agencies, with small numbers suppressed.
SEES_ALL = "supervisor"

_Regions = dict[str, dict[UUID, rules.Progression]]

_Shown = Mapping[str, int | None]


class ProgressionReport(NamedTuple):
    """The progression of contacts by step, in total and by region. None replaces a suppressed number."""

    total: _Shown
    regions: Sequence[Mapping[str, str | int | None]]
    smallest_shown: int


def record_session(session: Session, command: RecordSession, now: datetime, *, by: Principal) -> UUID:
    """Record a session of outreach, in counts only.

    Return its id. Raises `FactRefused`.
    """
    today = now.date()
    held_on = command.held_on or today
    counts = rules.Counts(reached=command.reached, spoke_with=command.spoke_with, contacts=command.contacts)
    rules.check_session(held_on, command.region, counts, today)
    stored = command.stored(held_on=held_on)
    outreach_session = OutreachSession(agency=staff.agency_of(session, UUID(by.subject)), **stored)
    session.add(outreach_session)
    session.flush()
    record(session, outreach_session.id, [Announcement("outreach.session_recorded", stored)])
    return outreach_session.id


def sessions_after(
    session: Session, after: UUID | None, limit: int, *, by: Principal
) -> tuple[Sequence[OutreachSession], str | None]:
    """Return a page of the sessions recorded before `after`, the latest first, and the cursor of the next page."""
    own = select(OutreachSession).where(_is_own(session, by))
    latest = own.order_by(OutreachSession.id.desc()).limit(limit + 1)
    if after is not None:
        latest = latest.where(OutreachSession.id < after)
    rows = list(session.execute(latest).scalars())
    page = rows[:limit]
    return page, str(page[-1].id) if len(rows) > limit else None


def session_of(session: Session, session_id: UUID, *, by: Principal) -> OutreachSession:
    """Return a session of outreach.

    Raises `NotFound`, also for a session of another agency.
    """
    return _session(session, session_id, _is_own(session, by))


def _session(session: Session, session_id: UUID, shown: ColumnElement[bool]) -> OutreachSession:
    return existing(session.scalars(select(OutreachSession).where(OutreachSession.id == session_id, shown)).first())


def _is_own(session: Session, by: Principal) -> ColumnElement[bool]:
    """Return the SQL condition that the caller's agency held a session, or that either agency is not known."""
    agency = staff.agency_of(session, UUID(by.subject))
    return true() if agency is None else or_(OutreachSession.agency.is_(None), OutreachSession.agency == agency)


def session_progression(session: Session, session_id: UUID, *, by: Principal) -> Mapping[str, int | None]:
    """Return the progression of the contacts from one session. Raises `NotFound`."""
    sees_true = SEES_ALL in by.roles
    outreach_session = _session(session, session_id, _is_own(session, by) if sees_true else true())
    regions = _by_region(session, OutreachSession.id == session_id if sees_true else true())
    if sees_true:
        return rules.unsuppressed(regions.get(outreach_session.region, {}).get(session_id, rules.Progression()))
    sessions = regions.get(outreach_session.region, {})
    within = _published(regions)[1][outreach_session.region] if sessions else rules.published_whole(rules.Progression())
    return rules.published({**sessions, session_id: sessions.get(session_id, rules.Progression())}, within)[session_id]


def total_progression(session: Session, *, by: Principal) -> ProgressionReport:
    """Return the progression of the contacts from all sessions, by region and in total."""
    sees_true = SEES_ALL in by.roles
    regions = _by_region(session, _is_own(session, by) if sees_true else true())
    if sees_true:
        sums = {region: _sum(sessions.values()) for region, sessions in regions.items()}
        parts = {region: rules.unsuppressed(progression) for region, progression in sums.items()}
        return ProgressionReport(rules.unsuppressed(_sum(sums.values())), _rows(parts), smallest_shown=0)
    total, published = _published(regions)
    return ProgressionReport(total, _rows(published), smallest_shown=SMALLEST)


def _published(regions: _Regions) -> tuple[_Shown, Mapping[str, _Shown]]:
    sums = {region: _sum(sessions.values()) for region, sessions in regions.items()}
    total = rules.published_whole(_sum(sums.values()))
    return total, rules.published(sums, total)


def _sum(parts: Iterable[rules.Progression]) -> rules.Progression:
    return sum(parts, rules.Progression())


def _rows(parts: Mapping[str, _Shown]) -> list[Mapping[str, str | int | None]]:
    return [{"region": region, **parts[region]} for region in sorted(parts)]


def _by_region(session: Session, which: ColumnElement[bool]) -> _Regions:
    """Count the contacts of these sessions by progression, in one query."""
    met = _met(which)
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


def _met(which: ColumnElement[bool]) -> Select[Any]:
    contacts = select(
        Case.outreach_session.label("session"),
        OutreachSession.region,
        exists().where(Detection.case_id == Case.id).label("detected"),
        _taken_up().label("taken_up"),
        (Case.status == CLOSED).label("closed"),
    ).join_from(Case, OutreachSession)
    one = contacts.where(which).subquery()
    return select(*one.c, func.count().label("alike")).group_by(*one.c)


def _taken_up() -> ColumnElement[bool]:
    """Return the SQL condition that a contact is a case.

    It is one after the person decided or consented to sharing, or after a step on the official path.
    """
    wrong = exists().where(StepCorrection.step == IdentificationStep.id)
    taken = exists().where(IdentificationStep.case_id == Case.id, ~wrong)
    decided = exists().where(EntryDecision.case_id == Case.id)
    consented = exists().where(Consent.case_id == Case.id, Consent.taken_back_at.is_(None))
    return or_(taken, decided, consented)


def held_on(session: Session, session_id: UUID) -> date | None:
    """Return the day of a session, or None if there is no session of that id."""
    return session.execute(select(OutreachSession.held_on).where(OutreachSession.id == session_id)).scalar_one_or_none()


def code_of(session: Session, session_id: UUID, *, by: Principal) -> dict[str, str]:
    """Return the code in the QR codes of a session's posters; it is made by the first request.

    The session belongs to the caller's own agency. Raises `NotFound`.
    """
    session_of(session, session_id, by=by)
    made = insert(PosterCode).values(session=session_id, code=rules.new_code(secrets.choice))
    # Of two concurrent requests, both get the code of the first.
    session.execute(made.on_conflict_do_nothing(index_elements=["session"]))
    return {"code": session.execute(select(PosterCode.code).where(PosterCode.session == session_id)).scalar_one()}


# control: H-PUBLIC-9 scans-without-visitor
def count_scan(session: Session, command: CountScan) -> None:
    """Increase the number of scans of a session in one language; ignore an unknown code."""
    scanned = select(PosterCode.session).where(PosterCode.code == command.code)
    session_id = session.execute(scanned).scalar_one_or_none()
    if session_id is None:
        return
    first = insert(PosterScans).values(session=session_id, language=command.language, scans=1)
    more = {"scans": PosterScans.scans + 1}
    session.execute(first.on_conflict_do_update(index_elements=["session", "language"], set_=more))


def scans_of(session: Session, session_id: UUID, *, by: Principal) -> Mapping[str, object]:
    """Return how often the posters of a session were scanned, by language, without small numbers.

    The session belongs to the caller's own agency. Raises `NotFound`.
    """
    session_of(session, session_id, by=by)
    counted = select(PosterScans.language, PosterScans.scans).where(PosterScans.session == session_id)
    scans = {row.language: row.scans for row in session.execute(counted)}
    return {"languages": rules.shown(scans, PUBLIC_LANGUAGES), "smallest_shown": SMALLEST}
