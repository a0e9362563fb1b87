"""Actions about the retention of closed cases: load, decide, store, announce. None commits."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Date, Text, column, exists, select, values
from sqlalchemy.orm import Session

from services.intake.case.models import Case, bump
from services.intake.case.rules import CLOSED
from services.intake.retention import rules
from services.intake.retention.models import RetentionFigure, RetentionReview
from shared.access.exclusions import exclusions
from shared.access.tokens import Principal
from shared.casework import dates

LONGEST_LIST = 200


def cases_due(session: Session, today: date, *, by: Principal) -> list[dict[str, Any]]:
    """List the closed cases that are due for review, by class of records, the longest closed first.

    Cases of a person who excluded the reader are left out, whatever the reader's role.
    """
    limits = [
        (jurisdiction, kind, rules.closed_before(today, figure.years))
        for (jurisdiction, kind), figure in rules.schedule(_chosen(session)).items()
    ]
    columns = (column("jurisdiction", Text), column("kind", Text), column("closed_by", Date))
    figures = values(*columns, name="figures").data(limits)
    limit = figures.c
    is_kept = exists().where(
        RetentionReview.case_id == Case.id,
        RetentionReview.record_class == limit.kind,
        RetentionReview.keep_until >= today,
    )
    is_excluded = exists().where(exclusions.c.case_id == Case.id, exclusions.c.member == UUID(by.subject))
    due_cases = (
        select(Case.id, Case.jurisdiction, Case.closed_on, limit.kind)
        .join_from(Case, figures, limit.jurisdiction == Case.jurisdiction)
        .where(Case.status == CLOSED, Case.closed_on <= limit.closed_by, ~is_kept, ~is_excluded)
        .order_by(Case.closed_on, Case.id, limit.kind)
    )
    return [
        {"case": row.id, "record_class": row.kind, "jurisdiction": row.jurisdiction, "closed_on": row.closed_on}
        for row in session.execute(due_cases.limit(LONGEST_LIST))
    ]


def retention_schedule(session: Session) -> list[dict[str, Any]]:
    """Return every retention figure, its source, and whether it still has to be verified."""
    return [
        {"jurisdiction": jurisdiction, "record_class": kind, **vars(figure)}
        for (jurisdiction, kind), figure in rules.schedule(_chosen(session)).items()
    ]


def choose_figure(session: Session, body: dict[str, Any], now: datetime, *, by: Principal) -> None:
    """Store a retention figure chosen by the deployer."""
    session.merge(RetentionFigure(**body, set_by=UUID(by.subject), set_at=now))


def keep_case(session: Session, case: UUID, body: dict[str, Any], now: datetime, *, by: Principal) -> tuple[UUID, int]:
    """Record that a closed case is kept until a day; return the decision's id and the case's version."""
    rules.check_kept_until(body["keep_until"], dates.today(now, session.get_one(Case, case).jurisdiction))
    review = RetentionReview(case_id=case, **body, decided_by=UUID(by.subject), decided_at=now)
    session.add(review)
    session.flush()
    return review.id, bump(session, case)


def _chosen(session: Session) -> dict[tuple[str, str], int]:
    return {
        (figure.jurisdiction, figure.record_class): figure.years for figure in session.scalars(select(RetentionFigure))
    }
