"""The question to a person whose answer closes most of what is doubtful about a period."""

from collections.abc import Collection
from typing import Final

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


def question_of(doubts: Collection[str], *, is_doubtful: bool) -> tuple[str | None, frozenset[str]]:
    """Return the question whose answer closes most of the doubts, and the doubts that it closes; None: nothing to ask.

    `is_doubtful`: the first date of the period is over, or it may be met or ended. That each act has a limit of its own
    (`each_act`) is law and no missing fact, so nothing is asked about it.
    """
    possible = (*_ASKED_AT_ONCE, *_ASKED_WHEN_DOUBTFUL) if is_doubtful else _ASKED_AT_ONCE
    return next(((asked, closes) for asked, closes in possible if closes & set(doubts)), (None, frozenset()))
