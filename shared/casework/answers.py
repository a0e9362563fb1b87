"""Whether a new fact has to name the event that it answers, and whether it can answer the one that it names."""

from collections.abc import Collection, Iterable

from shared.casework.refusals import FactRefused
from shared.deadlines import Fact
from shared.deadlines.derivation import Choice, choices


def check_named_start(standing: Iterable[Fact], fact: Fact) -> None:
    """Refuse a new fact that can answer several events and names none, or that names something it cannot answer.

    A fact that can answer one event only does not have to name it. It is stored without a name: the derivation finds
    the event, and finds the same one if the fact arrives first. Raises `FactRefused`.
    """
    possible = choices(standing, fact)
    if fact.about is not None:
        if possible and not any(fact.about in choice.known_by for choice in possible):
            raise FactRefused("about", "answers_what_it_names", f"This does not answer that. {_listed(possible)}")
    elif len(possible) > 1:
        raise FactRefused(
            "about", "says_what_it_answers", f"There are several events that it can answer. {_listed(possible)}"
        )


def _listed(possible: Collection[Choice]) -> str:
    names = sorted(str(choice.name) for choice in possible)
    return f"Name one of these facts: {', '.join(names)}."
