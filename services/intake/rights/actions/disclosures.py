"""Demands by third parties for disclosure: recorded, decided, listed. Nothing is handed over here."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.intake.case.actions import page_of, record_of
from services.intake.case.models import Case, TeamMember, bump
from services.intake.rights import rules
from services.intake.rights.models import Disclosure
from services.intake.rights.schemas import DecideDemand, RecordDemand
from shared.access.tokens import Principal
from shared.casework import dates
from shared.events.envelope import Announcement
from shared.exchange.eventlog import record
from shared.privacy import disclosure_permits


def record_demand(session: Session, case_id: UUID, command: RecordDemand, now: datetime) -> tuple[UUID, int]:
    """Record a third party's demand for disclosure. Raises `FactRefused`."""
    today = dates.today(now, session.get_one(Case, case_id).jurisdiction)
    received_on = command.received_on or today
    rules.check_demand(command.asked, received_on, today)
    stored = command.stored(received_on=received_on)
    disclosure = Disclosure(case_id=case_id, **stored)
    session.add(disclosure)
    version = bump(session, case_id)
    record(session, case_id, [Announcement("disclosure.demanded", {"disclosure": disclosure.id, **stored})])
    return disclosure.id, version


def decide_demand(
    session: Session, case_id: UUID, disclosure_id: UUID, command: DecideDemand, now: datetime, *, by: Principal
) -> int:
    """Record what was decided; return the case's new version. Raises `NotFound`, `StepForbidden`, `FactRefused`."""
    disclosure = record_of(session, Disclosure, case_id, disclosure_id)
    rules.check_decision(disclosure, command, by_legal_adviser=advises(session, case_id, by=by))
    stored = command.stored()
    for name, column_value in stored.items():
        setattr(disclosure, name, column_value)
    disclosure.decided_on = dates.today(now, session.get_one(Case, case_id).jurisdiction)
    disclosure.decided_by = UUID(by.subject)
    version = bump(session, case_id)
    payload = {name: stored[name] for name in ("decision", "challenged", "given", "person_told")}
    until = rules.open_until(datetime.now(UTC))  # real time, as access has it: no test clock prolongs it
    if command.given:
        disclosure_permits.keep(session, disclosure_permits.by_disclosure(disclosure_id, case_id, command.given, until))
    record(
        session, case_id, [Announcement("disclosure.decided", {"disclosure": disclosure_id, **payload, "until": until})]
    )
    return version


def advises(session: Session, case: UUID, *, by: Principal) -> bool:
    """Return whether a principal is a legal adviser of the case: on its team as one, and acting as one."""
    member = session.get(TeamMember, (case, UUID(by.subject)))
    return member is not None and member.role == "legal_adviser" and member.role in by.roles


def demands_of(
    session: Session, case_id: UUID, after: UUID | None, limit: int
) -> tuple[Sequence[Mapping[str, object]], str | None]:
    """Return a page of a case's demands, the earliest recorded first, those after `after`, and the next's cursor."""
    return page_of(session, Disclosure, case_id, after, limit)
