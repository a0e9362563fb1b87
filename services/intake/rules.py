"""What may happen to a case at intake, and what it means. Pure: data in, decision or announcements out."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from shared.access import Need
from shared.envelope import Announcement
from shared.periods import earliest, latest
from shared.reference import Profile, Stage, codes

_TEAM, _ANY = Need.TEAM, Need.ANY
_WORKERS = {"caseworker": _TEAM, "outreach_worker": _TEAM, "supervisor": _TEAM}

#: Role x action x relation to the case.
ACCESS: Mapping[str, Mapping[str, Need]] = {
    "case.open": {"caseworker": _ANY, "outreach_worker": _ANY},
    "case.read": {
        **_WORKERS,
        "legal_adviser": _TEAM,
        "counsellor": _TEAM,
        "support_worker": _TEAM,
    },
    "case.close": {"caseworker": _TEAM, "supervisor": _TEAM},
    "team.change": {"caseworker": _TEAM, "supervisor": _ANY},
    "detection.record": _WORKERS,
    "consent.record": {"caseworker": _TEAM, "outreach_worker": _TEAM},
    "consent.withdraw": {"caseworker": _TEAM, "outreach_worker": _TEAM, "supervisor": _TEAM},
    "entry.decide": {"caseworker": _TEAM},
    "identification.record": {"caseworker": _TEAM, "supervisor": _TEAM},
}

# : From each status, what may be done; everything else raises. Help and facts never depend on the status of
# identification.
OPEN, CLOSED = "open", "closed"


class StepForbidden(Exception):
    """A step that can't be taken now; `rule` names the rule, the message says what to do instead."""

    status = 409
    retryable = False
    title = "Not possible now"

    def __init__(self, rule: str, message: str) -> None:
        """Keep the rule's name and a sentence for a person."""
        super().__init__(message)
        self.rule = rule


class FactRefused(StepForbidden):
    """A fact that can't be true, or that the jurisdiction does not know."""

    status = 422
    title = "Check the fields"

    def __init__(self, field: str, rule: str, message: str) -> None:
        """Name the field too."""
        super().__init__(rule, message)
        self.errors = [{"field": field, "rule": rule, "message": message}]


@dataclass(frozen=True)
class Recorded:
    """An identification step that a case already has."""

    stage: str
    outcome: str | None


def must_be_open(status: str) -> None:
    """Raise unless the case is open."""
    if status != OPEN:
        raise StepForbidden("case_is_open", "The case is closed already; nothing is left to close.")


def not_in_future(field: str, day: str | date | None, today: date) -> None:
    """Raise if a fact is dated after today (local); a partial date counts from its first day."""
    if day is None:
        return
    first = earliest(day) if isinstance(day, str) else day
    if first > today:
        raise FactRefused(field, "not_in_the_future", "This date lies ahead; a fact can't be recorded before its day.")


def detect(detection: Mapping[str, Any], today: date) -> None:
    """Check what was seen. Raises `FactRefused`."""
    for field in ("earliest_incident_on", "work_ended_on", "detected_on"):
        not_in_future(field, detection.get(field), today)
    began, ended = detection.get("earliest_incident_on"), detection.get("work_ended_on")
    if began and ended and latest(ended) < earliest(began):
        raise FactRefused(
            "work_ended_on", "ended_after_it_began", "The work can't have ended before the first incident."
        )


def strength(indicators: Sequence[str]) -> str:
    """Say how much the ILO's indicators add up to; one may suffice, so this orders work and decides nothing."""
    known = {"unknown", "not_asked", "prefer_not_to_say"}
    count = len([each for each in indicators if each not in known])
    return "none" if count == 0 else "weak" if count == 1 else "medium" if count <= 3 else "strong"  # noqa: PLR2004


def consent(given: Mapping[str, Any], today: date) -> None:
    """Check a consent: not from the future, and with an end. Raises `FactRefused`."""
    not_in_future("granted_on", given.get("granted_on"), today)
    if given["expires_on"] <= today:
        raise FactRefused("expires_on", "consent_has_an_end_ahead", "A consent must end after today; ask again later.")
    missing = set(codes("consent_checklist").values) - set(given["checklist"])
    needed = missing & {"told_purpose", "told_uses", "told_withdrawal"}
    if needed:
        raise FactRefused(
            "checklist",
            "consent_is_informed",
            f"Before a consent counts, the person must have been told: {', '.join(sorted(needed))}.",
        )


def consent_agency(agency: str, profile: Profile) -> None:
    """Raise if an agency has no part in the case's jurisdiction."""
    if agency not in profile.authorities:
        known = ", ".join(profile.authorities)
        raise FactRefused("agency", "agency_of_the_jurisdiction", f"{profile.code} has the authorities {known}.")


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


def withdraw(*, withdrawn: bool) -> None:
    """Raise if the consent was withdrawn before."""
    if withdrawn:
        raise StepForbidden("withdrawn_once", "This consent was withdrawn before; nothing is left to withdraw.")


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
    if stage.needs_consent and own and profile.consent.needed(age) and not consented:
        raise StepForbidden(
            "consent_before_this_step",
            "The person has not consented to this step. Record the consent first, or that the step was made elsewhere.",
        )
    return stage


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
    negative = [each.stage for each in recorded if each.stage in stage.reconsiders and each.outcome == "negative"]
    if not negative:
        raise StepForbidden("reconsiders_a_negative_decision", "There is no negative decision to look at again.")
    return negative[-1]


def close(status: str, closed_on: date, opened_on: date, today: date) -> Announcement:
    """Close a case; gives what is announced, less the reason that the caller adds. Raises."""
    must_be_open(status)
    not_in_future("closed_on", closed_on, today)
    if closed_on < opened_on:
        raise FactRefused("closed_on", "closed_after_opened", "A case can't be closed before it was opened.")
    return Announcement("case.closed", {"closed_on": closed_on})
