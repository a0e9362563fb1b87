"""Rules of erasure: a request restricts the case first, is examined, and is then decided.

A request can be forced by people who want the file to disappear. Before an erasure, a member of staff must therefore
confirm in private with the person that they want it.

Erasure always takes two people. If the person asked for it, the order comes from a different person than the one who
checked for coercion. Otherwise the order is proposed first, and a second person confirms it.

Retention periods: how long a closed case is kept before it is reviewed. No case is deleted because of its age. Due
cases are listed, and the data protection officer decides. The default figures are a starting point, not advice. The
deployer sets their own figures and is responsible for them.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from services.intake.facts.case.rules import OFFICER, TEAM_ROLES, Access
from shared.access.permissions import Need
from shared.casework.refusals import FactRefused, StepForbidden
from shared.reference import JURISDICTIONS, RECORD_CLASSES, profile

#: Actions that stay possible at intake for staff who are needed under a legal hold: read who the person is and how to
#: reach them safely, and correct an unsafe contact, because no other staff can do so then.
UNDER_HOLD: Final = frozenset(("case.read", "person.read", "safe_contact.read", "safe_contact.record"))

WHILE_RESTRICTED: Final = frozenset(
    ("erasure.request", "erasure.check", "erasure.decide", "erasure.confirm", "erasure.read", "legal_hold.change")
)

#: The right that a request exercises (code list `data_right`).
ERASURE: Final = "erasure"

#: All is erased except what a legal hold needs. The rest is erased automatically when the last hold ends.
HELD: Final = "held"

REQUESTED, REFUSED, LIFTED, ORDERED, COMPLETE = "requested", "refused", "lifted", "ordered", "complete"

#: One person proposed the order. Nothing is erased until a second person confirms it.
PROPOSED: Final = "proposed"

STATES: Final = (REQUESTED, PROPOSED, REFUSED, LIFTED, HELD, ORDERED, COMPLETE)

#: The case is restricted in these states.
OPEN_STATES: Final = frozenset((REQUESTED, PROPOSED, REFUSED, HELD))

#: Casepath's own rule, by the domain's clock, so that the second person decides on current facts.
LAPSES_AFTER: Final = timedelta(days=7)

ORDER, REFUSE, LIFT = "order", "refuse", "lift"

#: (state, decision) -> the next state. No other decision is possible.
DECISIONS: Final[Mapping[tuple[str, str], str]] = {
    (REQUESTED, ORDER): ORDERED,
    (REQUESTED, REFUSE): REFUSED,
    (REQUESTED, LIFT): LIFTED,
    # The reason for the refusal may have ended.
    (REFUSED, ORDER): ORDERED,
    (REFUSED, LIFT): LIFTED,
    # The proposal is taken back.
    (PROPOSED, REFUSE): REFUSED,
    (PROPOSED, LIFT): LIFTED,
    # Only while every holder keeps its file: `check_lift`.
    (HELD, LIFT): LIFTED,
}

#: In these states the person receives an answer to their request, which ends the month of the law.
ANSWERED: Final = frozenset((REFUSED, LIFTED, HELD))

#: The case is erased in these states, or will be. An earlier request about it has no answer any longer.
ERASED: Final = frozenset((ORDERED, COMPLETE))

#: The request waits for holders in these states: for their answers, or for the end of the last hold.
WAITING: Final = frozenset((HELD, ORDERED))

#: The person's data stay, and the case is not erased.
UNERASED: Final = frozenset((REFUSED, LIFTED))

COERCION, THIRD_PARTY = "coercion", "third_party"

CHECKS: Final = (COERCION, THIRD_PARTY)

#: Reasons without a request by the person, so that no coercion is possible.
UNASKED: Final = frozenset(("retention_over", "unlawful", "law_demands_it"))

#: The services that hold data of a case and have to answer.
HOLDERS: Final = frozenset(("intake", "legal", "support", "partners"))

CLASSES: Final = RECORD_CLASSES
CASE, LEGAL, SUPPORT = CLASSES

#: The files that a hold can need in addition to the case file, and their holders.
SCOPES: Final[Mapping[str, str]] = {LEGAL: "legal", SUPPORT: "support"}

#: Intake's tables with data of a case that no hold needs.
NOT_NEEDED_FOR_A_HOLD: Final = frozenset(
    (
        "contact_attempts",
        "duplicate_declined",
        "former_details_reasons",
        "heard_risks",
        "notifications",
        "referral_packages",
        "retention_reviews",
    )
)

#: A holder that has not answered is listed after so many days.
OVERDUE_DAYS: Final = 3

#: An agency's answer after the erasure is shown for so many days. It says that the person was known to this agency.
LATE_ANSWER_DAYS: Final = 90

#: The person can ask any member of their team. The data protection officer decides without access to the case.
ACCESS: Final[Access] = {
    "erasure.request": {**TEAM_ROLES, "supervisor": Need.SUPERVISION, OFFICER: Need.ANY},
    "erasure.check": {**TEAM_ROLES, "supervisor": Need.SUPERVISION, OFFICER: Need.ANY},
    "erasure.read": {**TEAM_ROLES, "supervisor": Need.SUPERVISION, OFFICER: Need.ANY},
    "erasure.decide": {OFFICER: Need.ANY},
    # The second person: another officer, or, if there is only one, a supervisor of the case's team.
    "erasure.confirm": {OFFICER: Need.ANY, "supervisor": Need.SUPERVISION},
    "erasure.follow": {OFFICER: Need.ANY, "operator": Need.ANY},
    # Of the team, only the leads who give the person the answer: the action checks it, since the case can be erased.
    "erasure.answer": dict.fromkeys((*TEAM_ROLES, "supervisor", OFFICER), Need.ANY),
    "legal_hold.change": {"legal_adviser": Need.TEAM, "supervisor": Need.SUPERVISION, OFFICER: Need.ANY},
    "retention.review": {OFFICER: Need.ANY},
    "retention.keep": {OFFICER: Need.ANY},
}

LONGEST_YEARS: Final = 100

#: A decision to keep a case is reviewed after at most so many years.
KEPT_AT_MOST: Final = 10


def check_one_at_a_time(states: Iterable[str]) -> None:
    """Raise `StepForbidden` while another request is open."""
    if OPEN_STATES & set(states):
        raise StepForbidden(
            "one_request_at_a_time", "Another request of this case is still open. Decide that one first."
        )


def check_open(state: str) -> None:
    """Raise `StepForbidden` if the decision about the request is final."""
    if state not in OPEN_STATES:
        raise StepForbidden(
            "request_is_open", f"This request is {state}, so there is nothing left to check. Read the request again."
        )


def needed_checks(reason: str) -> tuple[str, ...]:
    """Return the checks that an order requires."""
    return (THIRD_PARTY,) if reason in UNASKED else CHECKS


def decide(
    state: str,
    decision: str,
    *,
    reason: str,
    checked: Collection[str],
    holds: Collection[str],
    refusal: str | None,
    erasing: Collection[str] = (),
) -> str:
    """Return the state after a decision. An order that the person did not ask for is only proposed.

    `reason`: the reason of the request. `holds`: the bases of the valid legal holds, whose data is kept until they end.
    `refusal`: the reason for a refusal. `erasing`: the holders that had to erase all their data under a hold. Raises
    `StepForbidden`, `FactRefused`.
    """
    after = DECISIONS.get((state, decision))
    if after is None:
        raise StepForbidden(
            "decision_is_possible",
            f"This request is {state}, so this decision is not possible. Read the request again.",
        )
    if (decision == REFUSE) != (refusal is not None):
        raise FactRefused(
            "reason",
            "refusal_has_a_reason",
            "A refusal needs a reason, and other decisions have none. Send a reason with a refusal, or leave it out.",
        )
    if decision == LIFT:
        _check_lift(erasing)
    if decision == ORDER:
        _check_order(reason, checked)
        return PROPOSED if reason in UNASKED else _ordered_or_held(holds)
    return after


# control: H-DEADLINE-15 no-lift-after-erasure
def _check_lift(erasing: Collection[str]) -> None:
    """Raise `StepForbidden` if a holder had to erase all its data: it ignores every later event of the case."""
    if erasing:
        raise StepForbidden(
            "no_holder_has_erased",
            "At least one service had to erase its part of this case, so the erasure cannot be withdrawn. Open a new "
            "case for the person. This case is erased when its last legal hold ends.",
        )


def check_two_people(reason: str, decision: str, *, checked_by: UUID | None, decided_by: UUID) -> None:
    """Raise `StepForbidden` if the same member of staff checked for coercion and orders the erasure."""
    if decision == ORDER and reason not in UNASKED and checked_by == decided_by:
        raise StepForbidden(
            "second_person",
            "You did the coercion check yourself, and a second person must do the other step. Ask a colleague to "
            "check too, or to decide.",
        )


# control: H-OPERATOR-3 second-person
def confirm(
    state: str,
    *,
    confirms: bool,
    reason: str,
    decided_by: UUID | None,
    confirmed_by: UUID,
    checked: Collection[str],
    holds: Collection[str],
    refusal: str | None,
) -> str:
    """Return the state of a proposed order after a second person's answer. Raises `StepForbidden`, `FactRefused`."""
    if state != PROPOSED:
        raise StepForbidden(
            "order_is_proposed",
            f"This request is {state}, and no order is waiting for a second person. Read the request again.",
        )
    if decided_by == confirmed_by:
        raise StepForbidden(
            "second_person",
            "The person who proposed the order can't confirm it in any role. Ask another person to confirm it.",
        )
    if confirms == (refusal is not None):
        raise FactRefused(
            "reason",
            "refusal_has_a_reason",
            "A refusal needs a reason, and other decisions have none. Send a reason with a refusal, or leave it out.",
        )
    if not confirms:
        return REFUSED
    _check_order(reason, checked)
    return _ordered_or_held(holds)


