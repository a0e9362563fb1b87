"""A person's request to be erased: restricted first, examined, then decided; and what forbids it.

A request can be forced: somebody wants the file gone who is no friend of the person. So nothing is erased before
somebody has made sure, alone with the person, that it is what they want.

No one person alone erases anybody. What the person asked for is ordered by another than who made sure that they did;
an erasure that they did not ask for is proposed, and ordered once a second person confirms it.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from services.intake.case.rules import OFFICER, TEAM_ROLES, Access
from shared.access.permissions import Need
from shared.casework.refusals import FactRefused, StepForbidden

#: A person asks whoever they trust. Data protection decides, and needs no part in the case: it sees no more of it.
ACCESS: Final[Access] = {
    "erasure.request": {**TEAM_ROLES, "supervisor": Need.SUPERVISION, OFFICER: Need.ANY},
    "erasure.check": {**TEAM_ROLES, "supervisor": Need.SUPERVISION, OFFICER: Need.ANY},
    "erasure.read": {**TEAM_ROLES, "supervisor": Need.SUPERVISION, OFFICER: Need.ANY},
    "erasure.decide": {OFFICER: Need.ANY},
    # A second person: another officer, or where there is one alone, a supervisor of the case's team.
    "erasure.confirm": {OFFICER: Need.ANY, "supervisor": Need.SUPERVISION},
    "erasure.follow": {OFFICER: Need.ANY, "operator": Need.ANY},
    "legal_hold.change": {"legal_adviser": Need.TEAM, "supervisor": Need.SUPERVISION, OFFICER: Need.ANY},
}
#: What those whom a legal hold needs go on with at intake: whom it is about, and how to reach them safely; a way that
#: turned unsafe is put right by nobody else then.
UNDER_HOLD: Final = frozenset(("case.read", "person.read", "safe_contact.read", "safe_contact.record"))
WHILE_RESTRICTED: Final = frozenset(
    ("erasure.request", "erasure.check", "erasure.decide", "erasure.confirm", "erasure.read", "legal_hold.change")
)


#: The right that is used by a request (code list `data_right`).
ERASURE: Final = "erasure"
#: What is asked for is done, but for what a legal hold is for: that goes once the hold has ended, by itself.
HELD: Final = "held"
REQUESTED, REFUSED, LIFTED, ORDERED, COMPLETE = "requested", "refused", "lifted", "ordered", "complete"
#: One person would have it ordered; nothing is erased until a second one confirms it.
PROPOSED: Final = "proposed"
STATES: Final = (REQUESTED, PROPOSED, REFUSED, LIFTED, HELD, ORDERED, COMPLETE)
#: The case is restricted in these.
OPEN_STATES: Final = frozenset((REQUESTED, PROPOSED, REFUSED, HELD))
#: By the domain's clock; from the house: a second person looks at what is still true.
LAPSES_AFTER: Final = timedelta(days=7)
ORDER, REFUSE, LIFT = "order", "refuse", "lift"
#: (state, decision) -> the state that follows; nothing else can be decided.
DECISIONS: Final[Mapping[tuple[str, str], str]] = {
    (REQUESTED, ORDER): ORDERED,
    (REQUESTED, REFUSE): REFUSED,
    (REQUESTED, LIFT): LIFTED,
    # What forbade it may have ended.
    (REFUSED, ORDER): ORDERED,
    (REFUSED, LIFT): LIFTED,
    # What was proposed is taken back.
    (PROPOSED, REFUSE): REFUSED,
    (PROPOSED, LIFT): LIFTED,
    # What is left stays after all; what was erased is gone.
    (HELD, LIFT): LIFTED,
}
#: The person is told what is done of what they asked for, and what not (yet): the law's month ends with that.
ANSWERED: Final = frozenset((REFUSED, LIFTED, HELD))
COERCION, THIRD_PARTY = "coercion", "third_party"
CHECKS: Final = (COERCION, THIRD_PARTY)
#: Nobody has asked for it, so that nobody can have been forced to.
UNASKED: Final = frozenset(("retention_over", "unlawful", "law_demands_it"))
#: Who holds anything of a case, and has to answer.
HOLDERS: Final = frozenset(("intake", "legal", "support", "partners"))
#: Of them, who has nothing that proceedings need, whatever a hold is for.
NOT_HELD: Final = frozenset(("support",))
#: What intake keeps of a case beside what a hold may be for; by table.
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
#: Days after which a holder that has not answered is listed.
OVERDUE_DAYS: Final = 3


def check_one_at_a_time(states: Iterable[str]) -> None:
    """Raise `StepForbidden` while another request is open."""
    if OPEN_STATES & set(states):
        raise StepForbidden("one_request_at_a_time", "A request of this case is open already. Decide that one first.")


def check_open(state: str) -> None:
    """Raise `StepForbidden` for a request that is decided for good."""
    if state not in OPEN_STATES:
        raise StepForbidden("request_is_open", f"This request is {state}; nothing is left to check.")


def needed_checks(reason: str) -> tuple[str, ...]:
    """Return the checks that are needed before an order."""
    return (THIRD_PARTY,) if reason in UNASKED else CHECKS


def decide(
    state: str, decision: str, *, reason: str, checked: Collection[str], holds: Collection[str], refusal: str | None
) -> str:
    """Return the state that a decision leads to: an order that the person did not ask for is only proposed.

    `reason`: why it was asked for; `holds`: the bases of the legal holds that stand: what they are for stays until
    they end; `refusal`: why it is refused.
    Raises `StepForbidden`, `FactRefused`.
    """
    after = DECISIONS.get((state, decision))
    if after is None:
        raise StepForbidden("decision_is_possible", f"This request is {state}; it can't be decided so any more.")
    if (decision == REFUSE) != (refusal is not None):
        raise FactRefused("reason", "refusal_has_a_reason", "Give a reason where you refuse, and only there.")
    if decision == ORDER:
        _check_order(reason, checked)
        return PROPOSED if reason in UNASKED else _as_far_as_may_be(holds)
    return after


def check_another_made_sure(reason: str, decision: str, *, made_sure_by: UUID | None, decided_by: UUID) -> None:
    """Raise `StepForbidden` if one person alone says that the person wants it, and orders it."""
    if decision == ORDER and reason not in UNASKED and made_sure_by == decided_by:
        raise StepForbidden(
            "second_person",
            "You made sure yourself that nobody forces the person. Have somebody else ask them too, or decide.",
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
    """Return the state of a proposed order after a second person's word. Raises `StepForbidden`, `FactRefused`."""
    if state != PROPOSED:
        raise StepForbidden("order_is_proposed", f"This request is {state}; no order of it waits for a second person.")
    if decided_by == confirmed_by:
        raise StepForbidden(
            "second_person", "Whoever proposes the order can't confirm it, in whatever role. Ask somebody else."
        )
    if confirms == (refusal is not None):
        raise FactRefused("reason", "refusal_has_a_reason", "Give a reason where you refuse, and only there.")
    if not confirms:
        return REFUSED
    _check_order(reason, checked)
    return _as_far_as_may_be(holds)


