"""The queues: who reads each, the kinds of entries, and their order. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from services.intake.facts.case.rules import OFFICER, Access
from shared.access.permissions import Need

#: Each queue shows only cases that its reader may know of.
ACCESS: Final[Access] = {
    "queue.data_protection": {OFFICER: Need.ANY},
    "queue.supervision": {"supervisor": Need.ANY},
}

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
#: A member whose last day is near or over, and who still has cases or supervises.
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
