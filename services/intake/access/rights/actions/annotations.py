"""Record and read annotations: the person's own statements next to records. Records are never edited."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from services.intake.access.rights.models import Annotation
from services.intake.access.rights.schemas import RecordAnnotation
from services.intake.agencies.consent.models import Consent, Sharing
from services.intake.agencies.referral.models import Referral, ReferralIn
from services.intake.facts.case.models import Case, Record, bump
from services.intake.facts.detection.models import Account, Detection
from services.intake.path.identification.models import EntryDecision, IdentificationStep, Notification
from shared import encryption
from shared.access.permissions import NotFound
from shared.access.tokens import Principal
from shared.casework import dates
from shared.encryption import Cell, KeyDestroyed
from shared.events.envelope import Announcement, new_id
from shared.exchange.eventlog import record
from shared.store.database import NamedRow

#: The kinds of records that intake stores. Each other service can check only its own.
_KINDS: Final[dict[str, type[Record]]] = {
    "account": Account,
    "consent": Consent,
    "detection": Detection,
    "entry_decision": EntryDecision,
    "identification": IdentificationStep,
    "notification": Notification,
    "referral": Referral,
    "referral_in": ReferralIn,
    "sharing": Sharing,
}


def record_annotation(
    session: Session, case_id: UUID, command: RecordAnnotation, now: datetime, *, by: Principal
) -> UUID:
    """Record the person's own statement about a record, shown next to it.

    Return its id. Raises `NotFound`, `KeyDestroyed`.
    """
    kind = _KINDS.get(command.about)
    if kind is not None:
        columns = inspect(kind).columns
        existing = select(columns["id"]).where(columns["id"] == command.record, columns["case_id"] == case_id)
        if session.execute(existing).first() is None:
            raise NotFound
    annotation_id, today = new_id(), dates.today(now, session.get_one(Case, case_id).jurisdiction)
    details = {"about": command.about, "record": command.record, "reason": command.reason, "annotated_on": today}
    sealed = encryption.of(session).seal(case_id, statement_cell(annotation_id), command.statement)
    session.add(Annotation(id=annotation_id, case_id=case_id, statement=sealed, by=UUID(by.subject), **details))
    bump(session, case_id)
    record(session, case_id, [Announcement("annotation.recorded", {"annotation": annotation_id, **details})])
    return annotation_id


def opened(session: Session, case_id: UUID, rows: Iterable[NamedRow]) -> list[Mapping[str, object]]:
    """Return a case's annotations from their rows; the statement is None after the person was erased."""
    return [_shown(session, case_id, row) for row in rows]


def _shown(session: Session, case_id: UUID, row: NamedRow) -> Mapping[str, object]:
    try:
        statement: str | None = encryption.of(session).unseal(case_id, statement_cell(row["id"]), row["statement"])
    except KeyDestroyed:
        statement = None
    return {**row, "statement": statement}


def statement_cell(annotation: UUID) -> Cell:
    """Return the cell for which an annotation's statement is sealed."""
    return Cell("annotations", "statement", annotation)
