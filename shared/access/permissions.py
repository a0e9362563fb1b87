"""May they: one table per service of action, role and relation, checked at one place before all else."""

import functools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final
from uuid import UUID

from shared.access.tokens import Principal


class Relation(Enum):
    """The principal's relation to the case of the request."""

    TEAM = "on the case's team"
    SUPERVISOR = "supervises somebody on the case's team"
    BREAK_GLASS = "without a part in it, but for some hours in an emergency"
    NONE = "no part in the case"
    EXCLUDED = "the person does not want them near the case"


class Need(Enum):
    """Which relation a role needs for an action."""

    TEAM = "only on the case's team"
    SUPERVISION = "on the case's team, or as supervisor of somebody on it"
    READING = "on the team, its supervisor, or in an emergency; for reading alone"
    ANY = "whatever the relation, unless the person excluded the one who asks"


#: Which relations suffice for an action. None does for a principal whom the person excluded.
SUFFICIENT: Mapping[Need, frozenset[Relation]] = {
    Need.TEAM: frozenset((Relation.TEAM,)),
    Need.SUPERVISION: frozenset((Relation.TEAM, Relation.SUPERVISOR)),
    Need.READING: frozenset((Relation.TEAM, Relation.SUPERVISOR, Relation.BREAK_GLASS)),
    Need.ANY: frozenset(Relation) - {Relation.EXCLUDED},
}


#: Of the sets of roles that people have in their relations to cases, so many are kept with what follows from them.
MOST_KEPT: Final = 512
#: action -> role -> relation needed; a role that is missing may not.
Table = Mapping[str, Mapping[str, Need]]
#: The action by which somebody may know that a case is there.
READ_CASE: Final = "case.read"

#: The relation that a need asks for, in one word and in words.
ASKED_FOR: Mapping[Need, tuple[str, str]] = {
    Need.TEAM: ("team", "on the case's team"),
    Need.SUPERVISION: ("supervision", "on the case's team or as supervisor of somebody on it"),
    Need.READING: ("reading", "on the case's team, as supervisor of somebody on it, or in an emergency"),
    Need.ANY: ("any", "with any part in the case, or none"),
}


class Forbidden(Exception):
    """Not allowed, to somebody from whom a 404 would have to hide nothing: there is no case, or they may read it.

    `roles` are those that have the action, each with the relation that it needs; `about_case`, whether it is done to a
    case.
    """

    status = 403
    retryable = False
    title = "Not allowed"

    def __init__(self, action: str, roles: Mapping[str, Need] | None = None, *, about_case: bool = False) -> None:
        """Store the refused action, and who has it."""
        super().__init__(action)
        self.action = action
        self.roles = roles or {}
        self.about_case = about_case

    @property
    def members(self) -> dict[str, object]:
        """Return what the problem document says beside its words."""
        roles = [
            {"role": role, **({"relation": ASKED_FOR[need][0]} if self.about_case else {})}
            for role, need in sorted(self.roles.items())
        ]
        return {"action": self.action, **({"roles": roles} if roles else {})}

    def __str__(self) -> str:
        """Return the action, who has it, and what to do next, for the caller."""
        part = " or your part in this case" if self.about_case else ""
        refused = f"Your role{part} does not allow this ({self.action})."
        if not self.roles:
            return f"{refused} Ask your supervisor if you need it for your work."
        who = "; ".join(self._who())
        return f"{refused} It is for: {who}. Ask one of them to do it, or your supervisor if you need it for your work."

    def _who(self) -> Iterator[str]:
        for need in Need:
            roles = sorted(role.replace("_", " ") for role, needed in self.roles.items() if needed is need)
            if roles:
                yield ", ".join(roles) + (f" ({ASKED_FOR[need][1]})" if self.about_case else "")


#: What a key has to have been made for, by the role that it has then.
_SCOPES: Final[Mapping[str, str]] = {
    "agency": "reading",
    "agency_reporter": "reporting",
    "agency_administrator": "administering",
}


class KeyForbidden(Forbidden):
    """Not allowed with an agency's key: it was made for something else, or no agency does this."""

    @property
    def members(self) -> dict[str, object]:
        """Return the action, and the scopes that have it; which staff have it is no business of an agency's."""
        return {"action": self.action, **({"scopes": self._scopes()} if self._scopes() else {})}

    def __str__(self) -> str:
        """Return the action, the scope that is missing, and whom to ask, for a program's makers."""
        if not self._scopes():
            return f"This key does not allow this ({self.action}). No key of an agency does."
        scopes = " or ".join(self._scopes())
        return (
            f"This key does not allow this ({self.action}). It needs a key with the scope {scopes}. Ask your agency's "
            "administrator for one."
        )

    def _scopes(self) -> list[str]:
        return sorted(scope for role, scope in _SCOPES.items() if role in self.roles)


def forbidden(table: Table, action: str, principal: Principal) -> Forbidden:
    """Return the refusal of an action that is done to no case, in words for who asks."""
    kind = Forbidden if principal.agency is None else KeyForbidden
    return kind(action, table.get(action))


