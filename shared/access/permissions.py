"""May they: one table per service of action, role and relation, checked at one place before all else."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

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


class Forbidden(Exception):
    """Not allowed, where there is no case whose existence a 404 would have to hide."""

    status = 403
    retryable = False
    title = "Not allowed"

    def __init__(self, action: str) -> None:
        """Store the refused action."""
        super().__init__(action)
        self.action = action

    def __str__(self) -> str:
        """Return the action and what to do next, for the caller."""
        return f"Your role does not allow this ({self.action}). Ask your supervisor if you need it for your work."


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


#: action -> role -> relation needed; a role that is missing may not.
Table = Mapping[str, Mapping[str, Need]]


def permits(table: Table, action: str, principal: Principal, relation: Relation) -> bool:
    """Return whether one of the caller's roles allows the action in this relation; no entry means no."""
    needs = [need for role, need in table.get(action, {}).items() if role in principal.roles]
    return any(relation in SUFFICIENT[need] for need in needs)


class FieldClass(Enum):
    """The class of a case's field, which decides who may see it."""

    BASIC = "standing"  # that the case is there, how far it is, and its references: for whoever may read it
    IDENTITY = "identity"
    LOCATION = "location"
    ACCOUNT = "account"
    HEALTH = "health"
    PRIVILEGED = "privileged"
    STATISTICS = "statistics"


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
        return frozenset(
            FieldClass(field_class)
            for field_class in self.classes
            if permits(self.classes, field_class, principal, relation)
        )
