"""Providers as they are stored: nothing of any person, and no address."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import DateTime, Index, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.support.case.models import Record


class Provider(Record):
    """Somebody who helps: with what, for whom, where, and whether there is a place."""

    __tablename__ = "providers"
    __table_args__ = (Index("providers_services_index", "services", postgresql_using="gin"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(comment="counts the changes; the ETag")
    name: Mapped[str]
    agency: Mapped[UUID | None] = mapped_column(comment="of the register of agencies")
    state: Mapped[str]
    services: Mapped[list[str]] = mapped_column(ARRAY(Text))
    languages: Mapped[list[str]] = mapped_column(ARRAY(Text))
    country: Mapped[str]
    regions: Mapped[list[str]] = mapped_column(ARRAY(Text), comment="empty: all of the country")
    serves: Mapped[list[str]] = mapped_column(ARRAY(Text), comment="empty: everybody")
    takes_children: Mapped[bool]
    children_up_to: Mapped[int | None] = mapped_column(comment="years; null: of any age")
    boys_up_to: Mapped[int | None] = mapped_column(comment="years; null: as any child")
    minimum_age: Mapped[int | None] = mapped_column(comment="years, of the person; null: any")
    maximum_age: Mapped[int | None] = mapped_column(comment="years, of the person; null: any")
    access: Mapped[list[str] | None] = mapped_column(ARRAY(Text), comment="null: nobody said")
    asks_status: Mapped[str]
    vacancy: Mapped[str]
    free_places: Mapped[int | None]
    counted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    known_until: Mapped[date | None] = mapped_column(comment="afterwards nobody knows of places")
    stated_by: Mapped[UUID]
    stated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
