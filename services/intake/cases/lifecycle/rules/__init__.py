"""Rules for opening, correcting an opening, anonymity, changing the law, accepting offers, and closing a case. Pure.

The second person for a closing, and the week for their answer, are Casepath's own rule: no law was found that requires
them.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any, Final, TypeAlias
from uuid import UUID

from services.intake.agencies.referral.rules import check_none_under_way
from services.intake.cases.due.rules import is_running_limit
from services.intake.facts.case.rules import ADVISER, CLOSED, OPEN, TEAM_ROLES, Access
from services.intake.facts.identity.rules import REPLACED as OFFICIAL_NAMES
from services.intake.facts.person.rules import StoredName
from shared.access.permissions import Need
from shared.casework.dates import not_in_future
from shared.casework.refusals import FactRefused, StepForbidden
from shared.events.envelope import Announcement

#: The roles that open a contact. The first of the caller's roles becomes their role on the team, which they lead.
OPENERS: Final = ("caseworker", "outreach_worker", "legal_adviser")

#: A call for several people is answered after this time (seconds), even if some people are still waiting.
LONGEST_CALL: Final = 8.0

_WORKERS: Final = {"caseworker": Need.TEAM, "outreach_worker": Need.TEAM, "supervisor": Need.SUPERVISION}

#: The source of the contact, by the type of the agency. Other types have the source `other`.
_SOURCES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "NGO": "ngo",
        "Shelter": "ngo",
        "LawEnforcement": "police",
        "LabourInspectorate": "labour_inspectorate",
        "ImmigrationService": "border_or_immigration",
        "HealthServiceOrganisation": "health",
        "SchoolOrCollege": "school",
        "LegalService": "lawyer",
        "TradeUnion": "trade_union",
    }
)

#: A case as its file shows it.
File: TypeAlias = Mapping[str, Any]

_RESPONSIBLE: Final = {"caseworker": Need.TEAM, "supervisor": Need.SUPERVISION}

ACCESS: Final[Access] = {
    "case.open": dict.fromkeys(OPENERS, Need.ANY),
    "opening.correct": _WORKERS,
    "anonymity.choose": {"caseworker": Need.TEAM, "outreach_worker": Need.TEAM},
    "law.change": {"caseworker": Need.TEAM, "legal_adviser": Need.TEAM, "supervisor": Need.SUPERVISION},
    "offer.accept": dict.fromkeys(("caseworker", "outreach_worker"), Need.ANY),
    **dict.fromkeys(("case.close", "case.reopen"), _RESPONSIBLE),
    "closing.propose": _RESPONSIBLE,
    "closing.read": {**TEAM_ROLES, "supervisor": Need.SUPERVISION},
    # The second person: `check_second` checks that they did not propose it and are not on the team. The case's legal
    # adviser answers if a limit of the person runs.
    "closing.confirm": {"supervisor": Need.SUPERVISION, ADVISER: Need.TEAM},
}

WAITING, CONFIRMED, REFUSED, REPLACED = "waiting", "confirmed", "refused", "replaced"

STATES: Final = (WAITING, CONFIRMED, REFUSED, REPLACED)

#: The reason (code list `closed_although`) for closing a case over a running limit if no legal adviser can agree.
NO_ADVISER: Final = "no_legal_adviser"

#: A proposal lapses after this time, because its grounds may have changed.
LAPSES_AFTER: Final = timedelta(days=7)


def reference_in_use() -> FactRefused:
    """Return the refusal for a person whose reference the sender already used for another content."""
    return FactRefused(
        "reference",
        "reference_in_use",
        "A case with this reference was opened within the last day from other data. For the same person, correct "
        "that case. For another person, use another reference.",
    )


def check_stays(*, takes_back: bool) -> None:
    """Raise `FactRefused` for a reason that would take the opening back: each case has an opening."""
    if takes_back:
        raise FactRefused(
            "reason",
            "case_was_opened",
            "The opening of a case can't be withdrawn. Send the corrected value, and the reason.",
        )


def check_opened_on(opened_on: date | None, today: date, closed_on: date | None) -> None:
    """Check the day of the opening. Raises `FactRefused`."""
    not_in_future("opened_on", opened_on, today)
    if opened_on and closed_on and closed_on < opened_on:
        raise FactRefused(
            "opened_on",
            "closed_after_opened",
            "The opening is after the day on which the case was closed. Check both days.",
        )


def check_choice(*, before: bool, chosen: bool, names: Iterable[StoredName]) -> None:
    """Check that the choice changes something, and that an anonymous case has no name. Raises `StepForbidden`."""
    if before == chosen:
        raise StepForbidden("choice_changes_something", "The case already has this setting. Nothing needs to be done.")
    if chosen and any(name["kind"] in OFFICIAL_NAMES for name in names):
        raise StepForbidden(
            "anonymous_holds_no_name",
            "The case can't be anonymous, because a current or earlier name is recorded. Remove the names first, "
            "or keep only the name that the person is called by.",
        )


def check_law(before: str, after: str, since: date, opened_on: date, today: date) -> None:
    """Check that another law can apply from a day on. Raises `FactRefused`, `StepForbidden`."""
    not_in_future("since", since, today)
    if before == after:
        raise StepForbidden("law_changes", "The case is already under this law. Nothing needs to be done.")
    if since <= opened_on:
        raise FactRefused(
            "since",
            "law_of_the_opening",
            "This law would apply from the opening of the case. Correct the recorded law of the case instead.",
        )


def source_of(agency_type: str | None) -> str:
    """Return the source of the contact (code list `referral_source`), by the type of the referring agency."""
    return _SOURCES.get(agency_type or "", "other")


def check_opening(case: object, channel: str | None) -> None:
    """Raise `FactRefused` if a case would be opened without the channel by which the person came into contact."""
    if case is None and channel is None:
        raise FactRefused(
            "channel",
            "opening_says_how",
            "The way of the first contact is missing, and no case is named. Send the channel, or name the case.",
        )


def check_waits(state: str, lapses_at: datetime, now: datetime) -> None:
    """Raise `StepForbidden` if a proposal was answered or has lapsed. `lapses_at`, `now`: in UTC."""
    if state != WAITING or now >= lapses_at:
        raise StepForbidden(
            "proposal_waits",
            "This proposal was already answered, or has lapsed. To close the case, make a new proposal.",
        )


def check_second(state: str, lapses_at: datetime, now: datetime, *, proposed_by: UUID, by: UUID, on_team: bool) -> None:
    """Raise `StepForbidden` if the proposal has ended, or if the proposer or a member of the team answers.

    `lapses_at`, `now`: in UTC.
    """
    check_waits(state, lapses_at, now)
    if proposed_by == by or on_team:
        message = (
            "The person who proposed it, and the team of the case, can't confirm it. Ask a supervisor outside the team."
        )
        raise StepForbidden("second_person", message)


def answered(*, confirms: bool, refusal: str | None) -> str:
    """Return the state of a proposal after a second person's answer. Raises `FactRefused`."""
    if confirms == (refusal is not None):
        raise FactRefused(
            "reason",
            "refusal_has_a_reason",
            "A refusal needs a reason, and other decisions have none. Send a reason with a refusal, or leave it out.",
        )
    return CONFIRMED if confirms else REFUSED


