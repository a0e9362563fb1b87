"""The keys of agencies' pseudonyms, sealed: one for each time that they were rotated."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from services.partners.agencies.agency.models import Record


class PseudonymKey(Record):
    """A key under which an agency's names are made."""

    __tablename__ = "pseudonym_keys"

    agency: Mapped[UUID] = mapped_column(primary_key=True)
    generation: Mapped[int] = mapped_column(primary_key=True, comment="1 is the first; the highest is in use")
    key: Mapped[bytes] = mapped_column(LargeBinary, comment="sealed")
    since: Mapped[datetime]