class OfTheLead(Forbidden):
    """Not allowed to somebody on the team whose agency does not lead the case."""

    def __str__(self) -> str:
        """Return the action, and who does it, for the caller."""
        return (
            f"The agency that leads this case does this ({self.action}), and you work for another one. Ask its lead "
            "worker; the consents and grounds of your own agency stay as they are."
        )


class NotFound(Exception):
    """No such thing, or none that the one who asks may know of: both look the same."""

    status = 404
    retryable = False
    title = "Not found"

    def __init__(self) -> None:
        """Build the message: it names both possible causes and not which of them applies."""
        super().__init__(
            "There is nothing here that you may see. Check the address, or ask to be added to the case's team."
        )


class NotOfTheAgency(NotFound):
    """The same, to who asks with an agency's key."""

    def __str__(self) -> str:
        """Return the message: an agency is on no team."""
        return "There is nothing here that your agency may see. Check the address, and the id in it."


def refusal(table: Table, action: str, principal: Principal, relation: Relation) -> NotFound | Forbidden:
    """Return the refusal of an action on a case: whoever may read it is told who has the action, and others nothing."""
    if permits(table, READ_CASE, principal, relation):
        return Forbidden(action, table.get(action), about_case=True)
    return NotFound()


def permits(table: Table, action: str, principal: Principal, relation: Relation) -> bool:
    """Return whether one of the caller's roles allows the action in this relation; no entry means no."""
    return permits_roles(table.get(action, {}), principal.roles, relation)


# control: H-CONFIDENTIALITY-2 access-table
def permits_roles(needs: Mapping[str, Need], roles: frozenset[str], relation: Relation) -> bool:
    """Return the same by what each role needs for an action."""
    return any(relation in SUFFICIENT[need] for role, need in needs.items() if role in roles)


class FieldClass(Enum):
    """The class of a case's field, which decides who may see it."""

    BASIC = "standing"  # that the case is there, how far it is, and its references: for whoever may read it
    IDENTITY = "identity"
    LOCATION = "location"
    ACCOUNT = "account"
    HEALTH = "health"
    PRIVILEGED = "privileged"
    STATISTICS = "statistics"


#: The category of what no consent opens: how a case is kept is for the agency that leads it.
OF_THE_LEAD: Final = "of_the_lead"
#: The data category (code list `data_category`) of a class's fields, unless a field, or the part it stands in, has
#: another one. That a case is there, and how far it is, is of none: whoever may read the case sees it.
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
    """Raise `NotFound` for an agency's key at an address that names another agency."""
    if principal.agency is not None and agency is not None and principal.agency != agency:
        raise NotFound


@dataclass(frozen=True)
class FieldVisibility:
    """Who sees the fields of a class; each reply's schema has the classes of its fields."""

    #: class, by its value -> role -> relation needed
    classes: Table

    @classmethod
    def seen_by(cls, seen_by: Mapping[FieldClass, Mapping[str, Need]]) -> "FieldVisibility":
        """Build it from who sees a class."""
        return cls({field_class.value: roles for field_class, roles in seen_by.items()})

    def withheld(self, principal: Principal, relation: Relation) -> list[str]:
        """Return the classes that a caller does not see, whether or not this case has any of their fields."""
        seen = {field_class.value for field_class in self.seen(principal, relation)}
        return sorted(self.classes.keys() - seen)

    def seen(self, principal: Principal, relation: Relation) -> frozenset[FieldClass]:
        """Return the classes that a caller sees."""
        return self._seen(principal.roles, relation)

    @functools.cached_property
    def _seen(self) -> Callable[[frozenset[str], Relation], frozenset[FieldClass]]:
        """Return what looks up the classes that roles see in a relation, once for each of the few that there are."""

        @functools.lru_cache(MOST_KEPT)
        def seen(roles: frozenset[str], relation: Relation) -> frozenset[FieldClass]:
            return frozenset(
                FieldClass(name) for name, needs in self.classes.items() if permits_roles(needs, roles, relation)
            )

        return seen


@dataclass(frozen=True)
class Sight:
    """The classes that a reader's role sees, and the data categories that their agency may have.

    `categories` is None where the agency may have all. `agency` is the reader's, and `colleagues` are who works or has
    worked for it: what they recorded is the agency's own. None where that makes no difference.
    """

    classes: frozenset[FieldClass]
    categories: frozenset[str] | None = None
    agency: UUID | None = None
    colleagues: frozenset[UUID] = frozenset()

    def has(self, category: str | None) -> bool:
        """Return whether the reader's agency may have a category; None is of what whoever reads the case sees."""
        return self.categories is None or category is None or category in self.categories

    def is_own(self, value: object, *, is_author: bool) -> bool:
        """Return whether a record's author works for the reader's agency, or the record is about it."""
        return value in self.colleagues if is_author else value == self.agency


#: Of a request about no case, and of the person themselves.
NOTHING: Final = Sight(frozenset())
ALL: Final = Sight(frozenset(FieldClass))
