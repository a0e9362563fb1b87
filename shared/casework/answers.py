"""Which event an answer belongs to: the one that the caller names, or the only one that it can mean."""

from collections.abc import Collection, Iterable
from uuid import UUID

from shared.casework.refusals import FactRefused
from shared.deadlines import Fact
from shared.deadlines.derivation import Choice, choices


def named_start(standing: Iterable[Fact], fact: Fact) -> UUID | None:
    """Return what a new fact is about; None if it can mean nothing, or the only period of its case.

    Raises `FactRefused` where it can mean several events and names none, or names something that it cannot answer.
    """
    possible = choices(standing, fact)
    if fact.about is not None:
        if possible and not any(fact.about in choice.known_by for choice in possible):
            raise FactRefused("about", "answers_what_it_names", f"This does not answer that. {_listed(possible)}")
        return fact.about
    if len(possible) > 1:
        raise FactRefused(
            "about", "says_what_it_answers", f"There are several events that it can answer. {_listed(possible)}"
        )
    return possible[0].key if possible else None


def _listed(possible: Collection[Choice]) -> str:
    names = sorted(str(choice.name) for choice in possible)
    return f"Name one of these facts: {', '.join(names)}."
