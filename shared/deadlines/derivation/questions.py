"""The question to a person whose answer closes most of what is doubtful about a period."""

from collections.abc import Collection, Iterable
from typing import Final, NamedTuple
from uuid import UUID

from shared.deadlines.derivation.periods import DOUBTFUL, LIVE

#: What is asked as long as a period is live (list `due_question`), the question that closes most first, each with the
#: doubts that its answer closes.
_ASKED_AT_ONCE: Final = (
    ("which_event", frozenset(("which_start", "which_stage", "which_referral"))),
    ("last_incident", frozenset(("last_incident_unknown",))),
    ("day_of_answer", frozenset(("perhaps_earlier",))),
    ("certificate", frozenset(("certificate_unknown",))),
    ("is_day_right", frozenset(("answer_before",))),
)
#: What is asked only when the first date of a period is over. Before that, its first date is enough to act by.
_ASKED_WHEN_DOUBTFUL: Final = (
    ("date_of_birth", frozenset(("perhaps_a_child", "birth_unknown"))),
    ("day_of_report", frozenset(("report_unknown",))),
    ("exact_day", frozenset(("vague_start", "vague_pause", "start_unknown"))),
    (
        "which_law",
        frozenset(
            (
                "two_readings",
                "law_unread",
                "counted_from_receipt",
                "law_changed_meanwhile",
                "length_unknown",
                "calendar_uncertain",
            )
        ),
    ),
)


class Doubt(NamedTuple):
    """Why a date or a state is not sure (list `clock_doubt`), and the fact to ask about; None: the case as a whole."""

    code: str
    about: UUID | None = None


def question(state: str, doubts: Collection[str]) -> str | None:
    """Return the question whose answer closes most of what is doubtful about a live period; None: nothing to ask.

    That each act has a limit of its own (`each_act`) is law and no missing fact, so nothing is asked about it.
    """
    asked, _ = _question(state, doubts)
    return asked


def ask_about(state: str, doubts: Iterable[Doubt]) -> tuple[UUID, ...]:
    """Return the facts to ask the question about, in a steady order; empty if it is about the case as a whole."""
    stated = list(doubts)
    _, closes = _question(state, {doubt.code for doubt in stated})
    return tuple(sorted({doubt.about for doubt in stated if doubt.code in closes and doubt.about is not None}))


def _question(state: str, doubts: Collection[str]) -> tuple[str | None, frozenset[str]]:
    if state not in LIVE:
        return None, frozenset()
    possible = (*_ASKED_AT_ONCE, *_ASKED_WHEN_DOUBTFUL) if state == DOUBTFUL else _ASKED_AT_ONCE
    return next(((asked, closes) for asked, closes in possible if closes & set(doubts)), (None, frozenset()))
