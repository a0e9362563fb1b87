"""Actions about the retention of closed cases: load, decide, store. None commits."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Date, RowMapping, Text, column, exists, select, values
from sqlalchemy.orm import Session

from services.intake.access.erasure import rules
from services.intake.access.erasure.models import RetentionFigure, RetentionReview
from services.intake.access.erasure.schemas import ChooseFigure, KeepCase
from services.intake.facts.case.models import Case, bump
from services.intake.facts.case.rules import CLOSED
from shared.access.exclusions import excludes
from shared.access.tokens import Principal
from shared.casework import dates
from shared.store.conditions import is_one_of

LONGEST_LIST = 200


def cases_due(session: Session, today: date, *, by: Principal) -> Sequence[RowMapping]:
    """List the closed cases that are due for review, by class of records, the longest closed first.

    Cases of a person who excluded the reader are left out, regardless of the reader's role.
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
    is_excluded = excludes(Case.id, UUID(by.subject))
    due_cases = (
        select(Case.id.label("case"), Case.jurisdiction, Case.closed_on, limit.kind.label("record_class"))
        .join_from(Case, figures, limit.jurisdiction == Case.jurisdiction)
        .where(is_one_of(Case.status, (CLOSED,)), Case.closed_on <= limit.closed_by, ~is_kept, ~is_excluded)
        .order_by(Case.closed_on, Case.id, limit.kind)
    )
    return session.execute(due_cases.limit(LONGEST_LIST)).mappings().all()


def retention_schedule(session: Session) -> dict[str, object]:
    """Return after how many years a closed case is due, by jurisdiction and class of records, and on what basis."""
    figures = [
        {"jurisdiction": jurisdiction, "record_class": kind, **vars(figure)}
        for (jurisdiction, kind), figure in rules.schedule(_chosen(session)).items()
    ]
    return {"figures": figures}


def choose_figure(session: Session, command: ChooseFigure, now: datetime, *, by: Principal) -> ChooseFigure:
    """Set a retention figure chosen by the deployer."""
    session.merge(RetentionFigure(**command.stored(), set_by=UUID(by.subject), set_at=now))
    return command


def keep_case(session: Session, case: UUID, command: KeepCase, now: datetime, *, by: Principal) -> UUID:
    """Record that a case that is due is kept until a day, with a reason; to erase it, request its erasure.

    Return the decision's id.
    """
    rules.check_kept_until(command.keep_until, dates.today(now, session.get_one(Case, case).jurisdiction))
    review = RetentionReview(case_id=case, **command.stored(), decided_by=UUID(by.subject), decided_at=now)
    session.add(review)
    session.flush()
    bump(session, case)
    return review.id


def _chosen(session: Session) -> dict[tuple[str, str], int]:
    return {
        (figure.jurisdiction, figure.record_class): figure.years for figure in session.scalars(select(RetentionFigure))
    }
