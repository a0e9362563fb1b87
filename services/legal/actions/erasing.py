"""What legal does when a person is erased: everything goes, but for matters that a law makes it keep."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.legal.models import CASES, Matter
from services.legal.rules.keeping import keeping_basis


def erase(session: Session, case: UUID) -> str | None:
    """Delete what legal holds of a case; return the basis on which its matters are kept, None if they are not."""
    basis = keeping_basis(session.scalars(select(Matter.status).where(Matter.case_id == case)))
    CASES.erase(session, case, keeps=() if basis is None else (Matter.__tablename__,))
    return basis
