"""Record and correct facts; those that another record states are corrected with that record."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from services.legal.cases.case.models import CASES
from services.legal.cases.deadline.actions import KEEPING
from services.legal.cases.reconsideration.models import Reconsideration
from services.legal.compensation.fact.rules import KINDS
from services.legal.compensation.matter.actions import decided_fact, facts_of_matters, paid_fact
from shared.access.views import Shown
from shared.casework import fact_rules
from shared.casework.cases import find
from shared.casework.fact_schemas import displayed
from shared.casework.facts import CaseFacts
from shared.deadlines import facts

#: The version of the ids of facts that another record states (`uuid5` of the id of that record).
_DERIVED_ID: Final = 5


# control: H-DEADLINE-7 corrected-with-its-record
def belongs(session: Session, case: UUID, fact: UUID) -> bool:
    """Return whether a fact belongs to another record: a matter, a reconsideration, or a record of a matter's file."""
    if fact in facts_of_matters(session, case) or find(session, Reconsideration, case, fact) is not None:
        return True
    recorded = facts.own_revisions(session, case, fact) if fact.version == _DERIVED_ID else []
    # The migration from 0.1.0 gave such ids to decisions about periods, which have no other record.
    return bool(recorded) and recorded[-1].kind not in fact_rules.BY_HAND


FACTS: Final = CaseFacts(CASES, KEEPING, KINDS, belongs)


def facts_shown(session: Session, case: UUID, now: datetime) -> tuple[dict[str, object], int]:
    """Return a case's facts with all their revisions, including those from intake."""
    return {"facts": FACTS.read(session, case, now)}, CASES.version(session, case)


def recorded_alone(session: Session, case: UUID, matters: Iterable[UUID]) -> list[Shown]:
    """Return the facts of a case that legal recorded, except those of these matters and of reconsiderations."""
    of_matters = {fact for matter in matters for fact in (matter, decided_fact(matter), paid_fact(matter))}
    own = displayed(facts.history(session, case), {})
    return [fact for fact in own if fact["kind"] in KINDS and fact["id"] not in of_matters]
