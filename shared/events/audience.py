"""Who outside the installation may be told of a type of event, and of which data category each of its fields is.

Declared beside the type's fields, in the `audience` of its `EventType`, by one of five words:

    inside("why")                        no agency is ever told
    of_nobody()                          it is about no person: by agreement alone
    party("agency")                      only the agency that this field names
    party_of("consent")                  only the agency of the record that this field names
    person(DETECTION)                    whoever may have a data category of the person for one of some purposes: such
                                         terms stand in `shared.events.openings`, with their reasons

A type that is about things of several categories says so by its code: `by_code("kind", {...})`. A code without an entry
opens nothing. What a field's own declaration says of its category (`shared.access.declarations`) counts for agencies
too, unless the audience has another one in `fields`; a staff id and what is `OF_THE_LEAD` never leave.

Nothing here decides about a person: what an agency may have now is for the gate, which asks `Terms.are_met`.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType
from typing import Final


class Reach(Enum):
    """How far a type of event may go."""

    INSIDE = "inside"
    OF_NOBODY = "of_nobody"
    PARTY = "party"
    PERSON = "person"


@dataclass(frozen=True)
class Terms:
    """What an agency must have for an event about a person: one of the purposes, and the data category if it names one.

    Purpose and category have to be of the same consent or ground.
    """

    category: str | None
    purposes: frozenset[str]

    def are_met(self, purposes: Collection[str], categories: Collection[str]) -> bool:
        """Return whether a consent or ground for these purposes and categories opens the event."""
        return not self.purposes.isdisjoint(purposes) and (self.category is None or self.category in categories)


#: What opens an event; None for nothing.
Opening = Terms | None
#: The category of what never leaves, as of what inside is for the agency that leads a case (`OF_THE_LEAD`).
STAYS: Final = "of_the_lead"
_NONE: Final[Mapping[str, str | None]] = MappingProxyType({})
_NO_CODES: Final[Mapping[str, Opening]] = MappingProxyType({})


@dataclass(frozen=True)
class Audience:
    """Who may be told. `fields`: the category of a field where it is another one than inside the installation.

    `agency`: the field that names the agency; `record`: the one that names the record whose agency it is.
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
        """Return what opens an event with these data, if it is about a person; None: it is told to no agency."""
        if self.by is None:
            return self.terms
        return self.codes.get(str(data.get(self.by)))

    @property
    def leaves(self) -> bool:
        """Return whether any agency may ever be told."""
        return self.reach is not Reach.INSIDE


def inside(because: str) -> Audience:
    """Declare that no agency is ever told."""
    return Audience(Reach.INSIDE, because)


def of_nobody(fields: Mapping[str, str | None] = _NONE) -> Audience:
    """Declare that the event is about no person."""
    return Audience(Reach.OF_NOBODY, fields=fields)


def party(agency: str, fields: Mapping[str, str | None] = _NONE) -> Audience:
    """Declare that only the agency which a field names is told: the event is about it."""
    return Audience(Reach.PARTY, agency=agency, fields=fields)


def party_of(record: str, fields: Mapping[str, str | None] = _NONE) -> Audience:
    """Declare that only the agency of the record which a field names is told, as the record's first event named it."""
    return Audience(Reach.PARTY, record=record, fields=fields)


def person(terms: Terms, fields: Mapping[str, str | None] = _NONE) -> Audience:
    """Declare that agencies are told that may have a data category of the person for one of some purposes."""
    return Audience(Reach.PERSON, terms=terms, fields=fields)


def by_code(by: str, codes: Mapping[str, Opening], fields: Mapping[str, str | None] = _NONE) -> Audience:
    """Declare that it hangs on the code in a field what opens the event."""
    return Audience(Reach.PERSON, by=by, codes=MappingProxyType(dict(codes)), fields=fields)


def opened(*names: str) -> dict[str, str | None]:
    """Return that these fields need no category of their own: what opens the event opens them."""
    return dict.fromkeys(names)


def kept_inside(*names: str) -> dict[str, str | None]:
    """Return that these fields never leave, whatever else of the event does."""
    return dict.fromkeys(names, STAYS)


#: Why a version that said more than is told today stays.
SAID_TOO_MUCH: Final = "This version said more than is told today."
#: Of a type of which nobody has said who may be told: no agency is, until somebody does.
UNDECLARED: Final = inside("")