def check_open(status: str) -> None:
    """Raise `StepForbidden` unless the case is open."""
    if status != OPEN:
        raise StepForbidden("case_is_open", "The case is already closed. Nothing needs to be done.")


def check_closable(case: File) -> None:
    """Raise `StepForbidden` if the state of a case, as its file shows it, forbids closing it."""
    check_open(case["status"])
    check_none_under_way(referral["state"] for referral in case.get("referrals", ()))


# control: H-DEADLINE-11 adviser-agrees
def check_advised(limits: Collection[str], *, is_advised: bool) -> None:
    """Raise `StepForbidden` if a case is closed over a running limit of the person without its legal adviser.

    `limits`: the codes of these limits.
    """
    if limits and not is_advised:
        raise StepForbidden(
            "adviser_agrees",
            f"A time limit of the person runs ({', '.join(sorted(limits))}), so the legal adviser of the case has to "
            "agree before it is closed. Propose to close it (closing-proposals), and ask the adviser to confirm the "
            f"proposal. If the team has no legal adviser who can act, add one, or propose it with the reason "
            "`no_legal_adviser` (although_open). A supervisor outside the team then confirms it.",
        )


# control: H-DEADLINE-11 later-limits
def check_agreed(limits: Mapping[UUID, str], agreed: Collection[UUID] | None) -> None:
    """Raise `StepForbidden` if a limit of the person runs to which the legal adviser did not agree.

    `limits`: the code of each running limit, by its id. `agreed`: the limits that ran when the adviser agreed to close
    the case; None if no adviser has agreed.
    """
    check_advised(limits.values(), is_advised=agreed is not None)
    later = {code for limit, code in limits.items() if limit not in (agreed or ())}
    if later:
        raise StepForbidden(
            "adviser_agrees_again",
            f"Another time limit of the person runs since the legal adviser agreed to close the case "
            f"({', '.join(sorted(later))}), and the agreement does not cover it. Ask the adviser to confirm the "
            "proposal again.",
        )


