"""Resolve an agency's pseudonyms for authorised people, and rotate them after a breach."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, exists, literal, select
from sqlalchemy.orm import Session

from services.partners.streams.ground import actions as grounds
from services.partners.streams.ground.models import Party
from services.partners.streams.pseudonym import actions as pseudonyms
from services.partners.streams.stream.models import FrozenEvent, Position, ToldEvent
from shared.access import exclusions
from shared.access.permissions import NotFound
from shared.access.tokens import Principal


def resolve(session: Session, agency: UUID, name: UUID, *, to: Principal) -> UUID:
    """Return the id behind an agency's pseudonym, under any of its keys.

    Raises `NotFound`, also if the person excluded the reader.
    """
    for names in pseudonyms.every(session, agency):
        real = names.real(name)
        if session.scalar(select(_is_known(agency, real))):
            if session.scalar(select(_is_of_excluding(real, UUID(to.subject)))):
                break
            return real
    raise NotFound


def _is_of_excluding(real: UUID, member: UUID) -> ColumnElement[bool]:
    """Return the condition that an id belongs to a person who excluded a staff member.

    The id can be that of the person, of an event or of a record.
    """
    of_event = exists().where(ToldEvent.id == real, exclusions.excludes(ToldEvent.case_id, member))
    of_record = exists().where(Party.id == real, exclusions.excludes(Party.case_id, member))
    return exclusions.excludes(literal(real, Uuid), member) | of_event | of_record


def _is_known(agency: UUID, real: UUID) -> ColumnElement[bool]:
    """Return the condition that an agency received an id: a person, an event, or a record that concerns it."""
    heard = select(ToldEvent.id).join(Position, Position.event == ToldEvent.id).where(Position.agency == agency)
    of_agency = exists().where(Party.id == real, Party.agency == agency)
    waiting = exists().where(_waits(agency), (FrozenEvent.case_id == real) | (FrozenEvent.event == real))
    return exists(heard.where((ToldEvent.case_id == real) | (ToldEvent.id == real))) | waiting | of_agency


def _waits(agency: UUID) -> ColumnElement[bool]:
    """Return the condition that an event was in an agency's stream and waits to return to it."""
    return (FrozenEvent.agency == agency) & FrozenEvent.sequence.is_not(None)


def rotate(session: Session, agency: UUID, now: datetime) -> int:
    """Rotate an agency's pseudonyms; return the number of keys so far. Raises `NotFound`.

    Holders of the old pseudonyms cannot follow anyone under the new ones. The agency itself can read the mapping.
    """
    grounds.hold_alone(session, [agency])
    return pseudonyms.rotate(session, agency, now)


def renamed(session: Session, agency: UUID, now: datetime, *, after: UUID | None, limit: int) -> list[dict[str, UUID]]:
    """Return the pseudonyms before and after the last rotation, for each person whose events the agency received.

    In the order of the persons, starting after the (new) pseudonym `after`; empty without a rotation.
    """
    former = pseudonyms.before(session, agency)
    if former is None:
        return []
    present = pseudonyms.of_agency(session, agency, now)
    heard = select(ToldEvent.case_id).join(Position, Position.event == ToldEvent.id).where(Position.agency == agency)
    waiting = select(FrozenEvent.case_id).where(_waits(agency))
    if after is not None:
        last = present.real(after)
        heard, waiting = heard.where(ToldEvent.case_id > last), waiting.where(FrozenEvent.case_id > last)
    every = heard.union(waiting).subquery()
    cases = session.scalars(select(every.c.case_id).order_by(every.c.case_id).limit(limit)).all()
    return [{"before": former.of(case), "now": present.of(case)} for case in cases]
