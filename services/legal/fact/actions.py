"""Facts that advisers record and put right; those of a matter or a reconsideration are put right with that."""

from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from services.legal.case.models import CASES
from services.legal.deadline.actions import KEEPING
from services.legal.fact.rules import KINDS
from services.legal.matter.actions import facts_of_matters
from services.legal.reconsideration.models import Reconsideration
from shared.casework.cases import find
from shared.casework.facts import CaseFacts


def belongs(session: Session, case: UUID, fact: UUID) -> bool:
    """Return whether a fact is that of a matter or of a reconsideration."""
    return fact in facts_of_matters(session, case) or find(session, Reconsideration, case, fact) is not None


FACTS: Final = CaseFacts(CASES, KEEPING, KINDS, belongs)
