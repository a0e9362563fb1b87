"""Steps on the official path and first responders, checked against the jurisdiction's profile; and due dates."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Final

from services.intake.case.rules import Access
from shared.access.permissions import Need
from shared.casework.dates import not_in_future
from shared.casework.refusals import FactRefused, StepForbidden
from shared.reference import Profile, Stage, UnknownRule, calculate, codes, profile
from shared.reference.periods import ImpossibleDate, earliest, moment

ACCESS: Final[Access] = {
    "entry.decide": {"caseworker": Need.TEAM},
    "identification.record": {"caseworker": Need.TEAM, "supervisor": Need.TEAM},
    "identification.correct": {"caseworker": Need.TEAM, "supervisor": Need.TEAM},
    "first_responder.ask": {"caseworker": Need.TEAM, "supervisor": Need.TEAM},
    "clock.extend": {"caseworker": Need.TEAM, "supervisor": Need.TEAM},
    # About no case: any member of staff may calculate a due date.
    "deadline.calculate": dict.fromkeys(codes("staff_role"), Need.ANY),
}


ASKED, ACCEPTED, DECLINED = "asked", "accepted", "declined"
_ANSWERS: Final = {ASKED: (ACCEPTED, DECLINED), ACCEPTED: (DECLINED,), DECLINED: ()}


@dataclass(frozen=True)
class RecordedStep:
    """An identification step that a case already has."""

    stage: str
    outcome: str | None


@dataclass(frozen=True, kw_only=True)
class NewStep:
    """A step that is to be recorded. `can_decide`: false for an adult who can't, on whose behalf it is taken."""

    stage: str
    outcome: str | None = None
    authority: str | None = None
    occurred_on: str | None = None
    received_on: date
    made_elsewhere: bool = False
    can_decide: bool = True

    def stored(self) -> dict[str, object]:
        """Return what is stored of it, by name."""
        return {name: value for name, value in asdict(self).items() if name != "can_decide"}


def consents_to(step: NewStep, stage: Stage, agency: str) -> bool:
    """Return whether consent to an agency covers a step: it is the step's own authority, or one of the stage's."""
    return agency == step.authority if step.authority else agency in stage.authorities


def begins(step: NewStep, kind: str) -> str | date | None:
    """Return the day from which a step's clock counts; None if it is not known.

    A step of our own without a day was taken when it was recorded. One made elsewhere on an unknown day starts
    only a minimum: counted from the day on which we heard of it, it ends later, which is safe for the person.
    """
    if step.occurred_on is None and (not step.made_elsewhere or kind == "minimum"):
        return step.received_on
    return step.occurred_on


def identification_step(
    profile: Profile,
    step: NewStep,
    recorded: Sequence[RecordedStep],
    *,
    age: str,
    agencies: Collection[str],
    today: date,
) -> Stage:
    """Return the stage of a step, checked against the jurisdiction's profile. Raises `FactRefused`, `StepForbidden`.

    Nothing assumes how many decisions there are, or that a person's own team took the earlier ones. `agencies` are
    those that the person consents to for the official mechanism.
    """
    if step.stage not in profile.stages:
        stages = ", ".join(profile.stages)
        raise FactRefused("stage", "stage_of_the_jurisdiction", f"{profile.code} has the stages {stages}.")
    stage = profile.stage(step.stage)
    _check_outcome(stage, step.outcome)
    if step.authority is not None and step.authority not in stage.authorities:
        raise FactRefused(
            "authority", "authority_of_the_stage", "This body has no part in this stage; see the profile."
        )
    not_in_future("occurred_on", step.occurred_on, today)
    not_in_future("received_on", step.received_on, today)
    if step.occurred_on and step.received_on < earliest(step.occurred_on):
        raise FactRefused(
            "received_on", "received_after_it_occurred", "It can't have been received before it occurred."
        )
    _check_earlier_steps(stage, {earlier.stage for earlier in recorded})
    own = not step.made_elsewhere
    consented = any(consents_to(step, stage, agency) for agency in agencies)
    needed = profile.consent.needed(age, able=step.can_decide)
    if stage.needs_consent and own and needed and not consented:
        raise StepForbidden(
            "consent_before_this_step",
            "The person has not consented to this step. Record the consent first, or that the step was made elsewhere.",
        )
    return stage


