"""The queues: their readers, the kinds of entries, their order, and the action that a second person takes. Pure."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from services.intake.access.erasure.rules import ACCESS as ERASURE
from services.intake.access.rights.rules import ACCESS as RIGHTS
from services.intake.access.staff_access.rules import ACCESS as STAFF_ACCESS
from services.intake.agencies.consent.rules import ACCESS as CONSENT
from services.intake.cases.lifecycle.rules import ACCESS as LIFECYCLE
from services.intake.facts.case.rules import OFFICER, Access
from services.intake.facts.identity.rules import ACCESS as IDENTITY
from shared.access.permissions import Need, Relation

ERASURE_TO_EXAMINE, ERASURE_TO_CONFIRM = "erasure_to_examine", "erasure_to_confirm"

ERASURE_UNANSWERED: Final = "erasure_unanswered"

ACCESS_REQUEST, DISCLOSURE, SHARING = "access_request", "disclosure_to_decide", "sharing_to_review"

#: Data that was shared on a ground for children about a person who was of age.
SHARED_AS_CHILD: Final = "shared_as_child"

WITHDRAWAL, EMERGENCY, RIGHTS_PERIOD = "withdrawal_unanswered", "emergency_to_review", "rights_period"

NO_TEAM, NOBODY_REACHABLE, NO_LEAD, OVERDUE = "no_team", "nobody_reachable", "no_lead", "overdue"

#: An offered referral that was not decided on in time.
OFFER: Final = "offer_unanswered"

#: A certain conflict of interest in a matter of a case, from the day on which it was found.
CONFLICT: Final = "conflict_of_interest"

#: A change of age between child and adult that waits for a second person.
AGE: Final = "age_to_confirm"

#: A member whose last day is near or over, but who still has cases or supervises.
MEMBER_LEAVING, MEMBER_GONE = "member_leaving", "member_gone"

#: So long before a member's last day the queue shows that their cases need another member.
LEAVING_BEFORE: Final = timedelta(days=14)

#: The prefix of the codes of data protection's periods.
RIGHTS_CODES: Final = "PRIV."

#: The day of an entry without one.
NEVER: Final = date(9999, 12, 31)

#: A case without any responsible member comes before everything that is only late.
FIRST: Final = date(1, 1, 1)

_KIND: Final = re.compile(r"[a-z_]{1,40}")

#: The id of a record or case; an overdue item also has its kind and its code.
_ENTRY: Final = re.compile(r"[0-9a-f-]{36}(:[A-Za-z0-9_.\-]{1,64}){0,2}")

#: The list shows each reader only the decisions that they may take. Each queue shows only cases that its reader may
#: know of.
ACCESS: Final[Access] = {
    "queue.data_protection": {OFFICER: Need.ANY},
    "queue.supervision": {"supervisor": Need.ANY},
    "confirmation.read": dict.fromkeys(("legal_adviser", "supervisor", OFFICER), Need.ANY),
}

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

TABLE: Final[Access] = {**ERASURE, **RIGHTS, **CONSENT, **STAFF_ACCESS, **LIFECYCLE, **IDENTITY}

LONGEST_LIST: Final = 200


@dataclass(frozen=True, slots=True)
class Place:
    """An entry's place in its queue: its day, its kind, and its id."""

    due_on: date
    kind: str
    entry: str

    def written(self) -> str:
        """Return the place as a page cursor."""
        return f"{self.due_on}~{self.kind}~{self.entry}"


def place_of(entry: Mapping[str, object]) -> Place:
    """Return an entry's place in the order of the statement."""
    place = entry["place"]
    return Place(place if isinstance(place, date) else NEVER, str(entry["kind"]), str(entry["entry"]))


def read_place(text: str) -> Place:
    """Return the place of a page cursor. Raises `ValueError`."""
    due_on, kind, entry = text.split("~")
    if not (_KIND.fullmatch(kind) and _ENTRY.fullmatch(entry)):
        raise ValueError
    return Place(date.fromisoformat(due_on), kind, entry)


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
    waiting: Iterable[Waiting],
    admitted: Mapping[str, set[UUID]],
    *,
    by: UUID,
    without_case: Collection[str],
    advised: Collection[UUID] = (),
) -> list[Waiting]:
    """Return the decisions that a reader may take, earliest due first, without their own acts.

    `admitted`: by kind, the cases in which they may take it. `without_case`: the kinds about no case that they may
    take. `advised`: the decisions that they take as the case's legal adviser.
    """
    theirs = [
        row
        for row in waiting
        if by not in (row.by, row.member)
        and (row.id in advised or (row.kind in without_case if row.case is None else row.case in admitted[row.kind]))
    ]
    return sorted(theirs, key=lambda row: (row.due_at is None, row.due_at, row.kind, row.id))[:LONGEST_LIST]