def _ordered_or_held(holds: Collection[str]) -> str:
    return HELD if holds else ORDERED


def _check_order(reason: str, checked: Collection[str]) -> None:
    missing = [check for check in needed_checks(reason) if check not in checked]
    if COERCION in missing:
        raise StepForbidden(
            "coercion_is_checked",
            "No coercion check is recorded, and it is required before this step. Ask the person in private, and "
            "record the check first.",
        )
    if missing:
        raise StepForbidden(
            "third_parties_are_reviewed",
            "The data about other people and the privileged data are not reviewed yet. Review them, and record the "
            "review first.",
        )


# control: H-CONFIDENTIALITY-11 hold-has-a-scope
def outside_scope(scopes: Iterable[Collection[str]]) -> list[str]:
    """Return the holders whose file no hold needs. `scopes`: the scope of each hold that is valid."""
    needed = frozenset().union(*scopes)
    return sorted(holder for file, holder in SCOPES.items() if file not in needed)


def check_hold(until: date, today: date) -> None:
    """Raise `FactRefused` if the legal hold would already have ended."""
    if until < today:
        raise FactRefused(
            "until", "hold_is_to_come", "The last day of the hold is before today. Give today or a later day."
        )


def outcome(answers: Mapping[str, str]) -> list[str] | None:
    """Return the holders that keep a part, from `answers` (holder -> answer); None until all holders have answered."""
    if not answers.keys() >= HOLDERS:
        return None
    return sorted(holder for holder, answer in answers.items() if answer == "kept")


