"""Words for every code, in every language that there is a catalogue of.

catalogues   gettext files and who has read them
labels       the words of lists and codes
sentences    the fixed sentences of problems, with whatever stands in their gaps
documents    lists and profiles, as a form is drawn from them
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
    """Return the languages that somebody is served: the public only what was read, unless the operator says so."""
    if not to_public or unread_too:
        return LANGUAGES
    return tuple(language for language in LANGUAGES if _is_read(language))


def _is_read(language: str) -> bool:
    """Return whether all that a language says was read; what problems say in English is in our code."""
    kinds: tuple[Kind, ...] = ("codes",) if language == ENGLISH else ("codes", "problems")
    return all(catalogue(kind, language).is_read for kind in kinds)


def name_of(language: str) -> str:
    """Return a language's name in that language."""
    return str(Locale.parse(language).display_name)
