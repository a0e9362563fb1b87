"""The roles for questionnaires, and the allowed answers. Answering is voluntary; a refusal needs no reason."""

from collections.abc import Mapping
from typing import Final

from services.support.cases.case.rules import Access, Known
from shared.access.permissions import Need
from shared.casework.refusals import FactRefused
from shared.reference.danger import UNKNOWN

#: The roles that see scores (`case.rules.SEEN_BY`).
_SCORERS: Final = dict.fromkeys(("counsellor", "support_worker"), Need.TEAM)
ACCESS: Final[Access] = {
    "measure.record": _SCORERS,
    "measure.correct": _SCORERS,
    "measure.read": _SCORERS,
    # The catalogue is about no person.
    "instrument.read": dict.fromkeys(("counsellor", "support_worker", "caseworker", "supervisor"), Need.ANY),
}
OF_AGE: Final = 18
#: The most questions of one questionnaire.
MOST_ITEMS: Final = 99


def check_offered(*, is_known: bool) -> None:
    """Raise `FactRefused` for an instrument that this installation does not offer on that day."""
    if not is_known:
        message = (
            "This questionnaire does not exist here, or did not on that day. Choose a questionnaire from the list."
        )
        raise FactRefused("instrument", "instrument_is_offered", message)


# control: H-DANGER-5 instrument-age
def check_age(ages: tuple[int, int], known: Known) -> None:
    """Raise `FactRefused` for an instrument that is not, or may not be, for the person's age.

    Support does not know a child's year of birth, so it refuses an instrument that is not for all children.
    """
    youngest, oldest = ages
    if (known.is_child and youngest > 0) or (known.is_adult and oldest < OF_AGE):
        message = (
            "This questionnaire may be for another age, and its score could hide a danger. Choose a questionnaire for "
            "the person's age."
        )
        raise FactRefused("instrument", "instrument_is_for_the_age", message)


def check_filled(filled_by: str | None, answers: Mapping[int, int] | None) -> None:
    """Raise `FactRefused` for answers without the person who filled them in, or the reverse."""
    if filled_by is None and answers:
        message = (
            "There are answers, but not who gave them. Send who filled it in, or leave out the answers if the person "
            "prefers."
        )
        raise FactRefused("filled_by", "filled_in_by_somebody", message)
    if filled_by is not None and not answers:
        message = (
            "There are no answers, but a person who filled it in. Send the answers, or leave out who filled it in."
        )
        raise FactRefused("answers", "something_was_answered", message)


def refused_answer() -> FactRefused:
    """Return the error for an answer that an instrument does not have. It does not repeat the answer."""
    message = "This questionnaire does not have this question or this answer. Read the questionnaire again."
    return FactRefused("answers", "answers_of_the_instrument", message)


def help_asked(*, risk: bool | None, urgency: str | None) -> str | None:
    """Return the urgency of an answer about danger: without one in the instrument, `unknown`, which is as immediate."""
    return (urgency or UNKNOWN) if risk else None