def missing(answered: Collection[str]) -> list[str]:
    """Return the holders that have not answered."""
    return sorted(HOLDERS - set(answered))


def overdue_since(now: datetime, days: int) -> datetime:
    """Return the instant before which an order without an answer is overdue."""
    return now - timedelta(days=days)


@dataclass(frozen=True)
class Figure:
    """Years from the closure to the review. `verify` is true until the deployer has set or confirmed the figure."""

    years: int
    source: str
    certainty: str
    verify: bool


def figure(jurisdiction: str, record_class: str) -> Figure:
    """Return the default figure for a class of records in a jurisdiction, from its profile."""
    leaf = profile(jurisdiction).retention[record_class]
    return Figure(leaf.years, leaf.source, leaf.certainty, leaf.verify)


def schedule(chosen: Mapping[tuple[str, str], int]) -> dict[tuple[str, str], Figure]:
    """Return all figures by (jurisdiction, class). `chosen`, in years, are the deployer's, which replace defaults."""
    figures = {
        (jurisdiction, kind): figure(jurisdiction, kind) for jurisdiction in sorted(JURISDICTIONS) for kind in CLASSES
    }
    own = {
        key: replace(figures[key], years=years, source="set by the operator", certainty="settled", verify=False)
        for key, years in chosen.items()
        if key in figures
    }
    return {**figures, **own}


def closed_before(today: date, years: int) -> date:
    """Return the last closing day that is due for review today."""
    try:
        return today.replace(year=today.year - years)
    except ValueError:  # 29 February
        return today.replace(year=today.year - years, day=28)


def check_kept_until(keep_until: date, today: date) -> None:
    """Raise `FactRefused` if the day is not in the future, or too far away for a review."""
    if not today < keep_until <= today + timedelta(days=366 * KEPT_AT_MOST):
        raise FactRefused(
            "keep_until",
            "kept_until_a_day",
            f"The day until which the record is kept must be in the next {KEPT_AT_MOST} years. Give such a day. "
            "The record is reviewed on it.",
        )
