"""Posters: the code of a session, and which counts of scans are shown. Pure.

The code is random, so that an address with it says nothing of the session, its place or its day. A count of scans is
hidden while it is small. It is rounded down, so that two readings do not show that one person scanned a poster.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from services.intake.outreach.rules import SMALLEST

LENGTH: Final = 8
#: Without 0 and O, I, L and U, which are read as others or make words.
LETTERS: Final = "123456789ABCDEFGHJKMNPQRSTVWXYZ"
#: Counts are shown in whole steps of this size.
STEP: Final = 10


def new_code(choose: Callable[[Sequence[str]], str]) -> str:
    """Return a code of letters that `choose` chooses from those that it is given."""
    return "".join(choose(LETTERS) for _ in range(LENGTH))


# control: H-PUBLIC-9 small-scan-counts-hidden
def shown(scans: Mapping[str, int], languages: Sequence[str]) -> list[dict[str, str | int | None]]:
    """Return a row for each of these languages, whether its posters were scanned or not; None: too few.

    There is no total: a hidden count would follow from it.
    """
    return [{"language": language, "scans": _shown(scans.get(language, 0))} for language in languages]


def _shown(count: int) -> int | None:
    return None if count < SMALLEST else count - count % STEP
