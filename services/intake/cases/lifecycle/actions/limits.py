"""The running limits of a person to which the legal adviser has to agree before a case is closed."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.intake.cases.due.actions.listing import joined_limits, running_limits
from services.intake.cases.lifecycle.models import ClosingProposal
from services.intake.facts.case.actions import admission
from services.intake.facts.case.models import TeamMember
from services.intake.facts.case.rules import ADVISER
from shared.access import staff
from shared.access.permissions import Relation
from shared.access.tokens import STAFF, Principal


def limits_at_closing(session: Session, case: UUID, now: datetime, *, by: Principal) -> dict[UUID, str]:
    """Return the running limits of a case and of those joined with it: the code of each, by its id.

    Those of another case are included as far as the caller may know them, and an adviser who can agree to them.
    """
    joined = joined_limits(session, case, now, by=by)
    advisers = list(able_advisers(session, case, now)) if joined else ()
    if advisers:
        known = set().union(*(joined_limits(session, case, now, by=adviser) for adviser in advisers))
        joined = {limit: code for limit, code in joined.items() if limit in known}
    return joined | running_limits(session, case)


def able_advisers(session: Session, case: UUID, now: datetime) -> Iterator[Principal]:
    """Return the legal advisers on the team of a case who can act: they work, and have access to the case."""
    team = select(TeamMember.member).where(TeamMember.case_id == case, TeamMember.role == ADVISER)
    for member in staff.among(session, session.scalars(team).all()):
        adviser = Principal(str(member.id), frozenset((ADVISER,)), STAFF)
        if member.works(now.date()) and ADVISER in member.roles and _has_access(session, case, adviser):
            yield adviser


# control: H-DEADLINE-11 adviser-still-acts
def agreed_limits(session: Session, proposal: ClosingProposal, now: datetime) -> Sequence[UUID] | None:
    """Return the limits to which the adviser of a proposal agreed. None: nobody agreed, or they can no longer act."""
    able = (UUID(adviser.subject) for adviser in able_advisers(session, proposal.case_id, now))
    return proposal.adviser_limits if proposal.adviser is not None and proposal.adviser in able else None


def _has_access(session: Session, case: UUID, adviser: Principal) -> bool:
    # The person may have excluded them, legal may have closed the case to them, or their access was ended.
    admitted = admission(session, case, adviser)
    return admitted.relation is Relation.TEAM and not admitted.is_ended
