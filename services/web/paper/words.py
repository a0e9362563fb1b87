"""The words of the paper, in the person's language. Pure.

Texts that no native speaker has reviewed also appear in English.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from babel import Locale
from babel.dates import format_date

from shared.reference.words import ENGLISH, LANGUAGES, PUBLIC_LANGUAGES, catalogue, words_of_code

#: The notice of the public site that no native speaker has checked the words.
_NOTICE: Final = "page/unread_notice"


@dataclass(frozen=True)
class Text:
    """A text and its language; `english`: the English text to show next to it, empty if it needs none."""

    said: str
    language: str
    english: str = ""


@dataclass(frozen=True)
class PaperWords:
    """The words of one of the languages that the paper has."""

    language: str

    @property
    def direction(self) -> str:
        """Return the direction in which the language is written: `ltr` or `rtl`."""
        return "rtl" if Locale.parse(self.language).text_direction == "rtl" else "ltr"

    @property
    def is_checked(self) -> bool:
        """Return whether a native speaker has read the fixed texts of the paper; English is the source text."""
        return self.language == ENGLISH or catalogue("paper", self.language).is_read

    @property
    def has_law(self) -> bool:
        """Return whether rights, remedies, deadlines and offices have words in this language."""
        return self.language in LANGUAGES

    # control: H-DESK-18 english-next-to-unchecked-words
    def text(self, name: str) -> Text:
        """Return a fixed text of the paper."""
        said, english = (catalogue("paper", each).texts[f"paper/{name}"] for each in (self.language, ENGLISH))
        return Text(said, self.language, "" if self.is_checked else english)

    # control: H-DESK-18 english-next-to-unchecked-words
    def code(self, code_list: str, code: str) -> Text:
        """Return the words of a code, in English where the language has none."""
        found = words_of_code(code_list, code, self.language if self.has_law else ENGLISH)
        is_read = found.language == ENGLISH or catalogue("codes", found.language).is_read
        english = "" if is_read else words_of_code(code_list, code, ENGLISH).label
        return Text(found.label, found.language, "" if english == found.label else english)

    def notice(self) -> Text | None:
        """Return the notice that no native speaker has checked the words; None if one has."""
        is_read = self.is_checked and (not self.has_law or catalogue("codes", self.language).is_read)
        if self.language == ENGLISH or is_read:
            return None
        said, english = (catalogue("public", each).texts[_NOTICE] for each in (self.language, ENGLISH))
        return Text(said, self.language, english)

    def day(self, on: date) -> str:
        """Return a day in words."""
        return format_date(on, "long", locale=self.language)


def spoken(language: str) -> str:
    """Return the language of the paper for a person who speaks this language: theirs, or English."""
    return language if language in PUBLIC_LANGUAGES else ENGLISH
