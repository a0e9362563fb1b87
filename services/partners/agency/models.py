"""The register as it is stored, beside the copy by codes that every service has (`shared.access.agencies`)."""

from datetime import datetime
from typing import ClassVar, Final
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, DateTime, Index, LargeBinary, Text, func, literal_column
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.encryption import SEALED_FOR_ID
from shared.store.database import own_metadata


class Record(DeclarativeBase):
    """A row of partners' own."""

    metadata = own_metadata()
    type_annotation_map: ClassVar = {str: Text, list[str]: ARRAY(Text), datetime: DateTime(timezone=True)}


class Entry(Record):
    """What the register alone says of an agency; its type, place, functions and state are in `agencies`."""

    __tablename__ = "register_entries"
    __table_args__ = SEALED_FOR_ID

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1, comment="counts the changes; the ETag")
    name: Mapped[str]
    languages: Mapped[list[str]]
    services: Mapped[list[str]] = mapped_column(comment="what it helps with")
    duties: Mapped[list[str]] = mapped_column(comment="bodies under a duty that it is, by the profiles' codes")
    contact: Mapped[bytes | None] = mapped_column(LargeBinary, comment="for referrals; sealed, it may name a person")
    reason: Mapped[str | None] = mapped_column(comment="why it is suspended or has ended; null while it takes part")
    since: Mapped[datetime] = mapped_column(comment="of the state in which it is")
    registered_by: Mapped[UUID | None] = mapped_column(comment="null: by the service itself, from the profiles")
    registered_at: Mapped[datetime]


#: The words of a name as PostgreSQL compares them: lower case, in no language.
SIMPLE: Final[ColumnElement[str]] = literal_column("'simple'::regconfig")
NAME_WORDS: Final = func.to_tsvector(SIMPLE, Entry.name)
Index("register_entries_name_index", NAME_WORDS, postgresql_using="gin")


class Generation(Record):
    """How many endings there were of anything that an agency could receive."""

    __tablename__ = "stream_endings"

    agency: Mapped[UUID] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(BigInteger)
