"""The status of a case on the official path, derived from its facts. Pure."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Final, Protocol
from uuid import UUID

from shared.reference import Profile
from shared.reference.periods import moment_of

NOT_REFERRED, RECONSIDERATION_PENDING = "not_referred", "reconsideration_pending"
#: The kind of fact that requests a reconsideration of a decision.
REQUESTED: Final = "reconsideration_requested"
#: Kinds of facts that are steps on the official path.
STEPS: Final = frozenset(("submission", "decision", "step"))
_GROUNDS: Final = {"reasonable_grounds": "rg", "conclusive_grounds": "cg"}
_BY_OUTCOME: Final = {
    ("presumed", "positive"): "presumed",
    ("presumed", "negative"): "not_presumed",
    ("identified", "positive"): "identified",
    ("identified", "negative"): "not_identified",
}
#: None: the status does not change.
_BY_STAGE: Final[Mapping[str, str | None]] = {
    "potential": "potential",
    "reflection_offered": "reflection_offered",
    "reflection_accepted": "reflection",
    "report_made": "report_made",
    # It keeps the status for which the voucher is requested.
    "referred_to_voucher": None,
}
_JUST_BEFORE: Final = 0.5
_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)


class Stated(Protocol):
    """A valid fact of a case."""

    @property
    def id(self) -> UUID:
        """The fact's id."""

    @property
    def kind(self) -> str:
        """The kind of the fact (code list `fact_kind`)."""

    @property
    def happened(self) -> str:
        """When it happened, as exactly as is known."""

    @property
    def learnt(self) -> str | None:
        """When that was learnt. It had happened by then."""

    @property
    def about(self) -> UUID | None:
        """The fact that it answers."""

    @property
    def codes(self) -> Mapping[str, str]:
        """Its stage and outcome."""


def identification_status(law: Profile, stated: Iterable[Stated]) -> str:
    """Return the status of a case on the official path (code list `identification_status`), from its valid facts.

    Facts apply in the order in which they happened, on the same day in the order of the path, and then in the order in
    which they were learnt. The order of recording does not matter.
    """
    in_order = _in_order(law, stated)
    again, status = _looked_at_again(law, in_order), NOT_REFERRED
    for fact in in_order:
        if fact.kind == REQUESTED:
            status = RECONSIDERATION_PENDING
        elif fact.kind in STEPS:
            code, outcome = fact.codes["stage"], fact.codes.get("outcome", "")
            if law.stage(code).reconsiders:
                code = again.get(fact.id, law.stage(code).reconsiders[0])
                outcome = outcome if outcome == "positive" else "negative"
            status = _status(law, code, outcome) or status
    return status


def looked_at_again(law: Profile, stated: Iterable[Stated]) -> dict[UUID, str]:
    """Return the stage of the decision that each reconsideration is about, by its fact.

    It is the stated decision, else the last earlier negative decision. Without a known decision there is no entry.
    """
    return _looked_at_again(law, _in_order(law, stated))


def _looked_at_again(law: Profile, in_order: Iterable[Stated]) -> dict[UUID, str]:
    negative, stage_of, reconsidered = "", dict[UUID, str](), dict[UUID, str]()
    for fact in in_order:
        if fact.kind not in STEPS:
            continue
        code = fact.codes["stage"]
        again, stage_of[fact.id] = law.stage(code).reconsiders, code
        if again:
            before = negative if fact.about is None else stage_of.get(fact.about, negative)
            if before in again:
                reconsidered[fact.id] = before
        elif fact.codes.get("outcome") == "negative":
            negative = code
    return reconsidered


def _in_order(law: Profile, stated: Iterable[Stated]) -> list[Stated]:
    """Return the facts that determine the status under a law, in the order in which they happened."""
    relevant = [
        fact
        for fact in stated
        if fact.kind == REQUESTED or (fact.kind in STEPS and fact.codes.get("stage") in law.stages)
    ]
    stages = {code: place for place, code in enumerate(law.stages)}
    again = (stages[code] for code, stage in law.stages.items() if stage.reconsiders)
    requested = min(again, default=len(stages)) - _JUST_BEFORE
    return sorted(relevant, key=lambda fact: _place(law.timezone, fact, _rank(stages, requested, fact)))


def _status(law: Profile, code: str, outcome: str) -> str | None:
    if code in _GROUNDS:
        return f"{_GROUNDS[code]}_{outcome}"
    if outcome:
        return _BY_OUTCOME.get((code, outcome), outcome)
    return _BY_STAGE.get(code, "referred" if law.stage(code).kind == "submission" else None)


def _rank(stages: Mapping[str, int], requested: float, fact: Stated) -> float:
    """Return the position of a fact on the path, from the positions of the stages and of a reconsideration request."""
    return requested if fact.kind == REQUESTED else stages.get(fact.codes.get("stage", ""), len(stages))


def _place(zone: str, fact: Stated, rank: float) -> tuple[date, float, datetime, datetime, str, UUID]:
    learnt = None if fact.learnt is None else moment_of(fact.learnt, zone).hi
    happened = moment_of(fact.happened, zone, learnt)
    # The order of recording does not matter. At the same time, the fact that was learnt last applies.
    times = (happened.hi or _LONG_AGO, learnt or _LONG_AGO)
    return happened.last_day(zone) or date.min, rank, *times, fact.codes.get("outcome", ""), fact.id
