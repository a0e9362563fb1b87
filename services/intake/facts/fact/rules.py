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
    "wages_withheld": (),
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
    **dict.fromkeys(("submission", "decision", "step"), "Record it as a step on the official path."),
    **dict.fromkeys(("extension", "pause", "resumption"), "Record it on the period itself."),
    "person": "Record it with the person.",
    "law": "Correct it at the opening of the case.",
}


def check_by_hand(law: Profile, kind: str, codes: Mapping[str, str]) -> None:
    """Check that a fact is recorded by hand and states what it must. Raises `FactRefused`."""
    if kind not in BY_HAND:
        elsewhere = _ELSEWHERE.get(kind, "Record it at the legal service.")
        raise FactRefused("kind", "recorded_elsewhere", f"Facts of this kind are not recorded by hand. {elsewhere}")
    for name in BY_HAND[kind]:
        if name not in codes:
            raise FactRefused(
                name, "fact_says_it", f"The {name} is missing, and a fact of this kind needs it. Send it."
            )
    for name in codes:
        if name not in (*BY_HAND[kind], *_ALSO.get(kind, ())):
            raise FactRefused(name, "says_nothing_of_it", "A fact of this kind does not have this field. Leave it out.")
    check_codes(law, codes)
    keeper = law.clocks[codes["clock"]][-1].keeper if "clock" in codes else KEEPER
    if keeper != KEEPER:
        raise FactRefused("clock", "period_kept_here", f"The service {keeper} stores this period. Record it there.")


def check_codes(law: Profile, codes: Mapping[str, str]) -> None:
    """Check that the law has the stage and the period. Raises `FactRefused`."""
    if "stage" in codes and codes["stage"] not in law.stages:
        raise FactRefused(
            "stage",
            "stage_of_the_jurisdiction",
            f"The law {law.code} does not have this stage. Choose one of these: {', '.join(law.stages)}.",
        )
    if "clock" in codes and codes["clock"] not in law.clocks:
        raise FactRefused(
            "clock",
            "rule_of_the_jurisdiction",
            f"The law {law.code} does not have this period. Choose one of these: {', '.join(law.clocks)}.",
        )


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
            "corrected_once",
            "This fact was withdrawn earlier and is not valid. If it is true after all, record it again.",
        )
