"""The access that a reader of one of a person's joined cases has to the others.

A merge never widens access. A fact keeps its owner case. A reader sees data of another case of the person only

- if they are on that case's team: then with the same access as there; or
- as far as their agency has access to that case: to everything if the agency leads the case, otherwise to the data
  categories of the agency's consents and grounds there.

The rows of another case are written with the access rules of that case (`shared.access.views.Elsewhere`).
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.access import agency_grounds, joined_cases
from shared.access.permissions import Relation, Sight
from shared.access.sight import colleagues
from shared.access.staff import agency_of, staff
from shared.access.subjects import Admission, Subjects
from shared.access.tokens import Principal
from shared.casework.dates import today


def sights(
    session: Session, cases: Subjects, case: UUID, sight: Sight, now: datetime, *, by: Principal
) -> dict[UUID, Sight]:
    """Return what a reader sees of the other cases of a person. A case that they can't see at all is omitted.

    `cases`: the service's cases. `sight`: what the reader sees of `case`; its classes of fields apply to all cases.
    """
    others = [other for other in joined_cases.joined(session, case) if other != case]
    return dict(_seen(session, cases, others, sight, now, by=by)) if others else {}


# control: H-JOINED-1 joining-never-widens-sight
def _seen(
    session: Session, cases: Subjects, others: list[UUID], sight: Sight, now: datetime, *, by: Principal
) -> Iterator[tuple[UUID, Sight]]:
    agency = agency_of(session, UUID(by.subject))
    admissions = {
        other: admission
        for other, admission in sorted(cases.admissions(session, others, by).items())
        if admission.relation is not Relation.EXCLUDED and not admission.is_restricted
    }
    whole = {other for other, admission in admissions.items() if _is_inside(admission)}
    left = admissions.keys() - whole
    if agency is not None and left:
        whole |= _led_by(session, cases, left, agency)
    for other in sorted(whole):
        yield other, Sight(sight.classes)
    left = admissions.keys() - whole
    if agency is not None and left:
        granted, theirs = _granted(session, cases, left, agency, now), colleagues(session, agency)
        for other in sorted(left):
            if granted[other] or admissions[other].relation is Relation.TEAM:
                yield other, Sight(sight.classes, granted[other], agency, theirs)


def _is_inside(admission: Admission) -> bool:
    """Return whether the reader is on the team of a case for the agency that leads it."""
    return admission.relation is Relation.TEAM and admission.outside is None


def _granted(
    session: Session, cases: Subjects, others: Collection[UUID], agency: UUID, now: datetime
) -> Mapping[UUID, frozenset[str]]:
    law = select(cases.record.id, cases.record.jurisdiction).where(cases.record.id.in_(others))
    days = {row.id: today(now, row.jurisdiction) for row in session.execute(law)}
    return agency_grounds.granted_in(session, days, agency)


def _led_by(session: Session, cases: Subjects, others: Collection[UUID], agency: UUID) -> set[UUID]:
    """Return those of these cases that an agency is known to lead. A case without a named lead is not among them."""
    team = cases.members.__table__.c
    leads = select(team.case_id).join(staff, staff.c.id == team.member)
    return set(session.scalars(leads.where(team.case_id.in_(others), team.lead, staff.c.agency == agency)))
