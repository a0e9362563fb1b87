"""Labels for every code, in every language that has a catalogue.

catalogues   gettext files and their native readers
labels       the labels of lists and codes
sentences    the fixed sentences of problems, with placeholders
documents    lists and profiles with labels, for forms
"""

from babel import Locale

from shared.reference.words.catalogues import (
    ENGLISH,
    LANGUAGES,
    NOBODY,
    PUBLIC_LANGUAGES,
    Catalogue,
    Kind,
    catalogue,
    read_catalogue,
)
from shared.reference.words.labels import ANY, Words, without_words, words_of_code, words_of_list
from shared.reference.words.sentences import Sentence, in_language

__all__ = [
    "ANY",
    "ENGLISH",
    "LANGUAGES",
    "NOBODY",
    "PUBLIC_LANGUAGES",
    "Catalogue",
    "Kind",
    "Sentence",
    "Words",
    "catalogue",
    "in_language",
    "load_words",
    "name_of",
    "offered",
    "read_catalogue",
    "without_words",
    "words_of_code",
    "words_of_list",
]


def load_words() -> None:
    """Read every catalogue, so that no request has to. Raises `BrokenReference`."""
    for language in LANGUAGES:
        catalogue("codes", language)
        catalogue("fields", language)
        in_language("Not found", language)
    for language in PUBLIC_LANGUAGES:
        catalogue("public", language)
        catalogue("paper", language)


def offered(*, to_public: bool, unread_too: bool) -> tuple[str, ...]:
    """Return the languages that are offered: to the public only reviewed ones, unless the operator allows others."""
    if not to_public or unread_too:
        return LANGUAGES
    return tuple(language for language in LANGUAGES if _is_read(language))


def _is_read(language: str) -> bool:
    """Return whether a native speaker has read all texts of a language. English problem texts are in the code."""
    kinds: tuple[Kind, ...] = ("codes",) if language == ENGLISH else ("codes", "problems")
    return all(catalogue(kind, language).is_read for kind in kinds)


def name_of(language: str) -> str:
    """Return a language's name in that language."""
    return str(Locale.parse(language).display_name)
