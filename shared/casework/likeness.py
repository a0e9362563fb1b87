"""How similar two names are, in any script. Pure.

Names match transliterated, without diacritics, with one letter different, or phonetically. Only fingerprints of the
search keys are stored, so each kind of similarity has its own keys.
"""

import unicodedata
from collections.abc import Collection, Iterable
from collections.abc import Set as AbstractSet
from typing import Final

import jellyfish
from anyascii import anyascii

#: How similar two names are, the closest first.
CLOSENESS: Final = ("same", "one_letter_apart", "sounds_alike")
#: In shorter words one letter makes too much difference.
_SHORTEST: Final = 4
_MOST_WORDS: Final = 12
#: Only the first letters of a word are compared: n letters produce n + 3 keys, each of n letters.
_LONGEST_WORD: Final = 24
#: The most different words in all names of one person. It limits the index and the time that indexing takes.
MOST_WORDS_OF_PERSON: Final = 100
_SAME, _NEAR, _SOUND = "=", "-", "~"


def words_of(name: str) -> list[str]:
    """Return the words of a name in lower-case Latin letters, without diacritics and hyphens.

    A long word is cut after its first letters, and a long name after its first words: some single characters
    transliterate to a whole sentence.
    """
    plain = anyascii(unicodedata.normalize("NFKD", name)).casefold()
    letters = "".join(character if character.isalnum() else "" if character in "'`" else " " for character in plain)
    return list(dict.fromkeys(word[:_LONGEST_WORD] for word in letters.split()))[:_MOST_WORDS]


def keys_of(word: str) -> frozenset[str]:
    """Return the search keys of a word, one of those that `words` returns."""
    sound = jellyfish.metaphone(word).replace(" ", "")
    near = {word[:at] + word[at + 1 :] for at in range(len(word))} | {word} if len(word) >= _SHORTEST else set()
    return frozenset((_SAME + word, *(_NEAR + variant for variant in near), *([_SOUND + sound] if sound else [])))


def all_keys(names: Iterable[str]) -> set[str]:
    """Return the search keys of the words of the names, of the first `MOST_WORDS_OF_PERSON` different ones."""
    return {key for word in all_words(names)[:MOST_WORDS_OF_PERSON] for key in keys_of(word)}


def all_words(names: Iterable[str]) -> list[str]:
    """Return the different words of several names."""
    return list(dict.fromkeys(word for name in names for word in words_of(name)))


def closeness(asked: Collection[str], names: Iterable[str]) -> str | None:
    """Return the similarity of the requested word that matches least; None if one matches no word of the names."""
    keys = all_keys(names)
    worst = max((_apart(word, keys) for word in asked), default=len(CLOSENESS))
    return CLOSENESS[worst] if worst < len(CLOSENESS) else None


def _apart(word: str, keys: AbstractSet[str]) -> int:
    shared = keys_of(word) & keys
    for place, kind in enumerate((_SAME, _NEAR, _SOUND)):
        if any(key.startswith(kind) for key in shared):
            return place
    return len(CLOSENESS)