def _as_far_as_may_be(holds: Collection[str]) -> str:
    return HELD if holds else ORDERED


def goes_on(state: str, holds: Collection[str]) -> bool:
    """Return whether an erasure that a legal hold delayed goes on now: none stands any more."""
    return state == HELD and not holds


def _check_order(reason: str, checked: Collection[str]) -> None:
    missing = [check for check in needed_checks(reason) if check not in checked]
    if COERCION in missing:
        raise StepForbidden(
            "coercion_is_checked", "Make sure, alone with the person, that nobody forces them, and record that first."
        )
    if missing:
        raise StepForbidden(
            "third_parties_are_reviewed", "Review first what concerns others and what is privileged, and record that."
        )


def check_hold(until: date, today: date) -> None:
    """Raise `FactRefused` for a legal hold that would have ended already."""
    if until < today:
        raise FactRefused("until", "hold_is_to_come", "A hold can't end before today.")


def outcome(answers: Mapping[str, str]) -> list[str] | None:
    """Return the holders that keep a part, from `answers` (holder -> answer); None until every holder has answered."""
    if not answers.keys() >= HOLDERS:
        return None
    return sorted(holder for holder, answer in answers.items() if answer == "kept")


def missing(answered: Collection[str]) -> list[str]:
    """Return the holders that have not answered."""
    return sorted(HOLDERS - set(answered))


def overdue_since(now: datetime, days: int) -> datetime:
    """Return the instant before which an order without an answer is overdue."""
    return now - timedelta(days=days)
