"""Tables of the register: what only this service keeps of a member of staff, beside what every service knows."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.case.models import Record
from shared.events.envelope import new_id

_MOMENT = DateTime(timezone=True)


class StaffRecord(Record):
    """Who somebody is, sealed under a key of their own, who registered them, and what became of them."""

    __tablename__ = "staff_records"

    member: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[bytes | None] = mapped_column(comment="sealed; null once it was forgotten")
    address: Mapped[bytes | None] = mapped_column(comment="sealed: a mail address or a telephone number")
    version: Mapped[int]
    registered_at: Mapped[datetime] = mapped_column(_MOMENT)
    registered_by: Mapped[UUID]
    left_at: Mapped[datetime | None] = mapped_column(_MOMENT)
    left_by: Mapped[UUID | None] = mapped_column(comment="who recorded that they left")
    successor: Mapped[UUID | None] = mapped_column(comment="who has their cases since then")


class StaffSignIn(Record):
    """A sign-in of a member of staff, which is nobody else's."""

    __tablename__ = "staff_sign_ins"

    digest: Mapped[str] = mapped_column(primary_key=True, comment="of issuer and subject, keyed")
    member: Mapped[UUID] = mapped_column(index=True)
    id: Mapped[UUID]
    sealed: Mapped[bytes] = mapped_column(comment="issuer and subject")


class FirstOfRole(Record):
    """Who was made the first of a role, at the machine; nobody is a second time."""

    __tablename__ = "staff_firsts"

    role: Mapped[str] = mapped_column(primary_key=True)
    member: Mapped[UUID]
    made_at: Mapped[datetime] = mapped_column(_MOMENT)


class StaffProposal(Record):
    """What would open access to somebody, which opens nothing until a second person confirms it."""

    __tablename__ = "staff_proposals"
    __table_args__ = (Index("staff_proposals_waiting_index", "lapses_at", postgresql_where="state = 'waiting'"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    member: Mapped[UUID] = mapped_column(index=True)
    kind: Mapped[str]
    state: Mapped[str]
    supervisor: Mapped[UUID | None] = mapped_column(comment="of a supervision: who would supervise the member")
    stated: Mapped[bytes | None] = mapped_column(comment="sealed: what would be stored; null once it was answered")
    proposed_by: Mapped[UUID | None] = mapped_column(comment="null: not known, of what was there at an upgrade")
    proposed_at: Mapped[datetime | None] = mapped_column(_MOMENT)
    lapses_at: Mapped[datetime | None] = mapped_column(_MOMENT)
    answered_by: Mapped[UUID | None]
    answered_at: Mapped[datetime | None] = mapped_column(_MOMENT)


class OneTimeCode(Record):
    """A code that `./casepath staff code` printed at the machine, for one registration of an officer."""

    __tablename__ = "staff_codes"

    digest: Mapped[str] = mapped_column(primary_key=True, comment="SHA-256 of the code")
    issued_by: Mapped[UUID] = mapped_column(comment="the staff id of who ran the command")
    issued_at: Mapped[datetime] = mapped_column(_MOMENT, comment="real time")
    ends_at: Mapped[datetime] = mapped_column(_MOMENT, comment="real time")
    used_at: Mapped[datetime | None] = mapped_column(_MOMENT, comment="real time")
