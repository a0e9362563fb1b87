"""The words of each language: fetched from intake, cached, and refreshed.

A language that was fetched once is offered even while intake does not answer. Help numbers therefore stay available.
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, Final

from markupsafe import Markup

from services.web.public.intake import Intake
from services.web.upstream.client import Document

#: The time after which a language is fetched again (seconds), also where the last try failed.
FRESH_SECONDS: Final = 300.0
#: The time for which a language without words is not asked for again (seconds).
FAILED_SECONDS: Final = 2.0
ENGLISH: Final = "en"
_DATA: Final = Markup("<bdi>{}</bdi>")
_PAIR: Final = Markup('{} <span class="source" lang="en" dir="ltr">{}</span>')


@dataclass(frozen=True)
class Words:
    """Everything that pages show in one language."""

    document: Mapping[str, Any] = field(repr=False)

    @property
    def language(self) -> str:
        """Return the code of the language."""
        return str(self.document["language"])

    @property
    def direction(self) -> str:
        """Return the direction in which the language is written: `ltr` or `rtl`."""
        return str(self.document["direction"])

    @property
    def is_checked(self) -> bool:
        """Return whether a native speaker has checked the language; English is the source text."""
        return self.language == ENGLISH or self.document["reader"] is not None

    def text(self, key: str, **values: object) -> str:
        """Return a text without the English one."""
        said = str(self.document["words"][key])
        return said % values if values else said

    # control: H-PUBLIC-3 english-next-to-unchecked-words
    def say(self, key: str, **values: object) -> Markup:
        """Return a text; where no native speaker has checked the language, with the English text next to it."""
        said = _filled(self.document["words"][key], values)
        english = None if self.is_checked else self.document["english"].get(key)
        return said if english is None else _PAIR.format(said, _filled(english, values))

    def emergency_numbers(self) -> Mapping[str, Sequence[str]]:
        """Return the names of the countries by the emergency number that was confirmed for them."""
        countries: dict[str, list[str]] = {}
        for place in self.document["help"].values():
            if place["emergency"]:
                countries.setdefault(str(place["emergency"]), []).append(str(place["name"]))
        return countries

    def any_emergency_number(self) -> str:
        """Return the emergency numbers of all countries, for a sentence with room for one."""
        return " / ".join(self.emergency_numbers())


def _filled(said: str, values: Mapping[str, object]) -> Markup:
    bare = Markup.escape(said)
    return bare % {name: _DATA.format(value) for name, value in values.items()} if values else bare


class Library:
    """The words of all languages, each fetched when a page first needs it and refreshed later."""

    def __init__(self, intake: Intake) -> None:
        """Store where the words are."""
        self._intake = intake
        #: For each language the time until which it is not fetched again, and its words if they are known.
        self._kept: dict[str, tuple[float, Words | None]] = {}
        self._lock = threading.Lock()

    def words(self, language: str) -> Words | None:
        """Return the words of a language, the last known ones if intake does not answer; None if there are none yet."""
        until, known = self._kept.get(language, (0.0, None))
        # One request refreshes. The others take the words that are known, and wait only if there are none.
        if monotonic() < until or not self._lock.acquire(blocking=known is None):
            return known
        try:
            until, known = self._kept.get(language, (0.0, None))
            if monotonic() >= until:
                known = self._fetched(language) or known
                self._kept[language] = (monotonic() + (FRESH_SECONDS if known else FAILED_SECONDS), known)
        finally:
            self._lock.release()
        return known

    def _fetched(self, language: str) -> Words | None:
        answer = self._intake.words(language)
        public = answer.document.get("public") if answer.is_good else None
        return Words(public) if isinstance(public, Document) else None
