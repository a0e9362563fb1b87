"""Rules of steps on the official path, first responders and due dates, by the jurisdiction's profile. Pure.

Also: which staff can correct a fact, and which facts are stated by the case itself.
"""

from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from services.intake.facts.case.rules import Access
from services.intake.path.identification.rules.status import (
    NOT_REFERRED,
    REQUESTED,
    STEPS,
    identification_status,
    looked_at_again,
)
from shared.access.permissions import Need
from shared.casework.dates import learnt_after, local_day, not_ahead, not_in_future
from shared.casework.refusals import FactRefused, StepForbidden
from shared.reference import Profile, Stage, UnknownRule, calculate, codes, profile
from shared.reference.periods import UNKNOWN, ImpossibleDate, earliest, moment

__all__ = [
    "ACCEPTED",
    "ACCESS",
    "ASKED",
    "DECLINED",
    "FACT_REASONS",
    "NOT_REFERRED",
    "REQUESTED",
    "STEPS",
    "NewStep",
    "answered",
    "basis",
    "calculated",
    "check_first_responder",
    "check_submission",
    "checked_stage",
    "consents_to",
    "identification_status",
    "identification_step",
    "looked_at_again",
    "step_reason",
    "step_times",
    "takes_part",
]

#: The reason for correcting a step -> the reason for correcting its fact, if its name differs.
FACT_REASONS: Final = {"not_taken": "not_so"}

ASKED, ACCEPTED, DECLINED = "asked", "accepted", "declined"

_ANSWERS: Final = {ASKED: (ACCEPTED, DECLINED), ACCEPTED: (DECLINED,), DECLINED: ()}

ACCESS: Final[Access] = {
    "entry.decide": {"caseworker": Need.TEAM},
    "identification.record": {"caseworker": Need.TEAM, "supervisor": Need.TEAM},
    "identification.correct": {"caseworker": Need.TEAM, "supervisor": Need.TEAM},
    "first_responder.ask": {"caseworker": Need.TEAM, "supervisor": Need.TEAM},
    "notification.report": {"caseworker": Need.TEAM, "supervisor": Need.SUPERVISION},
    "clock.extend": {"caseworker": Need.TEAM, "supervisor": Need.TEAM},
    # About no case: any member of staff may calculate a due date.
    "deadline.calculate": dict.fromkeys(codes("staff_role"), Need.ANY),
    "fact.correct": dict.fromkeys(("caseworker", "outreach_worker", "legal_adviser", "supervisor"), Need.TEAM),
}

LAW, PERSON = "law", "person"


@dataclass(frozen=True, kw_only=True)
class NewStep:
    """A step to record. `can_decide`: false if it is taken on behalf of an adult who can't decide."""

    stage: str
    outcome: str | None = None
    authority: str | None = None
    occurred_on: str | None = None
    received_on: date
    made_elsewhere: bool = False
    can_decide: bool = True
    happened: str | None = None
    learnt: str | None = None
    about: UUID | None = None
    dublin: str | None = None
    foreigner: str | None = None

    def stored(self) -> dict[str, object]:
        """Return the stored fields, by name."""
        return {name: value for name, value in asdict(self).items() if name != "can_decide"}


def step_times(
    *,
    occurred_on: str | None,
    received_on: date | None,
    happened: str | None,
    learnt: str | None,
    made_elsewhere: bool,
    now: datetime,
    today: date,
    jurisdiction: str,
) -> dict[str, object]:
    """Return when a step happened and was learnt, as exactly as is known, and the plain day of each, by name.

    A step recorded by this agency without a day happened when it was recorded. For a step made elsewhere, the time is
    then unknown. Raises `FactRefused` for a time in the future, and if the exact time and the plain day contradict each
    other.
    """
    _check_one_time("occurred_on", occurred_on, happened, jurisdiction)
    _check_one_time("received_on", None if received_on is None else received_on.isoformat(), learnt, jurisdiction)
    not_ahead("happened", happened, now, jurisdiction)
    not_ahead("learnt", learnt, now, jurisdiction)
    heard = learnt or (received_on or today).isoformat()
    heard_on = earliest(str(local_day(heard, jurisdiction)))
    when = happened or occurred_on or (UNKNOWN if made_elsewhere else heard_on.isoformat())
    learnt_after("learnt" if learnt else "received_on", when, heard, jurisdiction)
    day = local_day(happened, jurisdiction) if happened else occurred_on
    return {"happened": when, "learnt": heard, "occurred_on": day, "received_on": heard_on}


