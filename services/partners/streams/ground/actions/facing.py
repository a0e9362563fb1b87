"""The sides of agencies and of a person, for the gate, and the locks of the agencies' streams."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.partners.agencies.agency.actions import generations
from services.partners.agencies.agreement import actions as agreements
from services.partners.streams.ground.events import FACT_SOURCES, FACTS_PROJECTION, LEGAL_WORK, SERVICE
from services.partners.streams.ground.models import CaseLaw, CriminalFact, Freeze, Ground, Party
from services.partners.streams.ground.rules import Person, Side, Span, works_for
from shared.access import agencies, case_restrictions, exclusions
from shared.casework import dates
from shared.events.audience import Audience
from shared.events.narrowing import FIELDS as NARROWED_BY
from shared.events.narrowing import UNKNOWN_STAGE, Narrowing, stage_of
from shared.exchange import holds, rebuild
from shared.reference import id_of_authority

#: The kind of a ground that is a consent.
CONSENT: Final = "consent"
#: The first of the two numbers of these advisory locks; no other lock of the service uses it.
_STREAMS: Final = 5_077
_NAMES_STAGES: Final = Ground.only_stages.is_not(None)
#: A day begins at different times in different jurisdictions.
_A_DAY: Final = timedelta(days=1)
#: The columns of a ground that the gate needs.
_SPAN: Final = (
    *(Ground.purposes, Ground.data_categories, Ground.since, Ground.until, Ground.kind),
    *(Ground.only_remedies, Ground.only_matters, Ground.only_stages),
)


def people(session: Session, cases: Collection[UUID], agency: UUID, now: datetime) -> dict[UUID, Person]:
    """Return the side of each of these persons towards an agency."""
    laws = dict(session.execute(select(CaseLaw.case_id, CaseLaw.jurisdiction).where(CaseLaw.case_id.in_(cases))).all())
    restricted = case_restrictions.among(session, cases)
    frozen = set(session.scalars(select(Freeze.case_id).where(Freeze.case_id.in_(cases))))
    excluded = {row.case_id for row in exclusions.of_cases(session, cases) if row.agency == agency}
    spans: dict[UUID, list[Span]] = defaultdict(list)
    own = select(Ground.case_id, *_SPAN).where(Ground.case_id.in_(cases), Ground.agency == agency)
    for row in session.execute(own):
        spans[row.case_id].append(_span(row))
    reached = stages(session, cases)
    return {
        case: Person(
            laws.get(case),
            tuple(spans[case]),
            case in excluded,
            case in restricted,
            dates.today(now, laws.get(case)),
            case in frozen,
            reached[case],
        )
        for case in cases
    }


def law_of(session: Session, case: UUID) -> str | None:
    """Return the jurisdiction of a case; None if it is unknown or no case."""
    return session.scalar(select(CaseLaw.jurisdiction).where(CaseLaw.case_id == case))


def day_of(now: datetime, jurisdiction: str | None) -> date:
    """Return the current day in a jurisdiction; without one, the latest day anywhere."""
    return dates.today(now, jurisdiction)


def hold_shared(session: Session, agency: UUID) -> None:
    """Lock an agency's stream, shared with other readers, until the transaction ends.

    The caller reads what may be sent in this transaction and sends it afterwards: nothing is sent under the lock.
    """
    session.execute(select(func.pg_advisory_xact_lock_shared(_STREAMS, _number(agency))))


def try_hold_shared(session: Session, agency: UUID) -> bool:
    """Lock an agency's stream as `hold_shared` does, unless an ending holds it; return whether it is locked."""
    locked = select(func.pg_try_advisory_xact_lock_shared(_STREAMS, _number(agency)))
    return session.scalar(locked) is True


def hold_alone(session: Session, agencies: Iterable[UUID]) -> None:
    """Lock these agencies' streams for an ending, and raise their generation.

    This waits for transactions that read a stream and decide what may be sent. It never waits for a receiver. A sender
    that has decided earlier sees the new generation before its next event.
    """
    named = set(agencies)
    for number in sorted(map(_number, named)):
        session.execute(select(func.pg_advisory_xact_lock(_STREAMS, number)))
    generations.raise_for(session, named)


def has_run_out(session: Session, agency: UUID, before: datetime, now: datetime) -> bool:
    """Return whether a ground of an agency has expired between two moments."""
    near = Ground.until.between(before.date() - _A_DAY, now.date() + _A_DAY)
    query = select(Ground.until, CaseLaw.jurisdiction).outerjoin(CaseLaw, CaseLaw.case_id == Ground.case_id)
    rows = session.execute(query.where(Ground.agency == agency, near).distinct())
    return any(dates.today(before, row.jurisdiction) <= row.until < dates.today(now, row.jurisdiction) for row in rows)


