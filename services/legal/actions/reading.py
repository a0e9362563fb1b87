"""A case's legal file, as it is shown."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.legal import models
from shared import deadlines

_IDENTIFICATION = ("stage", "outcome", "authority", "occurred_on", "received_on", "made_elsewhere", "reconsidered")
_ADVICE = ("id", "phase", "status", "given_on", "topics", "funding", "language", "interpreter")
_MATTER = (
    *("id", "remedy", "status", "opened_on", "applied_on", "late", "outcome", "decided_on", "paid_on"),
    *("amount_band", "currency"),
)
_RECONSIDERATION = ("id", "stage", "ground", "requested_on", "late")


def show(session: Session, case: UUID) -> dict[str, Any]:
    """Return the whole file; what a reader sees of it is decided by `rules.SIGHT`."""
    row = session.execute(select(models.Case).where(models.Case.id == case)).scalar_one()
    advice = _of_case(session, models.Advice, case)
    matters = _of_case(session, models.Matter, case)
    return {
        "id": str(row.id),
        "jurisdiction": row.jurisdiction,
        "status": row.status,
        "advice": _shown(advice, _ADVICE),
        "clocks": deadlines.of_subject(session, case),
        "matters": _shown(matters, _MATTER),
        "reconsiderations": _shown(_of_case(session, models.Reconsideration, case), _RECONSIDERATION),
        "identification": _shown(models.identification(session, case), _IDENTIFICATION),
        "version": row.version,
    }


def _of_case(session: Session, kind: Any, case: UUID) -> list[models.Record]:
    """Return a case's records of a kind, oldest first: their ids follow the time at which they were made."""
    return list(session.execute(select(kind).where(kind.case_id == case).order_by(kind.id)).scalars())


def _shown(records: Iterable[models.Record], fields: tuple[str, ...]) -> list[dict[str, Any]]:
    return [{name: _plain(getattr(record, name)) for name in fields} for record in records]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else str(value) if isinstance(value, UUID) else value
