"""How hard a text is to read, by a published formula of its language, or by lengths where no formula is known.

The syllables are counted by groups of vowels. Dictionaries would count more exactly; for questions of this length the
difference is below one school year. Values of different languages cannot be compared with each other.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

_SENTENCE: Final = re.compile(r"[.?!:؟]+(?:\s+|$)")
_WORD: Final = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
#: The age at which children start school, to read a school year as an age.
_SCHOOL: Final = {"en": 5, "pl": 6}
_VOWELS: Final = {
    "en": "aeiouy",
    "nl": "aeiouyáéíóúàèëïöüĳ",
    "es": "aeiouáéíóúü",
    "ru": "аеёиоуыэюя",
    "pl": "aeiouyąęó",
}
#: A word with at least so many syllables is a hard one in the formula of Polish.
_HARD: Final = 4


@dataclass(frozen=True)
class Measure:
    """The result for several texts together."""

    words_per_sentence: float
    letters_per_word: float
    formula: str = ""
    value: float | None = None
    #: The age at which a child reads this, where the formula results in a school year.
    age: int | None = None


@dataclass(frozen=True)
class _Counts:
    sentences: int
    words: tuple[str, ...]
    syllables: tuple[int, ...]

    @property
    def per_sentence(self) -> float:
        return len(self.words) / self.sentences

    @property
    def per_word(self) -> float:
        return sum(self.syllables) / len(self.words)


def measured(language: str, texts: Iterable[str]) -> Measure:
    """Measure texts as one."""
    given = list(texts)
    sentences = [each for text in given for each in _SENTENCE.split(text) if _WORD.search(each)]
    words = tuple(word for sentence in sentences for word in _WORD.findall(sentence))
    counts = _Counts(len(sentences), words, tuple(syllables(language, word) for word in words))
    lengths = counts.per_sentence, sum(map(len, words)) / len(words)
    if language not in _FORMULAS:
        return Measure(*lengths)
    name, formula = _FORMULAS[language]
    value = formula(counts)
    age = round(value + _SCHOOL[language]) if language in _SCHOOL else None
    return Measure(*lengths, name, value, age)


def syllables(language: str, word: str) -> int:
    """Count the syllables of a word; at least one."""
    if language not in _VOWELS:
        return 1
    low = word.lower()
    if language == "ru":  # each vowel is a syllable
        return max(1, sum(letter in _VOWELS["ru"] for letter in low))
    if language == "pl":  # an i before a vowel only softens the consonant
        low = re.sub(r"i(?=[aeouyąęó])", "", low)
    if language == "en":  # the e at the end is silent, but for -le after a consonant
        low = re.sub(r"(?<=[^aeiouyl])e$|(?<=[aeiouy]l)e$|(?<=[^aeiouytd])ed$", "", low)
    return max(1, len(re.findall(f"[{_VOWELS[language]}]+", low)))


def _english(counts: _Counts) -> float:
    return 0.39 * counts.per_sentence + 11.8 * counts.per_word - 15.59


def _dutch(counts: _Counts) -> float:
    return 206.84 - 0.93 * counts.per_sentence - 77 * counts.per_word


def _spanish(counts: _Counts) -> float:
    return 206.84 - 60 * counts.per_word - 1.02 * counts.per_sentence


def _russian(counts: _Counts) -> float:
    return 206.835 - 1.3 * counts.per_sentence - 60.1 * counts.per_word


def _polish(counts: _Counts) -> float:
    hard = sum(each >= _HARD for each in counts.syllables) / len(counts.words)
    return 0.4 * (counts.per_sentence + 100 * hard)


_FORMULAS: Final[dict[str, tuple[str, Callable[[_Counts], float]]]] = {
    "en": ("Flesch-Kincaid, school year", _english),
    "nl": ("Flesch-Douma, ease from 0 to 100", _dutch),
    "es": ("Fernández Huerta, ease from 0 to 100", _spanish),
    "ru": ("Flesch by Oborneva, ease from 0 to 100", _russian),
    "pl": ("FOG-PL, school year", _polish),
}
