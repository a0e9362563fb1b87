"""List the requests that wait at the reader's agency, and let a staff member take one or a supervisor offer one."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, SQLColumnExpression, Uuid, and_, exists, func, or_, select, type_coerce
from sqlalchemy.orm import Session, aliased

from services.support.cases.case.models import CASES, Case, TeamMember
from services.support.counselling.counselling import rules as counselling
from services.support.counselling.counselling.models import CounsellingRequest
from services.support.help.practical_help import rules as practical_help
from services.support.help.practical_help.models import PracticalHelp
from services.support.overview.waiting import rules
from services.support.overview.waiting.models import Allocation
from services.support.overview.waiting.schemas import OfferItem, TakeItem
from shared.access import staff
from shared.access.case_restrictions import restricts
from shared.access.exclusions import excludes, names
from shared.access.permissions import existing
from shared.access.tokens import Principal
from shared.access.views import Shown
from shared.audit import trail
from shared.casework.dates import today
from shared.casework.naming import check_acts
from shared.events.envelope import Announcement
from shared.exchange import eventlog
from shared.exchange.eventlog import ORIGIN

_LAST: Final = date.max


def waiting_list(session: Session, now: datetime, *, by: Principal) -> dict[str, object]:
    """Return the requests for counselling and practical help that wait at the caller's agency, without their cases."""
    day, me = today(now, None), UUID(by.subject)
    items = [_shown(row, day, me) for row in _rows(session, by) if not _is_taken(session, row.Allocation, now)]
    first = sorted(items, key=lambda item: (not item["offered"], item["needed_by"] or _LAST, -item["days"], item["id"]))
    return {"waiting": first[: rules.LONGEST_LIST]}


def take_item(session: Session, item: UUID, command: TakeItem, now: datetime, *, by: Principal) -> None:
    """Take a request that waits: intake adds the caller to the team of its case.

    The case's audit log has an entry. Raises `NotFound`, `StepForbidden`, `FactRefused`.
    """
    check_acts(session, by, [command.role], now)
    allocation, kind = _allocation(session, item, now, by)
    rules.check_takes(kind, command.role)
    allocation.taken_by, allocation.taken_at = UUID(by.subject), now
    taken = Announcement("waiting.taken", {"item": item, "member": allocation.taken_by, "role": command.role})
    eventlog.record(session, allocation.case_id, [taken])
    _note(session, allocation.case_id, "waiting.take", by)


def offer_item(session: Session, item: UUID, command: OfferItem, now: datetime, *, by: Principal) -> None:
    """Offer a request that waits to a staff member of the agency, who then sees it first.

    Raises `NotFound`, `StepForbidden`, `FactRefused`.
    """
    check_acts(session, by, rules.ACCESS["waiting.offer"], now)
    agency = staff.agency_of(session, UUID(by.subject))
    rules.check_offered(staff.agency_of(session, command.member), agency)
    allocation, kind = _allocation(session, item, now, by)
    rules.check_can_take(can=_can_take(session, allocation.case_id, command.member, kind, today(now, None)))
    allocation.offered_to = command.member
    _note(session, allocation.case_id, "waiting.offer", by)


def _can_take(session: Session, case: UUID, member: UUID, kind: str, day: date) -> bool:
    """Return whether a member works on a day in the role that gives this help, and the person did not exclude them."""
    fits = any(rules.ROLES[kind] in each.roles and each.works(day) for each in staff.among(session, [member]))
    return fits and not names(session, case, member)


def _note(session: Session, case: UUID, action: str, by: Principal) -> None:
    trail.note_each(session, by, action=action, subjects=[case], status=201, correlation=ORIGIN.of(session).correlation)


def _allocation(session: Session, item: UUID, now: datetime, by: Principal) -> tuple[Allocation, str]:
    """Return the allocation of an item on the caller's list, and its kind. Raises `NotFound`, `StepForbidden`."""
    record = existing(next((row[0] for row in _rows(session, by, item)), None))
    CASES.lock(session, record.case_id)
    # Read again after the lock: it may have been answered, taken back or taken meanwhile.
    session.expire(record)
    record = existing(next((row[0] for row in _rows(session, by, item)), None))
    allocation = session.get(Allocation, item, populate_existing=True)
    rules.check_free(taken=_is_taken(session, allocation, now))
    if allocation is None:
        allocation = Allocation(item=item, case_id=record.case_id)
        session.add(allocation)
    return allocation, _kind(record)


def _rows(session: Session, by: Principal, item: UUID | None = None) -> Iterator[Any]:
    """Yield the waiting records of both kinds, with the language of the case and the allocation."""
    me = UUID(by.subject)
    for record, waits in (
        (CounsellingRequest, CounsellingRequest.state == counselling.WAITING),
        (PracticalHelp, PracticalHelp.state.in_(practical_help.OPEN)),
    ):
        query = (
            select(record, Allocation, Case.language)
            .join(Case, Case.id == record.case_id)
            .outerjoin(Allocation, Allocation.item == record.id)
            .where(waits, record.taken_back_at.is_(None), Case.status == "open")
            .where(*_of_agency(session, record.case_id, by))
        )
        is_mine = func.coalesce(Allocation.offered_to == me, False)
        ordered = query.order_by(is_mine.desc(), record.asked_on, record.id)
        one = query.where(record.id == item)
        yield from session.execute(ordered.limit(rules.LONGEST_LIST) if item is None else one)


# control: H-CONFIDENTIALITY-33 own-agency-only
def _of_agency(
    session: Session, case: SQLColumnExpression[UUID], by: Principal
) -> tuple[ColumnElement[bool], ColumnElement[bool], ColumnElement[bool]]:
    """Return the conditions that the caller's agency leads a case, and that the case is open to the caller.

    Without a lead, the agencies of the team lead it. Staff without a known agency see no item.
    """
    me = UUID(by.subject)
    leading, other, employed = aliased(TeamMember), aliased(TeamMember), staff.staff.alias("employed_here")
    nobody_leads = ~exists().where(other.case_id == case, other.lead)
    own = staff.agency_of(session, me)
    works = and_(employed.c.id == leading.member, employed.c.agency == own, employed.c.agency != staff.UNKNOWN_AGENCY)
    leads = exists().where(leading.case_id == case, or_(leading.lead, nobody_leads), works)
    return leads, ~excludes(case, me), ~restricts(type_coerce(case, Uuid))


def _is_taken(session: Session, allocation: Allocation | None, now: datetime) -> bool:
    if allocation is None or allocation.taken_by is None:
        return False
    on_team = session.get(TeamMember, (allocation.case_id, allocation.taken_by)) is not None
    return rules.is_taken(allocation.taken_at, now, on_team=on_team)


def _kind(record: CounsellingRequest | PracticalHelp) -> str:
    return rules.COUNSELLING if isinstance(record, CounsellingRequest) else rules.PRACTICAL_HELP


def _shown(row: Any, day: date, me: UUID) -> dict[str, Any]:
    record, allocation, language = row
    offered = allocation is not None and allocation.offered_to == me
    item: Shown = {
        "id": record.id,
        "kind": _kind(record),
        "language": getattr(record, "language", None) or language,
        "counsellor_gender": getattr(record, "counsellor_gender", None),
        "modalities": getattr(record, "modalities", []),
        "waits_because": getattr(record, "waits_because", None),
        "service_type": getattr(record, "service_type", None),
        "needed_by": getattr(record, "needed_by", None),
        "days": max(0, (day - record.asked_on).days),
        "offered": offered,
    }
    return dict(item)
