"""Checks of named staff members and second persons: they are registered, have the role, and are employed.

A member who was named before the register existed stays named. Only new names are checked.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from shared.access import staff
from shared.access.staff import Member
from shared.access.tokens import Principal
from shared.casework.refusals import FactRefused


@dataclass(frozen=True, kw_only=True)
class Named:
    """A named staff member, in a role or in any; `takes_case`: for work in a case."""

    member: UUID
    role: str | None = None
    takes_case: bool = False


def check_named(session: Session, field: str, named: Iterable[Named], today: date) -> None:
    """Check that each named member is registered, has the role and works today; `field` is the field that names them.

    None of them can leave until the transaction ends. Raises `FactRefused`.
    """
    wanted = list(named)
    registered = {member.id: member for member in staff.staying(session, [each.member for each in wanted])}
    for each in wanted:
        check(field, each, registered.get(each.member), today)


def check(field: str, named: Named, member: Member | None, today: date) -> None:
    """Raise `FactRefused` unless the register allows this member to be named in this way."""
    if member is None:
        raise FactRefused(
            field,
            "staff_is_registered",
            f"No staff member is registered under the id {named.member}. Check the id, or register them.",
        )
    if not member.works(today):
        raise FactRefused(
            field, "staff_works", f"The staff member {named.member} has left. Name a staff member who works here."
        )
    if named.role is not None and named.role not in member.roles:
        raise FactRefused(
            field,
            "staff_has_role",
            f"The staff member {named.member} is not registered as {named.role}. Name a staff member who has this "
            "role.",
        )
    if named.takes_case and not member.takes_cases:
        raise FactRefused(
            field,
            "staff_takes_cases",
            f"The role of the staff member {named.member} takes no cases. Name a staff member who takes cases.",
        )


def check_newly_named(
    session: Session, field: str, named: Iterable[Named], standing: Collection[UUID], today: date
) -> None:
    """Check the named members as `check_named` does, except those named before the register knew of them."""
    wanted = list(named)
    known = {member.id for member in staff.among(session, standing)}
    newly = [each for each in wanted if each.member not in standing or each.member in known]
    if newly:
        check_named(session, field, newly, today)


def check_acts(session: Session, by: Principal, roles: Collection[str], now: datetime) -> None:
    """Check that the caller is registered in one of these roles and works today. Raises `FactRefused`."""
    who = UUID(by.subject)
    member, fitting = staff.find(session, who), sorted(by.roles & set(roles))
    role = next((role for role in fitting if member is not None and role in member.roles), "/".join(fitting))
    check("by", Named(member=who, role=role), member, now.date())
