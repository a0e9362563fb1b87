"""The referrals that a new decision can be about."""

from collections.abc import Iterable

from shared.deadlines.derivation.history import History
from shared.deadlines.derivation.links import SUBMISSION
from shared.deadlines.facts import Fact
from shared.reference import Profile


def referrals(facts: Iterable[Fact], decision: Fact) -> list[Fact]:
    """Return the referrals of its case that a new decision can be about, of a stage that its own stage requires."""
    history = History(facts, {})
    law_code = history.law_of(decision)
    law = next((law for law in history.laws if law.code == law_code), None)
    stage = decision.codes.get("stage")
    if law is None or stage is None or stage not in law.stages:
        return []
    required = _required(law, stage)
    moment = history.moment(decision, law.timezone)
    possible: list[Fact] = []
    for linked in history.of_kind(SUBMISSION):
        is_earlier = not moment.surely_before(history.moment(linked, law.timezone))
        is_of_it = linked.case == decision.case and linked.codes.get("stage") in required
        if is_earlier and is_of_it and not any(linked.says_the_same(other) for other in possible):
            possible.append(linked)
    return possible


def _required(law: Profile, stage: str) -> set[str]:
    """Return the stages that precede a stage, and all stages before them."""
    found: set[str] = set()
    waiting = list(law.stages[stage].requires)
    while waiting:
        code = waiting.pop()
        if code not in found:
            found.add(code)
            waiting += law.stages[code].requires if code in law.stages else ()
    return found
