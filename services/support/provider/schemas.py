"""Providers: their fields, each declared once, and what is stated and shown of them. An address has no field."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import ClassVar, Final
from uuid import UUID

from marshmallow import fields, validate

from services.support.provider import rules
from shared.access.declarations import declare, nullable, or_null
from shared.access.permissions import FieldClass
from shared.access.views import CaseView, View, parts
from shared.events.contract import Code, Codes, Count, Day, Flag, Identifier, Instant, Reference
from shared.http import Command, optional, paging, required
from shared.http.route import Query
from shared.http.words import SingleLine
from shared.reference import codes

_BASIC: Final = FieldClass.BASIC
OLDEST: Final = 25
_OLDEST_PERSON: Final = 120
MOST_BEDS: Final = 30
MOST_PLACES: Final = 10_000

PROVIDER = declare(Reference(), _BASIC, "The provider.")
NAME = declare(SingleLine(200), _BASIC, "What it is called; in no event.", example="Fictitious Harbour")
AGENCY = declare(nullable(Reference()), _BASIC, "The agency of the register that it belongs to; null: none.")
STATE = declare(Code(codes("provider_state")), _BASIC, "Whether it is open.")
SERVICES = declare(Codes(codes("service_type")), _BASIC, "What it offers.", example=["accommodation_emergency"])
LANGUAGES = declare(Codes(codes("language")), _BASIC, "The languages that its staff speak.", example=["nl"])
COUNTRY = declare(Code(identifier=Identifier.COUNTRY), _BASIC, "Its country (ISO 3166-1 alpha-2).", example="NL")
REGIONS = declare(
    Codes(identifier=Identifier.REGION), _BASIC, "Where it works (ISO 3166-2); empty: everywhere.", example=["NL-ZH"]
)
SERVES = declare(Codes(codes("served_gender")), _BASIC, "Whom it is for; empty: for everybody.", example=["women"])
TAKES_CHILDREN = declare(Flag(), _BASIC, "Whether children can come too.")
CHILDREN_UP_TO = declare(
    nullable(fields.Integer(strict=True, validate=validate.Range(0, OLDEST))),
    _BASIC,
    "Up to which age, in years; null: of any age.",
    example=12,
)
BOYS_UP_TO = declare(
    nullable(fields.Integer(strict=True, validate=validate.Range(0, OLDEST))),
    _BASIC,
    "Up to which age boys can come too, in years; null: as any child.",
    example=12,
)
_AGE = fields.Integer(strict=True, validate=validate.Range(0, _OLDEST_PERSON))
MINIMUM_AGE = declare(nullable(_AGE), _BASIC, "From which age on it is for somebody, in years; null: any.", example=18)
MAXIMUM_AGE = declare(
    nullable(fields.Integer(strict=True, validate=validate.Range(0, _OLDEST_PERSON))),
    _BASIC,
    "Up to which age it is for somebody, in years; null: any.",
    example=65,
)
ACCESS = declare(
    nullable(Codes(codes("access_need"))), _BASIC, "What it has for access; null: nobody said.", example=["step_free"]
)
ASKS_STATUS = declare(Code(codes("asked_status")), _BASIC, "Which formal status it asks for.")
VACANCY = declare(Code(codes("vacancy_state")), _BASIC, "Whether there is a place.")
FREE_PLACES = declare(
    nullable(fields.Integer(strict=True, validate=validate.Range(0, MOST_PLACES))),
    _BASIC,
    "How many places are free; null: nobody counted.",
    example=2,
)
KNOWN_UNTIL = declare(Day(), _BASIC, "Until which day that counts; afterwards it is as if nobody knew.")
COUNTED_AT = declare(Instant(), _BASIC, "When it was counted.")


class StateProvider(Command):
    """A provider as it is from now on, stated as a whole."""

    name: str = required(NAME)
    agency: UUID | None = optional(AGENCY, default=None)
    state: str = optional(STATE, default=rules.ACTIVE)
    services: list[str] = required(SERVICES)
    languages: list[str] = optional(LANGUAGES, default_factory=list)
    country: str = required(COUNTRY)
    regions: list[str] = optional(REGIONS, default_factory=list)
    serves: list[str] = optional(SERVES, default_factory=list)
    takes_children: bool = optional(TAKES_CHILDREN, default=False)
    children_up_to: int | None = optional(CHILDREN_UP_TO, default=None)
    boys_up_to: int | None = optional(BOYS_UP_TO, default=None)
    minimum_age: int | None = optional(MINIMUM_AGE, default=None)
    maximum_age: int | None = optional(MAXIMUM_AGE, default=None)
    access: list[str] | None = optional(ACCESS, default=None)
    asks_status: str = optional(ASKS_STATUS, default=rules.NONE)

    sample: ClassVar[Mapping[str, object] | None] = {
        "name": "Fictitious Harbour",
        "services": ["accommodation_emergency"],
        "languages": ["nl"],
        "country": "NL",
        "regions": ["NL-ZH"],
    }


class AddProvider(StateProvider):
    """A provider that is to be in the directory. With an `id` of one's own, a file's entry is the same each time."""

    id: UUID | None = optional(or_null(PROVIDER), default=None)


class CountPlaces(Command):
    """Whether a provider has places, and until when that counts; counted now, where nothing else is said."""

    vacancy: str = required(VACANCY)
    free_places: int | None = optional(FREE_PLACES, default=None)
    known_until: date = required(KNOWN_UNTIL)
    counted_at: datetime | None = optional(or_null(COUNTED_AT), default=None)


class Provider(View):
    """A provider of the directory."""

    id = PROVIDER
    name = NAME
    agency = AGENCY
    state = STATE
    services = SERVICES
    languages = LANGUAGES
    country = COUNTRY
    regions = REGIONS
    serves = SERVES
    takes_children = TAKES_CHILDREN
    children_up_to = CHILDREN_UP_TO
    boys_up_to = BOYS_UP_TO
    minimum_age = MINIMUM_AGE
    maximum_age = MAXIMUM_AGE
    access = ACCESS
    asks_status = ASKS_STATUS
    vacancy = VACANCY
    free_places = FREE_PLACES
    counted_at = or_null(COUNTED_AT)
    known_until = or_null(KNOWN_UNTIL)
    version = declare(Count(), None, "How often it was changed; also in the ETag.", example=1)


class KeptProvider(View):
    """The provider that was stated anew."""

    id = PROVIDER


class ProviderPage(View):
    """Providers, in the order of their ids."""

    providers = parts(Provider)
    next = paging.NEXT


class Suiting(View):
    """A provider that suits the person, and why."""

    id = PROVIDER
    name = NAME
    agency = AGENCY
    reasons = declare(Codes(codes("match_reason")), _BASIC, "What speaks for it.")
    reservations = declare(Codes(codes("match_reservation")), _BASIC, "What has to be asked first.")
    vacancy = VACANCY
    free_places = FREE_PLACES
    counted_at = or_null(COUNTED_AT)
    known_until = or_null(KNOWN_UNTIL)


class LeftOut(View):
    """A provider that offers what is needed and does not suit, and why."""

    id = PROVIDER
    name = NAME
    refusals = declare(Codes(codes("match_refusal")), _BASIC, "Why it was left out.")


class ReferralDraft(CaseView):
    """A referral as intake takes it; nobody hears of it, and nothing is stored, until it is recorded there."""

    agency = declare(Reference(), _BASIC, "The agency of the register to which it would go.")
    purpose = declare(Code(codes("consent_purpose")), _BASIC, "What for.")
    service_types = declare(Codes(codes("service_type")), _BASIC, "What is asked for.")
    data_categories = declare(Codes(codes("data_category")), _BASIC, "The least that has to go along.")
    urgent = declare(Flag(), _BASIC, "Whether what is asked for can't wait.")
    reply_by = declare(Day(), _BASIC, "Until when an answer is asked for.")


class ProviderMatches(CaseView):
    """The providers of what the person needs: at most 20 that suit, at most 100 that were left out."""

    suiting = parts(Suiting)
    left_out = parts(LeftOut)
    differences = declare(
        Codes(codes("match_difference")), _BASIC, "Of which points the request says something else than is known."
    )
    suiting_count = declare(Count(), _BASIC, "How many suit.", example=1)
    left_out_count = declare(Count(), _BASIC, "How many were left out.", example=0)


def _among(name: str, code_list: str, meaning: str) -> Query:
    return name, {"type": "string", "enum": sorted(codes(code_list))}, meaning


SERVICE_ASKED: Final[Query] = _among("service_type", "service_type", "what the person needs")
#: What narrows a match, each with the code list of its values; None: regions, and a number.
ASKED: Final[tuple[Query, ...]] = (
    SERVICE_ASKED,
    _among("language", "language", "what they speak; left out: the language of the case"),
    _among("gender", "served_gender", "for whom it has to be"),
    _among("status", "asked_status", "the formal status that they have"),
    ("region", {"type": "string"}, "the region where they would like to be (ISO 3166-2)"),
    ("avoid", {"type": "string"}, "a region where they are not safe (ISO 3166-2)"),
    ("beds", {"type": "integer", "minimum": 1, "maximum": MOST_BEDS}, "how many places they need at least"),
    ("access", {"type": "string"}, "what they need for access (codes of `access_need`, with commas; empty: nothing)"),
    ("oldest_child", {"type": "integer", "minimum": 0, "maximum": OLDEST}, "the age of the oldest child who comes too"),
)
#: A list is narrowed to these.
FILTERS: Final[tuple[Query, ...]] = (
    SERVICE_ASKED,
    _among("state", "provider_state", "only those in this state"),
    ("region", {"type": "string"}, "only those that work in this region, or everywhere in its country"),
)
