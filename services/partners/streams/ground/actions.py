"""Data for the gate: projections of intake's events, and the sides of agencies and of a person."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.partners.agencies.agency.actions import generations
from services.partners.agencies.agreement import actions as agreements
from services.partners.streams.ground.events import (
    EXCLUSIONS,
    FREEZES,
    FROZEN,
    GROUND_ENDINGS,
    GROUNDS,
    HELD,
    HELD_ERASURES,
    LAWS,
    LEGAL_WORK,
    REFERRALS,
    RESTRICTIONS,
)
from services.partners.streams.ground.models import CaseLaw, Freeze, Ground, Party
from services.partners.streams.ground.rules import Person, Side, Span, works_for
from services.partners.streams.history import actions as histories
from shared.access import agencies, case_restrictions, exclusions
from shared.casework import dates
from shared.events.audience import Audience
from shared.events.contract import Read, Received
from shared.exchange.follower import Projection, ReadModelTable, is_rebuilding
from shared.reference import id_of_authority
from shared.store.statements import rows_into

_CONSENT: Final = "consent"
#: The first of the two numbers of these advisory locks; no other lock of the service uses it.
_STREAMS: Final = 5_077
#: A day begins at different times in different jurisdictions.
_A_DAY: Final = timedelta(days=1)
#: The columns of a ground that the gate needs.
_SPAN: Final = (Ground.purposes, Ground.data_categories, Ground.since, Ground.until, Ground.kind)


def people(session: Session, cases: Collection[UUID], agency: UUID, now: datetime) -> dict[UUID, Person]:
    """Return the side of each of these persons towards an agency."""
    laws = dict(session.execute(select(CaseLaw.case_id, CaseLaw.jurisdiction).where(CaseLaw.case_id.in_(cases))).all())
    restricted = case_restrictions.among(session, cases)
    frozen = set(session.scalars(select(Freeze.case_id).where(Freeze.case_id.in_(cases))))
    excluded = {row.case_id for row in exclusions.of_cases(session, cases) if row.agency == agency}
    spans: dict[UUID, list[Span]] = defaultdict(list)
    own = select(Ground.case_id, *_SPAN).where(Ground.case_id.in_(cases), Ground.agency == agency)
    for row in session.execute(own):
        spans[row.case_id].append(_span(row.purposes, row.data_categories, row.since, row.until, row.kind))
    return {
        case: Person(
            laws.get(case),
            tuple(spans[case]),
            case in excluded,
            case in restricted,
            dates.today(now, laws.get(case)),
            case in frozen,
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
        spans[row.agency].append(_span(row.purposes, row.data_categories, row.since, row.until, row.kind))
    today = dates.today(now, law)
    return {
        agency: Person(law, tuple(spans[agency]), agency in excluded, is_restricted, today, waits) for agency in among
    }


def is_frozen(session: Session, case: UUID) -> bool:
    """Return whether delivery by consent is paused for a case."""
    return session.scalar(select(Freeze.id).where(Freeze.case_id == case).limit(1)) is not None


def _span(purposes: Iterable[str], categories: Iterable[str], since: date | None, until: date, kind: str) -> Span:
    return Span(frozenset(purposes), frozenset(categories), since, until, by_consent=kind == _CONSENT)


def party_of(session: Session, audience: Audience, data: Mapping[str, object]) -> UUID | None:
    """Return the agency that an event concerns: from its data, or from the record that its data refers to."""
    agency = data.get(audience.agency or "")
    if isinstance(agency, str):
        return _agency(agency)
    record = data.get(audience.record or "")
    return session.scalar(select(Party.agency).where(Party.id == UUID(record))) if isinstance(record, str) else None


def _agency(named: UUID | str) -> UUID:
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


def project_laws(session: Session, received: Sequence[Received]) -> None:
    """Store the jurisdiction of each case, from the latest of its events."""
    latest = {event.subject: event.data["jurisdiction"] for event in sorted(received, key=_order)}
    new = rows_into(CaseLaw, [{"case_id": case, "jurisdiction": law} for case, law in sorted(latest.items())])
    changed = {"jurisdiction": new.excluded.jurisdiction}
    session.execute(new.on_conflict_do_update(index_elements=["case_id"], set_=changed))


def project_grounds(session: Session, received: Sequence[Received]) -> None:
    """Apply intake's events about consents, sharings without consent, and the agencies of referrals."""
    _hold_of(session, (event for event in received if event.key in GROUND_ENDINGS))
    for event in sorted(received, key=_order):
        _apply(session, event)


def project_exclusions(session: Session, received: Sequence[Received]) -> None:
    """Apply exclusions; after the commit nothing leaves about these persons to the excluded agencies."""
    _hold_of(session, received)
    exclusions.project(session, received)


def project_restrictions(session: Session, received: Sequence[Received]) -> None:
    """Apply restrictions; after the commit nothing leaves about these persons."""
    _hold_of(session, received)
    case_restrictions.project(session, received)


