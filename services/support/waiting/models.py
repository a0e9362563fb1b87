"""Requests for counselling as they are stored."""

from datetime import date

from sqlalchemy import Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.support.case.models import Record, Recorded


class CounsellingRequest(Recorded, Record):
    """That the person asked for counselling, and what became of it."""

    __tablename__ = "counselling_requests"

    state: Mapped[str]
    modalities: Mapped[list[str]] = mapped_column(ARRAY(Text))
    language: Mapped[str | None]
    counsellor_gender: Mapped[str | None]
    waits_because: Mapped[str]
    meanwhile: Mapped[list[str]] = mapped_column(ARRAY(Text), comment="what they have until then")
    asked_on: Mapped[date]
    answered_on: Mapped[date | None] = mapped_column(comment="null: they wait")
