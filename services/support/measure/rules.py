"""Who offers questionnaires, and what may be answered. Nobody has to, and a refusal needs no reason."""

from collections.abc import Mapping
from typing import Final

from services.support.case.rules import Access
from services.support.person.rules import Known
from shared.access.permissions import Need
from shared.casework.refusals import FactRefused
from shared.reference.danger import UNKNOWN

#: Those who see scores (`case.rules.SEEN_BY`).
_SCORERS: Final = dict.fromkeys(("counsellor", "support_worker"), Need.TEAM)
ACCESS: Final[Access] = {
    "measure.record": _SCORERS,
    "measure.correct": _SCORERS,
    "measure.read": _SCORERS,
    # What there is to choose from is about nobody.
    "instrument.read": dict.fromkeys(("counsellor", "support_worker", "caseworker", "supervisor"), Need.ANY),
}
OF_AGE: Final = 18
#: Of one questionnaire.
MOST_ITEMS: Final = 99


def check_offered(*, is_known: bool) -> None:
    """Raise `FactRefused` for an instrument that this installation does not have on that day."""
    if not is_known:
        message = "There is no such questionnaire here, or not on that day. Choose one of those that are offered."
        raise FactRefused("instrument", "instrument_is_offered", message)


# control: H-DANGER-5 instrument-age
def check_age(ages: tuple[int, int], known: Known) -> None:
    """Raise `FactRefused` for an instrument that is not made for the person's age, or perhaps not.

    Of a child, the year is not known here; so one that is not made for all children from some age on is refused.
    """
    youngest, oldest = ages
    if (known.is_child and youngest > 0) or (known.is_adult and oldest < OF_AGE):
        message = (
            "This questionnaire is for another age than the person's, or perhaps is. A figure for another age can hide "
            "a danger. Choose one for their age."
        )
        raise FactRefused("instrument", "instrument_is_for_the_age", message)


def check_filled(filled_by: str | None, answers: Mapping[int, int] | None) -> None:
    """Raise `FactRefused` where answers and who gave them do not stand together."""
    if filled_by is None and answers:
        message = "Say who filled it in. Leave out the answers if the person would rather not."
        raise FactRefused("filled_by", "filled_in_by_somebody", message)
    if filled_by is not None and not answers:
        message = "Nothing was answered. Leave out who filled it in if the person would rather not."
        raise FactRefused("answers", "something_was_answered", message)


def refused_answer() -> FactRefused:
    """Return the refusal of an answer that an instrument does not have; it does not repeat the answer."""
    message = "This questionnaire has no such question or answer. Read it again."
    return FactRefused("answers", "answers_of_the_instrument", message)


def help_asked(*, risk: bool | None, urgency: str | None) -> str | None:
    """Return how soon somebody has to act, where an answer says danger: at once, if the instrument does not say."""
    return (urgency or UNKNOWN) if risk else None
