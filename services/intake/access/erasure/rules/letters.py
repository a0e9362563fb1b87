"""The sentences of the letter that answers a request. Pure.

They name no person, service, reason or proceedings, because a stranger can find the letter. Staff explain these.
"""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Final

from services.intake.access.erasure.rules import ANSWERED, COMPLETE, HELD, LIFTED, PROPOSED, REQUESTED
from services.intake.agencies.consent.rules import KEEPS

#: Said in a letter that has no text in the person's language.
IN_ENGLISH: Final = "in_english"


#: An agency has not answered the withdrawal of a consent yet.
SILENT: Final = "silent"
#: What agencies answered to withdrawals -> the sentence about it, in this order. None of them says how many they are.
_AGENCIES: Final[Mapping[str, frozenset[str]]] = {
    "agency_deleted": frozenset(("deleted",)),
    "agency_keeps": KEEPS,
    "agency_stopped": frozenset(("stopped",)),
    "agency_silent": frozenset((SILENT,)),
}


def letter(
    state: str, *, was_held: bool, is_kept: bool, until: date | None, agencies: Collection[str] = ()
) -> list[tuple[str, Mapping[str, str]]]:
    """Return the sentences of the answer to a request, by key, with their values.

    `was_held`: all was erased except the part under a hold. `is_kept`: a holder keeps a part, by law. `until`: the last
    day of the last hold. `agencies`: the last answer of each agency to the withdrawal of a consent.
    """
    keeps_a_part = state == COMPLETE and is_kept
    said: list[tuple[str, Mapping[str, str]]] = [(_answer(state, was_held=was_held, keeps_a_part=keeps_a_part), {})]
    if state == HELD and until is not None:
        said.append(("held_until", {"day": until.isoformat()}))
    of_agencies = [key for key, answers in _AGENCIES.items() if not answers.isdisjoint(agencies)]
    said += [(key, {}) for key in of_agencies]
    if state in ANSWERED or keeps_a_part or "agency_keeps" in of_agencies:
        said += [("ask_why", {}), ("complain", {})]
    return said


def _answer(state: str, *, was_held: bool, keeps_a_part: bool) -> str:
    if keeps_a_part:
        return "complete_but_kept"
    if state == LIFTED and was_held:
        return "lifted_after_hold"
    return REQUESTED if state == PROPOSED else state
