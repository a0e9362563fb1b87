"""The doubts about a date, in words, and the certainty that they leave."""

from collections.abc import Collection
from typing import Final

from shared.reference.leaf import Certainty

DOUBTS: Final[dict[str, str]] = {
    "vague_start": "The day on which it began is not known exactly; it is counted from the first and from the last "
    "that can be meant.",
    "vague_pause": "The day on which a conciliation or a pause began or ended is not known exactly.",
    "start_unknown": "The day on which it began is not known.",
    "length_unknown": "How long this period is, is not known here.",
    "two_readings": "The rule can be read in more than one way.",
    "counted_from_receipt": "Counted from the day of receipt too, not only from that of the decision.",
    "law_changed_meanwhile": "The law changed between the days on which it may have begun.",
    "first_incident_known": "Only the first incident is known; it is counted from the last.",
    "last_incident_unknown": "The day of the last incident is not recorded. It lies between the first incident and the "
    "end of the exploitation.",
    "each_act": "Each act has a limit of its own. The earlier date is the limit of the first act, the later date that "
    "of the last act.",
    "awaits_fact": "What it is counted from has not happened yet, or is not known.",
    "day_missing": "The day from which it is counted is not recorded, and can be asked for.",
    "act_now": "The law sets no day. It can be too late on any day, so act now.",
    "child": "Counted by the rule for somebody who was a child.",
    "perhaps_a_child": "The person may have been a child then; another rule may hold.",
    "birth_unknown": "It depends on the birth, which is not known exactly.",
    "birth_by_month": "It ends on a birthday, which is told by its month alone.",
    "report_unknown": "It depends on the day of the report to the police, which is not known.",
    "calendar_uncertain": "It depends on the days of rest there, of which not all are known: single days are decreed "
    "from year to year.",
    "by_hand": "It was opened by a person, not by a fact that starts it.",
    "law_unread": "One way to count it comes from a law that nobody here has read.",
    "certificate_unknown": "No certificate of the conciliation is recorded. Until it is, the earlier date assumes that "
    "it was issued at once.",
    "which_start": "It is not recorded which event this answer, claim or conciliation belongs to.",
    "which_stage": "It is not recorded which decision was reconsidered.",
    "which_referral": "It is not recorded which referral this decision belongs to.",
    "perhaps_earlier": "What may have met or ended it may have happened before it began.",
    "answer_before": "The answer bears an earlier day than what it answers.",
}
"""The codes of the list `clock_doubt`, in words."""

UNCLEAR: Final = frozenset(
    (
        "vague_start",
        "vague_pause",
        "start_unknown",
        "length_unknown",
        "first_incident_known",
        "awaits_fact",
        "day_missing",
        "act_now",
        "perhaps_a_child",
        "birth_unknown",
        "last_incident_unknown",
        "each_act",
        "law_unread",
        "certificate_unknown",
        "which_start",
        "which_stage",
        "which_referral",
        "perhaps_earlier",
        "answer_before",
    )
)
"""Doubts that leave a date unclear; any other leaves it likely."""


def words_of(doubts: Collection[str]) -> tuple[str, ...]:
    """Return the descriptions of doubts, in the order of the list."""
    return tuple(words for code, words in DOUBTS.items() if code in doubts)


def certainty_of(rule: Certainty, doubts: Collection[str], *, dated: bool) -> Certainty:
    """Return the certainty of a date: that of the rule, lowered by the doubts of this date."""
    if not dated or rule == "unclear" or UNCLEAR & set(doubts):
        return "unclear"
    return "likely" if doubts or rule == "likely" else "settled"
