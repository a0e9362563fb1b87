"""The rules of data-sharing agreements: when one is in force, its scope, and the roles for each step. Pure.

One person can suspend or end an agreement on any day. Recording or resuming one takes two people, and the second must
be a data-protection officer of this installation. An agreement ends after its last day. A newer agreement permanently
supersedes it from the newer one's first day on.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import Final
from uuid import UUID

from services.partners.agencies.agency.rules import ACTIVE
from services.partners.agencies.agency.rules import ENDED as AGENCY_ENDED
from shared.access.permissions import Need
from shared.casework.refusals import FactRefused, StepForbidden

_OFFICER: Final = "data_protection_officer"
_KEEPERS: Final = dict.fromkeys(("operator", _OFFICER), Need.ANY)
#: The operators' key can record and never confirm (docs/decisions/0021): the second person is an officer.
SECOND: Final = {_OFFICER: Need.ANY}
ACCESS: Final[Mapping[str, Mapping[str, Need]]] = {
    "agreement.record": _KEEPERS,
    "agreement.confirm": SECOND,
    "agreement.stop": _KEEPERS,
    "agreement.resume": _KEEPERS,
    "agreement.read": _KEEPERS,
}
#: The states that a step sets.
PROPOSED, AGREED, SUSPENDED, RESUMING, ENDED = "proposed", "agreed", "suspended", "resuming", "ended"
#: The states that follow from the days. Together with the above they are the list `agreement_state`.
LAPSED, AHEAD, IN_FORCE, ENDS_SOON, SUPERSEDED, OVER = "lapsed", "ahead", "in_force", "ends_soon", "superseded", "over"
CONFIRM, SUSPEND, RESUME, END = "confirm", "suspend", "resume", "end"
#: step -> the state after it, by the state before it.
_AFTER: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        CONFIRM: {PROPOSED: AGREED, RESUMING: AGREED},
        SUSPEND: {AGREED: SUSPENDED, RESUMING: SUSPENDED},
        RESUME: {SUSPENDED: RESUMING},
        END: dict.fromkeys((PROPOSED, AGREED, SUSPENDED, RESUMING), ENDED),
    }
)
_OPENS: Final = frozenset((CONFIRM, RESUME))
_INSTEAD: Final = {
    CONFIRM: "This agreement is not waiting for a second person. Request that it is resumed, or record a new one.",
    SUSPEND: "Only a confirmed agreement that has not ended can be suspended. Read the agreement again.",
    RESUME: "Only a suspended agreement can be resumed. If the agreement has ended, record a new one.",
    END: "This agreement has already ended. Nothing needs to be done.",
}
#: Our choice: the second person confirms what is still true.
LAPSES_AFTER: Final = timedelta(days=7)
#: Our choice: enough time to sign the next agreement.
REMINDED_DAYS: Final = 30
#: The agency receives a reminder so many days before the last day.
REMINDERS: Final = (30, 7)
FIRST_REMINDER: Final = timedelta(days=max(REMINDERS))


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """A data-sharing agreement: its content and its last step.

    `asked_by` and `asked_at` are about the first of the two people. `superseded` contains, by jurisdiction, the first
    day on which a newer agreement of the agency replaces this one.
    """

    id: UUID
    purposes: frozenset[str]
    data_categories: frozenset[str]
    jurisdictions: frozenset[str]
    first_day: date
    last_day: date
    step: str = PROPOSED
    asked_by: UUID
    asked_at: datetime
    confirmed_by: UUID | None = None
    confirmed_at: datetime | None = None
    ended_on: date | None = None
    superseded: Mapping[str, date] = field(default_factory=dict)

    def waits(self, now: datetime) -> bool:
        """Return whether a step waits for a second person and has not lapsed."""
        return self.step in (PROPOSED, RESUMING) and now < self.asked_at + LAPSES_AFTER

    def is_superseded(self, jurisdiction: str, today: date) -> bool:
        """Return whether a newer agreement has replaced this one in a jurisdiction."""
        return jurisdiction in self.superseded and self.superseded[jurisdiction] <= today


def counts(agreement: Agreement, agency_state: str, today: date) -> bool:
    """Return whether an agreement allows sharing on a day: it is in force, and the agency is active.

    No agreement of an agency that is suspended or has ended allows sharing.
    """
    somewhere = any(_is_in_force(agreement, jurisdiction, today) for jurisdiction in agreement.jurisdictions)
    return agency_state == ACTIVE and somewhere


def covers(agreement: Agreement, purpose: str, category: str | None, jurisdiction: str, today: date) -> bool:
    """Return whether an agreement that `counts` allows a category for a purpose in a jurisdiction.

    `category` is None for data without a category.
    """
    is_named = purpose in agreement.purposes and (category is None or category in agreement.data_categories)
    return is_named and _is_in_force(agreement, jurisdiction, today)


def has_turned(agreement: Agreement, before: Mapping[str, date], today: Mapping[str, date]) -> bool:
    """Return whether an agreement began or ended by date between two moments, each given as the day under each law."""
    return any(
        _is_in_force(agreement, jurisdiction, before[jurisdiction])
        != _is_in_force(agreement, jurisdiction, today[jurisdiction])
        for jurisdiction in agreement.jurisdictions & before.keys()
    )


def _is_in_force(agreement: Agreement, jurisdiction: str, today: date) -> bool:
    return (
        agreement.step == AGREED
        and jurisdiction in agreement.jurisdictions
        and agreement.first_day <= today <= agreement.last_day
        and not agreement.is_superseded(jurisdiction, today)
    )


def side_by_side(agreements: Collection[Agreement]) -> list[Agreement]:
    """Return all agreements of one agency, each with `superseded` filled in: one at most is in force in a jurisdiction.

    The newer agreement is the one that begins later. If two begin on the same day, it is the one that was confirmed
    later. It supersedes the older one permanently, even if it is suspended or ended afterwards. An agreement that was
    ended before its first day supersedes none.
    """
    return [replace(each, superseded=_superseded(each, agreements)) for each in agreements]


def _superseded(agreement: Agreement, agreements: Iterable[Agreement]) -> dict[str, date]:
    newer = [other for other in agreements if _began(other) and _age(other) > _age(agreement)]
    firsts: dict[str, date] = {}
    for other in sorted(newer, key=lambda each: each.first_day, reverse=True):
        firsts |= dict.fromkeys(other.jurisdictions & agreement.jurisdictions, other.first_day)
    return firsts


def _began(agreement: Agreement) -> bool:
    was_ended = agreement.ended_on is not None and agreement.ended_on < agreement.first_day
    return agreement.confirmed_at is not None and not was_ended


def _age(agreement: Agreement) -> tuple[date, datetime, UUID]:
    return agreement.first_day, agreement.confirmed_at or datetime.max.replace(tzinfo=UTC), agreement.id


def state_of(agreement: Agreement, now: datetime, today: date) -> str:
    """Return the current state of an agreement, from the list `agreement_state`."""
    if agreement.step == ENDED:
        return ENDED
    if agreement.step == PROPOSED:
        return PROPOSED if agreement.waits(now) else LAPSED
    if today > agreement.last_day:
        return OVER
    if agreement.step != AGREED:
        return RESUMING if agreement.waits(now) else SUSPENDED
    return _by_days(agreement, today)


def _by_days(agreement: Agreement, today: date) -> str:
    if agreement.first_day > today:
        return AHEAD
    if all(agreement.is_superseded(jurisdiction, today) for jurisdiction in agreement.jurisdictions):
        return SUPERSEDED
    return ENDS_SOON if _is_to_be_renewed(agreement, today) else IN_FORCE


def _is_to_be_renewed(agreement: Agreement, today: date) -> bool:
    day_after = agreement.last_day + timedelta(days=1)
    is_followed = all(agreement.is_superseded(jurisdiction, day_after) for jurisdiction in agreement.jurisdictions)
    return not is_followed and (agreement.last_day - today).days <= REMINDED_DAYS


def reminder_due(agreement: Agreement, reminded: int | None, today: date) -> int | None:
    """Return the reminder of the end that is due, in days before it; None if none is.

    `reminded` is the last one that was published. An agreement that another one follows needs no reminder.
    """
    left = (agreement.last_day - today).days
    if agreement.step != AGREED or agreement.first_day > today or left < 0:
        return None
    if not _is_to_be_renewed(agreement, today):
        return None
    due = min((days for days in REMINDERS if left <= days), default=None)
    return due if due is not None and (reminded is None or due < reminded) else None


def check_new(
    *,
    purposes: Collection[str],
    data_categories: Collection[str],
    jurisdictions: Collection[str],
    first_day: date,
    last_day: date,
    reference: str,
    today: date,
) -> None:
    """Refuse an agreement that covers nothing, has a reference of several lines, or is over. Raises `FactRefused`."""
    named = {"purposes": purposes, "data_categories": data_categories, "jurisdictions": jurisdictions}
    for name, codes in named.items():
        if not codes:
            raise FactRefused(
                name,
                "names_something",
                "The list is empty, and an agreement needs at least one entry. Send what is shared: all other data "
                "is not shared.",
            )
    if last_day < first_day:
        raise FactRefused("last_day", "in_order", "The last day is before the first day. Check both days.")
    if last_day < today:
        raise FactRefused(
            "last_day",
            "is_not_over",
            "The last day of this agreement is in the past, so no data could be shared. Give a later day.",
        )
    if len(reference.splitlines()) > 1:
        raise FactRefused(
            "reference",
            "one_line",
            "The reference has a line break, and must be a single line. Write in one line where the signed paper "
            "is filed.",
        )


def check_agency(agency_state: str) -> None:
    """Refuse to agree on anything with an agency that has ended. Raises `StepForbidden`."""
    if agency_state == AGENCY_ENDED:
        raise StepForbidden(
            "agency_has_ended",
            "This agency has ended its participation, so it can't have an agreement. Choose an active agency.",
        )


def take(agreement: Agreement, step: str, agency_state: str, *, by: UUID, now: datetime, today: date) -> Agreement:
    """Return an agreement after a step. Raises `StepForbidden`."""
    before = agreement.step
    if step in _OPENS:
        check_agency(agency_state)
        _check_open(agreement, now, today)
        # The request to resume it was not confirmed in time.
        before = SUSPENDED if before == RESUMING and not agreement.waits(now) else before
    if before not in _AFTER[step]:
        raise StepForbidden(f"is_{before}", _INSTEAD[step])
    after = replace(agreement, step=_AFTER[step][before])
    if step == CONFIRM:
        return _confirmed(after, was=before, by=by, now=now)
    if step == RESUME:
        return replace(after, asked_by=by, asked_at=now)
    return replace(after, ended_on=today) if step == END else after


def _check_open(agreement: Agreement, now: datetime, today: date) -> None:
    if agreement.step != ENDED and today > agreement.last_day:
        raise StepForbidden(
            "is_over", "The last day of this agreement is in the past. Record the agreement that follows it."
        )
    if agreement.step == PROPOSED and not agreement.waits(now):
        raise StepForbidden(
            "is_lapsed", "The agreement was not confirmed within 7 days, so it has lapsed. Record the agreement again."
        )


def _confirmed(agreement: Agreement, *, was: str, by: UUID, now: datetime) -> Agreement:
    if by == agreement.asked_by:
        raise StepForbidden(
            "second_person",
            "The officer who recorded the agreement, or asked to resume it, can't confirm it. Ask another officer.",
        )
    return replace(agreement, confirmed_by=by, confirmed_at=now) if was == PROPOSED else agreement
