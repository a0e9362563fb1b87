"""Translate fixed sentences, found by their English text.

A sentence can have placeholders, `A request may hold {bytes} bytes at most.`: their values are copied unchanged. The
code that refuses a request contains only the English sentence, and does not depend on a catalogue.
"""

import re
from functools import cache
from typing import Final

from shared.reference.words.catalogues import ENGLISH, catalogue
from shared.telemetry import metrics

_GAP: Final = re.compile(r"\{([a-z_]+)\}")
#: Longer than any sentence of ours. Longer texts are not looked up.
_LONGEST: Final = 1000


class Sentence:
    """A fixed sentence, perhaps with placeholders."""

    def __init__(self, words: str) -> None:
        """Store its text. A placeholder is written `{name}`, each name once."""
        pieces = _GAP.split(words)
        self._gaps = pieces[1::2]
        self.fixed = sum(len(piece) for piece in pieces[::2])
        pattern = "".join(f"(?P<{piece}>.+?)" if place % 2 else re.escape(piece) for place, piece in enumerate(pieces))
        self._pattern = re.compile(pattern, re.DOTALL)

    def gaps_of(self, sentence: str) -> dict[str, str] | None:
        """Return the values of its placeholders; None if this is another sentence."""
        match = self._pattern.fullmatch(sentence)
        return None if match is None else match.groupdict()


def in_language(sentence: str, language: str) -> str:
    """Return a sentence in a language. A missing translation is counted, and English is returned."""
    if language == ENGLISH or not sentence:
        return sentence
    translated = _exactly(sentence, language) or _with_gaps(sentence, language)
    if translated is None:
        metrics.words_missing.labels(language, "problems").inc()
        return sentence
    return translated


def _exactly(sentence: str, language: str) -> str | None:
    return catalogue("problems", language).texts.get(sentence)


def _with_gaps(sentence: str, language: str) -> str | None:
    if len(sentence) > _LONGEST:
        return None
    for english, translated in _patterns(language):
        gaps = english.gaps_of(sentence)
        if gaps is not None:
            return _GAP.sub(lambda gap, held=gaps: held[gap[1]], translated)  # type: ignore[misc]  # bound at once
    return None


@cache
def _patterns(language: str) -> tuple[tuple[Sentence, str], ...]:
    """Return the sentences with placeholders, those with most fixed words first."""
    texts = catalogue("problems", language).texts
    found = [(Sentence(english), translated) for english, translated in texts.items() if _GAP.search(english)]
    return tuple(sorted(found, key=lambda pair: -pair[0].fixed))
