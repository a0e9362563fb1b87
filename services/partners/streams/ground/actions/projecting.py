"""Projections of the events that the gate needs: grounds, exclusions, restrictions, freezes and criminal facts."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.partners.streams.ground.actions.facing import CONSENT, agency_of, hold_alone, stages
from services.partners.streams.ground.events import (
    CRIMINAL_FACTS,
    EXCLUSIONS,
    FACTS_PROJECTION,
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
from services.partners.streams.ground.models import CaseLaw, CriminalFact, Freeze, Ground, Party
from services.partners.streams.history import actions as histories
from shared.access import case_restrictions, exclusions
from shared.events.contract import Read, Received
from shared.events.narrowing import FIELDS as NARROWED_BY
from shared.events.narrowing import STAGES_BY_FACT
from shared.exchange.follower import Projection, ReadModelTable, is_rebuilding
from shared.store.statements import rows_into


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


def project_criminal_facts(session: Session, received: Sequence[Received]) -> None:
    """Store the facts that begin a stage of the criminal proceedings, each in its latest revision.

    Before a stage changes, current readers finish whose consent names stages. Agencies whose consent names the new
    stage receive the earlier events.
    """
    known = set(session.scalars(select(CriminalFact.id).where(CriminalFact.id.in_(_facts(received)))))
    # control: H-CONFIDENTIALITY-32 stage-ends-for-readers
    changing = (event for event in received if event.data["kind"] in STAGES_BY_FACT or event.data["fact"] in known)
    changed = {event.subject for event in changing}
    _hold_of_stages(session, changed)
    before = {} if is_rebuilding(session) else stages(session, changed)
    _store_facts(session, received, known)
    if before:
        _want_histories(session, before, stages(session, changed))


def _store_facts(session: Session, received: Iterable[Received], known: set[UUID]) -> None:
    for event in sorted(received, key=_order):
        fact, kind = event.data["fact"], event.data["kind"]
        if kind not in STAGES_BY_FACT and fact not in known:
            continue
        known.add(fact)
        is_withdrawn = event.data["withdrawn"] or kind not in STAGES_BY_FACT
        values = {"kind": kind, "revision": event.data["revision"], "is_withdrawn": is_withdrawn}
        new = insert(CriminalFact).values(id=fact, case_id=event.subject, **values)
        is_newer = CriminalFact.revision < event.data["revision"]
        session.execute(new.on_conflict_do_update(index_elements=["id"], set_=values, where=is_newer))


def _want_histories(session: Session, before: Mapping[UUID, str], after: Mapping[UUID, str]) -> None:
    """Request a backfill for the agencies whose consent names a stage that has begun."""
    named = select(Ground.case_id, Ground.agency, Ground.only_stages)
    for row in session.execute(named.where(Ground.case_id.in_(after), Ground.only_stages.is_not(None))):
        if after[row.case_id] in row.only_stages and before[row.case_id] not in row.only_stages:
            histories.want(session, row.case_id, row.agency)


def _facts(received: Iterable[Received]) -> list[UUID]:
    return [event.data["fact"] for event in received]


def _hold_of_stages(session: Session, cases: Collection[UUID]) -> None:
    if cases and not is_rebuilding(session):
        narrowed = select(Ground.agency).where(Ground.case_id.in_(cases), Ground.only_stages.is_not(None))
        hold_alone(session, set(session.scalars(narrowed)))


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
    if name in ("consent.granted", "consent.granted_in_part"):
        span = {"kind": CONSENT, "since": data["granted_on"], "until": data["expires_on"]}
        named = {name: data.get(name) or None for name in NARROWED_BY}
        _keep(session, data["consent"], event, purposes=data["purposes"], **span, **named)
    elif name == "sharing.without_consent":
        span = {"kind": "sharing", "since": None, "until": data["until"]}
        _keep(session, data["sharing"], event, purposes=[data["purpose"]], **span)
    elif name == "consent.withdrawn":
        session.execute(delete(Ground).where(Ground.id == data["consent"], Ground.case_id == case))
        withdrawn = (Party.id == data["consent"], Party.case_id == case)
        session.execute(update(Party).where(*withdrawn).values(is_withdrawn=True))
    elif name == "consent.due_again":
        session.execute(delete(Ground).where(Ground.case_id == case, Ground.kind == CONSENT))
    elif event.key == HELD:
        _keep_for_a_hold(session, case, is_for_legal_work="legal" not in data["holders"])
    elif name == "referral.sent":
        _keep_party(session, data["referral"], case, agency_of(data["agency"]))
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
    case, agency = event.subject, agency_of(event.data["agency"])
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
    Projection(FACTS_PROJECTION, _keys(CRIMINAL_FACTS), project_criminal_facts, (ReadModelTable("criminal_facts"),)),
    Projection("freezes", _keys(FREEZES), project_freezes, (ReadModelTable("freezes"),)),
)
