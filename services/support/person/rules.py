"""What is known of a person, and which of a known and a typed value applies: the safer one. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

ADULT, UNKNOWN = "adult", "unknown"
#: Ages by which a person is treated as a child. A disputed age is one of them.
CHILD: Final = frozenset(("child", "disputed"))
#: A positive decision of one of these stages makes a presumed victim, and of the others a recognised one.
_PRESUMED: Final = frozenset(("presumed", "potential", "reasonable_grounds"))
_RECOGNISED: Final = frozenset(("identified", "conclusive_grounds"))
_POSITIVE: Final = "positive"


@dataclass(frozen=True, kw_only=True)
class Known:
    """What is known of a person. None: it is not known.

    `age`: `adult`, `child` or `disputed`. `groups`: whom a house has to be for (code list `served_gender`); one is
    enough. `status`: the formal status by the decisions (code list `asked_status`). `is_surely_child`: by an age that
    no user changed alone, so that it gives the powers that there are over a child.
    """

    age: str | None = None
    is_surely_child: bool = False
    groups: frozenset[str] | None = None
    status: str | None = None

    @property
    def is_child(self) -> bool:
        """Return whether the person is known to be a child, or is treated as one."""
        return self.age in CHILD

    @property
    def is_adult(self) -> bool:
        """Return whether the person is known to be an adult."""
        return self.age == ADULT


# control: H-DANGER-3 safer-value-applies
def is_protected_as_child(known: Known, *, typed: bool | None, before: bool = False) -> bool:
    """Return whether the protection of a child applies: where anything says that the person is one.

    `before`: whether it applied until now. Only intake ends it, by an age that is known: a typed value never does.
    """
    return known.is_child or typed is True or (before and not known.is_adult)


def age_of_all(ages: Iterable[str | None]) -> str | None:
    """Return the age of a person with several cases: a child by one of them is a child."""
    stated = set(ages)
    for age in ("child", "disputed"):
        if age in stated:
            return age
    return ADULT if stated == {ADULT} else None


# control: H-DANGER-4 no-power-by-retyping
def is_child_by_all(ages: Iterable[str | None]) -> bool:
    """Return whether each case of a person that says their age says that they are a child."""
    stated = set(ages) - {None, UNKNOWN}
    return bool(stated) and stated <= CHILD


def groups_of_all(groups: Iterable[Iterable[str] | None]) -> frozenset[str] | None:
    """Return the groups of a person with several cases; None where nothing is known, or the cases differ."""
    stated = {frozenset(each) for each in groups if each}
    return stated.pop() if len(stated) == 1 else None


def status_by(decisions: Iterable[tuple[str, str]]) -> str | None:
    """Return the formal status by the standing decisions (stage and outcome); None where none gives one."""
    positive = {stage for stage, outcome in decisions if outcome == _POSITIVE}
    if positive & _RECOGNISED:
        return "recognised_victim"
    return "presumed_victim" if positive & _PRESUMED else None
