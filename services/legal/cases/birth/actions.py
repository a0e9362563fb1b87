"""Keep the month of the person's birth, sealed. Intake is asked again whenever it may have changed."""

from typing import Final
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.legal.cases.birth.models import BirthInquiry, BirthMonth
from shared import encryption
from shared.casework import inquiries
from shared.casework.inquiries import Answer
from shared.encryption import Cell
from shared.events.contract import Received
from shared.exchange.follower import Reaction

#: Whom it is asked of, at which address, and where is kept of which cases it is still to be asked.
INQUIRY: Final = BirthInquiry
SOURCE: Final = "intake"
ADDRESS: Final = "/v1/cases/{case}/birth-month"


def birth_month(session: Session, case: UUID) -> str | None:
    """Return the month of the person's birth (`2008-09`), or its year alone; None where it is not known here."""
    stored = session.get(BirthMonth, case, populate_existing=True)
    return None if stored is None else encryption.of(session).unseal(case, _cell(case), stored.month)


def keep_answer(session: Session, case: UUID, answer: Answer) -> None:
    """Store intake's answer, sealed. Delete the birth if intake no longer knows it."""
    month = answer["month"]
    if month is None:
        session.execute(delete(BirthMonth).where(BirthMonth.case_id == case))
        return
    sealed = encryption.of(session).seal(case, _cell(case), str(month))
    new = insert(BirthMonth).values(case_id=case, month=sealed)
    session.execute(new.on_conflict_do_update(index_elements=[BirthMonth.case_id], set_={"month": new.excluded.month}))


def ask_anew(session: Session, received: Received) -> None:
    """Ask intake when the person was born, after their identity was recorded. No event contains the birth."""
    inquiries.ask(session, BirthInquiry, received.subject)


def _cell(case: UUID) -> Cell:
    return Cell("birth_months", "month", case)


REACTIONS: Final = (Reaction("birth", "intake.person.recorded", ask_anew),)
