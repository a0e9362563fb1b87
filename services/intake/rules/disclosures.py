"""Demands by others to be shown what is kept about a person: what a decision must state, and who may grant what."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

from services.intake.rules.dates import not_in_future
from services.intake.rules.refusals import FactRefused, StepForbidden

#: What was said between the person and their lawyer: theirs alone to give up, on their lawyer's advice.
LEGALLY_PRIVILEGED: Final = frozenset(("legal_advice", "legal_note"))
#: A bare request obliges nobody.
BARE_REQUEST: Final = "request_without_order"
#: Real days, after which what was not handed over needs another decision.
OPEN_DAYS: Final = 30
REFUSED: Final = "refused"


def demand(body: Mapping[str, Any], today: date) -> None:
    """Check a demand. Raises `FactRefused`."""
    not_in_future("received_on", body["received_on"], today)
    if not body["asked"]:
        raise FactRefused("asked", "demand_names_classes", "Name at least one class of records that is asked for.")


def decide(demanded: Mapping[str, Any], body: Mapping[str, Any], *, by_legal_adviser: bool) -> None:
    """Check the decision on a demand. Raises `StepForbidden` and `FactRefused`.

    `demanded` has what was `asked`, its `basis`, the day on which it was `received_on`, and its earlier `decision`.
    """
    if demanded["decision"] is not None:
        raise StepForbidden(
            "decided_once", "This demand is decided. Record a new demand if they ask again or another basis comes."
        )
    _check_given(set(demanded["asked"]), set(body["given"]), body["decision"])
    privileged = sorted(LEGALLY_PRIVILEGED & set(body["given"]))
    if privileged and not by_legal_adviser:
        raise StepForbidden(
            "privileged_by_a_legal_adviser",
            f"Only a legal adviser of the case decides to give {', '.join(privileged)}. Ask one to decide.",
        )
    if demanded["basis"] == BARE_REQUEST and body["given"] and not body["person_agreed"]:
        raise StepForbidden(
            "bare_request_needs_the_person",
            "A request without an order obliges nobody. Ask the person first, or refuse.",
        )
    _check_told(person_told=body["person_told"], reason=body["not_told_reason"])


def _check_given(asked: Collection[str], given: Collection[str], decision: str) -> None:
    strangers = sorted(set(given) - set(asked))
    if strangers:
        raise FactRefused("given", "given_was_asked", f"Nobody asked for {', '.join(strangers)}; leave it out.")
    expected = REFUSED if not given else "given" if set(given) == set(asked) else "partly_given"
    if decision != expected:
        raise FactRefused("decision", "decision_fits_what_was_given", f"By what was given, the decision is {expected}.")


def _check_told(*, person_told: bool, reason: str | None) -> None:
    if not person_told and reason is None:
        raise FactRefused("not_told_reason", "silence_has_a_reason", "Say why the person was not told.")
    if person_told and reason is not None:
        raise FactRefused("not_told_reason", "silence_has_a_reason", "The person was told; leave the reason out.")


def open_until(now: datetime) -> datetime:
    """Return the instant (UTC) until which the records that were granted may be handed over."""
    return now + timedelta(days=OPEN_DAYS)
