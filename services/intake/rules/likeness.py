"""Which names are alike: the same in another script or without its marks, one letter apart, or alike to the ear.

A name is found by keys, which are kept as fingerprints only, so each way of being alike has keys of its own.
"""

import unicodedata
from collections.abc import Collection, Iterable
from typing import Final

import jellyfish
from anyascii import anyascii

#: How alike: the closest first.
CLOSENESS: Final = ("same", "one_letter_apart", "sounds_alike")
#: In shorter words one letter is too much of it.
_SHORTEST: Final = 4
_MOST_WORDS: Final = 12
_SAME, _NEAR, _SOUND = "=", "-", "~"


def words(name: str) -> list[str]:
    """Give the words of a name in small Latin letters, whatever its script, its marks and its hyphens."""
    plain = anyascii(unicodedata.normalize("NFKD", name)).casefold()
    letters = "".join(each if each.isalnum() else "" if each in "'`" else " " for each in plain)
    return list(dict.fromkeys(letters.split()))[:_MOST_WORDS]


def keys(word: str) -> frozenset[str]:
    """Give all the keys by which a word (as `words` gives it) is found."""
    sound = jellyfish.metaphone(word).replace(" ", "")
    near = {word[:at] + word[at + 1 :] for at in range(len(word))} | {word} if len(word) >= _SHORTEST else set()
    return frozenset((_SAME + word, *(_NEAR + each for each in near), *([_SOUND + sound] if sound else [])))


def all_keys(names: Iterable[str]) -> set[str]:
    """Give the keys of every word of some names."""
    return {key for name in names for word in words(name) for key in keys(word)}


def closeness(asked: Collection[str], names: Iterable[str]) -> str | None:
    """Tell how alike names are to the words asked for: as its least alike word is; None if one is like none."""
    known = {word for name in names for word in words(name)}
    worst = 0
    for word in asked:
        best = min((_apart(word, each) for each in known), default=len(CLOSENESS))
        worst = max(worst, best)
    return CLOSENESS[worst] if asked and worst < len(CLOSENESS) else None


def _apart(one: str, other: str) -> int:
    shared = keys(one) & keys(other)
    for place, kind in enumerate((_SAME, _NEAR, _SOUND)):
        if any(each.startswith(kind) for each in shared):
            return place
    return len(CLOSENESS)
