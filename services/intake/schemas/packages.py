"""The body of a referral's package. What stands in it is stored sealed, and never repeated in an error."""

from typing import Any

from services.intake.schemas.body import Body
from services.intake.schemas.persons import Words
from shared.events.contract import Code
from shared.reference import codes

_LONGEST = 1_000


def _words(longest: int = _LONGEST) -> Any:
    return Words(longest, load_default=None, allow_none=True)


class WritePackage(Body):
    """What the agency needs to know; what is left out, or null, is not told.

    How the person is reached safely, and which agencies they excluded, go along as they are recorded.
    """

    language = Code(codes("language"), load_default=None, allow_none=True)
    dialect = _words(100)
    interpreter_gender = Code(codes("interpreter_gender"), load_default=None, allow_none=True)
    risk_to_person = Code(codes("risk_level"), load_default=None, allow_none=True)
    risk_to_staff = Code(codes("risk_level"), load_default=None, allow_none=True)
    risk = _words()
    exclusions = _words()
    dependants = _words()
    urgent_health = _words()
    told = _words()
    out_of_hours = _words()
