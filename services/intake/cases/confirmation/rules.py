"""The kinds of acts that need a second person, and the action that answers each. Pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from services.intake.access.erasure.rules import ACCESS as ERASURE
from services.intake.access.rights.rules import ACCESS as RIGHTS
from services.intake.access.staff_access.rules import ACCESS as STAFF_ACCESS
from services.intake.agencies.sharing.rules import ACCESS as SHARING
from services.intake.cases.closing.rules import ACCESS as CLOSING
from services.intake.facts.age.rules import ACCESS as AGE
from services.intake.facts.case.rules import OFFICER, Access
from shared.access.permissions import Need, Relation

#: The list shows each reader only what they may answer.
ACCESS: Final[Access] = {"confirmation.read": dict.fromkeys(("legal_adviser", "supervisor", OFFICER), Need.ANY)}

ERASURES, DISCLOSURES, SHARINGS, EMERGENCIES, ENDINGS = "erasure", "disclosure", "sharing", "emergency", "ending"
CLOSINGS: Final = "closing"
STAFF: Final = "staff"
AGES: Final = "age"
KINDS: Final = (ERASURES, DISCLOSURES, SHARINGS, EMERGENCIES, ENDINGS, CLOSINGS, STAFF, AGES)
#: kind -> the action by which a second person answers, in the access table of its topic. Endings and proposals about
#: staff are missing, because they are about no case.
ANSWERED_BY: Final[Mapping[str, str]] = {
    ERASURES: "erasure.confirm",
    DISCLOSURES: "disclosure.confirm",
    SHARINGS: "sharing.decide",
    EMERGENCIES: "glass.review",
    CLOSINGS: "closing.confirm",
    AGES: "age.confirm",
}
#: Kinds for which the second person must be outside the team.
OUTSIDE_THE_TEAM: Final = frozenset((CLOSINGS,))
TABLE: Final[Access] = {**ERASURE, **RIGHTS, **SHARING, **STAFF_ACCESS, **CLOSING, **AGE}
LONGEST_LIST: Final = 200


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """An act or proposal of one person that needs a second one. `due_at`: when it lapses, if ever."""

    kind: str
    id: UUID
    case: UUID | None
    by: UUID
    at: datetime | None
    reason: str | None
    due_at: datetime | None
    member: UUID | None = None
    demanded_by: str | None = None
    given: list[str] | None = None


def must_be_outside(kind: str, relation: Relation) -> bool:
    """Return whether a kind needs a person outside the team, and this relation is on the team."""
    return kind in OUTSIDE_THE_TEAM and relation is Relation.TEAM


def for_second(
    waiting: Iterable[Waiting], admitted: Mapping[str, set[UUID]], *, by: UUID, without_case: Collection[str]
) -> list[Waiting]:
    """Return what a reader may answer, the first due first, without their own acts.

    `admitted`: by kind, the cases in which they may answer it. `without_case`: the kinds about no case that they may
    answer.
    """
    theirs = [
        row
        for row in waiting
        if by not in (row.by, row.member)
        and (row.kind in without_case if row.case is None else row.case in admitted[row.kind])
    ]
    return sorted(theirs, key=lambda row: (row.due_at is None, row.due_at, row.kind, row.id))[:LONGEST_LIST]
