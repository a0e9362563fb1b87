"""The fields that each kind of fact requires and allows, and when it can have happened. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from shared.casework.corrections import TAKES_BACK
from shared.casework.dates import not_in_future
from shared.casework.refusals import FactRefused, NotArrivedYet
from shared.deadlines import Fact, fact_events
from shared.reference import Keeper, Profile, profile
from shared.reference.periods import UNKNOWN, ImpossibleDate, local_date, moment_of


@dataclass(frozen=True)
class Says:
    """The fields that a kind of fact requires and allows, in addition to its times."""

    needs: tuple[str, ...] = ()
    may: tuple[str, ...] = ()


SAYS: Final[Mapping[str, Says]] = {
    "submission": Says(("stage",), ("authority",)),
    "decision": Says(("stage", "outcome"), ("authority", "foreigner")),
    "step": Says(("stage",), ("authority", "dublin", "foreigner")),
    "first_incident": Says(),
    "last_incident": Says(),
    "exploitation_ended": Says(),
    "work_ended": Says(),
    "crime_reported": Says(),
    "discovery": Says(may=("remedy",)),
    "judgment_final": Says(may=("offender",)),
    "award_paid": Says(may=("remedy",)),
    "claim": Says(("remedy",)),
    "claim_decided": Says(("remedy", "result")),
    "challenge_made": Says(("challenge",)),
    "challenge_decided": Says(("challenge", "result")),
    "asylum_refused": Says(),
    "authority_act": Says(),
    "prosecution_brought": Says(),
    "trial_begun": Says(),
    "trial_ended": Says(),
    "sentenced": Says(),
    "wages_withheld": Says(),
    "reconsideration_requested": Says(may=("stage",)),
    "objection_made": Says(may=("stage",)),
    "residence_refused": Says(may=("stage",)),
    "residence_requested": Says(may=("stage",)),
    "conciliation_begun": Says(),
    "conciliation_certified": Says(),
    "conciliation_open": Says(),
    "voucher_given": Says(),
    "law": Says(("jurisdiction",)),
    "rights_request": Says(("right",)),
    "rights_answer": Says(may=("right",)),
    "breach": Says(),
    "breach_notified": Says(),
    "period_opened": Says(("clock", "ground")),
    "period_closed": Says(("clock", "ground")),
    "extension": Says(("clock", "until"), ("ground",)),
    "pause": Says(("clock",), ("ground",)),
    "resumption": Says(("clock",), ("ground",)),
}
#: A person decides these about a period. They are not events that happened to the person.
BY_HAND: Final = frozenset(("period_opened", "period_closed", "extension", "pause", "resumption"))
#: These can be in the future.
_AHEAD: Final = frozenset(("law", "period_closed"))


def check_kind(kind: str, kinds: Collection[str]) -> None:
    """Raise `FactRefused` for a kind that is recorded elsewhere, or through another endpoint."""
    if kind not in kinds:
        listed = ", ".join(sorted(kinds))
        raise FactRefused(
            "kind",
            "kind_recorded_here",
            f"Facts of this kind are recorded in another place. Choose one of these kinds: {listed}.",
        )


def check_said(kind: str, codes: Mapping[str, object]) -> None:
    """Raise `FactRefused` for a missing field that this kind of fact requires, or for one that it does not allow."""
    says = SAYS.get(kind, Says())
    for name in says.needs:
        if name not in codes:
            raise FactRefused(name, "said_of_this_kind", f"A fact of the kind {kind} needs this field. Send the field.")
    for name in codes:
        if name not in (*says.needs, *says.may):
            raise FactRefused(
                name, "said_of_this_kind", f"A fact of the kind {kind} does not have this field. Leave the field out."
            )


def law_of(jurisdiction: str | None) -> Profile:
    """Return the law of a case. Raises `NotArrivedYet` until the event that opened the case has been applied."""
    if jurisdiction is None:
        raise NotArrivedYet(
            "jurisdiction_known",
            "This case is new, and its opening has not arrived from intake yet. Try again in a moment.",
        )
    return profile(jurisdiction)


def check_law(law: Profile, keeper: Keeper | None, codes: Mapping[str, str]) -> None:
    """Raise `FactRefused` for a period that is kept elsewhere, or for a code that the law does not have."""
    clock, remedy, stage = codes.get("clock"), codes.get("remedy"), codes.get("stage")
    if clock is not None and (clock not in law.clocks or keeper not in (None, law.clocks[clock][0].keeper)):
        own = ", ".join(code for code, versions in law.clocks.items() if keeper in (None, versions[0].keeper))
        raise FactRefused(
            "clock",
            "period_kept_here",
            f"This service does not record this period of {law.code}. Choose one of these: {own}.",
        )
    if remedy is not None and remedy not in law.remedies:
        raise FactRefused(
            "remedy",
            "remedy_of_the_jurisdiction",
            f"The law {law.code} does not have this remedy. Choose one of these: {', '.join(law.remedies)}.",
        )
    _check_challenge(law, codes.get("challenge"))
    if stage is not None and stage not in law.stages:
        raise FactRefused(
            "stage",
            "stage_of_the_jurisdiction",
            f"The law {law.code} does not have this stage. Choose one of these: {', '.join(law.stages)}.",
        )


def _check_challenge(law: Profile, challenge: str | None) -> None:
    if challenge is not None and challenge not in law.challenges:
        raise FactRefused(
            "challenge",
            "challenge_of_the_jurisdiction",
            f"The law {law.code} does not have this challenge. Choose one of these: {', '.join(law.challenges)}.",
        )


def check_times(fact: Fact, zone: str, today: date) -> None:
    """Raise `FactRefused` for a fact that can't have happened, or can't have been learnt, at the stated time."""
    happened = _day("happened", fact.happened, zone)
    if fact.kind not in _AHEAD:
        not_in_future("happened", happened, today)
    if fact.learnt is None:
        return
    if fact.learnt == UNKNOWN or len(fact.learnt) < len("2026-03-04"):
        raise FactRefused(
            "learnt",
            "learnt_on_a_day",
            "The day on which it was learnt is missing, and this period starts on it. Send the day or the instant.",
        )
    learnt = _day("learnt", fact.learnt, zone)
    not_in_future("learnt", learnt, today)
    if happened is not None and learnt is not None and learnt < happened and fact.kind not in _AHEAD:
        raise FactRefused(
            "learnt",
            "learnt_after_it_happened",
            "The date on which it was learnt is before the date on which it happened. Check both dates.",
        )


def learnt_by(learnt: str | None, happened: str) -> str | None:
    """Return when a fact was learnt whose day was corrected: as before, but not before the new day."""
    return happened if learnt is not None and learnt[: len("2026-03-04")] < happened else learnt


def _day(field: str, text: str, zone: str) -> date | None:
    try:
        first = moment_of(text, zone).lo
    except ImpossibleDate as error:
        raise FactRefused(field, "a_time_that_can_be", str(error)) from error
    return None if first is None else local_date(first, zone)


def said(values: Mapping[str, object]) -> dict[str, str]:
    """Return the fields of a fact without its times, as they are stored: by name, without those that have no value."""
    return {name: str(values[name]) for name in fact_events.CODES if values.get(name) is not None}


def takes_back(reason: str, changes: Mapping[str, object], *, withdrawn: bool) -> bool:
    """Return whether a correction withdraws a fact.

    Raises `FactRefused` if it changes nothing, or both withdraws and changes it.
    """
    if reason in TAKES_BACK or withdrawn:
        for name in changes:
            raise FactRefused(
                name,
                "taken_back_whole",
                "This reason withdraws the whole fact, so it has no other values. Leave out all other values.",
            )
        return True
    if not changes:
        raise FactRefused(
            "reason",
            "correction_says_what",
            "This value is already recorded, so nothing would change. State the corrected value.",
        )
    return False