def basis(profile: Profile, stage: Stage, step: NewStep, age: str) -> str | None:
    """Return the legal basis of a step of our own (code list `consent_basis`); None if it needs none."""
    if not stage.needs_consent or step.made_elsewhere:
        return None
    return profile.consent.basis(age, able=step.can_decide)


def check_correction(profile: Profile, recorded: Sequence[RecordedStep], wrong: int) -> None:
    """Check that a step can be withdrawn. Raises `StepForbidden`.

    `wrong` is its index in `recorded`. Steps that depend on it are corrected first, or it is recorded anew before.
    """
    left = [*recorded[:wrong], *recorded[wrong + 1 :]]
    stages = {step.stage for step in left}
    dependents = {step.stage for step in left if not set(profile.stage(step.stage).requires) <= stages}
    targets = _reconsidered_per_step(profile, recorded)
    del targets[wrong]
    changed = zip(left, targets, _reconsidered_per_step(profile, left), strict=True)
    dependents |= {step.stage for step, before, after in changed if before != after}
    if dependents:
        raise StepForbidden(
            "later_steps_first",
            f"These rest on it: {', '.join(sorted(dependents))}. Correct them first, or record it anew before.",
        )


def _check_outcome(stage: Stage, outcome: str | None) -> None:
    if stage.kind == "decision" and outcome not in stage.outcomes:
        outcomes = ", ".join(stage.outcomes)
        raise FactRefused("outcome", "outcome_of_the_stage", f"A decision of this stage is one of: {outcomes}.")
    if stage.kind != "decision" and outcome is not None:
        raise FactRefused(
            "outcome", "steps_have_no_outcome", "This stage is a step, not a decision; leave outcome out."
        )


def _check_earlier_steps(stage: Stage, recorded: Collection[str]) -> None:
    missing = [required for required in stage.requires if required not in recorded]
    if missing:
        raise StepForbidden(
            "earlier_step_first",
            f"Record first: {', '.join(missing)}. If it happened elsewhere, say so with made_elsewhere.",
        )


def reconsidered(stage: Stage, recorded: Sequence[RecordedStep]) -> str | None:
    """Return the negative decision that this stage reconsiders; None for any other stage. Raises `StepForbidden`."""
    if not stage.reconsiders:
        return None
    negative = _reconsidered_stage(stage, recorded)
    if negative is None:
        raise StepForbidden("reconsiders_a_negative_decision", "There is no negative decision to look at again.")
    return negative


def _reconsidered_per_step(profile: Profile, recorded: Sequence[RecordedStep]) -> list[str | None]:
    """Return for each step the stage whose negative decision it reconsiders, which may have been recorded later."""
    stages = [profile.stage(step.stage) for step in recorded]
    return [
        _reconsidered_stage(stage, recorded[:place]) or _reconsidered_stage(stage, recorded)
        for place, stage in enumerate(stages)
    ]


def _reconsidered_stage(stage: Stage, recorded: Sequence[RecordedStep]) -> str | None:
    negative = (step.stage for step in reversed(recorded) if step.outcome == "negative")
    return next((code for code in negative if code in stage.reconsiders), None)


def check_first_responder(
    profile: Profile, body: str, states: Collection[str], today: date, *, consented: bool
) -> None:
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


def answered(state: str, given: str, reason: str | None) -> str:
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


def check_submission(profile: Profile, stage: Stage, states: Iterable[str], *, made_elsewhere: bool) -> None:
    """Raise `StepForbidden` for a submission of our own that no first responder has accepted."""
    needed = profile.first_responders is not None and stage.kind == "submission" and not made_elsewhere
    if needed and ACCEPTED not in states:
        raise StepForbidden(
            "first_responder_first",
            "Only a first responder can put the case to the authority. Ask one, and record that it accepted.",
        )


def calculated(jurisdiction: str, rule: str, start: str) -> dict[str, object]:
    """Return the due date of a rule from a start; without a date if its length is not known. Raises `FactRefused`."""
    try:
        return calculate(profile(jurisdiction), rule, moment(start)).as_data()
    except UnknownRule as error:
        raise FactRefused("rule", "rule_of_the_jurisdiction", f"No date is given. {error}") from error
    except ImpossibleDate as error:
        raise FactRefused("from", "date_of_the_calendar", str(error)) from error
