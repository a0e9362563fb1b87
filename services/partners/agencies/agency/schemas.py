"""The commands and views of agencies. Fields of an entry are declared on their columns (`models`)."""

from collections.abc import Mapping
from typing import Any, ClassVar, Final, TypeAlias
from uuid import UUID

from services.partners.agencies.agency.models import LONGEST_NAME, Entry
from shared.access import agencies
from shared.access.declarations import declare, nullable, omittable, or_null
from shared.access.views import View, parts
from shared.events.contract import Code, Codes, Flag, Identifier
from shared.http import Command, optional, paging, required
from shared.http.route import Query
from shared.http.words import Words
from shared.reference import codes

LONGEST_CONTACT: Final = 1000
#: The published contract declares the id of an agency as nullable, although it is never null.
ID = or_null(Entry.id)
TYPE = declare(Code(codes("org_type")), None, "The kind of organisation.")
COUNTRY = declare(Code(identifier=Identifier.COUNTRY), None, "Its country (ISO 3166-1 alpha-2).", example="NL")
REGIONS = declare(
    Codes(identifier=Identifier.REGION), None, "Where it works (ISO 3166-2); empty: everywhere.", example=["NL-ZH"]
)
AUTHORITY = declare(
    nullable(Code(codes("authority"))), None, "The authority of a profile that it is; null if none.", example="NL.IND"
)
FIRST_RESPONDER = declare(
    nullable(Code(codes("first_responder"))), None, "The first responder that it is; null if none.", example="unseen"
)
TAKES_REFERRALS = declare(Flag(), None, "Whether people can be referred to it.")
CONTACT = declare(
    nullable(Words(LONGEST_CONTACT)),
    None,
    "How it is reached for a referral; kept sealed, in no list and no event.",
    example="Fictitious desk",
)
STATE = declare(Code(agencies.STATES), None, "Whether it takes part.")
REASON = declare(Code(codes("agency_standing_reason")), None, "Why it takes no part.")
NAMED_BY_LAW = declare(Flag(), None, "Whether the law's own list has it, so that it can't be ended.")


class RegisterAgency(Command):
    """Register an agency. A stated `id` makes a repeated import of a sheet refer to the same agency."""

    id: UUID | None = optional(ID, default=None)
    name: str = required(Entry.name)
    type: str = required(TYPE)
    country: str = required(COUNTRY)
    regions: list[str] = optional(REGIONS, default_factory=list)
    languages: list[str] = optional(Entry.languages, default_factory=list)
    services: list[str] = optional(Entry.services, default_factory=list)
    duties: list[str] = optional(Entry.duties, default_factory=list)
    authority: str | None = optional(AUTHORITY, default=None)
    first_responder: str | None = optional(FIRST_RESPONDER, default=None)
    takes_referrals: bool = optional(TAKES_REFERRALS, default=True)
    contact: str | None = optional(CONTACT, default=None)

    sample: ClassVar[Mapping[str, object] | None] = {
        "name": "Fictitious Shelter",
        "type": "NGO",
        "country": "NL",
        "regions": ["NL-ZH"],
        "languages": ["nl"],
        "services": ["accommodation_emergency"],
    }


#: A field of a change: a value, or the mark that the field stays unchanged.
_Named: TypeAlias = Any
#: The mark of a field that a change does not contain.
_AS_IT_IS: Final = object()


class ChangeAgency(Command):
    """Change an agency. Omitted values stay unchanged."""

    name: _Named = optional(Entry.name, default=_AS_IT_IS)
    type: _Named = optional(TYPE, default=_AS_IT_IS)
    country: _Named = optional(COUNTRY, default=_AS_IT_IS)
    regions: _Named = optional(REGIONS, default=_AS_IT_IS)
    languages: _Named = optional(Entry.languages, default=_AS_IT_IS)
    services: _Named = optional(Entry.services, default=_AS_IT_IS)
    duties: _Named = optional(Entry.duties, default=_AS_IT_IS)
    authority: _Named = optional(AUTHORITY, default=_AS_IT_IS)
    first_responder: _Named = optional(FIRST_RESPONDER, default=_AS_IT_IS)
    takes_referrals: _Named = optional(TAKES_REFERRALS, default=_AS_IT_IS)
    contact: _Named = optional(CONTACT, default=_AS_IT_IS)

    @property
    def changes(self) -> dict[str, _Named]:
        """The changed values by field."""
        return {name: value for name, value in self.stored().items() if value is not _AS_IT_IS}


class StandAside(Command):
    """Suspend an agency, or end its participation."""

    reason: str = required(REASON)


class ListedAgency(View):
    """An agency without its contact details."""

    id = ID
    name = Entry.name
    type = TYPE
    country = COUNTRY
    regions = REGIONS
    languages = Entry.languages
    services = Entry.services
    duties = Entry.duties
    authority = AUTHORITY
    first_responder = FIRST_RESPONDER
    takes_referrals = TAKES_REFERRALS
    state = STATE


#: The query parameter that adds whether an agency receives events.
WITH_CONNECTION: Final[Query] = (
    "with",
    {"type": "string", "enum": ["connection"]},
    "`connection`: also whether the agency receives events from Casepath",
)


def asks_for_connection(query: Mapping[str, str]) -> bool:
    """Return whether a request asks whether an agency receives events. Raises `Refused`."""
    if query.get("with") not in (None, "connection"):
        raise paging.unclear("The value of `with` is not known. The only value is `connection`.")
    return "with" in query


class ShownAgency(ListedAgency):
    """An agency with its contact details for referrals. `with=connection` adds `is_connected`."""

    contact = CONTACT
    reason = Entry.reason
    since = Entry.since
    named_by_law = NAMED_BY_LAW
    is_connected = omittable(
        declare(
            Flag(),
            None,
            "Whether it receives events about a person if a consent or another ground covers them. False: hand over a "
            "referral to it yourself.",
        )
    )


class AgencyPage(paging.Page):
    """A page of agencies in the order of their ids."""

    agencies = parts(ListedAgency)


#: The filters of a list.
FILTERS: tuple[Query, ...] = (
    (
        "name",
        {"type": "string", "maxLength": LONGEST_NAME},
        "only those with a name in which each of these words begins a word",
    ),
    ("type", {"type": "string", "enum": sorted(codes("org_type"))}, "only of this kind"),
    ("country", {"type": "string"}, "only of this country"),
    ("region", {"type": "string"}, "only those that work in this region, or everywhere in its country"),
    ("language", {"type": "string", "enum": sorted(codes("language"))}, "only those that work in this language"),
    ("service", {"type": "string", "enum": sorted(codes("service_type"))}, "only those that help with this"),
    (
        "function",
        {"type": "string"},
        "only those with this function: an authority, first responder or body",
    ),
    ("state", {"type": "string", "enum": list(agencies.STATES)}, "only those in this state"),
)
