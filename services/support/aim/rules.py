"""Who asks what somebody wants of counselling, and how that is kept: as the person says it, with no figure and no gate.

An aim is never late, never failed and needs no next one: nothing follows from what is said of it.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final

from services.support.case.rules import Access, Answered
from shared.access.permissions import Need

_COUNSELLING: Final = {"counsellor": Need.TEAM}
ACCESS: Final[Access] = dict.fromkeys(("aim.state", "aim.progress", "aim.correct"), _COUNSELLING)


def stated(aim: str, words: str | None) -> Answered:
    """Return the content of an aim that nothing was said of yet."""
    return {"aim": aim, "words": words, "progress": []}


def gone_on(content: Answered, how_it_goes: str, words: str | None, said_on: date) -> Answered:
    """Return the content of an aim with what the person says of it now, in the order of the days."""
    now = {"how_it_goes": how_it_goes, "words": words, "said_on": said_on.isoformat()}
    progress: Sequence[Answered] = sorted([*content["progress"], now], key=lambda entry: str(entry["said_on"]))
    return {**content, "progress": progress}


def put_right(content: Answered, aim: str | None, words: str | None) -> Answered:
    """Return the content of an aim with another code or other words; what is None stays as it is."""
    return {
        **content,
        "aim": content["aim"] if aim is None else aim,
        "words": content["words"] if words is None else words,
    }
