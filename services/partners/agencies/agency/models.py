"""The tables of the register. Fields declared here appear in commands and views.

Every service has a copy of the agencies' codes (`shared.access.agencies`).
"""

from datetime import datetime
from typing import ClassVar, Final
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, DateTime, Index, LargeBinary, Text, func, literal_column
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.access.columns import declared_column
from shared.access.declarations import nullable
from shared.encryption import SEALED_FOR_ID
from shared.events.contract import Code, Codes, Identifier, Instant, Reference
from shared.http.words import Words
from shared.reference import codes
from shared.store.database import own_metadata

LONGEST_NAME: Final = 200


class Record(DeclarativeBase):
    """A row of a table that belongs to partners."""

    metadata = own_metadata()
    type_annotation_map: ClassVar = {str: Text, list[str]: ARRAY(Text), datetime: DateTime(timezone=True)}


class Entry(Record):
    """The fields of an agency that only the register stores. Its type, place, functions and state are in `agencies`."""

    __tablename__ = "register_entries"
    __table_args__ = SEALED_FOR_ID

    id: Mapped[UUID] = declared_column(
        Reference(), None, "The agency's id, the same at every service.", primary_key=True
    )
    #: The number of changes. It is also in the ETag.
    version: Mapped[int] = mapped_column(default=1)
    name: Mapped[str] = declared_column(
        Words(LONGEST_NAME), None, "Its name, which no event contains.", example="Fictitious Shelter"
    )
    languages: Mapped[list[str]] = declared_column(
        Codes(codes("language")), None, "The languages in which it works.", example=["nl"]
    )
    services: Mapped[list[str]] = declared_column(
        Codes(codes("service_type")), None, "The services that it offers.", example=["legal_advice"]
    )
    duties: Mapped[list[str]] = declared_column(
        Codes(identifier=Identifier.PUBLIC_BODY),
        None,
        "The bodies under a duty that it is or represents, by the profile's codes.",
        example=["NL.POLICE"],
    )
    #: For referrals. It can name a person.
    contact: Mapped[bytes | None] = mapped_column(LargeBinary, comment="sealed")
    reason: Mapped[str | None] = declared_column(
        nullable(Code(codes("agency_standing_reason"))), None, "Why it does not take part; null if it takes part."
    )
    since: Mapped[datetime] = declared_column(Instant(), None, "When it entered that state.")
    #: Null if the service registered it, because a profile names it.
    registered_by: Mapped[UUID | None]
    registered_at: Mapped[datetime]


#: The words of a name for PostgreSQL's text search: lower case, without a language.
SIMPLE: Final[ColumnElement[str]] = literal_column("'simple'::regconfig")
NAME_WORDS: Final = func.to_tsvector(SIMPLE, Entry.name)
Index("register_entries_name_index", NAME_WORDS, postgresql_using="gin")


class Generation(Record):
    """The number of endings of anything that an agency could receive."""

    __tablename__ = "stream_endings"

    agency: Mapped[UUID] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(BigInteger)
