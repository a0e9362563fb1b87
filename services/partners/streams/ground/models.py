"""What is followed of cases, as far as the gate needs it: grounds, the law that applies, whose a referral is."""

from datetime import date
from uuid import UUID

from sqlalchemy import Date, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.partners.agencies.agency.models import Record


class Ground(Record):
    """A consent, or a named ground without one, by which an agency may have something of a person."""

    __tablename__ = "grounds"

    id: Mapped[UUID] = mapped_column(primary_key=True, comment="the consent, or the sharing without one")
    case_id: Mapped[UUID]
    agency: Mapped[UUID]
    kind: Mapped[str] = mapped_column(comment="consent or sharing")
    purposes: Mapped[list[str]]
    data_categories: Mapped[list[str]]
    since: Mapped[date | None] = mapped_column(Date, comment="the first day on which it counts; null: none is known")
    until: Mapped[date] = mapped_column(Date, comment="the last day on which it counts")


Index("grounds_case_id_agency_index", Ground.case_id, Ground.agency)
Index("grounds_agency_until_index", Ground.agency, Ground.until)


class Freeze(Record):
    """That nothing goes by consent for a while, of a case; its row goes when it goes on."""

    __tablename__ = "freezes"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(index=True)


class CaseLaw(Record):
    """Under whose law a case is; agreements name jurisdictions."""

    __tablename__ = "case_laws"

    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    jurisdiction: Mapped[str]


class Party(Record):
    """The agency that a consent, a sharing or a referral names; what follows names the record alone.

    Kept once the ground is gone: that it was withdrawn is for this agency to know.
    """

    __tablename__ = "parties"

    id: Mapped[UUID] = mapped_column(primary_key=True, comment="the consent, the sharing or the referral")
    case_id: Mapped[UUID] = mapped_column(index=True)
    agency: Mapped[UUID]
