"""Fields of an agency, each declared once; the bodies that change one, and what is shown of it."""

from collections.abc import Mapping
from typing import Any, ClassVar, Final, TypeAlias
from uuid import UUID

from shared.access import agencies
from shared.access.declarations import declare, nullable, omittable
from shared.access.views import View, parts
from shared.events.contract import Code, Codes, Flag, Identifier, Instant, Reference
from shared.http import Command, optional, paging, required
from shared.http.route import Query
from shared.http.words import Words
from shared.reference import codes

LONGEST_NAME, LONGEST_CONTACT = 200, 1000
ID = declare(Reference(), None, "The agency's id, the same at every service.")
NAME = declare(Words(LONGEST_NAME), None, "What it is called; in no event.", example="Fictitious Shelter")
TYPE = declare(Code(codes("org_type")), None, "What kind of organisation it is.")
COUNTRY = declare(Code(identifier=Identifier.COUNTRY), None, "Its country (ISO 3166-1 alpha-2).", example="NL")
REGIONS = declare(
    Codes(identifier=Identifier.REGION), None, "Where it works (ISO 3166-2); empty: everywhere.", example=["NL-ZH"]
)
LANGUAGES = declare(Codes(codes("language")), None, "The languages in which it works.", example=["nl"])
SERVICES = declare(Codes(codes("service_type")), None, "What it helps with.", example=["legal_advice"])
DUTIES = declare(
    Codes(identifier=Identifier.PUBLIC_BODY),
    None,
    "The bodies under a duty that it is, or that it answers for, by the profile's codes.",
    example=["NL.POLICE"],
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
KNOWN_REASON = declare(nullable(Code(codes("agency_standing_reason"))), None, "Why it takes no part; null: it does.")
SINCE = declare(Instant(), None, "Since when it is in that state.")
NAMED_BY_LAW = declare(Flag(), None, "Whether the law's own list has it, so that it can't be ended.")


class RegisterAgency(Command):
    """An agency is to be in the register. With an `id` of one's own, the same row of a sheet is the same agency."""

    id: UUID | None = optional(nullable(ID), default=None)
    name: str = required(NAME)
    type: str = required(TYPE)
    country: str = required(COUNTRY)
    regions: list[str] = optional(REGIONS, default_factory=list)
    languages: list[str] = optional(LANGUAGES, default_factory=list)
    services: list[str] = optional(SERVICES, default_factory=list)
    duties: list[str] = optional(DUTIES, default_factory=list)
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


#: What a change names: a value of the field, or else the mark that it stays.
_Named: TypeAlias = Any
#: Of a field that a change does not name.
_AS_IT_IS: Final = object()


class ChangeAgency(Command):
    """What is so of an agency from now on; what is left out stays as it is."""

    name: _Named = optional(NAME, default=_AS_IT_IS)
    type: _Named = optional(TYPE, default=_AS_IT_IS)
    country: _Named = optional(COUNTRY, default=_AS_IT_IS)
    regions: _Named = optional(REGIONS, default=_AS_IT_IS)
    languages: _Named = optional(LANGUAGES, default=_AS_IT_IS)
    services: _Named = optional(SERVICES, default=_AS_IT_IS)
    duties: _Named = optional(DUTIES, default=_AS_IT_IS)
    authority: _Named = optional(AUTHORITY, default=_AS_IT_IS)
    first_responder: _Named = optional(FIRST_RESPONDER, default=_AS_IT_IS)
    takes_referrals: _Named = optional(TAKES_REFERRALS, default=_AS_IT_IS)
    contact: _Named = optional(CONTACT, default=_AS_IT_IS)

    @property
    def changes(self) -> dict[str, _Named]:
        """What it names, by field."""
        return {name: value for name, value in self.stored().items() if value is not _AS_IT_IS}


class StandAside(Command):
    """An agency takes no part for now, or no part any more."""

    reason: str = required(REASON)


class ListedAgency(View):
    """An agency, without how it is reached."""

    id = ID
    name = NAME
    type = TYPE
    country = COUNTRY
    regions = REGIONS
    languages = LANGUAGES
    services = SERVICES
    duties = DUTIES
    authority = AUTHORITY
    first_responder = FIRST_RESPONDER
    takes_referrals = TAKES_REFERRALS
    state = STATE


#: The query by which an agency is asked for with whether it receives events.
WITH_CONNECTION: Final[Query] = (
    "with",
    {"type": "string", "enum": ["connection"]},
    "`connection`: also whether the agency receives events from Casepath",
)


def asks_for_connection(query: Mapping[str, str]) -> bool:
    """Return whether an agency is asked for with whether it receives events. Raises `Refused`."""
    if query.get("with") not in (None, "connection"):
        raise paging.unclear("`with` is `connection`.")
    return "with" in query


class ShownAgency(ListedAgency):
    """An agency, with how it is reached for a referral. `with=connection` adds `is_connected`."""

    contact = CONTACT
    reason = KNOWN_REASON
    since = SINCE
    named_by_law = NAMED_BY_LAW
    is_connected = omittable(
        declare(
            Flag(),
            None,
            "Whether it receives events about a person if a consent or another ground covers them. False: hand over a "
            "referral to it yourself.",
        )
    )


class AgencyPage(View):
    """Agencies, in the order of their ids."""

    agencies = parts(ListedAgency)
    next = paging.NEXT


#: A list is narrowed to these.
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
