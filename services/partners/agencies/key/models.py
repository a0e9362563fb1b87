"""The table of agency keys. Only a hash of each key is stored. Fields declared here appear in commands and views."""

from datetime import date, datetime
from typing import Final, cast
from uuid import UUID

from marshmallow import fields, validate
from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from services.partners.agencies.agency.models import Record
from services.partners.agencies.key import rules
from shared.access.columns import declared_column
from shared.access.declarations import nullable
from shared.encryption import NOT_SEALED
from shared.events.contract import Code, Codes, Day, Instant, Reference
from shared.events.kinds import BoundedList
from shared.reference import codes

_NETWORK: Final = fields.String(validate=validate.Length(1, rules.LONGEST_NETWORK))


class KeyRecord(Record):
    """An agency's key."""

    __tablename__ = "agency_keys"

    id: Mapped[UUID] = declared_column(
        Reference(), None, "The id of the key, which is part of the key.", primary_key=True
    )
    agency: Mapped[UUID] = declared_column(
        Reference(), None, "The agency whose key it is, by its id in the register.", index=True
    )
    digest: Mapped[bytes] = mapped_column(
        LargeBinary, info=NOT_SEALED, comment="SHA-256 of the whole key, which is kept nowhere"
    )
    purpose: Mapped[str] = declared_column(Code(codes("agency_key_purpose")), None, "The purpose for the agency.")
    scopes: Mapped[list[str]] = declared_column(
        Codes(codes("agency_key_scope")), None, "What it may.", example=["reading"]
    )
    networks: Mapped[list[str]] = declared_column(
        cast("fields.Field[list[str]]", BoundedList(_NETWORK, rules.MOST_NETWORKS)),
        None,
        "From where it may be used, as addresses or networks (CIDR); empty: from anywhere.",
        example=["192.0.2.0/28"],
    )
    #: A member of staff. Null if the key was made with another key of the agency. Agencies do not see it.
    made_by: Mapped[UUID | None] = mapped_column(comment="a member of staff; null: with a key of the agency's")
    made_with: Mapped[UUID | None] = declared_column(
        nullable(Reference()), None, "The agency's key with which it was made; null: the installation did."
    )
    made_at: Mapped[datetime] = declared_column(Instant(), None, "When it was made (real time).")
    until: Mapped[datetime] = declared_column(Instant(), None, "Until when it counts (real time).")
    last_used_on: Mapped[date | None] = declared_column(
        nullable(Day()), None, "The last day on which it was used (UTC); null: never yet."
    )
    successor: Mapped[UUID | None] = declared_column(
        nullable(Reference()), None, "The key that takes its place; null: none."
    )
    revoked_at: Mapped[datetime | None] = declared_column(
        nullable(Instant()), None, "When it was revoked (real time); null: it was not."
    )
