"""Rules of posters: the code of a session, and which counts of scans are shown. Pure.

The code is random, so an address that contains it does not reveal the session, its place or its day. A small count of
scans is hidden. Counts are rounded down, so that two readings do not show that one person scanned a poster.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from services.intake.path.outreach.rules import SMALLEST

LENGTH: Final = 8
#: Without 0, O, I, L and U, which people misread or which form words.
LETTERS: Final = "123456789ABCDEFGHJKMNPQRSTVWXYZ"
#: Counts are shown in whole steps of this size.
STEP: Final = 10


def new_code(choose: Callable[[Sequence[str]], str]) -> str:
    """Return a code. `choose` picks each of its letters from a sequence."""
    return "".join(choose(LETTERS) for _ in range(LENGTH))


# control: H-PUBLIC-9 small-scan-counts-hidden
def shown(scans: Mapping[str, int], languages: Sequence[str]) -> list[dict[str, str | int | None]]:
    """Return one row for each of these languages, also without scans. None replaces a small count.

    There is no total, because a hidden count could be derived from it.
    """
    return [{"language": language, "scans": _shown(scans.get(language, 0))} for language in languages]


def _shown(count: int) -> int | None:
    return None if count < SMALLEST else count - count % STEP
