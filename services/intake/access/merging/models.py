"""Tables of linked and merged cases. Fields declared here appear in commands and views."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.facts.case.models import Record
from shared.access.columns import declared_column
from shared.access.permissions import FieldClass
from shared.casework.records import WithId
from shared.events.contract import Code, Day
from shared.reference import codes


class CaseMerge(WithId, Record):
    """A merge of two cases of one person, and its author. Each service has the valid merges in `joined_cases`."""

    __tablename__ = "case_merges"
    __table_args__ = (
        Index("case_merges_alias_id_key", "alias_id", unique=True, postgresql_where="unmerged_on is null"),
        Index("case_merges_kept_id_index", "kept_id"),
    )

    kept_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    alias_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    merged_by: Mapped[UUID]
    merged_on: Mapped[date] = declared_column(Day(), FieldClass.BASIC, "The day on which they were merged.")
    unmerged_by: Mapped[UUID | None]
    unmerged_on: Mapped[date | None]


class DeclinedDuplicate(Record):
    """A declined duplicate: another person's case. It is not proposed to this case's team again."""

    __tablename__ = "duplicate_declined"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    #: Without a foreign key, because that case may be erased first. The erasure deletes this row.
    other_id: Mapped[UUID] = mapped_column(primary_key=True, index=True)
    declined_by: Mapped[UUID]
    declined_on: Mapped[date]


class CaseLink(WithId, Record):
    """Two cases that belong together, once for each kind. It has no event, because an event would name both cases."""

    __tablename__ = "case_links"
    __table_args__ = (
        UniqueConstraint("first_id", "second_id", "kind"),
        CheckConstraint("first_id < second_id", name="order"),
        Index("case_links_second_id_index", "second_id"),
    )

    first_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    second_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    kind: Mapped[str] = declared_column(Code(codes("case_link")), FieldClass.BASIC, "How they belong together.")
    linked_on: Mapped[date] = declared_column(Day(), FieldClass.BASIC, "The day on which they were linked.")
