"""The data about cases that the gate needs: grounds, the jurisdiction, and the agencies of records."""

from datetime import date
from uuid import UUID

from sqlalchemy import Date, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.partners.agencies.agency.models import Record
from shared.casework.records import OfCase


class Ground(Record):
    """A consent, or a named ground without one, by which an agency can receive data about a person."""

    __tablename__ = "grounds"

    id: Mapped[UUID] = mapped_column(primary_key=True, comment="the consent, or the sharing without one")
    case_id: Mapped[UUID]
    agency: Mapped[UUID]
    kind: Mapped[str] = mapped_column(comment="consent or sharing")
    purposes: Mapped[list[str]]
    data_categories: Mapped[list[str]]
    since: Mapped[date | None] = mapped_column(Date, comment="the first day on which it counts; null: none is known")
    until: Mapped[date] = mapped_column(Date, comment="the last day on which it counts")
    only_remedies: Mapped[list[str] | None] = mapped_column(comment="the only remedies that it names; null: any")
    only_matters: Mapped[list[str] | None] = mapped_column(comment="the only types of matter that it names; null: any")
    only_stages: Mapped[list[str] | None] = mapped_column(comment="the only stages that it names; null: any")


Index("grounds_case_id_agency_index", Ground.case_id, Ground.agency)
Index("grounds_agency_until_index", Ground.agency, Ground.until)


class Freeze(OfCase, Record):
    """A freeze of delivery by consent for a case. The row is deleted when delivery resumes."""

    __tablename__ = "freezes"

    id: Mapped[UUID] = mapped_column(primary_key=True)


class CaseLaw(Record):
    """The jurisdiction of a case; agreements name jurisdictions."""

    __tablename__ = "case_laws"

    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    jurisdiction: Mapped[str]


class Party(OfCase, Record):
    """The agency that a consent, a sharing or a referral names. Later events refer to the record only.

    It is kept after the ground has ended, because this agency must learn of the withdrawal.
    """

    __tablename__ = "parties"

    id: Mapped[UUID] = mapped_column(primary_key=True, comment="the consent, the sharing or the referral")
    agency: Mapped[UUID]
    is_withdrawn: Mapped[bool] = mapped_column(
        default=False, server_default="false", comment="a consent that was withdrawn: its agency owes an answer"
    )


class CriminalFact(OfCase, Record):
    """A fact that begins a stage of a case's criminal proceedings, in its latest revision."""

    __tablename__ = "criminal_facts"

    id: Mapped[UUID] = mapped_column(primary_key=True, comment="the fact")
    kind: Mapped[str] = mapped_column(comment="code list fact_kind; empty: none that begins a stage")
    revision: Mapped[int]
    is_withdrawn: Mapped[bool]
