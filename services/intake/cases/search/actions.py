"""The results of a search, with the summary of each case."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.intake.cases.summary.actions import listed_of, summaries
from services.intake.cases.summary.rules import HIDDEN
from services.intake.facts.case.models import Case
from services.intake.facts.case_number.rules import written
from shared.access.tokens import Principal


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
