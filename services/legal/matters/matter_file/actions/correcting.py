"""Correct records of a matter file. Neither an event nor the case's version reveals it."""

from datetime import datetime
from functools import partial
from uuid import UUID

from sqlalchemy.orm import Session

from services.legal.cases.case.models import CASES
from services.legal.matters.matter_file.models import FileCorrection
from shared.access.tokens import Principal
from shared.casework import corrections
from shared.casework.corrections import Correct, Correctable
from shared.casework.dates import today


def put_right(
    session: Session, file: UUID, row: Correctable, record_class: str, command: Correct, now: datetime, *, by: Principal
) -> UUID:
    """Correct a record of a file, and keep the previous values in the file; return the correction's id.

    Raises `StepForbidden` for a withdrawn record, `FactRefused`.
    """
    day = today(now, CASES.read(session, row.case_id).jurisdiction)
    kept = partial(FileCorrection, file=file)
    return corrections.put_right(session, kept, row, record_class, command, now=now, today=day, by=by).id