# control: H-DEADLINE-11 no-adviser
def check_without_adviser(limits: Collection[str], *, can_act: bool) -> None:
    """Raise `StepForbidden` for the reason `NO_ADVISER` unless a limit runs and no legal adviser of the team can act.

    `limits`: the codes of the person's running limits. `can_act`: whether a legal adviser on the team can agree.
    """
    if not limits or can_act:
        raise StepForbidden(
            "no_adviser_can_act",
            "The reason `no_legal_adviser` is only for a case with a running time limit whose team has no legal "
            "adviser who can act. Ask the legal adviser of the team to confirm the closing, or choose another reason.",
        )


def published_although(although: str | None) -> dict[str, str | None]:
    """Return the field `although_open` of `case.closed`.

    It is omitted if no legal adviser could agree: agencies do not learn that a limit runs without one.
    """
    return {} if although == NO_ADVISER else {"although_open": although}


def check_alone(*, urgent: bool, limits: Collection[str] = ()) -> None:
    """Raise `StepForbidden` if one person closes a case that needs immediate action, or over a running limit.

    `urgent`: from the latest assessment that intake knows of. `limits`: the codes of the person's running limits.
    """
    check_advised(limits, is_advised=False)
    if urgent:
        raise StepForbidden(
            "second_person",
            "One person can't close this case, because its risk needs immediate action. Act and have the risk "
            "assessed again, or propose to close it (closing-proposals). A supervisor outside the team confirms "
            "the proposal.",
        )


def check_closable_alone(case: File) -> None:
    """Raise `StepForbidden` if the state of a case, as its file shows it, forbids that one person closes it."""
    check_closable(case)
    limits = {item["code"] for item in case.get("due", ()) if is_running_limit(item)}
    check_alone(urgent=bool(case.get("assessed_urgent")), limits=limits)


def check_closed(status: str) -> None:
    """Raise `StepForbidden` unless the case is closed."""
    if status != CLOSED:
        raise StepForbidden("case_is_closed", "The case is already open. Nothing needs to be done.")


#: The checks that need only the case's state, for showing in advance which actions are possible.
OBSTACLES: Final[Mapping[str, Callable[[File], None]]] = {
    "case.close": check_closable_alone,
    "closing.propose": check_closable,
    "case.reopen": lambda case: check_closed(case["status"]),
}


def close(status: str, closed_on: date, opened_on: date, today: date) -> Announcement:
    """Return `case.closed` without its `reason`, which the caller adds. Raises `StepForbidden`, `FactRefused`.

    `opened_on`: the day of the last reopening, or else of the opening.
    """
    check_open(status)
    not_in_future("closed_on", closed_on, today)
    if closed_on < opened_on:
        raise FactRefused(
            "closed_on",
            "closed_after_opened",
            "The closing day is before the day on which the case was opened. Check both days.",
        )
    return Announcement("case.closed", {"closed_on": closed_on})


def closed_although(left: Collection[tuple[str, str | None]], reason: str | None) -> str | None:
    """Return the reason for closing a case while something is open, None if nothing is. Raises `SomethingOpen`.

    `left`: the kinds of open things, each with its code, if it has one.
    """
    if left and reason is None:
        raise SomethingOpen(left)
    return reason if left else None


class SomethingOpen(StepForbidden):
    """Periods run, needs are unmet, or an alert is open: closing the case requires a reason."""

    def __init__(self, left: Collection[tuple[str, str | None]]) -> None:
        """Store one error for each open thing."""
        super().__init__(
            "nothing_left_open",
            "Tasks in this case are still open, and would leave the work list. Complete them first, or close the "
            "case with `although_open`.",
        )
        self.errors = [
            {"field": "although_open", "rule": what, "message": f"{what.replace('_', ' ')}: {code or 'open'}"}
            for what, code in left
        ]


def reopen(status: str, reopened_on: date, closed_on: date | None, today: date) -> Announcement:
    """Return `case.reopened` without its `reason`, which the caller adds. Raises `StepForbidden`, `FactRefused`."""
    check_closed(OPEN if closed_on is None else status)
    not_in_future("reopened_on", reopened_on, today)
    if closed_on is not None and reopened_on < closed_on:
        raise FactRefused(
            "reopened_on",
            "reopened_after_closed",
            "The reopening day is before the day on which the case was closed. Check both days.",
        )
    return Announcement("case.reopened", {"reopened_on": reopened_on})
