"""Tables of proceedings. Fields declared here appear in commands and views."""

from datetime import date
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from services.legal.cases.case.models import Record
from services.legal.matters.matter_file.models import OURS, CorrectableInFile, DatedInFile, OfFile
from shared.access.columns import declared_column
from shared.access.declarations import nullable
from shared.events.contract import Code, Codes, Day, Reference
from shared.events.envelope import new_id
from shared.reference import codes


class Proceeding(OfFile, CorrectableInFile, Record):
    """Proceedings before an authority or a court, and the person's role in them."""

    __tablename__ = "proceedings"

    id: Mapped[UUID] = declared_column(Reference(), OURS, "The proceedings.", primary_key=True, default=new_id)
    kind: Mapped[str] = declared_column(Code(codes("proceeding_kind")), OURS, "The kind of proceedings.")
    person_role: Mapped[str] = declared_column(Code(codes("party_role")), OURS, "The person's role in them.")
    began_on: Mapped[date] = declared_column(Day(), OURS, "The day on which they began, today by default.")
    #: Only if the person is accused.
    warned_on: Mapped[date | None] = declared_column(
        nullable(Day()), OURS, "The day on which the person was warned of what a guilty plea can end; null: not yet."
    )


class Defendant(OfFile, CorrectableInFile, Record):
    """A defendant in the proceedings. Their name is sealed with the parties of the matter."""

    __tablename__ = "defendants"

    id: Mapped[UUID] = declared_column(Reference(), OURS, "The defendant.", primary_key=True, default=new_id)
    proceeding: Mapped[UUID] = mapped_column(index=True)
    party: Mapped[UUID | None] = declared_column(
        nullable(Reference()), OURS, "Which party of the matter it is; null: not known."
    )
    charges: Mapped[list[str]] = declared_column(
        Codes(codes("charge_group")), OURS, "The charges, by group of offences."
    )


class ProceedingStep(DatedInFile, CorrectableInFile, Record):
    """A step by an authority or a court, in all of the proceedings or against one defendant.

    The current stage of each defendant follows from the steps.
    """

    __tablename__ = "proceeding_steps"

    id: Mapped[UUID] = declared_column(Reference(), OURS, "The step.", primary_key=True, default=new_id)
    proceeding: Mapped[UUID] = mapped_column(index=True)
    defendant: Mapped[UUID | None] = declared_column(
        nullable(Reference()), OURS, "Which defendant it is about; null: all of the proceedings."
    )
    stage: Mapped[str | None] = declared_column(
        nullable(Code(codes("prosecution_stage"))), OURS, "Where the authority or court is; null: not known."
    )
    disposal: Mapped[str | None] = declared_column(
        nullable(Code(codes("disposal"))), OURS, "How it ended for this defendant; null: not yet."
    )
    review: Mapped[str | None] = declared_column(
        nullable(Code(codes("no_charge_review"))),
        OURS,
        "The outcome of the review of a decision not to prosecute.",
    )