def _check_one_time(field: str, day: str | None, exact: str | None, jurisdiction: str) -> None:
    if day is not None and exact is not None and day != local_day(exact, jurisdiction):
        name = "happened" if field == "occurred_on" else "learnt"
        raise FactRefused(
            field, "one_time_of_a_fact", f"This day differs from the day in {name}. Leave one of them out."
        )


def step_reason(reason: str) -> str:
    """Return the reason for correcting a step, from the reason for correcting its fact."""
    if reason == "not_so":
        return "not_taken"
    return reason if reason in codes("step_correction_reason") else "other"


def takes_part(profile: Profile, named: Collection[str]) -> bool:
    """Return whether a law names any agency of these codes as an authority or as a first responder."""
    bodies = () if profile.first_responders is None else profile.first_responders.bodies
    return any(code in profile.authorities or code in bodies for code in named)


def consents_to(step: NewStep, stage: Stage, agency: str) -> bool:
    """Return whether consent to an agency covers a step: it is the step's authority, or one of the stage's."""
    return agency == step.authority if step.authority else agency in stage.authorities


def identification_step(profile: Profile, step: NewStep, *, age: str, agencies: Collection[str], today: date) -> Stage:
    """Return the stage of a step, checked against the jurisdiction's profile. Raises `FactRefused`, `StepForbidden`.

    Steps arrive in any order. Nothing assumes how many decisions there are, that an earlier step is known, or who took
    it. `agencies`: the codes of the agencies to which the person consents for the official mechanism.
    """
    stage = checked_stage(profile, step.stage, step.outcome, step.authority)
    not_in_future("occurred_on", step.occurred_on, today)
    not_in_future("received_on", step.received_on, today)
    own = not step.made_elsewhere
    consented = any(consents_to(step, stage, agency) for agency in agencies)
    needed = profile.consent.needed(age, able=step.can_decide)
    if stage.needs_consent and own and needed and not consented:
        raise StepForbidden(
            "consent_before_this_step",
            "The person has not consented to this step. Record the consent first, or record that another body took "
            "the step.",
        )
    return stage


def checked_stage(profile: Profile, code: str, outcome: str | None, authority: str | None) -> Stage:
    """Return a stage of the jurisdiction, checked for this outcome and authority. Raises `FactRefused`."""
    if code not in profile.stages:
        stages = ", ".join(profile.stages)
        raise FactRefused(
            "stage",
            "stage_of_the_jurisdiction",
            f"The law {profile.code} does not have this stage. Choose one of these: {stages}.",
        )
    stage = profile.stage(code)
    _check_outcome(stage, outcome)
    if authority is not None and authority not in stage.authorities:
        raise FactRefused(
            "authority",
            "authority_of_the_stage",
            "This body does not take part in this stage. Choose a body of the stage: the profile lists them.",
        )
    return stage


def basis(profile: Profile, stage: Stage, step: NewStep, age: str) -> str | None:
    """Return the legal basis of a step that was not made elsewhere (code list `consent_basis`), or None."""
    if not stage.needs_consent or step.made_elsewhere:
        return None
    return profile.consent.basis(age, able=step.can_decide)


def _check_outcome(stage: Stage, outcome: str | None) -> None:
    if stage.kind == "decision" and outcome not in stage.outcomes:
        outcomes = ", ".join(stage.outcomes)
        raise FactRefused(
            "outcome",
            "outcome_of_the_stage",
            f"This stage does not have this outcome. Choose one of these: {outcomes}.",
        )
    if stage.kind != "decision" and outcome is not None:
        raise FactRefused(
            "outcome",
            "steps_have_no_outcome",
            "This stage is a step, not a decision, so it has no outcome. Leave `outcome` out.",
        )