def _number(agency: UUID) -> int:
    # Two agencies with the same number occasionally wait for each other, without other effects.
    return int.from_bytes(agency.bytes[-4:], "big", signed=True)


def towards(session: Session, case: UUID, law: str | None, among: Iterable[UUID], now: datetime) -> dict[UUID, Person]:
    """Return the side of one person, in a jurisdiction, towards each of these agencies, in a few queries."""
    is_restricted = case_restrictions.stands(session, case)
    excluded, waits = exclusions.agencies_of(session, case), is_frozen(session, case)
    spans: dict[UUID, list[Span]] = defaultdict(list)
    for row in session.execute(select(Ground.agency, *_SPAN).where(Ground.case_id == case)):
        spans[row.agency].append(_span(row))
    today, stage = dates.today(now, law), stages(session, [case])[case]
    return {
        agency: Person(law, tuple(spans[agency]), agency in excluded, is_restricted, today, waits, stage)
        for agency in among
    }


def stages(session: Session, cases: Collection[UUID]) -> dict[UUID, str]:
    """Return the stage of each case's criminal proceedings, by its facts that were not withdrawn.

    The stage is unknown while events of the case are held, because one of them can begin a stage. It is also unknown
    until the facts from before the upgrade to this projection have been read.
    """
    facts: dict[UUID, list[str]] = {case: [] for case in cases}
    stated = select(CriminalFact.case_id, CriminalFact.kind)
    for row in session.execute(stated.where(CriminalFact.case_id.in_(cases), ~CriminalFact.is_withdrawn)):
        facts[row.case_id].append(row.kind)
    unknown = _without_a_known_stage(session, cases)
    return {case: UNKNOWN_STAGE if case in unknown else stage_of(kinds) for case, kinds in facts.items()}


# control: H-CONFIDENTIALITY-32 unknown-stage
def _without_a_known_stage(session: Session, cases: Collection[UUID]) -> set[UUID]:
    """Return those of these cases whose stage is unknown. Only consents that name stages depend on it."""
    narrowed = set(session.scalars(select(Ground.case_id).where(Ground.case_id.in_(cases), _NAMES_STAGES).distinct()))
    if not narrowed or rebuild.is_awaited(session, FACTS_PROJECTION, asked_by=SERVICE):
        return narrowed
    return {case for source in FACT_SOURCES for case in holds.positions(session, source, narrowed)}


def is_frozen(session: Session, case: UUID) -> bool:
    """Return whether delivery by consent is paused for a case."""
    return session.scalar(select(Freeze.id).where(Freeze.case_id == case).limit(1)) is not None


def _span(row: Any) -> Span:
    return Span(
        frozenset(row.purposes),
        frozenset(row.data_categories),
        row.since,
        row.until,
        by_consent=row.kind == CONSENT,
        narrowing=Narrowing(*(frozenset(getattr(row, name) or ()) for name in NARROWED_BY)),
    )


def party_of(session: Session, audience: Audience, data: Mapping[str, object]) -> UUID | None:
    """Return the agency that an event concerns: from its data, or from the record that its data refers to."""
    agency = data.get(audience.agency or "")
    if isinstance(agency, str):
        return agency_of(agency)
    record = data.get(audience.record or "")
    return session.scalar(select(Party.agency).where(Party.id == UUID(record))) if isinstance(record, str) else None


def agency_of(named: UUID | str) -> UUID:
    """Return the id of an agency that an event names by its id or, if it is an authority of the law, by its code."""
    if isinstance(named, UUID):
        return named
    try:
        return UUID(named)
    except ValueError:
        return id_of_authority(named)


def sides(session: Session, subscribed: Mapping[UUID, tuple[frozenset[str], frozenset[str]]]) -> dict[UUID, Side]:
    """Return the sides of agencies, given the purposes and data categories of their subscriptions."""
    states, types = agencies.states(session, subscribed), agencies.types(session, subscribed)
    agreed = agreements.by_agency(session, subscribed)
    return {
        agency: Side(
            agency, states.get(agency, ""), tuple(agreed.get(agency, ())), purposes, categories, types.get(agency, "")
        )
        for agency, (purposes, categories) in subscribed.items()
    }


def parties(session: Session, case: UUID) -> set[UUID]:
    """Return the agencies that a consent, a sharing or a referral of a case names or has named."""
    return set(session.scalars(select(Party.agency).where(Party.case_id == case)))


def conducting(session: Session, case: UUID, now: datetime) -> set[UUID]:
    """Return the agencies that conduct legal work for a person, by a valid ground and without an exclusion."""
    sides_of_person = towards(session, case, law_of(session, case), parties(session, case), now)
    return {agency for agency, person in sides_of_person.items() if works_for(person, LEGAL_WORK)}
