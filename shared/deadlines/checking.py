"""Who should check the day of a period."""

from functools import lru_cache
from typing import Final

from shared.reference import JURISDICTIONS, UnknownRule, profile

_UNKNOWN_RULE: Final = "lawyer"


# control: H-DEADLINE-13 who-checks
@lru_cache(maxsize=1_000)
def checked_by(jurisdiction: str | None, code: str | None, rule_version: str | None) -> str:
    """Return who should check the day of a period (code list `who_checks`).

    A period by a rule that this release does not know should be checked by a lawyer.
    """
    if jurisdiction not in JURISDICTIONS or code is None or rule_version is None:
        return _UNKNOWN_RULE
    try:
        return profile(jurisdiction).clock_version(code, rule_version).check
    except UnknownRule:
        return _UNKNOWN_RULE
