"""Whether a new fact has to name the event that it answers, and whether it can answer the one that it names."""

from collections.abc import Iterable
from uuid import UUID

from shared.casework.refusals import FactRefused
from shared.deadlines import Fact
from shared.deadlines.derivation import choices, referrals


def check_named_start(standing: Iterable[Fact], fact: Fact) -> None:
    """Refuse a new fact that can answer several events and names none, or that names something it cannot answer.

    A fact that can answer one event only does not have to name it. It is stored without a name: the derivation finds
    the event, and finds the same one if the fact arrives first. Raises `FactRefused`.
    """
    possible = choices(standing, fact)
    listed = _listed(choice.name for choice in possible)
    if fact.about is not None:
        if possible and not any(fact.about in choice.known_by for choice in possible):
            raise FactRefused(
                "about", "answers_what_it_names", f"A fact of this kind can't answer the named fact. {listed}"
            )
    elif len(possible) > 1:
        raise FactRefused(
            "about", "says_what_it_answers", f"The fact can answer several events, and names none. {listed}"
        )


def check_named_referral(standing: Iterable[Fact], decision: Fact) -> None:
    """Refuse a new decision that can be about several referrals and names nothing. Raises `FactRefused`."""
    possible = referrals(standing, decision)
    if decision.about is None and len(possible) > 1:
        names = _listed(referral.id for referral in possible)
        raise FactRefused(
            "about", "says_what_it_answers", f"The decision can be about several referrals, and names none. {names}"
        )


def _listed(possible: Iterable[UUID]) -> str:
    return f"Name one of these facts: {', '.join(sorted(map(str, possible)))}."
