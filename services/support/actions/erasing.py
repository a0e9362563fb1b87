"""What support does when a person is erased: nothing is kept."""

from uuid import UUID

from sqlalchemy.orm import Session

from services.support.models import Record
from shared.privacy import erasure


def erase(session: Session, case: UUID) -> None:
    """Delete all that support holds of a case."""
    erasure.delete_own(session, Record.metadata.sorted_tables, case)
