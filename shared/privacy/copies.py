"""A copy of all that a service keeps about a person."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy.orm import Session

from shared.access.permissions import Sight
from shared.access.views import Copied, View, copied_as, copied_of, written
from shared.privacy.disclosure_permits import DisclosurePermit

#: The act, in the audit, of handing something to another than the person; to the person it is `copy.give`.
HANDED_BY_DEMAND = "disclosure.give"
#: Why something can't be handed over: the name of a rule, and a sentence that says what to do first.
Obstacle = tuple[str, str]


def _nothing_known(_session: Session, _case: UUID) -> Obstacle | None:
    return None


def _demands_hidden(_session: Session, _case: UUID) -> frozenset[str]:
    # Whether the person was told of a demand is known to the service that records demands alone.
    return frozenset((HANDED_BY_DEMAND,))


@dataclass(frozen=True)
class Copying:
    """What a service declares about copies of its records.

    `whole` loads all that it keeps of a case, by parts, `team` the staff ids of those who work on it. `view` is the
    schema of the copy: it writes the parts without the ids of staff, and says (`Copied`) of which class of records each
    is, and which leave only once they were reviewed. `classes` names the class of records of plain fields, and beside
    it `third_parties` and `privileged` what must be reviewed, of parts that no view declares yet.
    `obstacle` knows why nothing may leave yet, `hidden_acts` which acts the person must not learn of, since an order
    forbids it.
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
    """Return whether somebody sees all that a copy of a case would hold: no consent or ground withholds any of it."""
    if sight.agency is None or copying.view is None:
        return sight.agency is None
    case_parts = copying.whole(session, case)
    by_role = Sight(sight.classes)
    return written(copying.view, case_parts, sight) == written(copying.view, case_parts, by_role)


def copied(copying: Copying, session: Session, case: UUID, release: DisclosurePermit) -> dict[str, object]:
    """Return the parts of a case that a release covers, and the names of those that were left out."""
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
    # To whom a demand gives a part, the names of the others would say what else is there.
    left_out = sorted(closed & case_parts.keys()) if release.classes is None else []
    document: dict[str, object] = json.loads(json.dumps({**copied_parts, "left_out": left_out}, default=str))
    return document


def _declared(copying: Copying, matches: Callable[[Copied], bool]) -> set[str]:
    """Return the parts whose declaration in the copy's view matches."""
    parts = {} if copying.view is None else copying.view().fields
    return {name for name, part in parts.items() if matches(copied_as(part))}
