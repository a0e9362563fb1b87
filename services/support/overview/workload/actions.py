"""Count workload at each read. Cases whose person excluded the caller are not counted."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final, TypeAlias
from uuid import UUID

from sqlalchemy import ColumnElement, Result, SQLColumnExpression, Subquery, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import DeclarativeBase, Session

from services.support.cases.case.models import Case, TeamMember
from services.support.cases.task.models import Task
from services.support.counselling.attendance.models import CounsellingSession
from services.support.overview.workload import rules
from services.support.risks.alert.models import Alert
from services.support.risks.assessment.models import Assessment
from shared.access.exclusions import excludes
from shared.access.supervisions import leads, supervisions
from shared.access.tokens import Principal
from shared.casework.dates import today

_Counts: TypeAlias = dict[UUID, int]
_TEAM: Final = TeamMember.__table__.c
_OPEN: Final = "open"


def workload_of(session: Session, now: datetime, *, by: Principal) -> dict[str, object]:
    """Return the workload of the caller and of the staff that they supervise: counts, never ranked.

    The members are in the order of their ids.
    """
    me, day = UUID(by.subject), today(now, None)
    members = sorted({me, *_supervised(session, me)})
    theirs = _open_cases(me, members)
    counts = {
        "open_cases": _counted(session, theirs, Case, Case.id, ()),
        "high_risk_cases": _high_risk(session, theirs),
        "alerts_unanswered": _counted(session, theirs, Alert, Alert.case_id, _unanswered()),
        "tasks_overdue": _counted(session, theirs, Task, Task.case_id, (Task.done_on.is_(None), Task.due_on < day)),
        "sessions_this_week": _sessions(session, members, now),
    }
    return {
        "members": [
            {"member": member, **{name: of_each.get(member, 0) for name, of_each in counts.items()}}
            for member in members
        ]
    }


def _supervised(session: Session, me: UUID) -> Sequence[UUID]:
    supervised = select(supervisions.c.member).where(leads(me, supervisions.c.member))
    return session.scalars(supervised).all()


def _open_cases(me: UUID, members: Iterable[UUID]) -> Subquery:
    """Return the members of open cases, only for cases that the reader may know of."""
    return (
        select(_TEAM.member, _TEAM.case_id)
        .join(Case, Case.id == _TEAM.case_id)
        .where(_TEAM.member.in_(list(members)), Case.status == _OPEN, ~excludes(_TEAM.case_id, me))
        .subquery()
    )


def _counted(
    session: Session,
    theirs: Subquery,
    kind: type[DeclarativeBase],
    case: SQLColumnExpression[UUID],
    conditions: Iterable[ColumnElement[bool]],
) -> _Counts:
    query = select(theirs.c.member, func.count()).join(kind, case == theirs.c.case_id).where(*conditions)
    return _by_member(session.execute(query.group_by(theirs.c.member)))


def _by_member(rows: Result[UUID, int]) -> _Counts:
    return {row[0]: row[1] for row in rows}


def _unanswered() -> tuple[ColumnElement[bool], ...]:
    return Alert.acknowledged_at.is_(None), Alert.ended_at.is_(None), Alert.taken_back_at.is_(None)


def _high_risk(session: Session, theirs: Subquery) -> _Counts:
    """Return for each member the number of cases whose latest valid assessment found a high risk."""
    last = (
        select(Assessment.case_id, Assessment.overall_risk)
        .ext(distinct_on(Assessment.case_id))
        .where(Assessment.taken_back_at.is_(None))
        .order_by(Assessment.case_id, Assessment.assessed_on.desc(), Assessment.id.desc())
        .subquery()
    )
    query = select(theirs.c.member, func.count()).join(last, last.c.case_id == theirs.c.case_id)
    high = query.where(last.c.overall_risk.in_(rules.HIGH)).group_by(theirs.c.member)
    return _by_member(session.execute(high))


def _sessions(session: Session, members: Iterable[UUID], now: datetime) -> _Counts:
    row, day = CounsellingSession.__table__.c, today(now, None)
    recent = (row.held_on > day - rules.WEEK, row.held_on <= day, row.taken_back_at.is_(None))
    query = select(row.recorded_by, func.count()).where(row.recorded_by.in_(list(members)), *recent)
    return _by_member(session.execute(query.group_by(row.recorded_by)))
