"""The table of brief advice, which names no person. What is declared here can be entered and shown."""

from datetime import date
from uuid import UUID

from sqlalchemy.orm import Mapped

from services.legal.cases.case.models import Record
from shared.access.columns import declared_column
from shared.access.declarations import nullable
from shared.events.contract import Code, Codes, Day, Flag, Reference
from shared.events.envelope import new_id
from shared.reference import codes

#: The adviser knows the status. `unknown` is for services that ask the person how they were advised.
_KNOWN = codes("advice_status").parts[0].values


class BriefAdvice(Record):
    """Advice to a person without a case, or why there was none: its topics, never its content or the person."""

    __tablename__ = "brief_advice"

    id: Mapped[UUID] = declared_column(Reference(), None, "The record of it.", primary_key=True, default=new_id)
    agency: Mapped[UUID | None] = declared_column(
        nullable(Reference()), None, "The agency that gave it, and sees it; null: not known, all see it.", index=True
    )
    phase: Mapped[str] = declared_column(
        Code(codes("advice_phase")), None, "Where on the path the person was, as far as they said."
    )
    status: Mapped[str] = declared_column(
        Code(_KNOWN, of="advice_status"), None, "Whether there was advice, or why there was none."
    )
    topics: Mapped[list[str]] = declared_column(
        Codes(codes("advice_topic")), None, "What it was about; never what was said."
    )
    funding: Mapped[str] = declared_column(Code(codes("advice_funding")), None, "Who paid for it.")
    language: Mapped[str] = declared_column(
        Code(codes("language")), None, "The language in which it was given.", example="ro"
    )
    interpreter: Mapped[bool] = declared_column(Flag(), None, "Whether an interpreter was there.")
    format: Mapped[str] = declared_column(Code(codes("advice_format")), None, "How it was given.")
    given_on: Mapped[date] = declared_column(Day(), None, "The day of it, today by default.")
