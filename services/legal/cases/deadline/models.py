"""The month of a birth as it is stored, sealed; and the cases of which it is still to be asked."""

from uuid import UUID

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from services.legal.cases.case.models import Record
from shared.casework.records import PendingInquiry


class BirthMonth(Record):
    """When the person of a case was born, to the month or the year: sealed under the key of the case."""

    __tablename__ = "birth_months"

    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    month: Mapped[bytes] = mapped_column(LargeBinary, comment="sealed")


class BirthInquiry(PendingInquiry, Record):
    """A case of which intake is to be asked when the person was born."""

    __tablename__ = "birth_inquiries"
