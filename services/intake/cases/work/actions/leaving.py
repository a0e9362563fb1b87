"""Queue entries for members who leave soon or have left, and still have cases or supervise.

Their cases and supervisions must be handed over.
"""

from typing import Final

from sqlalchemy import ColumnElement, Date, Uuid, and_, cast, exists, func, null, or_

from services.intake.access.staff.rules import SUPERVISOR
from services.intake.cases.work.actions.pages import CALLER, TODAY, Selected, entry_of
from services.intake.cases.work.rules import queues as rules
from services.intake.facts.case.models import Case, TeamMember
from services.intake.facts.case.rules import OPEN
from shared.access import staff
from shared.access.supervisions import supervisions
from shared.store.conditions import is_one_of

_MEMBER: Final = staff.staff.alias("leaving_member")
_OTHER: Final = staff.staff.alias("other_member")


def supervisors_own() -> tuple[Selected, ...]:
    """Return queries for leaving members whom the caller supervises, or of the caller's agency without a supervisor."""
    led = exists().where(supervisions.c.supervisor == CALLER, supervisions.c.member == _MEMBER.c.id)
    of_agency = exists().where(_OTHER.c.id == CALLER, _OTHER.c.agency == _MEMBER.c.agency, _MEMBER.c.id != CALLER)
    return _leaving(or_(led, and_(~_is_supervised(), of_agency)))


def nobodys() -> tuple[Selected, ...]:
    """Return queries for leaving members without a supervisor, at an agency without another supervisor."""
    return _leaving(and_(~_is_supervised(), ~_agency_has_supervisor()))


def _leaving(whose: ColumnElement[bool]) -> tuple[Selected, ...]:
    days = _MEMBER.c.until
    soon = cast(days - rules.LEAVING_BEFORE, Date) <= TODAY
    is_theirs = (_MEMBER.c.state == staff.WORKING, whose, or_(_holds_cases(), _supervises()))
    of_member = {"reference": _MEMBER.c.id, "due_on": days}
    return (
        entry_of(rules.MEMBER_LEAVING, cast(null(), Uuid), **of_member).where(days >= TODAY, soon, *is_theirs),
        entry_of(rules.MEMBER_GONE, cast(null(), Uuid), **of_member).where(days < TODAY, *is_theirs),
    )


def _holds_cases() -> ColumnElement[bool]:
    part = TeamMember.__table__.c
    return exists().where(part.member == _MEMBER.c.id, Case.id == part.case_id, is_one_of(Case.status, (OPEN,)))


def _supervises() -> ColumnElement[bool]:
    return exists().where(supervisions.c.supervisor == _MEMBER.c.id)


def _is_supervised() -> ColumnElement[bool]:
    """Return the SQL condition that a working member supervises them."""
    return exists().where(supervisions.c.member == _MEMBER.c.id, ~staff.is_gone(supervisions.c.supervisor))


def _agency_has_supervisor() -> ColumnElement[bool]:
    works = and_(_OTHER.c.state == staff.WORKING, or_(_OTHER.c.until.is_(None), _OTHER.c.until >= TODAY))
    is_supervisor = func.array_position(_OTHER.c.roles, SUPERVISOR).is_not(None)
    return exists().where(_OTHER.c.agency == _MEMBER.c.agency, _OTHER.c.id != _MEMBER.c.id, works, is_supervisor)
