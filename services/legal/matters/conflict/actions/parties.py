"""Add parties and advisers to a matter. A separate job checks each addition."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.legal.cases.case.models import CASES
from services.legal.matters.conflict import rules, schemas
from services.legal.matters.conflict.actions.checking import ask
from services.legal.matters.conflict.actions.unsealing import index_names, names_of, seal_names
from services.legal.matters.conflict.models import Party
from services.legal.matters.conflict.schemas import AddMember, AddParty
from services.legal.matters.matter_file.actions import team
from services.legal.matters.matter_file.actions.reach import own, own_open
from shared.access.tokens import Principal
from shared.access.views import shown
from shared.casework.dates import today
from shared.events.envelope import new_id


def add_party(session: Session, case: UUID, file: UUID, command: AddParty, now: datetime, *, by: Principal) -> UUID:
    """Add a party with all its names, which are then compared with those of other matters.

    Return its id. Raises `NotFound`, `StepForbidden`, `FactRefused`.
    """
    row = own_open(session, case, file, by=by)
    parties = select(func.count()).select_from(Party).where(Party.file == file)
    rules.check_room(session.execute(parties).scalar_one())
    names = [name.stored() for name in command.names]
    rules.check_searchable(name["name"] for name in names)
    # Committed immediately, before the row. An index entry without a stored name is harmless: the names decide.
    index_names(session, case, [name["name"] for name in names])
    party_id = new_id()
    sealed = seal_names(session, case, party_id, names)
    recorded = {"recorded_by": UUID(by.subject), "recorded_at": now}
    session.add(Party(id=party_id, file=file, case_id=case, role=command.role, names=sealed, **recorded))
    ask(session, row, "party_added", party_id, now, by=by)
    return party_id


def add_member(session: Session, case: UUID, file: UUID, command: AddMember, now: datetime, *, by: Principal) -> UUID:
    """Add an adviser to a matter, or change their part; a check compares its names with their earlier matters.

    Return the check's id. Raises `NotFound`, `FactRefused`.
    """
    row = own_open(session, case, file, by=by)
    day = today(now, CASES.read(session, case).jurisdiction)
    team.join(session, row, command.member, command.part, day, command.privilege)
    return ask(session, row, "adviser_added", command.member, now, by=by)


def parties_shown(session: Session, case: UUID, file: UUID, *, by: Principal) -> dict[str, object]:
    """Return the parties of a matter, for its team.

    Raises `NotFound`, `KeyDestroyed`.
    """
    own(session, case, file, by=by)
    rows = session.scalars(select(Party).where(Party.file == file).order_by(Party.id)).all()
    return {"parties": [shown(row, schemas.Party, names=names_of(session, row)) for row in rows]}
