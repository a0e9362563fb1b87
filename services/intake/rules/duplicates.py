"""When two cases look like one person's. They are proposed to staff who may see both; nothing is merged by itself."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from services.intake.rules import likeness
from services.intake.rules.names import REPLACED
from shared.reference.periods import earliest

#: One name alone is many people's.
_ENOUGH_WORDS: Final = 2
Recorded = Sequence[Mapping[str, Any]]


def matched(mine: Recorded, birth: str | None, theirs: Recorded, other_birth: str | None) -> tuple[str, ...]:
    """Return what matches of two people (code list `duplicate_match`); empty if they do not look like one.

    Births that are more than a year apart part them; where one is not known, two words of their names must be alike.
    """
    if birth and other_birth and abs(earliest(birth).year - earliest(other_birth).year) > 1:
        return ()
    same_birth = ("birth_year",) if birth and other_birth else ()
    match = _by_name(mine, theirs)
    if match is None:
        return ()
    how, words = match
    return (how, *same_birth) if words >= _ENOUGH_WORDS or same_birth else ()


def _by_name(mine: Recorded, theirs: Recorded) -> tuple[str, int] | None:
    """Return how the shorter of two names matches the other, and its number of words; None if it does not."""
    asked, other = sorted((mine, theirs), key=lambda names: len(_words(names)))
    alike = likeness.closeness(_words(asked), _spelled(name for name in other if name["until"] is None))
    if alike is not None:
        return ("name" if alike == likeness.CLOSENESS[0] else "sounds_like"), len(_words(asked))
    for one, another in ((mine, theirs), (theirs, mine)):
        if likeness.closeness(_words(one), _spelled(another)) is not None:
            return "former_name", len(_words(one))
    return None


def _words(names: Recorded) -> list[str]:
    """Return the words of a person's current names; of a nickname only if no other name is known."""
    standing = [name for name in names if name["until"] is None]
    official = [name for name in standing if name["kind"] in REPLACED]
    return list(dict.fromkeys(word for name in official or standing for word in likeness.words(name["name"])))


def _spelled(names: Iterable[Mapping[str, Any]]) -> list[str]:
    return [name["name"] for name in names]
