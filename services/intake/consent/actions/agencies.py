"""Whether the register knows an agency, whether it takes part, and whether people are referred to it."""

from uuid import UUID

from sqlalchemy.orm import Session

from services.intake.consent import rules
from shared.access import agencies


def check_known(session: Session, agency: UUID) -> None:
    """Raise `FactRefused` for an agency that the register does not know."""
    rules.check_known(_state_of(session, agency))


def check_takes_part(session: Session, agency: UUID) -> None:
    """Raise `FactRefused` for an agency that the register does not know, or that takes no part."""
    rules.check_takes_part(_state_of(session, agency))


def check_takes_referrals(session: Session, agency: UUID) -> None:
    """Raise `FactRefused` for an agency that takes no part, or to which nobody is referred."""
    found = agencies.find(session, agency)
    rules.check_takes_referrals(
        None if found is None else found.state, takes_referrals=found is not None and found.takes_referrals
    )


def _state_of(session: Session, agency: UUID) -> str | None:
    found = agencies.find(session, agency)
    return None if found is None else found.state
