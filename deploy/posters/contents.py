"""The texts of a poster or a card, from the document that intake sends to the public pages.

A poster has no text about rights, remedies or deadlines. If no native speaker has checked a language, the poster says
so and shows the English text below each text, as the pages do.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from shared.reference.words import ENGLISH

LTR: Final = "ltr"
EMERGENCY: Final = "emergency"
#: The size of an English text next to the text that it explains, and the space above it.
_ENGLISH_SIZE, _ENGLISH_SPACE = 0.8, 0.0


@dataclass(frozen=True)
class Text:
    """A text in one language; its size and the space above it in units of the sheet."""

    said: str
    language: str
    direction: str
    size: float = 1.0
    space: float = 0.4


@dataclass(frozen=True)
class Contents:
    """Everything on a sheet, from top to bottom; the QR code is between the two parts."""

    #: The title of the file: the same neutral title that the public pages have.
    title: str
    language: str
    above: tuple[Text, ...]
    below: tuple[Text, ...]
    #: The address in the QR code.
    address: str


def scan_address(site: str, language: str, code: str) -> str:
    """Return the address in a QR code: the public pages, the language, and the code of the session."""
    return f"{site.rstrip('/')}/{language}/o/{code}"


def contents(public: Mapping[str, Any], jurisdiction: str, site: str, code: str) -> Contents:
    """Return the contents of a sheet in the language of the document; `site`: the address of the public pages."""
    words = _Words(public)
    language = str(public["language"])
    number = public["help"][jurisdiction]["emergency"]
    below = [
        *words.texts("page/poster_scan"),
        Text(urlsplit(site).netloc, ENGLISH, LTR, size=1.4),
        *words.texts("page/poster_leave"),
        *_numbers(public["help"][jurisdiction]["places"]),
        *(words.texts("page/danger_title", space=0.8) if number else ()),
        *(words.texts("page/danger_call", size=1.2, number=number) if number else ()),
        *(() if words.is_checked else words.texts("page/unread_notice")),
    ]
    return Contents(
        title=str(public["words"]["page/site_title"]),
        language=language,
        above=(*words.texts("page/poster_title", size=2.2), *words.texts("page/poster_text", size=1.2)),
        below=tuple(below),
        address=scan_address(site, language, code),
    )


class _Words:
    """The words of one language, followed by the English ones where no native speaker has checked the language."""

    def __init__(self, public: Mapping[str, Any]) -> None:
        self._public = public
        self.is_checked = public["language"] == ENGLISH or public["reader"] is not None

    # control: H-PUBLIC-3 english-next-to-unchecked-words
    def texts(self, key: str, size: float = 1.0, space: float = 0.4, **values: object) -> Iterator[Text]:
        """Yield a text, and the English one under it if the text is not checked."""
        public = self._public
        yield Text(_filled(public["words"][key], values), public["language"], public["direction"], size, space)
        if not self.is_checked:
            english = _filled(public["english"][key], values)
            yield Text(english, ENGLISH, LTR, size * _ENGLISH_SIZE, _ENGLISH_SPACE)


def _filled(said: str, values: Mapping[str, object]) -> str:
    return said % values if values else said


def _numbers(places: list[Mapping[str, Any]]) -> Iterator[Text]:
    """Yield the confirmed help numbers; intake sends no others. The emergency number has a separate text."""
    for place in places:
        if place["kind"] != EMERGENCY and place["phone"]:
            yield Text(f"{place['name']}: {place['phone']}", ENGLISH, LTR)
