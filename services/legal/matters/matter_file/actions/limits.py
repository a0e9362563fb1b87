"""The legal periods of the cases on whose team an adviser is, for the adviser's due list and calendar."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from services.legal.cases.case.models import CASES, TeamMember
from services.legal.cases.deadline.actions import KEEPING
from services.legal.matters.matter_file import rules
from services.legal.matters.matter_file.actions.reach import open_to
from services.legal.matters.matter_file.rules import ADVISER
from shared.access.joined_cases import joined_cases
from shared.access.permissions import ALL
from shared.access.tokens import Principal
from shared.casework import joined
from shared.casework.dates import today
from shared.deadlines import checked_by, clocks, periods
from shared.reference import grouping
from shared.store.conditions import is_one_of
from shared.store.database import NamedRow

_LISTED_STATES: Final = (*grouping.RUNNING_STATES, *grouping.PAST_STATES, grouping.REACHED)


# control: H-DEADLINE-13 adviser-lists
def own_limits(session: Session, by: Principal, now: datetime) -> list[NamedRow]:
    """Return the listed periods, as rows of `clocks`, of the cases that the caller can access as their adviser.

    A case that is closed to the caller, by an exclusion, a restriction or a barrier, has none. A period of a person
    with several cases appears once.
    """
    advised = select(TeamMember.case_id).where(TeamMember.member == UUID(by.subject), TeamMember.role == ADVISER)
    cases = open_to(session, session.scalars(advised), by)
    together = _joined(session, cases)
    alone = select(clocks).where(clocks.c.subject.in_(cases - together), is_one_of(clocks.c.state, _LISTED_STATES))
    rows = {row["id"]: row for row in session.execute(alone).mappings()}
    for case in sorted(together):
        others = joined.sights(session, CASES, case, ALL, now, by=by)
        of_person = periods(session, case, others, now, keeper=KEEPING.keeper, birth_month=KEEPING.birth_month)
        rows |= {row["id"]: row for row in of_person if row["id"] not in rows}
    return [row for row in rows.values() if grouping.is_listed(row["state"], row["kind"])]


def limits_shown(session: Session, now: datetime, *, by: Principal) -> list[dict[str, object]]:
    """Return the listed periods that are in doubt, without a day, or due within 30 days, the earliest first.

    A period without a day by law is due now. It comes first. Periods that are over come last. Those without a
    late filing leave the list 30 days after their last possible day.
    """
    rows = [(row, today(now, row["jurisdiction"])) for row in own_limits(session, by, now)]
    shown = [period for row, day in rows if rules.is_limit_shown(period := _shown(row, day), day)]
    return sorted(shown, key=rules.limits_in_order)


def _shown(row: NamedRow, day: date) -> dict[str, object]:
    due_on, other = row["due_on"], row["other_due_on"]
    return {
        **row,
        "case": row["subject"],
        "clock": row["id"],
        "due_at": grouping.instant(row["due_at"], row["ends_at"]),
        "days_late": 0 if due_on is None else max(0, (day - due_on).days),
        "check": checked_by(row["jurisdiction"], row["code"], row["rule_version"]),
        "group": grouping.group(row["state"], due_on, row["certainty"], day, other, row["doubts"]),
    }


def _joined(session: Session, cases: Collection[UUID]) -> set[UUID]:
    asked = or_(joined_cases.c.kept.in_(cases), joined_cases.c.alias.in_(cases))
    named = session.execute(select(joined_cases.c.kept, joined_cases.c.alias).where(asked))
    return {case for row in named for case in (row.kept, row.alias)} & set(cases)
