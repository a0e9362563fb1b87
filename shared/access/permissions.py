"""May they: one table per service of action, role and relation, checked at one place before all else."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

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
    """Which fields of a case a caller sees: the class of each field, by its path, and who sees a class.

    A path leaves out the places of lists: `detections.strength`. A field without a class is shown to nobody.
    """

    fields: Mapping[str, FieldClass]
    #: class, by its value -> role -> relation needed
    classes: Table

    @classmethod
    def seen_by(cls, seen_by: Mapping[FieldClass, Mapping[str, Need]]) -> "FieldVisibility":
        """Build it from who sees a class; each reply schema has the classes of its fields."""
        return cls({}, {field_class.value: roles for field_class, roles in seen_by.items()})

    @classmethod
    def of(
        cls,
        fields: Mapping[FieldClass, Mapping[str, Collection[str]]],
        seen_by: Mapping[FieldClass, Mapping[str, Need]],
    ) -> "FieldVisibility":
        """Build it from the fields of each class, by the part that contains them ("" is the case itself)."""
        paths = {
            f"{part}.{name}".strip("."): field_class
            for field_class, parts in fields.items()
            for part, names in parts.items()
            for name in names
        }
        return cls(paths, {field_class.value: roles for field_class, roles in seen_by.items()})

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

    def shown(self, body: Mapping[str, Any], principal: Principal, relation: Relation) -> dict[str, Any]:
        """Return the fields of a case that a caller may see; a part without any is left out whole."""
        seen = self.seen(principal, relation)
        visible_paths = frozenset(path for path, field_class in self.fields.items() if field_class in seen)
        return _seen_of(body, "", visible_paths)

    def unclassed(self, body: Mapping[str, Any]) -> list[str]:
        """Return the fields that have no class."""
        return sorted(path for path in set(_paths(body, "")) if not self._is_known(path))

    def _is_known(self, path: str) -> bool:
        # A classed field may be a whole table; a part is known by the fields in it.
        within = any(path == classed or path.startswith(f"{classed}.") for classed in self.fields)
        return within or any(classed.startswith(f"{path}.") for classed in self.fields)


def _seen_of(body: Mapping[str, Any], before: str, visible_paths: Collection[str]) -> dict[str, Any]:
    visible = {}
    for name, value in body.items():
        path = f"{before}{name}"
        if path in visible_paths:
            visible[name] = value
        elif any(visible_path.startswith(f"{path}.") for visible_path in visible_paths):
            visible[name] = _part_of(value, f"{path}.", visible_paths)
    return visible


def _part_of(value: Any, before: str, visible_paths: Collection[str]) -> Any:
    if isinstance(value, Mapping):
        return _seen_of(value, before, visible_paths)
    return [_part_of(entry, before, visible_paths) for entry in value] if isinstance(value, list) else None


def _paths(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, list):
        for entry in value:
            yield from _paths(entry, path)
    elif isinstance(value, Mapping) and value:
        for name, entry in value.items():
            yield from _paths(entry, f"{path}.{name}".strip("."))
    if path:
        yield path
