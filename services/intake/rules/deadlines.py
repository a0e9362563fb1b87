"""The due-date calculator: for any member of staff, without a case."""

from collections.abc import Mapping
from typing import Any

from services.intake.rules.refusals import FactRefused
from shared.reference import UnknownRule, calculate, profile
from shared.reference.periods import ImpossibleDate, moment


def calculated(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Return the due date of a rule from a start; without a date if its length is not known. Raises `FactRefused`."""
    try:
        return calculate(profile(asked["jurisdiction"]), asked["rule"], moment(asked["start"])).told()
    except UnknownRule as error:
        raise FactRefused("rule", "rule_of_the_jurisdiction", f"No date is given. {error}") from error
    except ImpossibleDate as error:
        raise FactRefused("from", "date_of_the_calendar", str(error)) from error
