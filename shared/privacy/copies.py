"""A copy of all data that a service stores about a person."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy.orm import Session

from shared.access.permissions import Sight
from shared.access.views import Copied, View, copied_as, copied_of, written
from shared.privacy.disclosure_permits import DisclosurePermit

#: The audited act of disclosing records to someone other than the person; for the person it is `copy.give`.
HANDED_BY_DEMAND = "disclosure.give"
#: Why nothing can be disclosed: the name of a rule, and a message that explains what to do first.
Obstacle = tuple[str, str]


def _nothing_known(_session: Session, _case: UUID) -> Obstacle | None:
    return None


def _demands_hidden(_session: Session, _case: UUID) -> frozenset[str]:
    # Only the service that records demands knows whether the person was informed of one.
    return frozenset((HANDED_BY_DEMAND,))


@dataclass(frozen=True)
class Copying:
    """A service's declaration of the copies of its records.

    `whole` loads all stored data of a case, by parts, `team` the staff ids of its team. `view` is the schema of the
    copy: it writes the parts without staff ids, and declares (`Copied`) the class of records of each part, and which
    parts require a review first. For parts without a view, `classes` names the class of records of plain fields, and
    `third_parties` and `privileged` the parts that require a review. `obstacle` returns why nothing can be disclosed
    yet, `hidden_acts` the acts that an order forbids to reveal to the person.
    """

    whole: Callable[[Session, UUID], Mapping[str, object]]
    team: Callable[[Session, UUID], frozenset[str]]
    classes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    third_parties: frozenset[str] = frozenset()
    privileged: frozenset[str] = frozenset()
    view: type[View] | None = None
    obstacle: Callable[[Session, UUID], Obstacle | None] = field(default=_nothing_known)
    hidden_acts: Callable[[Session, UUID], frozenset[str]] = field(default=_demands_hidden)


def sees_all(copying: Copying, session: Session, case: UUID, sight: Sight) -> bool:
    """Return whether a reader sees the whole copy of a case: no consent or legal ground withholds any part of it."""
    if sight.agency is None or copying.view is None:
        return sight.agency is None
    case_parts = copying.whole(session, case)
    by_role = Sight(sight.classes)
    return written(copying.view, case_parts, sight) == written(copying.view, case_parts, by_role)


def copied(copying: Copying, session: Session, case: UUID, release: DisclosurePermit) -> dict[str, object]:
    """Return the parts of a case that a permit covers, and the names of those that were omitted."""
    case_parts = copying.whole(session, case)
    if copying.view is not None:
        case_parts = copied_of(copying.view, case_parts)
    closed: set[str] = set()
    if not release.third_parties:
        closed |= copying.third_parties | _declared(copying, lambda copied: copied.third_parties)
    if not release.privileged:
        closed |= copying.privileged | _declared(copying, lambda copied: copied.privileged)
    if release.classes is not None:
        record_classes = frozenset(release.classes)
        named = {part for name in record_classes for part in copying.classes.get(name, ())}
        named |= _declared(copying, lambda copied: copied.record_class in record_classes)
        closed |= case_parts.keys() - named - {"id"}
    copied_parts = {name: value for name, value in case_parts.items() if name not in closed}
    # A demand that gives some parts must not list the others, which would reveal what else exists.
    left_out = sorted(closed & case_parts.keys()) if release.classes is None else []
    document: dict[str, object] = json.loads(json.dumps({**copied_parts, "left_out": left_out}, default=str))
    return document


def _declared(copying: Copying, matches: Callable[[Copied], bool]) -> set[str]:
    """Return the parts whose declaration in the copy's view matches."""
    parts = {} if copying.view is None else copying.view().fields
    return {name for name, part in parts.items() if matches(copied_as(part))}
