"""Facts of the case that records of a matter file state: what an authority or a court did, never what was advised."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from services.legal.cases.case.models import CASES
from services.legal.cases.deadline.actions import FACTS
from services.legal.matters.matter_file.rules import StatedFact
from shared.access.tokens import Principal
from shared.casework.fact_rules import learnt_by
from shared.deadlines import Fact, facts

#: The reason of a revision that follows from a changed record. The reason of the change stays in the file.
_FOLLOWS: Final = "learnt_more"


# control: H-DEADLINE-7 stated-in-the-file
def agree_facts(
    session: Session,
    case: UUID,
    wanted: Iterable[StatedFact],
    possible: Collection[UUID],
    now: datetime,
    *,
    by: Principal,
) -> None:
    """Store the facts that the records of a file state now, and withdraw those that they no longer state.

    `possible`: the ids of all facts that these records can state. An unchanged fact gets no revision.
    """
    stated = {each.id: _fact(case, each) for each in wanted}
    with session.no_autoflush:
        CASES.lock(session, case)
    for fact in stated.values():
        recorded = facts.own_revisions(session, case, fact.id)
        if not recorded:
            FACTS.note(session, fact, now, by=by)
        elif recorded[-1].withdrawn or not replace(fact, learnt=recorded[-1].learnt).says(recorded[-1]):
            learnt = learnt_by(recorded[-1].learnt, fact.happened)
            again = replace(fact, revision=recorded[-1].revision + 1, learnt=learnt, reason=_FOLLOWS)
            FACTS.note(session, again, now, by=by)
    for gone in sorted(set(possible) - stated.keys()):
        recorded = facts.own_revisions(session, case, gone)
        if recorded and not recorded[-1].withdrawn:
            FACTS.revise(session, case, gone, {"withdrawn": True}, "not_so", now, by=by)


def _fact(case: UUID, each: StatedFact) -> Fact:
    happened = each.happened_on.isoformat()
    return Fact(id=each.id, case=case, kind=each.kind, happened=happened, about=each.about, codes=dict(each.codes))
