"""Record explanations of rights, and show them next to all rights of the profile."""

from dataclasses import asdict, fields
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.legal.cases.case.models import CASES
from services.legal.cases.right import rules
from services.legal.cases.right.models import RightExplained
from services.legal.cases.right.rules import Explained
from services.legal.cases.right.schemas import ExplainRight
from shared.access.tokens import Principal
from shared.casework.dates import dated
from shared.events.envelope import new_id


def explain_right(session: Session, case: UUID, command: ExplainRight, now: datetime, *, by: Principal) -> UUID:
    """Record that a right was explained, in which language, and whether it was understood.

    Return the record's id. Raises `FactRefused`.
    """
    locked_case, today = CASES.begin_change(session, case, now)
    rules.check_right(locked_case.jurisdiction, command.code)
    stored = command.stored(explained_on=dated("explained_on", command.explained_on, today))
    explained = RightExplained(id=new_id(), case_id=case, recorded_by=UUID(by.subject), **stored)
    session.add(explained)
    return explained.id


def rights_shown(session: Session, case: UUID) -> dict[str, object]:
    """Return the rights of a case's jurisdiction, each with its latest explanation. Raises `NotArrivedYet`."""
    rights = rules.rights_of(CASES.read(session, case).jurisdiction)
    rows = session.scalars(select(RightExplained).where(RightExplained.case_id == case).order_by(RightExplained.id))
    latest = rules.ticks(
        Explained(row.code, row.explained_on, row.language, row.format, row.understood) for row in rows
    )
    blank = dict.fromkeys(field.name for field in fields(Explained))
    return {
        "rights": [
            {**(asdict(latest[code]) if code in latest else blank), "code": code}
            | {"source": right.source, "certainty": right.certainty, "note": right.note or None}
            for code, right in rights.items()
        ]
    }
