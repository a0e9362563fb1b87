"""When two cases look like one person's. It is proposed to people who may see both; a machine joins nothing."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from services.intake.rules import likeness
from services.intake.rules.names import REPLACED
from shared.periods import earliest

#: One name alone is many people's.
_ENOUGH_WORDS: Final = 2
Recorded = Sequence[Mapping[str, Any]]


def matched(mine: Recorded, birth: str | None, theirs: Recorded, other_birth: str | None) -> tuple[str, ...]:
    """Give what matches of two people (code list `duplicate_match`); nothing if they do not look like one.

    Births that are more than a year apart part them; where one is not known, two words of their names must be alike.
    """
    if birth and other_birth and abs(earliest(birth).year - earliest(other_birth).year) > 1:
        return ()
    same_birth = ("birth_year",) if birth and other_birth else ()
    found = _by_name(mine, theirs)
    if found is None:
        return ()
    how, words = found
    return (how, *same_birth) if words >= _ENOUGH_WORDS or same_birth else ()


def _by_name(mine: Recorded, theirs: Recorded) -> tuple[str, int] | None:
    """Give how the shorter of two names is in the other, and how many words it has; None if it is not."""
    asked, other = sorted((mine, theirs), key=lambda each: len(_words(each)))
    alike = likeness.closeness(_words(asked), _spelled(each for each in other if each["until"] is None))
    if alike is not None:
        return ("name" if alike == likeness.CLOSENESS[0] else "sounds_like"), len(_words(asked))
    for one, another in ((mine, theirs), (theirs, mine)):
        if likeness.closeness(_words(one), _spelled(another)) is not None:
            return "former_name", len(_words(one))
    return None


def _words(names: Recorded) -> list[str]:
    """Give the words by which somebody is called today; a nickname only where no other name is known."""
    standing = [each for each in names if each["until"] is None]
    official = [each for each in standing if each["kind"] in REPLACED]
    return list(dict.fromkeys(word for each in official or standing for word in likeness.words(each["name"])))


def _spelled(names: Iterable[Mapping[str, Any]]) -> list[str]:
    return [each["name"] for each in names]