def project_freezes(session: Session, received: Sequence[Received]) -> None:
    """Apply freezes; after the commit nothing leaves by consent about these persons.

    When a freeze ends, current readers finish before the waiting events are published.
    """
    _hold_of(session, received)
    for event in sorted(received, key=_order):
        freeze = event.data["freeze"]
        if event.key == FROZEN:
            new = insert(Freeze).values(id=freeze, case_id=event.subject)
            session.execute(new.on_conflict_do_nothing())
        else:
            session.execute(delete(Freeze).where(Freeze.id == freeze, Freeze.case_id == event.subject))


def _hold_of(session: Session, received: Iterable[Received]) -> None:
    """Lock the streams of all agencies that could have received something about these persons.

    A rebuild ends nothing and sees only the projection's own tables.
    """
    if is_rebuilding(session):
        return
    cases = {event.subject for event in received}
    hold_alone(session, set(session.scalars(select(Party.agency).where(Party.case_id.in_(cases)))))


def _apply(session: Session, event: Received) -> None:
    name, case, data = event.key.partition(".")[2], event.subject, event.data
    if name == "consent.granted":
        span = {"kind": _CONSENT, "since": data["granted_on"], "until": data["expires_on"]}
        _keep(session, data["consent"], event, purposes=data["purposes"], **span)
    elif name == "sharing.without_consent":
        span = {"kind": "sharing", "since": None, "until": data["until"]}
        _keep(session, data["sharing"], event, purposes=[data["purpose"]], **span)
    elif name == "consent.withdrawn":
        session.execute(delete(Ground).where(Ground.id == data["consent"], Ground.case_id == case))
        withdrawn = (Party.id == data["consent"], Party.case_id == case)
        session.execute(update(Party).where(*withdrawn).values(is_withdrawn=True))
    elif name == "consent.due_again":
        session.execute(delete(Ground).where(Ground.case_id == case, Ground.kind == _CONSENT))
    elif event.key == HELD:
        _keep_for_a_hold(session, case, is_for_legal_work="legal" not in data["holders"])
    elif name == "referral.sent":
        _keep_party(session, data["referral"], case, _agency(data["agency"]))
    elif not data["upheld"]:
        session.execute(delete(Ground).where(Ground.id == data["sharing"], Ground.case_id == case))


# control: H-AGENCY-7 answer-after-erasure
def _keep_for_a_hold(session: Session, case: UUID, *, is_for_legal_work: bool) -> None:
    """Delete the grounds and parties that a legal hold does not need, so that they cannot reappear.

    A rebuild from intake's log deletes them at the same position. The party of a withdrawn consent stays until the
    rest is erased: its agency still owes the answer what it did with the data.
    """
    rows = session.execute(select(Ground.id, Ground.purposes).where(Ground.case_id == case)).all()
    needed = [row.id for row in rows if is_for_legal_work and not LEGAL_WORK.isdisjoint(row.purposes)]
    session.execute(delete(Ground).where(Ground.case_id == case, Ground.id.not_in(needed)))
    unneeded = (Party.case_id == case, Party.id.not_in(needed), ~Party.is_withdrawn)
    session.execute(delete(Party).where(*unneeded))


def _keep(session: Session, ground: UUID, event: Received, **span: object) -> None:
    case, agency = event.subject, _agency(event.data["agency"])
    ids = {"id": ground, "case_id": case, "agency": agency}
    values = {**ids, "data_categories": event.data["data_categories"], **span}
    session.execute(insert(Ground).values(**values).on_conflict_do_update(index_elements=["id"], set_=values))
    _keep_party(session, ground, case, agency)
    if not is_rebuilding(session):
        histories.want(session, case, agency)


def _keep_party(session: Session, record: UUID, case: UUID, agency: UUID) -> None:
    values = {"id": record, "case_id": case, "agency": agency, "is_withdrawn": False}
    session.execute(insert(Party).values(**values).on_conflict_do_update(index_elements=["id"], set_=values))


def _order(event: Received) -> tuple[UUID, int]:
    return event.subject, event.event.position


def _keys(reads: Iterable[Read]) -> frozenset[str]:
    return frozenset(read.key for read in reads)


PROJECTIONS: Final = (
    Projection("case_laws", _keys(LAWS), project_laws, (ReadModelTable("case_laws"),)),
    Projection(
        "grounds",
        _keys((*GROUNDS, *REFERRALS, *HELD_ERASURES)),
        project_grounds,
        (ReadModelTable("grounds"), ReadModelTable("parties")),
    ),
    Projection("exclusions", _keys(EXCLUSIONS), project_exclusions, (ReadModelTable("exclusions"),)),
    Projection("restrictions", _keys(RESTRICTIONS), project_restrictions, (ReadModelTable("restrictions"),)),
    Projection("freezes", _keys(FREEZES), project_freezes, (ReadModelTable("freezes"),)),
)
