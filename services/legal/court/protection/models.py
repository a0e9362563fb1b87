"""Tables of protections. Fields declared here appear in commands and views."""

from collections.abc import Mapping
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from services.legal.cases.case.models import Record
from services.legal.court.protection.rules import LEGAL_AID, NON_PUNISHMENT, RESIDENCE
from services.legal.matters.matter_file.models import OURS, CorrectableInFile, DatedInFile, OfFile
from shared.access.columns import declared_column
from shared.access.declarations import nullable
from shared.events.contract import Code, Day, PartialDay, Reference
from shared.events.envelope import new_id
from shared.reference import codes

#: The legal bases, by kind of protection.
BASES: Final[Mapping[str, tuple[str, ...]]] = {
    RESIDENCE: tuple(codes("residence_ground")),
    LEGAL_AID: tuple(codes("legal_aid_basis")),
    NON_PUNISHMENT: tuple(codes("non_punishment_basis")),
}


class Protection(OfFile, CorrectableInFile, Record):
    """Leave to stay, legal aid or non-punishment, on one legal basis. Its current state follows from the steps."""

    __tablename__ = "protections"

    id: Mapped[UUID] = declared_column(Reference(), OURS, "The kind of protection.", primary_key=True, default=new_id)
    kind: Mapped[str] = declared_column(
        Code(codes("protection_kind")), OURS, "Leave to stay, legal aid, or not to be punished."
    )
    basis: Mapped[str] = declared_column(
        Code(tuple(dict.fromkeys(code for of_kind in BASES.values() for code in of_kind))),
        OURS,
        "On which basis of the law, by the list of its kind: residence_ground, legal_aid_basis, non_punishment_basis.",
        example="NL.REFLECTION",
    )
    offence: Mapped[str | None] = declared_column(
        nullable(Code(codes("charge_group"))),
        OURS,
        "For non-punishment: the accusations, by group of offences.",
    )
    acted_on: Mapped[str | None] = declared_column(nullable(PartialDay()), OURS, "When they did that; null: not known.")
    age_at_act: Mapped[str | None] = declared_column(nullable(Code(codes("age"))), OURS, "How old they were then.")


class ProtectionStep(DatedInFile, CorrectableInFile, Record):
    """A step of a protection on one day."""

    __tablename__ = "protection_steps"

    id: Mapped[UUID] = declared_column(Reference(), OURS, "The step.", primary_key=True, default=new_id)
    protection: Mapped[UUID] = mapped_column(index=True)
    step: Mapped[str] = declared_column(Code(codes("protection_step")), OURS, "The outcome.")
    until: Mapped[date | None] = declared_column(
        nullable(Day()), OURS, "The last day of a grant; null: not known, or nothing was granted."
    )
    merits: Mapped[str | None] = declared_column(
        nullable(Code(codes("merits"))), OURS, "Of legal aid: how the prospects were judged."
    )
