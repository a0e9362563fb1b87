"""Summaries of the cases on a page: a fixed number of statements, however many cases there are.

A joined case needs a few more, because its stage also follows from the person's other cases.

A search returns the summary of each case that it finds.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.intake.access.staff.actions import names_of
from services.intake.facts.case.actions import beside
from services.intake.facts.case.models import Case, TeamMember, team_admissions
from services.intake.facts.case.rules import ACCESS as CASE_ACCESS
from services.intake.facts.case.rules import SEEN_BY, written
from services.intake.facts.fact.actions import every_revision, seen_of
from services.intake.facts.person.actions import lines_of
from services.intake.facts.person.rules import HIDDEN
from services.intake.path.identification.actions.steps import status_of
from shared.access import agency_grounds, case_restrictions, joined_cases
from shared.access.permissions import READ_CASE, FieldClass, FieldVisibility, Relation, Sight, permits
from shared.access.subjects import Admission
from shared.access.tokens import Principal
from shared.access.views import Shown
from shared.casework import dates
from shared.exchange.last_changes import last_changes
from shared.store.database import NamedRow

_VISIBILITY: Final = FieldVisibility(SEEN_BY)


@dataclass(frozen=True)
class Listed:
    """A case on a page: its jurisdiction, whether it is joined with another one, and its reader's sight."""

    jurisdiction: str
    is_joined: bool
    sight: Sight


def listed_of(session: Session, cases: Collection[UUID], now: datetime, *, by: Principal) -> dict[UUID, Listed]:
    """Return what a reader sees of each of these cases, in a fixed number of statements.

    Cases that they may not read now are left out, including restricted ones and those from which the person or a
    barrier excludes them.
    """
    admissions = {
        case: admission
        for case, admission in team_admissions(session, cases, by).items()
        if admission.relation and _may_read(admission, by)
    }
    query = select(Case.id, Case.jurisdiction).where(Case.id.in_(admissions))
    laws = {row.id: row.jurisdiction for row in session.execute(query)}
    joined = joined_cases.among(session, admissions)
    granted = _granted(session, admissions, laws, now)
    return {
        case: Listed(
            laws[case],
            case in joined,
            Sight(_VISIBILITY.seen(by, admission.relation or Relation.NONE), granted.get(case), admission.outside),
        )
        for case, admission in admissions.items()
    }


def _may_read(admission: Admission, by: Principal) -> bool:
    reads = permits(CASE_ACCESS, READ_CASE, by, admission.relation or Relation.NONE)
    return reads and (not admission.is_restricted or bool(case_restrictions.READERS & by.roles))


def _granted(
    session: Session, admissions: Mapping[UUID, Admission], laws: Mapping[UUID, str], now: datetime
) -> dict[UUID, frozenset[str]]:
    """Return the data categories that the reader's agency may have in cases that another agency leads."""
    outside = {case: admission.outside for case, admission in admissions.items() if admission.outside is not None}
    if not outside:
        return {}
    days = {case: dates.today(now, laws[case]) for case in outside}
    return agency_grounds.granted_in(session, days, next(iter(outside.values())))


def summaries(
    session: Session, cases: Mapping[UUID, Listed], now: datetime, *, by: Principal, with_team: bool = False
) -> dict[UUID, Shown]:
    """Return the summary of each case, as `Summary` reads it; `with_team`: also who is on its team."""
    if not cases:
        return {}
    names, teams = _names(session, cases), _teams(session, cases, by=by, only_leads=not with_team)
    stages, changes = _stages(session, cases, now, by=by), last_changes(session, cases)
    return {
        case: {
            **names[case],
            "stage": stages[case],
            "led_by": [member for member, leads in teams.get(case, ()) if leads],
            **({"team": [member for member, _leads in teams.get(case, ())]} if with_team else {}),
            "changed_at": changes.get(case),
        }
        for case in cases
    }


# control: H-CONFIDENTIALITY-2 names-on-lists
def _names(session: Session, cases: Mapping[UUID, Listed]) -> dict[UUID, Shown]:
    """Return the name of each person, or why there is none. Hidden names are not decrypted."""
    seen = [case for case, listed in cases.items() if _sees_identity(listed.sight)]
    hidden: dict[UUID, Shown] = {case: {"name_state": HIDDEN} for case in cases}
    return hidden | lines_of(session, seen)


def _sees_identity(sight: Sight) -> bool:
    return FieldClass.IDENTITY in sight.classes and sight.has("identity")


def _teams(
    session: Session, cases: Collection[UUID], *, by: Principal, only_leads: bool
) -> dict[UUID, list[tuple[dict[str, Any], bool]]]:
    """Return the people on the team of each case, and whether they lead it."""
    query = select(TeamMember.case_id, TeamMember.member, TeamMember.lead).where(TeamMember.case_id.in_(cases))
    wanted = query.where(TeamMember.lead) if only_leads else query
    rows = session.execute(wanted.order_by(TeamMember.case_id, TeamMember.member)).all()
    names = names_of(session, {row.member for row in rows}, by=by)
    teams: dict[UUID, list[tuple[dict[str, Any], bool]]] = {}
    for row in rows:
        teams.setdefault(row.case_id, []).append(({"member": row.member, "name": names.get(row.member)}, row.lead))
    return teams


def _stages(session: Session, cases: Mapping[UUID, Listed], now: datetime, *, by: Principal) -> dict[UUID, str]:
    """Return the status of each case on the official path, including the visible facts of joined cases."""
    facts: dict[UUID, list[NamedRow]] = {case: [] for case in cases}
    for row in every_revision(session, cases):
        facts[row["case_id"]].append(row)
    for case, listed in cases.items():
        others = beside(session, case, listed.sight, now, by=by) if listed.is_joined else {}
        if others:
            facts[case] += seen_of(every_revision(session, others), others)
    return {case: status_of(listed.jurisdiction, case, facts[case]) for case, listed in cases.items()}


def with_summaries(session: Session, found: Mapping[str, Any], now: datetime, *, by: Principal) -> dict[str, Any]:
    """Return the results of a search with the number, the status and the summary of each case.

    For a case that the reader may not read, it adds only that the name is hidden.
    """
    cases = [match["case"] for match in found["found"]]
    listed = listed_of(session, cases, now, by=by)
    query = select(Case.id, Case.number, Case.status).where(Case.id.in_(listed))
    numbered = {row.id: {"number": written(row.number), "status": row.status} for row in session.execute(query)}
    shown = summaries(session, listed, now, by=by)
    nothing = {"name_state": HIDDEN}
    matches = [
        {**match, **numbered.get(match["case"], {}), **shown.get(match["case"], nothing)} for match in found["found"]
    ]
    return {**found, "found": matches}
