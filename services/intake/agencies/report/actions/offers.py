"""Actions about offered referrals: receive, show, ask, decline, accept into a case, and erase with the case."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Integer, Select, Text, bindparam, cast, exists, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.intake.agencies.consent.rules import read_place
from services.intake.agencies.referral.actions.received import record_referral_in
from services.intake.agencies.referral.schemas import RecordReferralIn
from services.intake.agencies.report import events, rules
from services.intake.agencies.report import events as reports
from services.intake.agencies.report.models import Offer
from services.intake.agencies.report.rules import TAKEN
from services.intake.agencies.report.schemas import AskAgency, DeclineOffer, ListedOffer
from shared.access import agencies, views
from shared.access.permissions import existing
from shared.access.tokens import Principal
from shared.access.views import Shown
from shared.casework import dates
from shared.events.contract import Received
from shared.events.envelope import Announcement
from shared.exchange.eventlog import record
from shared.exchange.follower import Reaction
from shared.http.paging import read_page
from shared.privacy import erasure
from shared.store import statements


def receive(session: Session, received: Received) -> None:
    """Store a referral that an agency offers. If it is stored already, publish its state again."""
    data = received.data
    offered_on = dates.today(data["offered_at"], data["jurisdiction"])
    due_on = rules.due_on(offered_on, data["reply_by"], urgent=data["urgent"])
    values = {name: value for name, value in data.items() if name != "reply_by"}
    new = insert(Offer).values(id=received.subject, version=1, due_on=due_on, state=rules.WAITING, asked=[], **values)
    if session.scalar(new.on_conflict_do_nothing().returning(Offer.id)) is None:
        _announce(session, session.get_one(Offer, received.subject))


def supplement(session: Session, received: Received) -> None:
    """Store a supplement to a referral, which then waits again. Ignore it if the referral was decided on."""
    offer = session.get(Offer, received.subject, with_for_update=True)
    data = received.data
    if offer is not None and offer.state in rules.OPEN:
        for name, value in data.items():
            if name not in ("report", "agency"):
                setattr(offer, name, value)
        offer.state, offer.asked, offer.version = rules.WAITING, [], offer.version + 1
    payload = {"report": data["report"], "agency": data["agency"], "outcome": TAKEN, "refusal": None, "effect": None}
    record(session, data["report"], [Announcement(reports.SETTLED.name, payload)])


def _announce(session: Session, offer: Offer) -> None:
    """Publish the state of an offered referral, unless it waits."""
    payload: dict[str, object] = {"referral": offer.id, "agency": offer.agency}
    if offer.state == rules.ASKED:
        record(session, offer.id, [Announcement(events.ASKED.name, {**payload, "asked": offer.asked})])
    elif offer.state == rules.ACCEPTED:
        record(session, offer.id, [Announcement(events.ACCEPTED.name, payload)])
    elif offer.state == rules.DECLINED:
        record(session, offer.id, [Announcement(events.DECLINED.name, {**payload, "reason": offer.reason})])


def ask(session: Session, offer: UUID, command: AskAgency, matches: Callable[[int], None]) -> int:
    """Ask the agency questions before its referral is decided on.

    Return its version. Raises `NotFound`, `StepForbidden`.
    """
    row = locked(session, offer, matches)
    rules.check_open(row.state)
    row.state, row.asked, row.version = rules.ASKED, sorted(set(command.asked)), row.version + 1
    _announce(session, row)
    return row.version


def decline(
    session: Session,
    offer: UUID,
    command: DeclineOffer,
    now: datetime,
    matches: Callable[[int], None],
    *,
    by: Principal,
) -> int:
    """Decline a referral and delete its data about the person.

    Return its version. Raises `NotFound`, `StepForbidden`.
    """
    row = locked(session, offer, matches)
    _decide(row, rules.DECLINED, now, by=by)
    row.reason, row.service_types = command.reason, []
    row.referred_because = row.language = row.age = None
    _announce(session, row)
    return row.version


def accept(session: Session, offer: Offer, case: UUID, now: datetime, *, by: Principal) -> None:
    """Accept a referral into a case. Raises `StepForbidden`, `FactRefused`."""
    sender = agencies.find(session, offer.agency)
    command = RecordReferralIn(
        agency_type="NGO" if sender is None else sender.type,
        reason=str(offer.referred_because),
        service_types=offer.service_types,
        urgent=offer.urgent,
        happened=offer.offered_at.isoformat(),
    )
    _decide(offer, rules.ACCEPTED, now, by=by)
    record_referral_in(session, case, command, now, by=by, offered=offer.id)
    offer.case_id = case
    _announce(session, offer)


def _decide(offer: Offer, state: str, now: datetime, *, by: Principal) -> None:
    rules.check_open(offer.state)
    offer.state, offer.asked, offer.version = state, [], offer.version + 1
    offer.decided_by, offer.decided_at = UUID(by.subject), now


def locked(session: Session, offer: UUID, matches: Callable[[int], None]) -> Offer:
    """Return an offered referral, locked until the transaction ends.

    `matches` compares its version. Raises `NotFound`.
    """
    row = existing(session.get(Offer, offer, with_for_update=True))
    matches(row.version)
    return row


def shown(session: Session, offer: UUID, now: datetime) -> tuple[Shown, int]:
    """Return an offered referral, with the ETag for questions and decisions.

    Raises `NotFound`.
    """
    row = existing(session.get(Offer, offer))
    return _shown(session, row, now), row.version


def list_offers(session: Session, query: Mapping[str, str], state: str | None, now: datetime) -> Shown:
    """List undecided referrals that agencies offer, soonest due first.

    Raises `Refused`.
    """
    after, limit = read_page(query, read_place)
    offered = select(Offer).where(Offer.state.in_(rules.OPEN if state is None else (state,)))
    if after is not None:
        offered = offered.where(tuple_(Offer.due_on, Offer.id) > tuple_(*after))
    rows = session.scalars(offered.order_by(Offer.due_on, Offer.id).limit(limit + 1)).all()
    last = rows[limit - 1] if len(rows) > limit else None
    listed = [_shown(session, row, now) for row in rows[:limit]]
    return {"offers": listed, "next": None if last is None else f"{last.due_on}~{last.id}"}


def waiting(session: Session, most: int, now: datetime) -> list[dict[str, object]]:
    """Return the entries of the work list for waiting referrals in JSON types, the first due first."""
    rows = _WAITING.execute(session, {"most": most})
    return [
        {
            "id": id_,
            "agency": agency,
            "service_types": service_types,
            "urgent": urgent,
            "due_on": due_on.isoformat(),
            "days_late": _days_late(jurisdiction, due_on, now),
        }
        for id_, agency, jurisdiction, service_types, urgent, due_on in rows
    ]


def any_waiting() -> Select[tuple[bool]]:
    """Return a query for whether any referral waits, as a part of another statement."""
    return select(exists().where(Offer.state == rules.WAITING))


def _days_late(jurisdiction: str, due_on: date, now: datetime) -> int:
    return max(0, (dates.today(now, jurisdiction) - due_on).days)


def _shown(session: Session, offer: Offer, now: datetime) -> Shown:
    sender = agencies.find(session, offer.agency)
    late = _days_late(offer.jurisdiction, offer.due_on, now)
    return views.shown(offer, ListedOffer, agency_type=None if sender is None else sender.type, days_late=late)


def forget(session: Session, case: UUID) -> None:
    """Erase the events about the referrals of a case. Each referral is a separate subject in the event log."""
    for offer in sorted(session.scalars(select(Offer.id).where(Offer.case_id == case)).all()):
        erasure.begin(session, offer, None, _of_the_case)


def _of_the_case(_session: Session, _offer: UUID) -> None:
    """Delete no rows: the row of the offer is deleted with its case."""


#: Part of every work list.
_WAITING: Final = statements.WrittenOnce(
    select(
        cast(Offer.id, Text),
        cast(Offer.agency, Text),
        Offer.jurisdiction,
        Offer.service_types,
        Offer.urgent,
        Offer.due_on,
    )
    .where(Offer.state == rules.WAITING)
    .order_by(Offer.due_on, Offer.id)
    .limit(bindparam("most", type_=Integer))
)
REACTIONS: Final = (
    Reaction("hear_offer", events.OFFERED.key, receive),
    Reaction("supplement_offer", events.SUPPLEMENTED.key, supplement),
)
