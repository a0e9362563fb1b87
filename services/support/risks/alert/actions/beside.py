"""The alerts of a person's other cases, which reach the teams of all of them.

All who work with the person learn that the person is in danger. Only those whose agency may know it in the alert's case
learn which danger.
"""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.support.cases.case.models import CASES, TeamMember
from services.support.risks.alert.models import Alert, AlertReason
from shared.access import joined_cases
from shared.access.permissions import ALL, Sight
from shared.access.tokens import Principal
from shared.access.views import Elsewhere
from shared.casework import joined
from shared.deadlines import time_source
from shared.store.database import NamedRow

_HEALTH = "health"


def alerts_beside(session: Session, case: UUID, sight: Sight, sights: Mapping[UUID, Sight]) -> list[Elsewhere]:
    """Return the alerts of a person's other cases; `sights`: what the reader sees of those cases.

    Without `health` there, readers only see that the alert has a carer or is over, without carers of another team. An
    alert that was withdrawn is left out then, because its readers could not see that it does not apply.
    """
    others = [other for other in joined_cases.joined(session, case) if other != case]
    nothing = Sight(sight.classes, frozenset())
    rows = select(Alert.__table__).where(Alert.case_id.in_(others)).order_by(Alert.raised_at, Alert.id)
    team = frozenset(session.scalars(select(TeamMember.member).where(TeamMember.case_id == case)))
    beside = []
    for row in session.execute(rows).mappings():
        of_case = sights.get(row["case_id"], nothing)
        if of_case.has(_HEALTH):
            beside.append(Elsewhere(dict(row), of_case))
        elif row["taken_back_at"] is None:
            beside.append(Elsewhere(_without_strangers(row, team), of_case))
    return beside


def _without_strangers(row: NamedRow, team: Collection[UUID]) -> NamedRow:
    """Return an alert without the staff of another team and without the reason of its end."""
    who = {name: row[name] if row[name] in team else None for name in ("acknowledged_by", "ended_by")}
    return {**row, **who, "end_reason": None}


def reasons_beside(session: Session, sights: Mapping[UUID, Sight]) -> list[Elsewhere]:
    """Return the reasons of such alerts, for readers who may know the danger."""
    seen = [other for other, sight in sights.items() if sight.has(_HEALTH)]
    reasons = AlertReason.__table__.c
    rows = select(AlertReason.__table__).where(reasons.case_id.in_(seen)).order_by(reasons.said_at, reasons.id)
    return [Elsewhere(dict(row), sights[row["case_id"]]) for row in session.execute(rows).mappings()]


def may_know_danger(session: Session, alert: Alert, case: UUID, *, by: Principal) -> bool:
    """Return whether a user with a part in a joined case can know which danger an alert is about."""
    if alert.case_id == case:
        return True
    sights = joined.sights(session, CASES, case, ALL, time_source.now(session), by=by)
    return alert.case_id in sights and sights[alert.case_id].has(_HEALTH)
