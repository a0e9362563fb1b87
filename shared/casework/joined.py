"""What a reader of one of a person's joined cases sees of the others.

Joining never widens sight. A fact keeps its owner case. A reader sees data of another case of the person only

- if they are on that case's team: then as they see it there; or
- as far as their agency could be told in that case: all of it where the agency leads that case, otherwise the data
  categories of the consents and grounds that the agency has there.

The rows of another case are written with the sight of that case (`shared.access.views.Elsewhere`).
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, select
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
    """Return what a reader sees of the other cases of a person; a case of which they see nothing is left out.

    `cases`: the service's cases; `sight`: what the reader sees of `case`, whose classes of fields apply to all.
    """
    others = [other for other in joined_cases.joined(session, case) if other != case]
    return dict(_seen(session, cases, others, sight, now, by=by)) if others else {}


# control: H-JOINED-1 joining-never-widens-sight
def _seen(
    session: Session, cases: Subjects, others: list[UUID], sight: Sight, now: datetime, *, by: Principal
) -> Iterator[tuple[UUID, Sight]]:
    agency = agency_of(session, UUID(by.subject))
    admissions = cases.admissions(session, others, by)
    granted = _granted(session, cases, admissions, agency, now)
    for other, admission in sorted(admissions.items()):
        if admission.relation is Relation.EXCLUDED or admission.is_restricted:
            continue
        is_member = admission.relation is Relation.TEAM
        if (is_member and admission.outside is None) or _is_led_by(session, cases, other, agency):
            yield other, Sight(sight.classes)
        elif agency is not None and (is_member or granted[other]):
            yield other, Sight(sight.classes, granted[other], agency, colleagues(session, agency))


def _granted(
    session: Session, cases: Subjects, admissions: Mapping[UUID, Admission], agency: UUID | None, now: datetime
) -> dict[UUID, frozenset[str]]:
    if agency is None:
        return {}
    law = select(cases.record.id, cases.record.jurisdiction).where(cases.record.id.in_(admissions))
    days = {row.id: today(now, row.jurisdiction) for row in session.execute(law)}
    return agency_grounds.granted_in(session, days, agency)


def _is_led_by(session: Session, cases: Subjects, case: UUID, agency: UUID | None) -> bool:
    """Return whether a case is known to be led by an agency: one whose lead nobody has named is led by none."""
    team = cases.members.__table__.c
    leads = exists().where(team.case_id == case, team.lead, staff.c.id == team.member, staff.c.agency == agency)
    return bool(session.execute(select(leads)).scalar_one())
