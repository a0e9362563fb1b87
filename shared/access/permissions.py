"""Authorisation: one table per service of action, role and relation, checked in one place before anything else."""

import functools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final, TypeVar
from uuid import UUID

from shared.access.tokens import Principal

_Found = TypeVar("_Found")


class Relation(Enum):
    """The caller's relation to the case of the request."""

    TEAM = "on the case's team"
    SUPERVISOR = "supervises somebody on the case's team"
    BREAK_GLASS = "without a part in it, but for some hours in an emergency"
    NONE = "no part in the case"
    EXCLUDED = "the person does not want them near the case"


class Need(Enum):
    """The relation that a role needs for an action."""

    TEAM = "only on the case's team"
    SUPERVISION = "on the case's team, or as supervisor of somebody on it"
    READING = "on the team, its supervisor, or in an emergency; for reading alone"
    ANY = "whatever the relation, unless the person excluded the one who asks"


#: Relations that satisfy each need. A caller whom the person excluded satisfies none.
SUFFICIENT: Mapping[Need, frozenset[Relation]] = {
    Need.TEAM: frozenset((Relation.TEAM,)),
    Need.SUPERVISION: frozenset((Relation.TEAM, Relation.SUPERVISOR)),
    Need.READING: frozenset((Relation.TEAM, Relation.SUPERVISOR, Relation.BREAK_GLASS)),
    Need.ANY: frozenset(Relation) - {Relation.EXCLUDED},
}


#: Number of cached results, by the roles and the relation of callers.
MOST_KEPT: Final = 512
#: action -> role -> required relation; a role that is missing is not allowed
Table = Mapping[str, Mapping[str, Need]]
#: The permission to know that a case exists.
READ_CASE: Final = "case.read"

#: The relation that a need requires, as a code and as text.
ASKED_FOR: Mapping[Need, tuple[str, str]] = {
    Need.TEAM: ("team", "on the case's team"),
    Need.SUPERVISION: ("supervision", "on the case's team or as supervisor of somebody on it"),
    Need.READING: ("reading", "on the case's team, as supervisor of somebody on it, or in an emergency"),
    Need.ANY: ("any", "with any part in the case, or none"),
}


class Forbidden(Exception):
    """Not allowed, and the caller can know that the object exists (no case, or a case that they can read).

    `roles` are the roles with the permission, each with the required relation. `about_case` is whether the action
    concerns a case.
    """

    status = 403
    title = "Not allowed"

    def __init__(self, action: str, roles: Mapping[str, Need] | None = None, *, about_case: bool = False) -> None:
        """Store the refused action and the roles that have it."""
        super().__init__(action)
        self.action = action
        self.roles = roles or {}
        self.about_case = about_case

    @property
    def members(self) -> dict[str, object]:
        """Return the additional members of the problem document."""
        roles = [
            {"role": role, **({"relation": ASKED_FOR[need][0]} if self.about_case else {})}
            for role, need in sorted(self.roles.items())
        ]
        return {"action": self.action, **({"roles": roles} if roles else {})}

    def __str__(self) -> str:
        """Return the message for the caller: the action, the roles that have it, and the next step."""
        part = " or your part in this case" if self.about_case else ""
        refused = f"Your role{part} does not allow this ({self.action})."
        if not self.roles:
            return f"{refused} Ask your supervisor if you need it for your work."
        who = "; ".join(self._who())
        return (
            f"{refused} These roles can do it: {who}. Ask one of them, or your supervisor if you need it for your work."
        )

    def _who(self) -> Iterator[str]:
        for need in Need:
            roles = sorted(role.replace("_", " ") for role, needed in self.roles.items() if needed is need)
            if roles:
                yield ", ".join(roles) + (f" ({ASKED_FOR[need][1]})" if self.about_case else "")


#: The required scope of a key, by the role that it gives.
_SCOPES: Final[Mapping[str, str]] = {
    "agency": "reading",
    "agency_reporter": "reporting",
    "agency_administrator": "administering",
}


class KeyForbidden(Forbidden):
    """Not allowed with an agency's key: it lacks the scope, or agencies cannot do this."""

    @property
    def members(self) -> dict[str, object]:
        """Return the action and the scopes that have it; agencies do not learn which staff roles have it."""
        return {"action": self.action, **({"scopes": self._scopes()} if self._scopes() else {})}

    def __str__(self) -> str:
        """Return the message for developers: the action, the missing scope, and the contact."""
        if not self._scopes():
            return (
                f"This key does not allow this ({self.action}), and no key of an agency does. Ask the operator of this "
                "installation."
            )
        scopes = " or ".join(self._scopes())
        return (
            f"This key does not allow this ({self.action}). It needs a key with the scope {scopes}. Ask your agency's "
            "administrator for one."
        )

    def _scopes(self) -> list[str]:
        return sorted(scope for role, scope in _SCOPES.items() if role in self.roles)


def forbidden(table: Table, action: str, principal: Principal) -> Forbidden:
    """Return the refusal of an action that concerns no case, worded for the type of caller."""
    kind = Forbidden if principal.agency is None else KeyForbidden
    return kind(action, table.get(action))


class OfTheLead(Forbidden):
    """Not allowed for a team member whose agency does not lead the case."""

    def __str__(self) -> str:
        """Return the message for the caller: the action, and the agency that can do it."""
        return (
            f"Only the agency that leads this case can do this ({self.action}), and you work for another one. Ask its "
            "lead worker. The consents and grounds of your own agency do not change."
        )


