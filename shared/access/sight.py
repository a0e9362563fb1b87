"""What a reader sees of a case: what their role sees, and of that what their agency may have of the person.

The agency that leads a case sees what the roles of its people see. Another agency, whose staff is on the team, sees of
that what the person consented to, or what a named ground without consent covers, by data category and day, and what it
recorded itself. Staff ids that nobody has named yet (of 0.1.0) lock nobody out: where an agency is not known, the role
alone decides. Who opens a case in an emergency has that as their ground, for some hours, by their role.
"""

from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, SQLColumnExpression, and_, func, literal, or_, select
from sqlalchemy.orm import Session

from shared.access.staff import UNKNOWN_AGENCY, staff


def colleagues(session: Session, agency: UUID) -> frozenset[UUID]:
    """Return who works or has worked for an agency."""
    return frozenset(session.scalars(select(staff.c.id).where(staff.c.agency == agency)))


def employer(member: SQLColumnExpression[UUID]) -> ColumnElement[UUID | None]:
    """Select the agency that somebody works for; null if nobody has named them yet."""
    employed = staff.alias("employed")
    return select(employed.c.agency).where(employed.c.id == member).scalar_subquery()


def is_outside(
    members: FromClause, case: SQLColumnExpression[UUID], member: SQLColumnExpression[UUID]
) -> ColumnElement[bool]:
    """Write the condition that somebody works for another agency than those that lead a case.

    `members`: who is on the teams, with `case_id`, `member` and `lead`; of what has no leads, nobody is outside. Nor is
    anybody where a lead's agency, or their own, is not known.
    """
    if "lead" not in members.c:
        return literal(value=False)
    # Aliases, since the statement around may look through the teams too. By one join, and not by two looks at the
    # register for each lead: a list asks this of hundreds of cases.
    leading, of_lead = members.alias("leading"), staff.alias("of_lead")
    is_lead = and_(leading.c.case_id == case, leading.c.lead)
    maybe_same = or_(of_lead.c.agency.is_(None), of_lead.c.agency.in_((employer(member), UNKNOWN_AGENCY)))
    # As one value, and not by whether there is any: that the database would look up for everybody's cases at once.
    of_leads = select(func.bool_and(~maybe_same)).select_from(
        leading.outerjoin(of_lead, of_lead.c.id == leading.c.member)
    )
    are_others = func.coalesce(of_leads.where(is_lead).scalar_subquery(), literal(value=False))
    # Who is not registered is asked no further: of null the rest would have to be.
    is_known = and_(employer(member).is_not(None), employer(member) != UNKNOWN_AGENCY)
    return and_(is_known, are_others)
