"""Which agencies can receive an event type, and the data category of each of its fields.

The `audience` of an `EventType` declares this with one of five functions:

    inside("why")                        never sent to any agency
    of_nobody()                          about no person: only an agreement is required
    party("agency")                      only to the agency in this field
    party_of("consent")                  only to the agency of the record in this field
    person(DETECTION)                    to agencies that can receive a data category of the person for one of some
                                         purposes; `shared.events.openings` has these terms, with their reasons

If a type covers several categories, a code selects the terms: `by_code("kind", {...})`. A code without an entry
discloses nothing. The category in a field's own declaration (`shared.access.declarations`) also applies to agencies,
unless the audience has another one in `fields`. Staff ids and `OF_THE_LEAD` fields never leave the installation.

This module makes no decision about a person. The gate decides what an agency can receive now, with `Terms.are_met`.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType
from typing import Final

#: The types of agencies (code list `org_type`) that can receive a limit of the person. Every other type can decide
#: about the person or be their opponent: the lawyer's calculation would be evidence that a step is late.
OWN_LIMITS_TO: Final = frozenset(
    (
        *("NGO", "LegalService", "TradeUnion", "Shelter", "CareCoordination", "GuardianshipOrganisation"),
        *("HealthServiceOrganisation", "SchoolOrCollege", "FaithOrCommunityGroup", "InternationalOrganisation"),
    )
)


class Reach(Enum):
    """Which agencies an event type can reach."""

    INSIDE = "inside"
    OF_NOBODY = "of_nobody"
    PARTY = "party"
    PERSON = "person"


@dataclass(frozen=True)
class Terms:
    """Requirements for an agency to receive an event about a person: a purpose and, if set, the data category.

    Purpose and category must belong to the same consent or ground. `own_limit`: the event is about a time limit of the
    person, which an agency that can decide about them or be their opponent never receives.

    Two kinds of access open only that the event happened, without the fields that have a category: `instead`, another
    category; and `reported_to`, purposes.

    A consent can name remedies or types of matter. `of_a_claim`: the event is about a claim, so it must state a remedy
    that the consent names. `matters`: the types of matter that it is about, if it is about no claim.
    """

    category: str | None
    purposes: frozenset[str]
    own_limit: bool = False
    instead: str | None = None
    reported_to: frozenset[str] = frozenset()
    of_a_claim: bool = False
    matters: frozenset[str] = frozenset()

    @property
    def all_purposes(self) -> frozenset[str]:
        """All purposes that open the event, in full or only that it happened."""
        return self.purposes | self.reported_to

    def are_met(self, purposes: Collection[str], categories: Collection[str]) -> bool:
        """Return whether a consent or ground with these purposes and categories meets the terms."""
        if not self.reported_to.isdisjoint(purposes):
            return True
        sufficient = self.category is None or self.category in categories or self.instead in categories
        return sufficient and not self.purposes.isdisjoint(purposes)


#: The terms of an event; None if no agency can receive it.
Opening = Terms | None
#: The category of fields that never leave, as `OF_THE_LEAD` is for fields reserved for the leading agency.
STAYS: Final = "of_the_lead"
_NONE: Final[Mapping[str, str | None]] = MappingProxyType({})
_NO_CODES: Final[Mapping[str, Opening]] = MappingProxyType({})


@dataclass(frozen=True)
class Audience:
    """The audience of an event type. `fields` contains categories that differ from those inside the installation.

    `agency` is the field with the agency's id. `record` is the field with the id of the record whose agency it is.
    """

    reach: Reach
    because: str = ""
    terms: Opening = None
    by: str | None = None
    codes: Mapping[str, Opening] = field(default_factory=lambda: _NO_CODES, hash=False)
    agency: str | None = None
    record: str | None = None
    fields: Mapping[str, str | None] = field(default_factory=lambda: _NONE, hash=False)

    def opening(self, data: Mapping[str, object]) -> Opening:
        """Return the terms of an event about a person with these data; None if no agency can receive it."""
        if self.by is None:
            return self.terms
        return self.codes.get(str(data.get(self.by)))

    @property
    def leaves(self) -> bool:
        """Return whether any agency can ever receive the type."""
        return self.reach is not Reach.INSIDE


def inside(because: str) -> Audience:
    """Declare that no agency ever receives the event."""
    return Audience(Reach.INSIDE, because)


def of_nobody(fields: Mapping[str, str | None] = _NONE) -> Audience:
    """Declare that the event is about no person."""
    return Audience(Reach.OF_NOBODY, fields=fields)


def party(agency: str, fields: Mapping[str, str | None] = _NONE) -> Audience:
    """Declare that only the agency in a field receives the event, because the event is about it."""
    return Audience(Reach.PARTY, agency=agency, fields=fields)


def party_of(record: str, fields: Mapping[str, str | None] = _NONE) -> Audience:
    """Declare that only the agency of the record in a field receives the event.

    The record's first event determines the agency.
    """
    return Audience(Reach.PARTY, record=record, fields=fields)


def person(terms: Terms, fields: Mapping[str, str | None] = _NONE) -> Audience:
    """Declare that agencies with a data category of the person for one of some purposes receive the event."""
    return Audience(Reach.PERSON, terms=terms, fields=fields)


def by_code(by: str, codes: Mapping[str, Opening], fields: Mapping[str, str | None] = _NONE) -> Audience:
    """Declare that the code in a field selects the terms of the event."""
    return Audience(Reach.PERSON, by=by, codes=MappingProxyType(dict(codes)), fields=fields)


def opened(*names: str) -> dict[str, str | None]:
    """Return that these fields need no category: the terms of the event are sufficient."""
    return dict.fromkeys(names)


def kept_inside(*names: str) -> dict[str, str | None]:
    """Return that these fields never leave, even if the event does."""
    return dict.fromkeys(names, STAYS)


#: Why a version with too much data is not sent to agencies.
SAID_TOO_MUCH: Final = "This version said more than is told today."
#: The default for undeclared types: no agency receives them.
UNDECLARED: Final = inside("")