class NotFound(Exception):
    """The object does not exist or the caller cannot know about it: both give the same response."""

    status = 404
    title = "Not found"

    def __init__(self) -> None:
        """Build the message: it names both possible causes without revealing which one applies."""
        super().__init__(
            "Nothing was found at this address, or you are not allowed to see it. Check the address, or ask to be "
            "added to the case's team."
        )


def existing(found: _Found | None) -> _Found:
    """Return what was found. Raises `NotFound` for None."""
    if found is None:
        raise NotFound
    return found


class NotOfTheAgency(NotFound):
    """The same for a caller with an agency's key."""

    def __str__(self) -> str:
        """Return the message; it does not mention teams, because agencies are in none."""
        return (
            "Nothing was found at this address, or your agency is not allowed to see it. Check the address, and the id "
            "in it."
        )


def refusal(table: Table, action: str, principal: Principal, relation: Relation) -> NotFound | Forbidden:
    """Return the refusal for a case: readers learn which roles have the action, others get a 404."""
    if permits(table, READ_CASE, principal, relation):
        return Forbidden(action, table.get(action), about_case=True)
    return NotFound()


def permits(table: Table, action: str, principal: Principal, relation: Relation) -> bool:
    """Return whether one of the caller's roles allows the action in this relation; a missing entry means no."""
    return permits_roles(table.get(action, {}), principal.roles, relation)


# control: H-CONFIDENTIALITY-2 access-table
def permits_roles(needs: Mapping[str, Need], roles: frozenset[str], relation: Relation) -> bool:
    """Return the same, given each role's need for an action."""
    return any(relation in SUFFICIENT[need] for role, need in needs.items() if role in roles)


class FieldClass(Enum):
    """The class of a case's field, which decides who can see it."""

    BASIC = "standing"  # existence, progress and references of a case: visible to all readers of the case
    IDENTITY = "identity"
    LOCATION = "location"
    ACCOUNT = "account"
    HEALTH = "health"
    PRIVILEGED = "privileged"
    STATISTICS = "statistics"


#: The category of data that no consent discloses: only the leading agency sees how a case is managed.
OF_THE_LEAD: Final = "of_the_lead"
#: The data category (code list `data_category`) of a class's fields, unless the field or its part has another one. The
#: existence and progress of a case have none: all readers of the case see them.
CATEGORIES: Final[Mapping[FieldClass, str | None]] = {
    FieldClass.BASIC: None,
    FieldClass.IDENTITY: "identity",
    FieldClass.LOCATION: "location",
    FieldClass.ACCOUNT: "account",
    FieldClass.HEALTH: "health",
    FieldClass.PRIVILEGED: OF_THE_LEAD,
    FieldClass.STATISTICS: "account",
}


def check_own(principal: Principal, agency: UUID | None) -> None:
    """Raise `NotFound` if an agency's key is used at the address of another agency."""
    if principal.agency is not None and agency is not None and principal.agency != agency:
        raise NotFound


@dataclass(frozen=True)
class FieldVisibility:
    """Which callers see the fields of each class; each reply's schema contains the classes of its fields."""

    #: class (by value) -> role -> required relation
    classes: Table

    @classmethod
    def seen_by(cls, seen_by: Mapping[FieldClass, Mapping[str, Need]]) -> "FieldVisibility":
        """Create it from the needs of each class."""
        return cls({field_class.value: roles for field_class, roles in seen_by.items()})

    def withheld(self, principal: Principal, relation: Relation) -> list[str]:
        """Return the classes that a caller does not see, whether or not this case has such fields."""
        seen = {field_class.value for field_class in self.seen(principal, relation)}
        return sorted(self.classes.keys() - seen)

    def seen(self, principal: Principal, relation: Relation) -> frozenset[FieldClass]:
        """Return the classes that a caller sees."""
        return self._seen(principal.roles, relation)

    @functools.cached_property
    def _seen(self) -> Callable[[frozenset[str], Relation], frozenset[FieldClass]]:
        """Return a cached function that returns the classes for a set of roles and a relation."""

        @functools.lru_cache(MOST_KEPT)
        def seen(roles: frozenset[str], relation: Relation) -> frozenset[FieldClass]:
            return frozenset(
                FieldClass(name) for name, needs in self.classes.items() if permits_roles(needs, roles, relation)
            )

        return seen


@dataclass(frozen=True)
class Sight:
    """The classes that a reader's role sees, and the data categories that their agency can receive.

    `categories` is None if the agency can receive all. `agency` is the reader's agency, and `colleagues` are its
    present and former staff, whose records belong to the agency. Both are None or empty if they make no difference.
    """

    classes: frozenset[FieldClass]
    categories: frozenset[str] | None = None
    agency: UUID | None = None
    colleagues: frozenset[UUID] = frozenset()

    def has(self, category: str | None) -> bool:
        """Return whether the reader's agency can receive a category; None is visible to all readers of the case."""
        return self.categories is None or category is None or category in self.categories

    def is_own(self, value: object, *, is_author: bool) -> bool:
        """Return whether a record's author works for the reader's agency, or the record is about the agency."""
        return value in self.colleagues if is_author else value == self.agency


#: For a request about no case, and for the person themselves.
NOTHING: Final = Sight(frozenset())
ALL: Final = Sight(frozenset(FieldClass))
