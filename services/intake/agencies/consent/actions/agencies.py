"""Check that the register contains an agency, that it takes part, and that it accepts referrals."""

from uuid import UUID

from sqlalchemy.orm import Session

from services.intake.agencies.consent import rules
from shared.access import agencies


def check_known(session: Session, agency: UUID) -> None:
    """Raise `FactRefused` if the register does not contain the agency."""
    rules.check_known(_state_of(session, agency))


def check_takes_part(session: Session, agency: UUID) -> None:
    """Raise `FactRefused` unless the register contains the agency and it takes part."""
    rules.check_takes_part(_state_of(session, agency))


def check_takes_referrals(session: Session, agency: UUID) -> None:
    """Raise `FactRefused` unless the agency takes part and accepts referrals."""
    registered = agencies.find(session, agency)
    rules.check_takes_referrals(
        None if registered is None else registered.state,
        takes_referrals=registered is not None and registered.takes_referrals,
    )


def _state_of(session: Session, agency: UUID) -> str | None:
    registered = agencies.find(session, agency)
    return None if registered is None else registered.state
