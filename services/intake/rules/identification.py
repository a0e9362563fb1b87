"""Steps on the official path, checked against the jurisdiction's profile."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.intake.rules.dates import not_in_future
from services.intake.rules.refusals import FactRefused, StepForbidden
from shared.periods import earliest
from shared.reference import Profile, Stage


@dataclass(frozen=True)
class Recorded:
    """An identification step that a case already has."""

    stage: str
    outcome: str | None


def consents_to(step: Mapping[str, Any], stage: Stage, agency: str) -> bool:
    """Tell whether consent to one agency covers a step: it names the step's own authority, or one of the stage's."""
    return agency == step["authority"] if step.get("authority") else agency in stage.authorities


def begins(step: Mapping[str, Any], kind: str) -> str | date | None:
    """Give the day from which a step's clock counts; None if it is not known.

    A step of our own without a day was taken when it was recorded. One made elsewhere on an unknown day starts no
    clock, but for a minimum: counted from the day on which we heard of it, it ends later, which is safe for the person.
    """
    found: str | date | None = step["occurred_on"]
    if found is None and (not step["made_elsewhere"] or kind == "minimum"):
        found = step["received_on"]
    return found


def identification_step(
    profile: Profile,
    step: Mapping[str, Any],
    recorded: Sequence[Recorded],
    *,
    age: str,
    agencies: Collection[str],
    today: date,
) -> Stage:
    """Check a step on the official path against the jurisdiction's profile; gives its stage.

    Nothing assumes how many decisions there are, or that a person's own team took the earlier ones. `agencies` are
    those that the person consents to for the official mechanism.
    """
    if step["stage"] not in profile.stages:
        known = ", ".join(profile.stages)
        raise FactRefused("stage", "stage_of_the_jurisdiction", f"{profile.code} has the stages {known}.")
    stage = profile.stage(step["stage"])
    _check_outcome(stage, step.get("outcome"))
    if step.get("authority") is not None and step["authority"] not in stage.authorities:
        raise FactRefused(
            "authority", "authority_of_the_stage", "This body has no part in this stage; see the profile."
        )
    for field in ("occurred_on", "received_on"):
        not_in_future(field, step.get(field), today)
    occurred, received = step.get("occurred_on"), step.get("received_on")
    if occurred and received and received < earliest(occurred):
        raise FactRefused(
            "received_on", "received_after_it_occurred", "It can't have been received before it occurred."
        )
    _check_earlier_steps(stage, {each.stage for each in recorded})
    own = not step["made_elsewhere"]
    consented = any(consents_to(step, stage, each) for each in agencies)
    needed = profile.consent.needed(age, able=step.get("can_decide", True))
    if stage.needs_consent and own and needed and not consented:
        raise StepForbidden(
            "consent_before_this_step",
            "The person has not consented to this step. Record the consent first, or that the step was made elsewhere.",
        )
    return stage


def basis(profile: Profile, stage: Stage, step: Mapping[str, Any], age: str) -> str | None:
    """What a step of our own towards the official mechanism rests on (code list `consent_basis`); None: on nothing."""
    if not stage.needs_consent or step["made_elsewhere"]:
        return None
    return profile.consent.basis(age, able=step.get("can_decide", True))


def correction(profile: Profile, recorded: Sequence[Recorded], wrong: int) -> None:
    """Check that a step (by its place among those that count) can count no more. Raises `StepForbidden`.

    What stands on it is corrected first, or the step is recorded anew before: no step is left without what it needs.
    """
    left = [*recorded[:wrong], *recorded[wrong + 1 :]]
    stages = {each.stage for each in left}
    resting = {each.stage for each in left if not set(profile.stage(each.stage).requires) <= stages}
    looked = _looked_at(profile, recorded)
    del looked[wrong]
    changed = zip(left, looked, _looked_at(profile, left), strict=True)
    resting |= {each.stage for each, before, after in changed if before != after}
    if resting:
        raise StepForbidden(
            "later_steps_first",
            f"These rest on it: {', '.join(sorted(resting))}. Correct them first, or record it anew before.",
        )


def _check_outcome(stage: Stage, outcome: str | None) -> None:
    if stage.kind == "decision" and outcome not in stage.outcomes:
        known = ", ".join(stage.outcomes)
        raise FactRefused("outcome", "outcome_of_the_stage", f"A decision of this stage is one of: {known}.")
    if stage.kind != "decision" and outcome is not None:
        raise FactRefused(
            "outcome", "steps_have_no_outcome", "This stage is a step, not a decision; leave outcome out."
        )


def _check_earlier_steps(stage: Stage, recorded: Collection[str]) -> None:
    missing = [each for each in stage.requires if each not in recorded]
    if missing:
        raise StepForbidden(
            "earlier_step_first",
            f"Record first: {', '.join(missing)}. If it happened elsewhere, say so with made_elsewhere.",
        )


def reconsidered(stage: Stage, recorded: Sequence[Recorded]) -> str | None:
    """Which negative decision this stage looks at again; None if it reconsiders none. Raises if there is none."""
    if not stage.reconsiders:
        return None
    found = _looks_at(stage, recorded)
    if found is None:
        raise StepForbidden("reconsiders_a_negative_decision", "There is no negative decision to look at again.")
    return found


def _looked_at(profile: Profile, recorded: Sequence[Recorded]) -> list[str | None]:
    """Give for each step which stage's negative decision it looks at again, perhaps one that was recorded late."""
    stages = [profile.stage(each.stage) for each in recorded]
    return [_looks_at(stage, recorded[:place]) or _looks_at(stage, recorded) for place, stage in enumerate(stages)]


def _looks_at(stage: Stage, recorded: Sequence[Recorded]) -> str | None:
    negative = (each.stage for each in reversed(recorded) if each.outcome == "negative")
    return next((each for each in negative if each in stage.reconsiders), None)
