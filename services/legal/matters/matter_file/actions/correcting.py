"""Correct records of a matter file. The file is revealed by no event and not by the case's version."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from services.legal.cases.case.models import CASES
from services.legal.matters.matter_file.models import FileCorrection
from shared.access.tokens import Principal
from shared.casework import corrections
from shared.casework.corrections import Correct, Correctable
from shared.casework.dates import today


class CorrectableOfFile(Correctable, Protocol):
    """A record of a matter file that can be corrected."""

    file: Any


def correct(
    session: Session,
    row: CorrectableOfFile,
    record_class: str,
    command: Correct,
    now: datetime,
    after: Callable[[Session, UUID, UUID], object],
    *,
    by: Principal,
) -> UUID:
    """Correct a record of a file, keep the earlier values in the file, and update the case and its file.

    The caller has found the record with `own_record` and checked the correction with the rules of the topic. Return the
    correction's id. Raises `StepForbidden` for a withdrawn record, `FactRefused`.
    """
    day = today(now, CASES.read(session, row.case_id).jurisdiction)
    kept = partial(FileCorrection, file=row.file)
    corrected = corrections.put_right(session, kept, row, record_class, command, now=now, today=day, by=by)
    after(session, row.case_id, row.file)
    return corrected.id
