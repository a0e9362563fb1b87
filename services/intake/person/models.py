"""The person. Everything here is sealed; the database holds nothing that can be read without the case's key."""

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.case.models import Record


class Person(Record):
    """The person of a case: one sealed JSON document a column, so that each kind of thing is opened by itself."""

    __tablename__ = "persons"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    identity: Mapped[bytes | None]
    birth: Mapped[bytes | None]
    gender: Mapped[bytes | None]
    nationality: Mapped[bytes | None]
    contact: Mapped[bytes | None]


class AskedAnew(Record):
    """That a person came of age, to the month, and since when they are asked for their own consent."""

    __tablename__ = "consent_asked_anew"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    since: Mapped[date]
