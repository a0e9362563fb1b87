"""Tables of the self-check. What is declared here can be entered and shown."""

from datetime import date

from sqlalchemy.orm import Mapped, mapped_column

from services.intake.facts.case.models import Record
from shared.access.columns import declared_column
from shared.events.contract import Code
from shared.reference import codes


class SelfCheckCount(Record):
    """The number of self-checks in a month and a language. Neither answers nor visitors are stored."""

    __tablename__ = "self_check_counts"

    month: Mapped[date] = mapped_column(primary_key=True)
    language: Mapped[str] = declared_column(
        Code(codes("language")),
        None,
        "The language in which the questions were read.",
        example="ro",
        primary_key=True,
    )
    completed: Mapped[int]
    urgent: Mapped[int]
    return_codes: Mapped[int]


class ReturnCode(Record):
    """The keyed fingerprint of a return code. No other record refers to it."""

    __tablename__ = "return_codes"

    fingerprint: Mapped[str] = mapped_column(primary_key=True)
    issued_on: Mapped[date] = mapped_column(index=True)
