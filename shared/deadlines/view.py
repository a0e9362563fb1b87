"""Clocks as they are shown."""

from uuid import UUID

from sqlalchemy.orm import Session

from shared.deadlines.states import DeadlineState, all_of
from shared.deadlines.tables import MISSED, PASSED, PAUSED, REACHED, RESTING, WITHDRAWN

_LATE = "ordinary limit passed, late filing possible"
_SAYS = {
    REACHED: "reached; it ends nothing by itself",
    MISSED: "the authority is late",
    PASSED: "ordinary limit passed; ask someone who knows this law what is still possible",
    PAUSED: "its time stands still",
    WITHDRAWN: "what began it was recorded wrongly; it counts no more",
    RESTING: "another clock of its kind runs in its place",
}


def of_subject(session: Session, subject: UUID) -> list[dict[str, object]]:
    """Return a subject's clocks as they are shown, the earliest due first.

    `verify` says that someone who knows the law should check, `says` what the state means for the person.
    """
    return [_shown(period) for period in all_of(session, subject)]


def _shown(period: DeadlineState) -> dict[str, object]:
    late = period.state == PASSED and period.late_filing_possible
    return {
        "id": str(period.id),
        "code": period.code,
        "kind": period.kind,
        "state": period.state,
        "says": _LATE if late else _SAYS.get(period.state, ""),
        "began_on": period.began_on.isoformat(),
        "due_on": period.due_on and period.due_on.isoformat(),
        "other_due_on": period.other_due_on and period.other_due_on.isoformat(),
        "paused_on": period.paused_on and period.paused_on.isoformat(),
        "late_filing_possible": period.late_filing_possible,
        "rule_version": period.rule_version,
        "verify": period.verify,
    }
