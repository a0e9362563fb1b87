"""The work list, from one query, and the latest risk that support announced."""

import functools
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    RowMapping,
    Select,
    SQLColumnExpression,
    Uuid,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal,
    select,
    true,
    tuple_,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.selectable import LateralFromClause

from services.intake.case.models import Case, TeamMember
from services.intake.case.rules import OPEN, SEEN_BY
from services.intake.identification.models import IdentificationStep, StepCorrection
from services.intake.merging.models import CaseMerge
from services.intake.referral.models import Referral
from services.intake.referral.rules import COMES_BACK, WAITING
from services.intake.work import rules
from services.intake.work.models import HeardRisk
from shared.access.case_restrictions import restrictions
from shared.access.exclusions import exclusions
from shared.access.permissions import FieldClass, Relation, permits
from shared.access.tokens import Principal
from shared.casework import dates
from shared.deadlines import clocks
from shared.events.contract import Received
from shared.exchange.follower import Projection, ReadModelTable


def project_risk(session: Session, events: Sequence[Received]) -> None:
    """Store the latest overall risk that support announced."""
    latest = {received.subject: received for received in events}
    rows = [
        {"case_id": case, "overall_risk": received.data["overall_risk"], "position": received.event.position}
        for case, received in latest.items()
    ]
    row = insert(HeardRisk)
    newer = {"overall_risk": row.excluded.overall_risk, "position": row.excluded.position}
    session.execute(row.on_conflict_do_update(index_elements=["case_id"], set_=newer), rows)


def work_list(
    session: Session, after: rules.Place | None, limit: int, now: datetime, *, by: Principal
) -> dict[str, object]:
    """List the open cases on whose team the principal is, the most overdue first, then the riskiest.

    For a principal who may not see health, the risk is neither shown nor part of the order or the cursor.
    """
    sees_risk = permits(SEEN_BY, FieldClass.HEALTH.value, by, Relation.TEAM)
    place = {} if after is None else {"due_on": after.due_on, "ease": after.ease, "case": after.case}
    statement = _LISTS[sees_risk, after is not None]
    rows = session.execute(statement, {"member": UUID(by.subject), "most": limit + 1, **place}).mappings().all()
    last = rows[limit - 1] if len(rows) > limit else None
    risk = last["overall_risk"] if last is not None and sees_risk else None
    following = last and rules.place(last["due_on"], risk, last["case"]).written()
    return {"cases": _shown(rows[:limit], now), "next": following}


def _shown(rows: Sequence[RowMapping], now: datetime) -> list[dict[str, object]]:
    """Return the rows as JSON has them: a long list, so by nobody's schema, and with one today for a jurisdiction."""
    today = functools.cache(functools.partial(dates.today, now))
    return [{**row, "days_late": rules.days_late(row["due_on"], today(row["jurisdiction"]))} for row in rows]


def _list(*, sees_risk: bool, goes_on: bool) -> Select[Any]:
    """Build the statement of a list from its start, or of one that goes on after a place."""
    clock, referral = _clock_due(), _referral_due()
    mine = (
        select(
            Case.id,
            Case.jurisdiction,
            Case.opened_on,
            TeamMember.lead,
            HeardRisk.overall_risk,
            clock.c.due_on.label("clock_due_on"),
            referral.c.answer_due_on,
            referral.c.came_back_on,
            func.least(clock.c.due_on, referral.c.answer_due_on, referral.c.came_back_on).label("due_on"),
            (_ease() if sees_risk else literal(-rules.NOT_ASSESSED)).label("ease"),
        )
        .join_from(TeamMember, Case)
        .outerjoin(HeardRisk, HeardRisk.case_id == Case.id)
        .join(clock, true())
        .join(referral, true())
        .where(TeamMember.member == _MEMBER, Case.status == OPEN, ~_excluded(Case.id), ~_restricted(Case.id))
        .subquery("mine")
    )
    order = (func.coalesce(mine.c.due_on, literal(rules.NEVER)), mine.c.ease, mine.c.id)
    columns = [mine.c.id.label("case"), *(mine.c[name] for name in (*_SHOWN, *(["overall_risk"] if sees_risk else [])))]
    listed = select(*columns, _alias_of(mine.c.id).label("alias_of")).order_by(*order).limit(bindparam("most"))
    place = tuple_(bindparam("due_on", type_=Date), bindparam("ease", type_=Integer), bindparam("case", type_=Uuid))
    return listed.where(tuple_(*order) > place) if goes_on else listed


def _ease() -> ColumnElement[int]:
    eases: dict[Any, Any] = {risk: -rank for risk, rank in rules.RANKS.items()}
    return case(eases, value=HeardRisk.overall_risk, else_=-rules.NOT_ASSESSED)


def _excluded(case: SQLColumnExpression[UUID]) -> ColumnElement[bool]:
    return exists().where(exclusions.c.case_id == case, exclusions.c.member == _MEMBER)


def _restricted(case: SQLColumnExpression[UUID]) -> ColumnElement[bool]:
    return exists().where(restrictions.c.case_id == case)


def _alias_of(case: ColumnElement[UUID]) -> ColumnElement[UUID]:
    """Select the case that this one is an alias of, if the member is on the team of both."""
    kept_id, team = CaseMerge.kept_id, aliased(TeamMember)
    on_team = exists().where(team.case_id == kept_id, team.member == _MEMBER)
    return (
        select(kept_id)
        .where(CaseMerge.alias_id == case, CaseMerge.unmerged_on.is_(None))
        .where(on_team, ~_excluded(kept_id), ~_restricted(kept_id))
        .scalar_subquery()
    )


def _clock_due() -> LateralFromClause:
    """Select the earliest due day of a case's clock that runs, or that was missed without a step since."""
    wrong = exists().where(StepCorrection.step == IdentificationStep.id)
    # A step of the clock's own case: another's would hide what was missed here.
    since = (IdentificationStep.case_id == clocks.c.subject) & (IdentificationStep.received_on >= clocks.c.due_on)
    late = (clocks.c.state == "missed") & ~exists().where(since, ~wrong)
    due = select(func.min(clocks.c.due_on).label("due_on"))
    return due.where(clocks.c.subject == Case.id, (clocks.c.state == "running") | late).correlate(Case).lateral("clock")


def _referral_due() -> LateralFromClause:
    """Select the earliest day of a case's referral that waits, and of one that came back to the member.

    One that came back counts until it has been replaced.
    """
    later = aliased(Referral)
    replaced = exists().where(later.case_id == Referral.case_id, later.id > Referral.id)
    came_back = and_(Referral.state.in_(COMES_BACK), Referral.returned_to == _MEMBER, ~replaced)
    return (
        select(
            func.min(Referral.reply_by).filter(Referral.state.in_(WAITING)).label("answer_due_on"),
            func.min(Referral.reply_by).filter(came_back).label("came_back_on"),
        )
        .where(Referral.case_id == Case.id)
        .correlate(Case)
        .lateral("referral")
    )


_MEMBER: Final = bindparam("member", type_=Uuid)
_SHOWN: Final = ("jurisdiction", "opened_on", "lead", "due_on", "clock_due_on", "answer_due_on", "came_back_on")
#: The statements, by whether the risk counts and whether the list goes on: to build one takes longer than to run it.
_LISTS: Final = {
    (sees_risk, goes_on): _list(sees_risk=sees_risk, goes_on=goes_on)
    for sees_risk in (True, False)
    for goes_on in (True, False)
}
PROJECTIONS: Final = (
    Projection(
        "heard_risks", frozenset({"support.assessment.completed"}), project_risk, (ReadModelTable("heard_risks"),)
    ),
)
