"""Rules of the duty to notify: a detection is reported without the person's consent and without a name.

The bodies under the duty depend on the jurisdiction (for instance Modern Slavery Act 2015, section 52). Each profile
states them, with their certainty. A report never identifies a person, also not by a combination of fields. It is made
coarser, step by step, until at least `SMALLEST` known cases, including the person's own, look the same. If no step is
coarse enough, the report says only that there was a case.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from services.intake.facts.case.rules import SMALLEST
from shared.casework.refusals import FactRefused, StepForbidden
from shared.reference import Profile

#: The fields of a report, by their names.
Told = Mapping[str, str | list[str]]
_NOTHING: Final[Told] = {}


@dataclass(frozen=True, slots=True)
class Seen:
    """The most detailed form of the reportable data about a detected person."""

    exploitation_types: tuple[str, ...]
    age: str
    detected_on: date


@dataclass(frozen=True, slots=True)
class Report:
    """A report: `told` by field names, and the number of cases that look the same."""

    told: Told
    alike: int


def _month(day: date) -> str:
    return f"{day:%Y-%m}"


def _year(day: date) -> str:
    return f"{day:%Y}"


def _steps(seen: Seen) -> Iterable[Told]:
    """Yield the possible reports about a person, from the most detailed to the coarsest."""
    kinds = list(seen.exploitation_types)
    yield {"exploitation_types": kinds, "age": seen.age, "detected": _month(seen.detected_on)}
    yield {"exploitation_types": kinds, "age": seen.age, "detected": _year(seen.detected_on)}
    yield {"exploitation_types": kinds, "detected": _year(seen.detected_on)}
    yield {"detected": _year(seen.detected_on)}


def check_under_duty(body: str, profile: Profile) -> None:
    """Raise `FactRefused` if a body of the jurisdiction is not under its duty to notify."""
    duty = profile.duty_to_notify
    if duty is None:
        why = (
            f"The reference data does not say whether {profile.code} has a duty to notify. Check the law: the duty may "
            "exist."
        )
        raise FactRefused("body", "body_under_the_duty", why)
    if body not in duty.bodies and not duty.any_institution:
        bodies = ", ".join(duty.bodies)
        raise FactRefused(
            "body",
            "body_under_the_duty",
            f"This body has no duty to notify in {profile.code}. Choose one of these: {bodies}.",
        )


# control: H-CONFIDENTIALITY-34 early-report-by-law
def check_may_report(decision: str | None, profile: Profile) -> None:
    """Raise `StepForbidden` if the person has not decided, or has decided to enter, in which case the referral reports.

    `decision`: the latest decision about entering the official mechanism. The law of some countries has a report
    without identity before that decision.
    """
    duty = profile.duty_to_notify
    is_early = duty is not None and duty.before_decision
    if not is_early and (decision is None or decision == "undecided"):
        raise StepForbidden(
            "entry_decision_first",
            "The person has not decided yet whether to enter the official mechanism. Ask the person first.",
        )
    if decision == "enter":
        raise StepForbidden(
            "referral_reports",
            "The person enters the official mechanism, so the referral already reports the case. Do not send a "
            "separate report.",
        )


def check_not_reported(*, reported: bool) -> None:
    """Raise `StepForbidden` if the body has already reported the case: a second report would count the person twice."""
    if reported:
        raise StepForbidden("reported_once", "This body has already reported the case. Nothing needs to be done.")


def report(own: Seen, all_seen: Iterable[Seen]) -> Report:
    """Return the most detailed safe report about a person. `all_seen` includes the person."""
    everyone = list(all_seen)
    for candidate in _steps(own):
        alike = sum(any(step == candidate for step in _steps(person)) for person in everyone)
        if alike >= SMALLEST:
            return Report(candidate, alike)
    return Report(_NOTHING, len(everyone))
