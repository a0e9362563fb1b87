"""Read the legal file as a whole and its timeline, copy it for the person, and erase it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.legal.cases.advice.models import Advice, AdviceRequest, FollowUp, RightExplained
from services.legal.cases.case.models import CASES, Case, Correction
from services.legal.cases.deadline.actions import KEEPING
from services.legal.cases.identification.actions import SHOWN
from services.legal.cases.reconsideration.models import Reconsideration
from services.legal.compensation.award.actions import awards_shown
from services.legal.compensation.award.models import Award
from services.legal.compensation.fact.actions import FACTS, recorded_alone
from services.legal.compensation.matter.models import Matter
from services.legal.matters.conflict import rules as conflict
from services.legal.matters.conflict.actions.reviewing import forget
from services.legal.matters.matter_file import rules as matter_file
from services.legal.matters.note.actions import NOTES
from services.legal.overview.case_file.rules import DATES, keeping_basis
from services.legal.overview.case_file.schemas import TimelineFile
from shared import deadlines
from shared.access.permissions import Sight
from shared.access.tokens import Principal
from shared.access.views import Shown
from shared.casework import joined
from shared.casework.timeline import Timeline, read_page
from shared.casework.whole import DEADLINES, WholeCase, part_of
from shared.deadlines import calculated_at, periods, time_source
from shared.privacy.copies import HANDED_BY_DEMAND
from shared.store.database import NamedRow

#: Omitted from the access report: the person who hands it over may have no access to a matter.
_HIDDEN: Final = frozenset((HANDED_BY_DEMAND, *matter_file.ACCESS, *conflict.ACCESS))

WHOLE: Final = WholeCase(
    Case,
    {
        "advice": part_of(Advice),
        "advice_requests": part_of(AdviceRequest),
        "follow_ups": part_of(FollowUp),
        "rights_explained": part_of(RightExplained),
        "clocks": DEADLINES,
        "matters": part_of(Matter),
        "awards": part_of(Award),
        "reconsiderations": part_of(Reconsideration),
        "identification": SHOWN,
        "corrections": part_of(Correction),
    },
)

_TIMELINE: Final = Timeline("legal", TimelineFile, DATES)


def file_of(session: Session, case: UUID) -> dict[str, Any]:
    """Return the whole file with its parts as rows. The view decides which fields a reader sees. Raises `NotFound`."""
    return _file_of(WHOLE.read(session, case))


def _file_of(rows: NamedRow) -> dict[str, Any]:
    ends = _ends_by_fact(rows["clocks"])
    late = {part: [_with_late(row, ends) for row in rows[part]] for part in ("matters", "reconsiderations")}
    return {**rows, **late, "clocks": deadlines.displayed_rows(rows["clocks"])}


def read_case(session: Session, case: UUID, sight: Sight, now: datetime, *, by: Principal) -> tuple[Shown, int]:
    """Return a case's legal file.

    It has the deadlines of the person's other cases that the reader can see. Raises `NotFound`.
    """
    rows, is_joined = WHOLE.read_joined(session, case)
    shown = _file_of(rows)
    others = joined.sights(session, CASES, case, sight, now, by=by) if is_joined else {}
    if not others:
        return shown, shown["version"]
    clocks = periods(session, case, others, now, keeper=KEEPING.keeper, birth_month=KEEPING.birth_month)
    return {**shown, "clocks": deadlines.displayed_rows(clocks)}, shown["version"]


def _ends_by_fact(clocks: Iterable[NamedRow]) -> dict[str, list[str]]:
    """Return whether each deadline was met in time, by the fact that met it."""
    ends: dict[str, list[str]] = {}
    for clock in clocks:
        if clock["in_time"] is not None:
            for fact in clock["because"]:
                ends.setdefault(fact, []).append(clock["in_time"])
    return ends


def _with_late(row: NamedRow, ends: Mapping[str, list[str]]) -> Mapping[str, object]:
    """Return a claim or request with its current `late`. Without a deadline, `late` is as it was recorded."""
    met = ends.get(str(row["id"]))
    return row if met is None else {**row, "late": "no" in met}


def copy_of(session: Session, case: UUID) -> dict[str, object]:
    """Return all data that legal stores about a case, with decrypted notes."""
    facts = FACTS.read(session, case, time_source.now(session))
    exact = awards_shown(session, case)
    return {**file_of(session, case), **exact, "facts": facts, "notes": NOTES.copied(session, case)}


def hidden_acts(_session: Session, _case: UUID) -> frozenset[str]:
    """Return the actions that the access report omits: disclosures on a legal demand, and those in matter files."""
    return _HIDDEN


def erase(session: Session, case: UUID) -> str | None:
    """Delete the data of a case; return the legal basis for keeping its matters, or None if nothing is kept."""
    basis = keeping_basis(
        session.scalars(select(Matter.status).where(Matter.case_id == case, Matter.taken_back_at.is_(None)))
    )
    forget(session, case)
    CASES.erase(session, case, keeps=() if basis is None else (Matter.__tablename__,))
    return basis


def read_timeline(
    session: Session, case: UUID, query: Mapping[str, str], sight: Sight, now: datetime, *, by: Principal
) -> tuple[Shown, int]:
    """Return the dated entries of a case's file in four lanes, and its deadlines.

    Raises `NotFound`.
    """
    file, version = read_case(session, case, sight, now, by=by)
    facts = recorded_alone(session, case, [matter["id"] for matter in file["matters"]])
    roles, calculated = CASES.roles(session, case), calculated_at(session, case)
    return _TIMELINE.body({**file, "facts": facts}, sight, roles, read_page(query), calculated_at=calculated), version