def check_first_responder(
    profile: Profile, body: str, states: Collection[str], today: date, *, consented: bool
) -> None:
    """Check that a body can be asked. Raises `FactRefused`, `StepForbidden`.

    `states`: the states of the earlier requests. `consented`: whether the consent that the profile needs is recorded.
    """
    first_responders = profile.first_responders
    if first_responders is None:
        raise StepForbidden(
            "profile_has_first_responders",
            f"The law {profile.code} does not require a first responder. Record the step itself.",
        )
    if body not in first_responders.bodies or not codes("first_responder").contains(body, today):
        raise FactRefused(
            "body",
            "first_responder_of_the_jurisdiction",
            f"The law {profile.code} has no such first responder. Choose one of its profile.",
        )
    if not consented:
        raise StepForbidden(
            "consent_before_this_step",
            "The person has not consented to the official mechanism. Record the consent first. Then ask the first "
            "responder.",
        )
    if ASKED in states or ACCEPTED in states:
        raise StepForbidden(
            "one_first_responder",
            "Another first responder was asked, and has not declined. Record its answer before you ask the next one.",
        )


def answered(state: str, given: str, reason: str | None) -> str:
    """Return the state after an answer. A first responder that accepted can still decline.

    Raises `StepForbidden`, `FactRefused`.
    """
    if given not in _ANSWERS[state]:
        raise StepForbidden(
            "first_responder_answers_once",
            f"This first responder has already answered: {state}. Correct that answer if it is wrong.",
        )
    if given == DECLINED and reason is None:
        raise FactRefused(
            "reason", "refusal_says_why", "The reason why the first responder declined is missing. Send the reason."
        )
    if given == ACCEPTED and reason is not None:
        raise FactRefused(
            "reason",
            "belongs_to_a_refusal",
            "Only a refusal has a reason, and this is not a refusal. Leave the reason out.",
        )
    return given


def check_submission(profile: Profile, stage: Stage, states: Iterable[str], *, made_elsewhere: bool) -> None:
    """Raise `StepForbidden` for a submission, unless made elsewhere, that no first responder has accepted."""
    needed = profile.first_responders is not None and stage.kind == "submission" and not made_elsewhere
    if needed and ACCEPTED not in states:
        raise StepForbidden(
            "first_responder_first",
            "Only a first responder can refer the case to the authority. Ask one, and record that it accepted.",
        )


def calculated(
    jurisdiction: str, rule: str, start: str, received: str | None = None, *, now: datetime | None = None
) -> dict[str, object]:
    """Return the due date of a rule from a start, without a date if its length is unknown. Raises `FactRefused`.

    `received`: when the document that starts the period was received. `now`: the instant for deciding whether the
    period is over.
    """
    begun = _moment("from", start)
    receipt = None if received is None else _moment("received", received)
    try:
        return calculate(profile(jurisdiction), rule, begun, received=receipt, now=now).as_data()
    except UnknownRule as error:
        raise FactRefused("rule", "rule_of_the_jurisdiction", f"The date can't be calculated. {error}") from error
    except ImpossibleDate as error:
        raise FactRefused("from", "date_of_the_calendar", str(error)) from error


def _moment(field: str, text: str) -> datetime | str:
    try:
        return moment(text)
    except ImpossibleDate as error:
        raise FactRefused(field, "date_of_the_calendar", str(error)) from error


def check_age_is_stated(*, born: bool) -> None:
    """Raise `StepForbidden` if the age follows from a date of birth."""
    if born:
        raise StepForbidden(
            "age_follows_from_the_birth",
            "The age follows from the recorded date of birth. Correct the date of birth, together with the person.",
        )


def check_taken_back(kind: str, *, takes_back: bool) -> None:
    """Raise `StepForbidden` if the case would have no law, or its person no age (which can be `unknown`)."""
    if takes_back and kind in (LAW, PERSON):
        raise StepForbidden(
            "case_has_one", "A case always has one of these, so it can't be withdrawn. Send the corrected value."
        )
