"""Tables of the staff register that only this service has. Fields declared here appear in views.

The table of staff that each service has is in `shared.access.staff`.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.access.staff import rules
from services.intake.facts.case.models import Record
from shared.access.columns import declared_column
from shared.access.declarations import nullable
from shared.events.contract import Code, Instant, Reference
from shared.events.envelope import new_id


class StaffRecord(Record):
    """The name and address of a member of staff, sealed with their own key, and when they were registered and left."""

    __tablename__ = "staff_records"

    member: Mapped[UUID] = mapped_column(primary_key=True)
    #: Sealed. Null after it was deleted.
    name: Mapped[bytes | None]
    #: Sealed: an e-mail address or a telephone number.
    address: Mapped[bytes | None]
    version: Mapped[int]
    registered_at: Mapped[datetime]
    registered_by: Mapped[UUID]
    left_at: Mapped[datetime | None]
    #: The staff member who recorded that they left.
    left_by: Mapped[UUID | None]
    #: The staff member who took over their cases.
    successor: Mapped[UUID | None]


class StaffSignIn(Record):
    """A sign-in of a member of staff. It belongs to one person only."""

    __tablename__ = "staff_sign_ins"

    #: A keyed digest of issuer and subject.
    digest: Mapped[str] = mapped_column(primary_key=True)
    member: Mapped[UUID] = mapped_column(index=True)
    id: Mapped[UUID]
    #: Issuer and subject.
    sealed: Mapped[bytes]


class FirstOfRole(Record):
    """The first member of a role, who was registered at the machine. Each role has only one."""

    __tablename__ = "staff_firsts"

    role: Mapped[str] = mapped_column(primary_key=True)
    member: Mapped[UUID]
    made_at: Mapped[datetime]


class StaffProposal(Record):
    """A proposal that would give a member of staff access. It has no effect until a second person confirms it."""

    __tablename__ = "staff_proposals"
    __table_args__ = (Index("staff_proposals_waiting_index", "lapses_at", postgresql_where="state = 'waiting'"),)

    id: Mapped[UUID] = declared_column(Reference(), None, "The proposal.", primary_key=True, default=new_id)
    member: Mapped[UUID] = declared_column(
        Reference(), None, "The staff member whom it is about.", staff=True, index=True
    )
    kind: Mapped[str] = declared_column(
        Code(rules.KINDS), None, "The kind of access that it would give.", example=rules.REGISTRATION
    )
    state: Mapped[str] = declared_column(Code(rules.STATES), None, "The state of the proposal.", example=rules.WAITING)
    #: Only for the proposal of a supervision.
    supervisor: Mapped[UUID | None] = declared_column(
        nullable(Reference()), None, "The proposed supervisor.", staff=True
    )
    #: The values that would be stored, sealed. Null after the answer.
    stated: Mapped[bytes | None]
    #: Null for access that already existed at an upgrade.
    proposed_by: Mapped[UUID | None] = declared_column(
        nullable(Reference()), None, "The staff member who proposed it; null if unknown.", staff=True
    )
    proposed_at: Mapped[datetime | None] = declared_column(nullable(Instant()), None, "When it was proposed.")
    lapses_at: Mapped[datetime | None] = declared_column(nullable(Instant()), None, "When it lapses.")
    answered_by: Mapped[UUID | None]
    answered_at: Mapped[datetime | None]


class OneTimeCode(Record):
    """A code that `./casepath staff code` printed at the machine. It is valid for one registration of an officer."""

    __tablename__ = "staff_codes"

    #: The SHA-256 digest of the code.
    digest: Mapped[str] = mapped_column(primary_key=True)
    #: The staff id of the operator who ran the command.
    issued_by: Mapped[UUID]
    #: Real time, as the two below.
    issued_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
