"""The encrypted keys of agencies' pseudonyms, one for each rotation."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from services.partners.agencies.agency.models import Record


class PseudonymKey(Record):
    """A key of an agency's pseudonyms."""

    __tablename__ = "pseudonym_keys"

    agency: Mapped[UUID] = mapped_column(primary_key=True)
    generation: Mapped[int] = mapped_column(primary_key=True, comment="1 is the first; the highest is in use")
    key: Mapped[bytes] = mapped_column(LargeBinary, comment="sealed")
    since: Mapped[datetime]
