"""Resolve an agency's pseudonyms for authorised people, and rotate them after a breach."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, exists, literal, select
from sqlalchemy.orm import Session

from services.partners.agencies.agency.actions.locking import own_agency
from services.partners.streams.ground import actions as grounds
from services.partners.streams.ground.models import Party
from services.partners.streams.pseudonym import actions as pseudonyms
from services.partners.streams.stream.models import FrozenEvent, Position, ToldEvent
from services.partners.streams.stream.schemas import ResolvePseudonym, RotatePseudonyms
from shared.access import exclusions
from shared.access.permissions import NotFound
from shared.access.tokens import Principal
from shared.http import Reply


def resolve_pseudonym(session: Session, agency: UUID, command: ResolvePseudonym, *, by: Principal) -> Reply:
    """Resolve an agency's pseudonym to the real id. A reason is required, and the request is audited on the case.

    The pseudonym can be under any of the agency's keys. Raises `NotFound`, also if the person excluded the reader.
    """
    for names in pseudonyms.every(session, agency):
        real = names.real(command.pseudonym)
        if session.scalar(select(_is_known(agency, real))):
            if session.scalar(select(_is_of_excluding(real, UUID(by.subject)))):
                break
            return Reply({"real": real}, about=real, noted_as=f"pseudonym.resolve.{command.reason}")
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


def rotate_pseudonyms(session: Session, agency: UUID, command: RotatePseudonyms, now: datetime) -> Reply:
    """Replace all pseudonyms of an agency, for example because others may know them.

    Return the number of keys so far. Raises `NotFound`.

    Holders of the old pseudonyms cannot follow anyone under the new ones. The agency itself can read the mapping.
    """
    grounds.hold_alone(session, [agency])
    generation = pseudonyms.rotate(session, agency, now)
    return Reply({"generation": generation}, noted_as=f"pseudonym.rotate.{command.reason}")


def read_renamed(session: Session, after: UUID | None, limit: int, now: datetime, *, by: Principal) -> Reply:
    """List the old and new pseudonyms after a rotation, of the persons that the agency received events about.

    In the order of the persons, starting after the (new) pseudonym `after`; empty without a rotation.
    """
    agency = own_agency(by)
    former = pseudonyms.before(session, agency)
    if former is None:
        return Reply({"names": [], "next": None}, about=agency)
    present = pseudonyms.of_agency(session, agency, now)
    heard = select(ToldEvent.case_id).join(Position, Position.event == ToldEvent.id).where(Position.agency == agency)
    waiting = select(FrozenEvent.case_id).where(_waits(agency))
    if after is not None:
        last = present.real(after)
        heard, waiting = heard.where(ToldEvent.case_id > last), waiting.where(FrozenEvent.case_id > last)
    every = heard.union(waiting).subquery()
    cases = session.scalars(select(every.c.case_id).order_by(every.c.case_id).limit(limit)).all()
    names = [{"before": former.of(case), "now": present.of(case)} for case in cases]
    following = str(names[-1]["now"]) if len(names) == limit else None
    return Reply({"names": names, "next": following}, about=agency)
