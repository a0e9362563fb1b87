"""Fixed texts of the pages in each language: gettext catalogues, loaded when a page first needs one.

English is the source and has no catalogue. A text without a translation is shown in English.
"""

from functools import cache
from pathlib import Path
from typing import Final

from flask import g

from shared.reference.words import ENGLISH, Catalogue, read_catalogue

FOLDER: Final = Path(__file__).parent / "catalogues"
_ENGLISH: Final = Catalogue(ENGLISH, ENGLISH, {}, {}, lambda number: int(number != 1))


@cache
def languages() -> tuple[str, ...]:
    """Return the languages of the pages; English is the first."""
    return (ENGLISH, *sorted(path.stem for path in FOLDER.glob("*.po")))


@cache
def texts_in(language: str) -> Catalogue:
    """Return the texts of a language. Raises `BrokenReference`."""
    return _ENGLISH if language == ENGLISH else read_catalogue(FOLDER / f"{language}.po")


def gettext(text: str, /, **values: object) -> str:
    """Return a fixed text in the reader's language, with values for its placeholders."""
    said = texts_in(g.speech.language).texts.get(text, text)
    return said % values if values else said


def ngettext(one: str, several: str, count: int, /, **values: object) -> str:
    """Return a fixed text in its form for a number; `%(count)s` is the number."""
    catalogue = texts_in(g.speech.language)
    forms = catalogue.plurals.get(one)
    said = (one, several)[_ENGLISH.form_of(count)] if forms is None else forms[catalogue.form_of(count)]
    return said % {"count": count, **values}


def gettext_noop(text: str) -> str:
    """Mark a text for the catalogues. Where it is shown, `gettext` translates it."""
    return text
