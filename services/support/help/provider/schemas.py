"""The commands and views of providers. Most fields are declared on their columns. An address has no field."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import ClassVar, Final
from uuid import UUID

from services.support.help.provider import models, rules
from services.support.help.provider.models import OLDEST
from shared.access.declarations import declare, not_null, or_null
from shared.access.permissions import FieldClass
from shared.access.views import CaseView, View, parts
from shared.events.contract import Code, Codes, Count, Day, Flag, Reference
from shared.http import Command, optional, paging, required
from shared.http.route import Query
from shared.reference import codes

_BASIC: Final = FieldClass.BASIC
MOST_BEDS: Final = 30


class StateProvider(Command):
    """The complete data of a provider."""

    name: str = required(models.Provider.name)
    agency: UUID | None = optional(models.Provider.agency, default=None)
    state: str = optional(models.Provider.state, default=rules.ACTIVE)
    services: list[str] = required(models.Provider.services)
    languages: list[str] = optional(models.Provider.languages, default_factory=list)
    country: str = required(models.Provider.country)
    regions: list[str] = optional(models.Provider.regions, default_factory=list)
    serves: list[str] = optional(models.Provider.serves, default_factory=list)
    takes_children: bool = optional(models.Provider.takes_children, default=False)
    children_up_to: int | None = optional(models.Provider.children_up_to, default=None)
    boys_up_to: int | None = optional(models.Provider.boys_up_to, default=None)
    minimum_age: int | None = optional(models.Provider.minimum_age, default=None)
    maximum_age: int | None = optional(models.Provider.maximum_age, default=None)
    access: list[str] | None = optional(models.Provider.access, default=None)
    asks_status: str = optional(models.Provider.asks_status, default=rules.NONE)

    sample: ClassVar[Mapping[str, object] | None] = {
        "name": "Fictitious Harbour",
        "services": ["accommodation_emergency"],
        "languages": ["nl"],
        "country": "NL",
        "regions": ["NL-ZH"],
    }


class AddProvider(StateProvider):
    """Add a provider to the directory. A stated `id` makes a repeated import refer to the same provider."""

    id: UUID | None = optional(or_null(models.Provider.id), default=None)


class CountPlaces(Command):
    """Count a provider's places, with the last day of the count's validity. The default time of the count is now."""

    vacancy: str = required(models.Provider.vacancy)
    free_places: int | None = optional(models.Provider.free_places, default=None)
    known_until: date = required(not_null(models.Provider.known_until))
    counted_at: datetime | None = optional(models.Provider.counted_at, default=None)


class Provider(View, of=models.Provider):
    """A provider of the directory."""


class KeptProvider(View):
    """The provider that was changed."""

    id = models.Provider.id


class ProviderPage(paging.Page):
    """A page of providers in the order of their ids."""

    providers = parts(Provider)


class Suiting(View):
    """A provider that suits the person, with the reasons."""

    id = models.Provider.id
    name = models.Provider.name
    agency = models.Provider.agency
    reasons = declare(Codes(codes("match_reason")), _BASIC, "The reasons for this provider.")
    reservations = declare(Codes(codes("match_reservation")), _BASIC, "The open questions.")
    vacancy = models.Provider.vacancy
    free_places = models.Provider.free_places
    counted_at = models.Provider.counted_at
    known_until = models.Provider.known_until


class LeftOut(View):
    """A provider of the needed service that does not suit, with the reasons."""

    id = models.Provider.id
    name = models.Provider.name
    refusals = declare(Codes(codes("match_refusal")), _BASIC, "Why it was left out.")


class ReferralDraft(CaseView):
    """A referral in intake's format. Nothing is stored or published until it is recorded there."""

    agency = declare(Reference(), _BASIC, "The agency of the register to which it would go.")
    purpose = declare(Code(codes("consent_purpose")), _BASIC, "What for.")
    service_types = declare(Codes(codes("service_type")), _BASIC, "The requested service.")
    data_categories = declare(Codes(codes("data_category")), _BASIC, "The least that has to go along.")
    urgent = declare(Flag(), _BASIC, "Whether what is asked for can't wait.")
    reply_by = declare(Day(), _BASIC, "Until when an answer is asked for.")


class ProviderMatches(CaseView):
    """The providers of a service: at most 20 that suit, and at most 100 that do not."""

    suiting = parts(Suiting)
    left_out = parts(LeftOut)
    differences = declare(
        Codes(codes("match_difference")), _BASIC, "Of which points the request says something else than is known."
    )
    suiting_count = declare(Count(), _BASIC, "How many suit.", example=1)
    left_out_count = declare(Count(), _BASIC, "How many were left out.", example=0)


def _among(name: str, code_list: str, meaning: str) -> Query:
    return name, {"type": "string", "enum": sorted(codes(code_list))}, meaning


SERVICE_ASKED: Final[Query] = _among("service_type", "service_type", "the type of service that the person needs")
#: The query parameters of a match.
ASKED: Final[tuple[Query, ...]] = (
    SERVICE_ASKED,
    _among("language", "language", "the person's language; by default the language of the case"),
    _among("gender", "served_gender", "the groups that the provider must accept"),
    _among("status", "asked_status", "the formal status that they have"),
    ("region", {"type": "string"}, "the region where they would like to be (ISO 3166-2)"),
    ("avoid", {"type": "string"}, "a region where they are not safe (ISO 3166-2)"),
    ("beds", {"type": "integer", "minimum": 1, "maximum": MOST_BEDS}, "how many places they need at least"),
    ("access", {"type": "string"}, "access needs (codes of `access_need`, separated by commas; empty: none)"),
    (
        "oldest_child",
        {"type": "integer", "minimum": 0, "maximum": OLDEST},
        "the age of the oldest child who comes too",
    ),
)
#: The filters of a list.
FILTERS: Final[tuple[Query, ...]] = (
    SERVICE_ASKED,
    _among("state", "provider_state", "only those in this state"),
    ("region", {"type": "string"}, "only those that work in this region, or everywhere in its country"),
)
