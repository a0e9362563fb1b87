"""Facts of the case that records of a matter file state: what an authority or a court did, never what was advised."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.legal.cases.case.models import CASES
from services.legal.cases.deadline.actions import FACTS
from services.legal.matters.matter_file.rules import StatedFact
from shared.access.tokens import Principal
from shared.deadlines import Fact


# control: H-DEADLINE-7 stated-in-the-file
def agree_facts(
    session: Session,
    case: UUID,
    wanted: Iterable[StatedFact],
    possible: Iterable[UUID],
    now: datetime,
    *,
    by: Principal | None,
) -> None:
    """Store the facts that the records of a file state now, as `CaseFacts.agree` does."""
    with session.no_autoflush:
        CASES.lock(session, case)
    FACTS.agree(session, case, [_fact(case, each) for each in wanted], possible, now, by=by)


def _fact(case: UUID, each: StatedFact) -> Fact:
    happened = each.happened_on.isoformat()
    return Fact(id=each.id, case=case, kind=each.kind, happened=happened, about=each.about, codes=dict(each.codes))
