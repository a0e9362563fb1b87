"""Rules of facts: the kinds recorded by hand, their fields, and the fields that a correction can change. Pure."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from services.intake.facts.case.rules import TEAM_ROLES, Access
from shared.access.permissions import Need
from shared.casework.dates import learnt_after, not_ahead
from shared.casework.refusals import FactRefused, StepForbidden
from shared.reference import Profile

ACCESS: Final[Access] = {"fact.record": {**TEAM_ROLES, "supervisor": Need.TEAM}}

#: The keeper of the periods of this service.
KEEPER: Final = "intake"
#: The kinds of facts that are recorded by hand, with the codes that each must state.
BY_HAND: Final[Mapping[str, tuple[str, ...]]] = {
    "first_incident": (),
    "last_incident": (),
    "exploitation_ended": (),
    "work_ended": (),
    "crime_reported": (),
    "voucher_given": (),
    "reconsideration_requested": (),
    "objection_made": (),
    "residence_requested": (),
    "residence_refused": (),
    "rights_request": ("right",),
    "rights_answer": ("right",),
    "period_opened": ("clock", "ground"),
    "period_closed": ("clock", "ground"),
}
#: The codes that a kind can also state.
_ALSO: Final[Mapping[str, tuple[str, ...]]] = {
    "reconsideration_requested": ("stage",),
    "objection_made": ("stage",),
    "residence_refused": ("stage",),
}
#: Where other kinds are recorded.
_ELSEWHERE: Final[Mapping[str, str]] = {
    **dict.fromkeys(("submission", "decision", "step"), "It is a step on the official path: record it there."),
    **dict.fromkeys(("extension", "pause", "resumption"), "It is recorded of the period itself."),
    "person": "It is recorded with the person.",
    "law": "It is recorded at the opening; put that right.",
}


def check_by_hand(law: Profile, kind: str, codes: Mapping[str, str]) -> None:
    """Check that a fact is recorded by hand and states what it must. Raises `FactRefused`."""
    if kind not in BY_HAND:
        elsewhere = _ELSEWHERE.get(kind, "It is recorded at the legal service.")
        raise FactRefused("kind", "recorded_elsewhere", f"This is not recorded here. {elsewhere}")
    for name in BY_HAND[kind]:
        if name not in codes:
            raise FactRefused(name, "fact_says_it", f"A fact of this kind says its {name}.")
    for name in codes:
        if name not in (*BY_HAND[kind], *_ALSO.get(kind, ())):
            raise FactRefused(name, "says_nothing_of_it", "A fact of this kind does not say this; leave it out.")
    check_codes(law, codes)
    keeper = law.clocks[codes["clock"]][-1].keeper if "clock" in codes else KEEPER
    if keeper != KEEPER:
        raise FactRefused("clock", "period_kept_here", f"This period is kept by {keeper}; record it there.")


def check_codes(law: Profile, codes: Mapping[str, str]) -> None:
    """Check that the law has the stage and the period. Raises `FactRefused`."""
    if "stage" in codes and codes["stage"] not in law.stages:
        raise FactRefused("stage", "stage_of_the_jurisdiction", f"{law.code} has the stages {', '.join(law.stages)}.")
    if "clock" in codes and codes["clock"] not in law.clocks:
        raise FactRefused("clock", "rule_of_the_jurisdiction", f"{law.code} has the periods {', '.join(law.clocks)}.")


def check_times(happened: str, learnt: str | None, now: datetime, jurisdiction: str) -> None:
    """Check that no time is in the future, and that learning was not before the event. Raises `FactRefused`."""
    not_ahead("happened", happened, now, jurisdiction)
    not_ahead("learnt", learnt, now, jurisdiction)
    if learnt is not None:
        learnt_after("learnt", happened, learnt, jurisdiction)


def learnt_by(learnt: str | None, today: date) -> str:
    """Return the time of learning, today by default."""
    return learnt or today.isoformat()


def check_stands(*, withdrawn: bool) -> None:
    """Raise `StepForbidden` if the fact was taken back."""
    if withdrawn:
        raise StepForbidden(
            "corrected_once", "This was taken back before, and counts no more. Record it anew if it is true after all."
        )
