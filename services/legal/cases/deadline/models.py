"""The encrypted month of birth, and the cases for which intake must still be asked."""

from uuid import UUID

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from services.legal.cases.case.models import Record
from shared.casework.records import PendingInquiry


class BirthMonth(Record):
    """The month or year in which the person of a case was born, encrypted under the key of the case."""

    __tablename__ = "birth_months"

    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    month: Mapped[bytes] = mapped_column(LargeBinary, comment="sealed")


class BirthInquiry(PendingInquiry, Record):
    """A case for which intake must be asked for the month of birth."""

    __tablename__ = "birth_inquiries"
