"""The labels of code lists and codes, with a sentence of help for some codes.

A missing translation is replaced by English, and counted. Names of countries and languages come from CLDR, unless a
catalogue has another one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from babel import Locale

from shared.reference.codelists import CodeList
from shared.reference.words.catalogues import ENGLISH, catalogue
from shared.telemetry import metrics

#: Codes with the same label in every list that does not define its own.
ANY: Final = "any"
#: Lists whose codes have names in CLDR.
_OF_CLDR: Final = {"nationality": "territories", "language": "languages"}


@dataclass(frozen=True)
class Words:
    """The label of a code; `hint` and `for_child` only if they exist; `language` is that of the label."""

    label: str
    hint: str | None
    for_child: str | None
    language: str


def words_of_list(name: str, language: str) -> str:
    """Return the label of a list; its name if it has none."""
    return _said(name, language) or name


def words_of_code(code_list: str, code: str, language: str) -> Words:
    """Return the label of a code in a language, or in English; the code itself if it has none."""
    for spoken in dict.fromkeys((language, ENGLISH)):
        label = _own(code_list, code, spoken)
        if label is not None:
            if spoken != language:
                metrics.words_missing.labels(language, "codes").inc()
            return Words(label, *_beside(code_list, code, language), spoken)
    metrics.words_missing.labels(language, "codes").inc()
    return Words(code, None, None, language)


def without_words(code_list: CodeList, language: str) -> Iterator[str]:
    """Yield the missing translations of a list in a language: its own name, and codes."""
    if code_list.name not in catalogue("codes", language).texts:
        yield code_list.name
    yield from (f"{code_list.name}/{code}" for code in code_list.values if _own(code_list.name, code, language) is None)


def _own(code_list: str, code: str, language: str) -> str | None:
    texts = catalogue("codes", language).texts
    return texts.get(f"{code_list}/{code}") or _of_cldr(code_list, code, language) or texts.get(f"{ANY}/{code}")


def _beside(code_list: str, code: str, language: str) -> tuple[str | None, str | None]:
    hint, for_child = (_said(f"{code_list}/{code}/{kind}", language) for kind in ("hint", "child"))
    return hint or _said(f"{ANY}/{code}/hint", language), for_child


def _said(key: str, language: str) -> str | None:
    """Return a text, in English if the language does not have it."""
    own = catalogue("codes", language).texts.get(key)
    if own is not None:
        return own
    english = catalogue("codes", ENGLISH).texts.get(key)
    if english is not None:
        metrics.words_missing.labels(language, "codes").inc()
    return english


def _of_cldr(code_list: str, code: str, language: str) -> str | None:
    names = _OF_CLDR.get(code_list)
    return None if names is None else _names(names, language).get(code)


@cache
def _names(names: str, language: str) -> dict[str, str]:
    return dict(getattr(Locale.parse(language), names))
