"""Questions to a person about the doubts of a period, and the facts that each question is about."""

from collections.abc import Collection, Iterable
from typing import NamedTuple
from uuid import UUID

from shared.deadlines.derivation.periods import DOUBTFUL, LIVE
from shared.reference import question_of


class Doubt(NamedTuple):
    """Reason for an uncertain date or state (list `clock_doubt`), and the fact to ask about; None: the whole case."""

    code: str
    about: UUID | None = None


def question(state: str, doubts: Collection[str]) -> str | None:
    """Return the question (list `due_question`) that resolves most doubts of a live period; None if there is none."""
    asked, _ = question_of(doubts, is_doubtful=state == DOUBTFUL)
    return asked if state in LIVE else None


def ask_about(state: str, doubts: Iterable[Doubt]) -> tuple[UUID, ...]:
    """Return the facts that the question is about, in a stable order; empty if it is about the whole case."""
    if state not in LIVE:
        return ()
    stated = list(doubts)
    _, closes = question_of({doubt.code for doubt in stated}, is_doubtful=state == DOUBTFUL)
    return tuple(sorted({doubt.about for doubt in stated if doubt.code in closes and doubt.about is not None}))
