"""Tables of referrals and their packages."""

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.case.models import Record
from shared.events.envelope import new_id


class ReferralIn(Record):
    """A referral that another agency made to us. Several may lead to one person."""

    __tablename__ = "referrals_in"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    agency_type: Mapped[str]
    reason: Mapped[str]
    service_types: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    urgent: Mapped[bool]
    received_on: Mapped[date]


class Referral(Record):
    """A referral to another agency, and where it stands."""

    __tablename__ = "referrals"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    state: Mapped[str]
    agency: Mapped[str]
    purpose: Mapped[str]
    service_types: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    data_categories: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    urgent: Mapped[bool]
    reply_by: Mapped[date]
    sent_on: Mapped[date | None]
    made_by: Mapped[UUID]
    conditions: Mapped[list[str]] = mapped_column(ARRAY(TEXT), default=list)
    reason: Mapped[str | None]
    outcome: Mapped[str | None]
    returned_to: Mapped[UUID | None]

    __table_args__ = (Index("referrals_returned_to_index", "returned_to"),)


class ReferralPackage(Record):
    """What goes along with a referral: a sealed JSON document per category of data, and what went, as it went.

    Without a foreign key to the referral: a draft may go to another case, and its package is sealed anew then.
    """

    __tablename__ = "referral_packages"

    referral_id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    identity: Mapped[bytes | None]
    account: Mapped[bytes | None]
    third_parties: Mapped[bytes | None]
    children: Mapped[bytes | None]
    health: Mapped[bytes | None]
    contact_safe: Mapped[bytes | None]
    went: Mapped[bytes | None]
    sent_on: Mapped[date | None]
