"""Clocks as they are shown."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.engine import Row
from sqlalchemy.orm import Session

from shared.deadlines.tables import MISSED, PASSED, PAUSED, REACHED, RESTING, WITHDRAWN, clocks
from shared.reference import profile
from shared.reference.periods import local_date

_LATE = "ordinary limit passed, late filing possible"
_SAYS = {
    REACHED: "reached; it ends nothing by itself",
    MISSED: "the authority is late",
    PASSED: "ordinary limit passed; ask someone who knows this law what is still possible",
    PAUSED: "its time stands still",
    WITHDRAWN: "what began it was recorded wrongly; it counts no more",
    RESTING: "another clock of its kind runs in its place",
}


def of_subject(session: Session, subject: UUID) -> list[dict[str, Any]]:
    """Return a subject's clocks as they are shown, the earliest due first.

    `verify` says that someone who knows the law should check, `says` what the state means for the person.
    """
    rows = session.execute(select(clocks).where(clocks.c.subject == subject).order_by(clocks.c.due_at, clocks.c.code))
    return [_shown(row) for row in rows]


def _shown(row: Row[Any]) -> dict[str, Any]:
    zone = profile(row.jurisdiction).timezone
    late = row.state == PASSED and row.late_filing
    return {
        "id": str(row.id),
        "code": row.code,
        "kind": row.kind,
        "state": row.state,
        "says": _LATE if late else _SAYS.get(row.state, ""),
        "began_on": row.began_on.isoformat(),
        "due_on": row.due_on and row.due_on.isoformat(),
        "other_due_on": row.other_due_on and row.other_due_on.isoformat(),
        "paused_on": row.paused_at and local_date(row.paused_at, zone).isoformat(),
        "late_filing_possible": row.late_filing,
        "rule_version": row.rule_version,
        "verify": row.verify,
    }
