"""Announce to dependent topics that an agency may receive less."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.intake.agencies.consent.hooks import NARROWED, Coverage
from services.intake.facts.case.models import Case, bump
from shared.access.subjects import raised


def narrow(session: Session, case: Case, agency: UUID, purposes: Collection[str], now: datetime) -> None:
    """Announce that an agency may receive less, and raise the case's version unless what follows has raised it."""
    before = raised(session, case.id)
    NARROWED.announce(session, Coverage(case, agency, now, purposes))
    if raised(session, case.id) == before:
        bump(session, case.id)
