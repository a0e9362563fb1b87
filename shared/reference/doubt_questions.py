"""The question to a person whose answer resolves most doubts about a period."""

from collections.abc import Collection
from typing import Final

#: Questions for a live period (list `due_question`), each with the doubts that its answer resolves. The question that
#: resolves most comes first.
_ASKED_AT_ONCE: Final = (
    ("which_event", frozenset(("which_start", "which_stage", "which_referral"))),
    ("last_incident", frozenset(("last_incident_unknown",))),
    ("end_of_work", frozenset(("day_missing",))),
    ("day_of_answer", frozenset(("perhaps_earlier",))),
    ("certificate", frozenset(("certificate_unknown",))),
    ("is_day_right", frozenset(("answer_before",))),
)
#: Questions for a period whose first date has passed. Before that, staff can act by the first date.
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


def question_of(doubts: Collection[str], *, is_doubtful: bool) -> tuple[str | None, frozenset[str]]:
    """Return the question whose answer resolves most doubts (None if there is none), and the doubts that it resolves.

    `is_doubtful`: the first date of the period has passed, or the period may be met or ended. The doubt `each_act` has
    no question: a separate limit for each act is law, and not a missing fact.
    """
    possible = (*_ASKED_AT_ONCE, *_ASKED_WHEN_DOUBTFUL) if is_doubtful else _ASKED_AT_ONCE
    return next(((asked, closes) for asked, closes in possible if closes & set(doubts)), (None, frozenset()))
