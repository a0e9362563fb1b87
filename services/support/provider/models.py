"""The table of providers, without persons and addresses. What is declared here can be entered and shown."""

from datetime import date, datetime
from typing import Final
from uuid import UUID

from marshmallow import fields, validate
from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from services.support.case.models import Record
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
        SingleLine(200), _BASIC, "What it is called; in no event.", example="Fictitious Harbour"
    )
    agency: Mapped[UUID | None] = declared_column(
        nullable(Reference()), _BASIC, "The agency of the register that it belongs to; null: none."
    )
    state: Mapped[str] = declared_column(Code(codes("provider_state")), _BASIC, "Whether it is open.")
    services: Mapped[list[str]] = declared_column(
        Codes(codes("service_type")), _BASIC, "What it offers.", example=["accommodation_emergency"]
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
        "Where it works (ISO 3166-2); empty: everywhere.",
        example=["NL-ZH"],
    )
    serves: Mapped[list[str]] = declared_column(
        Codes(codes("served_gender")), _BASIC, "Whom it is for; empty: for everybody.", example=["women"]
    )
    takes_children: Mapped[bool] = declared_column(Flag(), _BASIC, "Whether children can come too.")
    children_up_to: Mapped[int | None] = declared_column(
        nullable(_up_to(OLDEST)), _BASIC, "Up to which age, in years; null: of any age.", example=12
    )
    boys_up_to: Mapped[int | None] = declared_column(
        nullable(_up_to(OLDEST)),
        _BASIC,
        "Up to which age boys can come too, in years; null: as any child.",
        example=12,
    )
    minimum_age: Mapped[int | None] = declared_column(
        nullable(_up_to(_OLDEST_PERSON)),
        _BASIC,
        "From which age on it is for somebody, in years; null: any.",
        example=18,
    )
    maximum_age: Mapped[int | None] = declared_column(
        nullable(_up_to(_OLDEST_PERSON)),
        _BASIC,
        "Up to which age it is for somebody, in years; null: any.",
        example=65,
    )
    access: Mapped[list[str] | None] = declared_column(
        nullable(Codes(codes("access_need"))),
        _BASIC,
        "What it has for access; null: nobody said.",
        example=["step_free"],
    )
    asks_status: Mapped[str] = declared_column(Code(codes("asked_status")), _BASIC, "Which formal status it asks for.")
    vacancy: Mapped[str] = declared_column(Code(codes("vacancy_state")), _BASIC, "Whether there is a place.")
    free_places: Mapped[int | None] = declared_column(
        nullable(_up_to(_MOST_PLACES)), _BASIC, "How many places are free; null: nobody counted.", example=2
    )
    counted_at: Mapped[datetime | None] = declared_column(nullable(Instant()), _BASIC, "When it was counted.")
    known_until: Mapped[date | None] = declared_column(
        nullable(Day()), _BASIC, "Until which day that counts; afterwards it is as if nobody knew."
    )
    stated_by: Mapped[UUID]
    stated_at: Mapped[datetime]
