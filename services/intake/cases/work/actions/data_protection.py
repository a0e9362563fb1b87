"""The queue of the data protection officers."""

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Text, cast, func, literal_column, or_, select, union_all
from sqlalchemy.orm import Session

from services.intake.access.erasure.models import ErasureAcknowledgement, ErasureRequest
from services.intake.access.erasure.rules import HOLDERS, ORDERED, PROPOSED, REQUESTED
from services.intake.access.erasure.rules import OVERDUE_DAYS as ERASURE_OVERDUE_DAYS
from services.intake.access.rights.models import AccessRequest, Disclosure
from services.intake.access.staff_access.models import GlassReview
from services.intake.agencies.consent.models import Consent, Sharing
from services.intake.agencies.consent.rules.sharing import ACTING, COVERS
from services.intake.agencies.consent.rules.sharing import PROPOSED as SHARING_PROPOSED
from services.intake.cases.work.actions import leaving
from services.intake.cases.work.actions.pages import (
    TODAY,
    Column,
    Selected,
    Union,
    day_of,
    entry_of,
    page_of,
    queue_of,
)
from services.intake.cases.work.rules import queues as rules
from shared.access.tokens import Principal
from shared.deadlines import clocks
from shared.reference import grouping
from shared.store.conditions import is_one_of

_MONTH: Final[Column] = literal_column("interval '1 month'")


def for_data_protection(
    session: Session, after: rules.Place | None, limit: int, now: datetime, *, by: Principal
) -> dict[str, object]:
    """Return a page of the data protection queue, the first due first."""
    return page_of(session, _DATA_PROTECTION, after, limit, now, by=by)


def _data_protection() -> Union:
    return union_all(
        *_erasures(),
        _access_requests(),
        _disclosures(),
        _sharings(),
        _shared_as_child(),
        _withdrawals(),
        _emergencies(),
        _rights_periods(),
        *leaving.nobodys(),
    )


def _erasures() -> tuple[Selected, ...]:
    asked_on = func.coalesce(ErasureRequest.received_on, day_of(ErasureRequest.requested_at))
    stored = {"reference": ErasureRequest.id, "state": ErasureRequest.state, "code": ErasureRequest.reason}
    within = {"since": asked_on, "due_on": day_of(asked_on + _MONTH)}
    to_examine = entry_of(rules.ERASURE_TO_EXAMINE, ErasureRequest.case_id, **stored, **within)
    proposed = {"since": day_of(ErasureRequest.decided_at), "due_on": day_of(ErasureRequest.lapses_at)}
    to_confirm = entry_of(rules.ERASURE_TO_CONFIRM, ErasureRequest.case_id, **stored, **proposed)
    answers = select(func.count()).where(ErasureAcknowledgement.request_id == ErasureRequest.id).scalar_subquery()
    ordered_on = day_of(ErasureRequest.ordered_at)
    due_on = day_of(ordered_on + timedelta(days=ERASURE_OVERDUE_DAYS))
    unanswered = entry_of(
        rules.ERASURE_UNANSWERED, ErasureRequest.case_id, **stored, since=ordered_on, due_on=due_on
    ).where(answers < len(HOLDERS), due_on < TODAY)
    return (
        to_examine.where(is_one_of(ErasureRequest.state, (REQUESTED,))),
        to_confirm.where(is_one_of(ErasureRequest.state, (PROPOSED,))),
        unanswered.where(is_one_of(ErasureRequest.state, (ORDERED,))),
    )


def _access_requests() -> Selected:
    due_on = day_of(AccessRequest.received_on + _MONTH)
    received = _received(rules.ACCESS_REQUEST, AccessRequest, code=AccessRequest.kind, due_on=due_on)
    return received.where(AccessRequest.released_until.is_(None))


def _disclosures() -> Selected:
    return _received(rules.DISCLOSURE, Disclosure, code=Disclosure.demanded_by).where(Disclosure.decision.is_(None))


def _received(kind: str, record: Any, **stored: Column) -> Selected:
    """Return a query for requests or demands, by the day on which they were received."""
    return entry_of(kind, record.case_id, reference=record.id, since=record.received_on, **stored)


def _sharings() -> Selected:
    to_review = _shared(rules.SHARING, day_of(Sharing.review_by))
    return to_review.where(is_one_of(Sharing.state, (SHARING_PROPOSED, ACTING)))


def _shared_as_child() -> Selected:
    """Return a query for sharings on a ground for children whose person is of age, until the person is informed.

    A corrected birth shows the age.
    """
    untold = or_(Sharing.person_told_on.is_(None), Sharing.person_told_on < Sharing.child_until)
    as_child = _shared(rules.SHARED_AS_CHILD, Sharing.child_until)
    return as_child.where(Sharing.child_until.is_not(None), Sharing.state.in_(sorted(COVERS)), untold)


def _shared(kind: str, due_on: Column) -> Selected:
    stated = {"reference": Sharing.id, "code": Sharing.reason, "state": Sharing.state, "since": Sharing.proposed_on}
    return entry_of(kind, Sharing.case_id, **stated, due_on=due_on)


def _withdrawals() -> Selected:
    """Return a query for unanswered withdrawals: late ones, and at once those with a request to erase."""
    waits = or_(Consent.answer_due_on < TODAY, Consent.erase_requested.is_(True))
    return entry_of(
        rules.WITHDRAWAL,
        Consent.case_id,
        code=cast(Consent.agency, Text),
        reference=Consent.id,
        since=Consent.withdrawn_on,
        due_on=Consent.answer_due_on,
    ).where(Consent.answer_due_on.is_not(None), waits, Consent.taken_back_at.is_(None))


def _emergencies() -> Selected:
    opened_on = day_of(GlassReview.opened_at)
    return entry_of(
        rules.EMERGENCY,
        GlassReview.case_id,
        reference=GlassReview.id,
        code=GlassReview.reason,
        since=opened_on,
        due_on=opened_on,
    ).where(GlassReview.outcome.is_(None))


def _rights_periods() -> Selected:
    """Return a query for the periods of a person's rights and of breaches, one for each request."""
    return entry_of(
        rules.RIGHTS_PERIOD,
        clocks.c.subject,
        reference=clocks.c.id,
        code=clocks.c.code,
        state=clocks.c.state,
        since=clocks.c.began_on,
        due_on=clocks.c.due_on,
    ).where(
        func.starts_with(clocks.c.code, literal_column(f"'{rules.RIGHTS_CODES}'")),
        clocks.c.state.in_((*grouping.RUNNING_STATES, *grouping.PAST_STATES)),
    )


_DATA_PROTECTION: Final = queue_of(_data_protection())
