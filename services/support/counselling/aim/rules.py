"""The roles for counselling aims, and the content of an aim: the person's words, without numbers or conditions.

An aim is never late, never failed and needs no successor. Nothing depends on its progress.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final

from services.support.cases.case.rules import Access, Answered
from shared.access.permissions import Need

_COUNSELLING: Final = {"counsellor": Need.TEAM}
ACCESS: Final[Access] = dict.fromkeys(("aim.state", "aim.progress", "aim.correct"), _COUNSELLING)


def stated(aim: str, words: str | None) -> Answered:
    """Return the content of a new aim, without progress."""
    return {"aim": aim, "words": words, "progress": []}


def with_progress(content: Answered, how_it_goes: str, words: str | None, said_on: date) -> Answered:
    """Return the content of an aim with one more entry of progress, sorted by day."""
    now = {"how_it_goes": how_it_goes, "words": words, "said_on": said_on.isoformat()}
    progress: Sequence[Answered] = sorted([*content["progress"], now], key=lambda entry: str(entry["said_on"]))
    return {**content, "progress": progress}


def put_right(content: Answered, aim: str | None, words: str | None) -> Answered:
    """Return the content of an aim with a corrected code or corrected words; None changes nothing."""
    return {
        **content,
        "aim": content["aim"] if aim is None else aim,
        "words": content["words"] if words is None else words,
    }
