"""Fuzzy matching of names: transliterated, without diacritics, one letter apart, or phonetically alike.

Only fingerprints of the keys are stored, so each kind of likeness has keys of its own.
"""

import unicodedata
from collections.abc import Collection, Iterable
from typing import Final

import jellyfish
from anyascii import anyascii

#: How alike: the closest first.
CLOSENESS: Final = ("same", "one_letter_apart", "sounds_alike")
#: In shorter words one letter makes too much difference.
_SHORTEST: Final = 4
_MOST_WORDS: Final = 12
_SAME, _NEAR, _SOUND = "=", "-", "~"


def words(name: str) -> list[str]:
    """Return the words of a name in lower-case Latin letters, without diacritics and hyphens."""
    plain = anyascii(unicodedata.normalize("NFKD", name)).casefold()
    letters = "".join(character if character.isalnum() else "" if character in "'`" else " " for character in plain)
    return list(dict.fromkeys(letters.split()))[:_MOST_WORDS]


def keys(word: str) -> frozenset[str]:
    """Return the search keys of a word, one of those that `words` returns."""
    sound = jellyfish.metaphone(word).replace(" ", "")
    near = {word[:at] + word[at + 1 :] for at in range(len(word))} | {word} if len(word) >= _SHORTEST else set()
    return frozenset((_SAME + word, *(_NEAR + variant for variant in near), *([_SOUND + sound] if sound else [])))


def all_keys(names: Iterable[str]) -> set[str]:
    """Return the search keys of every word of the names."""
    return {key for name in names for word in words(name) for key in keys(word)}


def closeness(asked: Collection[str], names: Iterable[str]) -> str | None:
    """Return the closeness of the least alike of the words asked for; None if one is like no word of the names."""
    name_words = {word for name in names for word in words(name)}
    worst = 0
    for word in asked:
        best = min((_apart(word, name_word) for name_word in name_words), default=len(CLOSENESS))
        worst = max(worst, best)
    return CLOSENESS[worst] if asked and worst < len(CLOSENESS) else None


def _apart(one: str, other: str) -> int:
    shared = keys(one) & keys(other)
    for place, kind in enumerate((_SAME, _NEAR, _SOUND)):
        if any(key.startswith(kind) for key in shared):
            return place
    return len(CLOSENESS)
