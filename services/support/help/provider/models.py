"""The table of providers, without persons and addresses. Declared columns can be entered and shown."""

from datetime import date, datetime
from typing import Final
from uuid import UUID

from marshmallow import fields, validate
from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from services.support.cases.case.models import Record
from shared.access.columns import declared_column
from shared.access.declarations import nullable
from shared.access.permissions import FieldClass
from shared.events.contract import Code, Codes, Count, Day, Flag, Identifier, Instant, Reference
from shared.http.words import SingleLine
from shared.reference import codes

_BASIC: Final = FieldClass.BASIC
OLDEST: Final = 25
_OLDEST_PERSON: Final = 120
_MOST_PLACES: Final = 10_000


def _up_to(highest: int) -> fields.Integer:
    """Return a field for a whole number from 0 to `highest`."""
    return fields.Integer(strict=True, validate=validate.Range(0, highest))


class Provider(Record):
    """A provider of help: its services, whom it serves, where, and whether it has a place."""

    __tablename__ = "providers"
    __table_args__ = (Index("providers_services_index", "services", postgresql_using="gin"),)

    id: Mapped[UUID] = declared_column(Reference(), _BASIC, "The provider.", primary_key=True)
    version: Mapped[int] = declared_column(Count(), None, "How often it was changed; also in the ETag.", example=1)
    name: Mapped[str] = declared_column(
        SingleLine(200), _BASIC, "Its name, which no event contains.", example="Fictitious Harbour"
    )
    agency: Mapped[UUID | None] = declared_column(
        nullable(Reference()), _BASIC, "The registered agency that it belongs to; null if it belongs to none."
    )
    state: Mapped[str] = declared_column(Code(codes("provider_state")), _BASIC, "Whether it is open.")
    services: Mapped[list[str]] = declared_column(
        Codes(codes("service_type")), _BASIC, "The services that it offers.", example=["accommodation_emergency"]
    )
    languages: Mapped[list[str]] = declared_column(
        Codes(codes("language")), _BASIC, "The languages that its staff speak.", example=["nl"]
    )
    country: Mapped[str] = declared_column(
        Code(identifier=Identifier.COUNTRY), _BASIC, "Its country (ISO 3166-1 alpha-2).", example="NL"
    )
    regions: Mapped[list[str]] = declared_column(
        Codes(identifier=Identifier.REGION),
        _BASIC,
        "The regions that it serves (ISO 3166-2); empty: all regions.",
        example=["NL-ZH"],
    )
    serves: Mapped[list[str]] = declared_column(
        Codes(codes("served_gender")), _BASIC, "The genders that it serves; empty: all.", example=["women"]
    )
    takes_children: Mapped[bool] = declared_column(Flag(), _BASIC, "Whether it also takes children.")
    children_up_to: Mapped[int | None] = declared_column(
        nullable(_up_to(OLDEST)), _BASIC, "The highest age of children, in years; null: no limit.", example=12
    )
    boys_up_to: Mapped[int | None] = declared_column(
        nullable(_up_to(OLDEST)),
        _BASIC,
        "The highest age of boys, in years; null: the same as for other children.",
        example=12,
    )
    minimum_age: Mapped[int | None] = declared_column(
        nullable(_up_to(_OLDEST_PERSON)),
        _BASIC,
        "The lowest age of clients, in years; null: no limit.",
        example=18,
    )
    maximum_age: Mapped[int | None] = declared_column(
        nullable(_up_to(_OLDEST_PERSON)),
        _BASIC,
        "The highest age of clients, in years; null: no limit.",
        example=65,
    )
    access: Mapped[list[str] | None] = declared_column(
        nullable(Codes(codes("access_need"))),
        _BASIC,
        "The accessibility needs that it meets; null: unknown.",
        example=["step_free"],
    )
    asks_status: Mapped[str] = declared_column(
        Code(codes("asked_status")), _BASIC, "The formal status that it requires."
    )
    vacancy: Mapped[str] = declared_column(Code(codes("vacancy_state")), _BASIC, "Whether it has a free place.")
    free_places: Mapped[int | None] = declared_column(
        nullable(_up_to(_MOST_PLACES)), _BASIC, "The number of free places; null: unknown.", example=2
    )
    counted_at: Mapped[datetime | None] = declared_column(nullable(Instant()), _BASIC, "When the places were counted.")
    known_until: Mapped[date | None] = declared_column(
        nullable(Day()), _BASIC, "The last day on which the count is valid; afterwards the vacancy is unknown."
    )
    stated_by: Mapped[UUID]
    stated_at: Mapped[datetime]
