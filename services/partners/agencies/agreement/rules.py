"""When a data-sharing agreement counts, what it covers, and who takes which step with it. Pure.

What shuts takes one person, and is refused for no day; what opens takes two, of whom the second works here as a
data-protection officer. Days do the rest: an agreement ends by itself after its last one, and a newer one takes its
place from the newer one's first day on, for good.
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
#: The operators' key begins and never confirms (docs/decisions/0021): the second person is an officer.
SECOND: Final = {_OFFICER: Need.ANY}
ACCESS: Final[Mapping[str, Mapping[str, Need]]] = {
    "agreement.record": _KEEPERS,
    "agreement.confirm": SECOND,
    "agreement.stop": _KEEPERS,
    "agreement.resume": _KEEPERS,
    "agreement.read": _KEEPERS,
}
#: As the last step left it.
PROPOSED, AGREED, SUSPENDED, RESUMING, ENDED = "proposed", "agreed", "suspended", "resuming", "ended"
#: What else an agreement is by its days; the rest of the list `agreement_state`.
LAPSED, AHEAD, IN_FORCE, ENDS_SOON, SUPERSEDED, OVER = "lapsed", "ahead", "in_force", "ends_soon", "superseded", "over"
CONFIRM, SUSPEND, RESUME, END = "confirm", "suspend", "resume", "end"
#: step -> by what an agreement is before it, what it is afterwards.
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
    CONFIRM: "Nothing about this agreement waits for a second person. Ask for it to be resumed, or record a new one.",
    SUSPEND: "Only an agreement that two people agreed on, and that has not ended, can be suspended.",
    RESUME: "Only an agreement that is suspended can be resumed; record a new one in place of one that has ended.",
    END: "This agreement has ended already.",
}
#: From the house: a second person looks at what is still true.
LAPSES_AFTER: Final = timedelta(days=7)
#: From the house: time enough to sign the next one.
REMINDED_DAYS: Final = 30


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """A data-sharing agreement: what was agreed on, and what became of it.

    `asked_by` and `asked_at`: the first of the two whom it takes; `superseded`: by jurisdiction, the first day on which
    a newer one of the agency takes its place.
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
        """Return whether something about it waits for a second person, and has not lapsed."""
        return self.step in (PROPOSED, RESUMING) and now < self.asked_at + LAPSES_AFTER

    def is_superseded(self, jurisdiction: str, today: date) -> bool:
        """Return whether a newer one has its place in a jurisdiction."""
        return jurisdiction in self.superseded and self.superseded[jurisdiction] <= today


def counts(agreement: Agreement, agency_state: str, today: date) -> bool:
    """Return whether anything may go to the agency by an agreement on a day: it is in force, and the agency takes part.

    Of an agency that is suspended or has ended in the register, none counts.
    """
    somewhere = any(_is_in_force(agreement, jurisdiction, today) for jurisdiction in agreement.jurisdictions)
    return agency_state == ACTIVE and somewhere


def covers(agreement: Agreement, purpose: str, category: str | None, jurisdiction: str, today: date) -> bool:
    """Return whether an agreement, where it `counts`, lets this category go for this purpose in a jurisdiction.

    None: what is of no category.
    """
    is_named = purpose in agreement.purposes and (category is None or category in agreement.data_categories)
    return is_named and _is_in_force(agreement, jurisdiction, today)


def has_turned(agreement: Agreement, before: Mapping[str, date], today: Mapping[str, date]) -> bool:
    """Return whether an agreement began or ended by its days between two moments, each as the day under each law."""
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
    """Return all agreements of one agency, each with what took its place: at most one is in force in a jurisdiction.

    The newer one is the one that begins later; of two that begin on one day, the one that was agreed on later. It takes
    the place for good, also where it is suspended or ends: what was replaced does not come back by itself. One that was
    ended before its first day took nobody's place.
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
    """Return what an agreement is just now, by the list `agreement_state`."""
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
    """Refuse an agreement on nothing, without a line of reference, or that is over. Raises `FactRefused`."""
    named = {"purposes": purposes, "data_categories": data_categories, "jurisdictions": jurisdictions}
    for name, codes in named.items():
        if not codes:
            raise FactRefused(
                name, "names_something", "An agreement names at least one; what it leaves out is not shared."
            )
    if last_day < first_day:
        raise FactRefused("last_day", "in_order", "The last day lies before the first; check both.")
    if last_day < today:
        raise FactRefused("last_day", "is_not_over", "This agreement is over already; nothing can go out by it.")
    if len(reference.splitlines()) > 1:
        raise FactRefused("reference", "one_line", "Say in one line where the signed paper is filed.")


def check_agency(agency_state: str) -> None:
    """Refuse to open anything to an agency that has ended. Raises `StepForbidden`."""
    if agency_state == AGENCY_ENDED:
        raise StepForbidden("agency_has_ended", "This agency takes no part any more; there is nothing to agree on.")


def take(agreement: Agreement, step: str, agency_state: str, *, by: UUID, now: datetime, today: date) -> Agreement:
    """Return an agreement as it is after somebody's step. Raises `StepForbidden`."""
    before = agreement.step
    if step in _OPENS:
        check_agency(agency_state)
        _check_open(agreement, now, today)
        # That it is resumed was asked for, and nobody confirmed it in time.
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
        raise StepForbidden("is_over", "Its last day is over. Record the agreement that follows it.")
    if agreement.step == PROPOSED and not agreement.waits(now):
        raise StepForbidden("is_lapsed", "Nobody confirmed it within seven days. Record the agreement again.")


def _confirmed(agreement: Agreement, *, was: str, by: UUID, now: datetime) -> Agreement:
    if by == agreement.asked_by:
        raise StepForbidden(
            "second_person",
            "Whoever recorded the agreement, or asked to resume it, can't confirm it. Ask another officer.",
        )
    return replace(agreement, confirmed_by=by, confirmed_at=now) if was == PROPOSED else agreement
