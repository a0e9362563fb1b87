"""May they: one table per service of action, role and relation, checked at one place before all else."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from shared.tokens import Principal


class Relation(Enum):
    """How the one who asks stands to the case that is asked for."""

    TEAM = "on the case's team"
    SUPERVISOR = "supervises somebody on the case's team"
    NONE = "no part in the case"
    EXCLUDED = "the person does not want them near the case"


class Need(Enum):
    """Which relation a role needs for an action."""

    TEAM = "only on the case's team"
    SUPERVISION = "on the case's team, or as supervisor of somebody on it"
    ANY = "whatever the relation, unless the person excluded the one who asks"


#: Which relations are enough. Nothing is, for whom the person excluded.
SUFFICIENT: Mapping[Need, frozenset[Relation]] = {
    Need.TEAM: frozenset((Relation.TEAM,)),
    Need.SUPERVISION: frozenset((Relation.TEAM, Relation.SUPERVISOR)),
    Need.ANY: frozenset(Relation) - {Relation.EXCLUDED},
}


@dataclass(frozen=True)
class Forbidden(Exception):
    """Not allowed, where there is no case whose existence a 404 would have to hide."""

    action: str
    status = 403
    retryable = False
    title = "Not allowed"

    def __str__(self) -> str:
        """Say what to do next."""
        return f"Your role does not allow this ({self.action}). Ask your supervisor if you need it for your work."


class NotFound(Exception):
    """No such thing, or none that the one who asks may know of: both look the same."""

    status = 404
    retryable = False
    title = "Not found"

    def __init__(self) -> None:
        """Say what the two causes are, without telling which."""
        super().__init__(
            "There is nothing here that you may see. Check the address, or ask to be added to the case's team."
        )


#: action -> role -> relation needed; a role that is missing may not.
Table = Mapping[str, Mapping[str, Need]]


def permits(table: Table, action: str, principal: Principal, relation: Relation) -> bool:
    """Tell whether one of the caller's roles allows the action in this relation; no entry means no."""
    needs = [need for role, need in table.get(action, {}).items() if role in principal.roles]
    return any(relation in SUFFICIENT[need] for need in needs)
