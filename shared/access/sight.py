"""What a reader sees of a case, by their role and by the grounds of their agency.

Staff of the leading agency see what their roles see. Staff of another agency on the team see a part of that: data
covered by the person's consent or by a named ground, by data category and day, and the agency's own records. If the
agency of a staff id is unknown (as in 0.1.0), only the role decides, so that no one is locked out. Emergency access is
a separate ground for some hours, limited only by the role.
"""

from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, SQLColumnExpression, and_, func, literal, or_, select
from sqlalchemy.orm import Session

from shared.access.staff import UNKNOWN_AGENCY, staff


def colleagues(session: Session, agency: UUID) -> frozenset[UUID]:
    """Return the present and former staff of an agency."""
    return frozenset(session.scalars(select(staff.c.id).where(staff.c.agency == agency)))


def employer(member: SQLColumnExpression[UUID]) -> ColumnElement[UUID | None]:
    """Return the query for a member of staff's agency; null if they are not registered."""
    employed = staff.alias("employed")
    return select(employed.c.agency).where(employed.c.id == member).scalar_subquery()


def is_outside(
    members: FromClause, case: SQLColumnExpression[UUID], member: SQLColumnExpression[UUID]
) -> ColumnElement[bool]:
    """Return the condition that a member of staff works for another agency than those that lead a case.

    `members` is the table of team members, with `case_id`, `member` and `lead`. The condition is false if the case has
    no leads, or if the agency of a lead or of the member is unknown.
    """
    if "lead" not in members.c:
        return literal(value=False)
    # Aliases, because the outer statement can use the same tables. One join instead of two look-ups for each lead: a
    # list evaluates this for hundreds of cases.
    leading, of_lead = members.alias("leading"), staff.alias("of_lead")
    is_lead = and_(leading.c.case_id == case, leading.c.lead)
    maybe_same = or_(of_lead.c.agency.is_(None), of_lead.c.agency.in_((employer(member), UNKNOWN_AGENCY)))
    # As a scalar, not with `exists`: the database would evaluate that for all cases at once.
    of_leads = select(func.bool_and(~maybe_same)).select_from(
        leading.outerjoin(of_lead, of_lead.c.id == leading.c.member)
    )
    are_others = func.coalesce(of_leads.where(is_lead).scalar_subquery(), literal(value=False))
    # Stop for unregistered staff: the remaining condition would be null.
    is_known = and_(employer(member).is_not(None), employer(member) != UNKNOWN_AGENCY)
    return and_(is_known, are_others)
