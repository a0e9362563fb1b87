"""Tables of cases that belong together."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.case.models import Record
from shared.events.envelope import new_id


class CaseMerge(Record):
    """A merge of two cases of one person, and by whom; every service has what stands in `joined_cases`."""

    __tablename__ = "case_merges"
    __table_args__ = (
        Index("case_merges_alias_id_key", "alias_id", unique=True, postgresql_where="unmerged_on is null"),
        Index("case_merges_kept_id_index", "kept_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kept_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    alias_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    merged_by: Mapped[UUID]
    merged_on: Mapped[date]
    unmerged_by: Mapped[UUID | None]
    unmerged_on: Mapped[date | None]


class DeclinedDuplicate(Record):
    """A likely duplicate that was declined: not the same person; this case's team is not asked again."""

    __tablename__ = "duplicate_declined"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    #: Without a foreign key: that case may be erased first, and takes this along then.
    other_id: Mapped[UUID] = mapped_column(primary_key=True, index=True)
    declined_by: Mapped[UUID]
    declined_on: Mapped[date]


class CaseLink(Record):
    """Two cases that belong together, each pair of a kind once. It has no event, since that would name both."""

    __tablename__ = "case_links"
    __table_args__ = (
        UniqueConstraint("first_id", "second_id", "kind"),
        CheckConstraint("first_id < second_id", name="order"),
        Index("case_links_second_id_index", "second_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    first_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    second_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    kind: Mapped[str]
    linked_on: Mapped[date]
