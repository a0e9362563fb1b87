"""The first responder: the body that puts a case to the authority, where the profile has such bodies."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Final

from services.intake.rules.refusals import FactRefused, StepForbidden
from shared.reference import Profile, Stage, codes

ASKED, ACCEPTED, DECLINED = "asked", "accepted", "declined"
_ANSWERS: Final = {ASKED: (ACCEPTED, DECLINED), ACCEPTED: (DECLINED,), DECLINED: ()}


def ask(profile: Profile, body: str, states: Collection[str], today: date, *, consented: bool) -> None:
    """Check that a body can be asked. Raises `FactRefused`, `StepForbidden`.

    `states`: of the earlier requests. `consented`: whether the consent that the profile needs is recorded.
    """
    first_responders = profile.first_responders
    if first_responders is None:
        raise StepForbidden(
            "profile_has_first_responders", f"In {profile.code} no first responder is needed; record the step itself."
        )
    if body not in first_responders.bodies or not codes("first_responder").contains(body, today):
        raise FactRefused("body", "first_responder_of_the_jurisdiction", f"{profile.code} has no such first responder.")
    if not consented:
        raise StepForbidden(
            "consent_before_this_step",
            "The person has not consented to the official mechanism. Record the consent first; then ask.",
        )
    if ASKED in states or ACCEPTED in states:
        raise StepForbidden(
            "one_first_responder", "Another was asked and has not declined. Record its answer before you ask anew."
        )


def answer(state: str, given: str, reason: str | None) -> str:
    """Return the state after an answer; a first responder that accepted may still decline.

    Raises `StepForbidden`, `FactRefused`.
    """
    if given not in _ANSWERS[state]:
        raise StepForbidden("first_responder_answers_once", f"This first responder has {state} already.")
    if given == DECLINED and reason is None:
        raise FactRefused("reason", "refusal_says_why", "Say why it declined.")
    if given == ACCEPTED and reason is not None:
        raise FactRefused("reason", "belongs_to_a_refusal", "Only a refusal has a reason; leave it out.")
    return given


def stands_behind(profile: Profile, stage: Stage, states: Iterable[str], *, made_elsewhere: bool) -> None:
    """Raise `StepForbidden` for a submission of our own that no first responder has accepted."""
    needed = profile.first_responders is not None and stage.kind == "submission" and not made_elsewhere
    if needed and ACCEPTED not in states:
        raise StepForbidden(
            "first_responder_first",
            "Only a first responder can put the case to the authority. Ask one, and record that it accepted.",
        )
