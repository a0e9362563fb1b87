"""Words and dates of a page, in one language."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime

from services.web.path.rules import Entry, read_day
from shared.reference.words import ENGLISH, words_of_code

#: Languages in which all fixed texts of the pages are written. Codes have labels in more languages.
LANGUAGES: Final = (ENGLISH,)


@dataclass(frozen=True)
class Speech:
    """Words and dates in one language."""

    language: str = ENGLISH
    #: The time zone in which instants are shown. The services write UTC.
    zone: str = "UTC"

    @property
    def direction(self) -> str:
        """Return the direction in which the language is written: `ltr` or `rtl`."""
        return "rtl" if Locale.parse(self.language).text_direction == "rtl" else "ltr"

    def word(self, code_list: str, code: object) -> str:
        """Return the label of a code; the code itself if it has no label."""
        return words_of_code(code_list, str(code), self.language).label

    def words(self, code_list: str, codes: Iterable[object]) -> str:
        """Return the labels of several codes, separated by commas."""
        return ", ".join(self.word(code_list, code) for code in codes)

    def day(self, text: object) -> str:
        """Return a date as services write it, with the precision that is known."""
        on, precision = read_day(text)
        return "" if on is None else self.on(on, precision)

    def on(self, on: date, precision: str = "day") -> str:
        """Return a date in words."""
        return format_date(on, {"day": "d MMM y", "month": "MMM y", "year": "y"}[precision], locale=self.language)

    def short(self, on: date) -> str:
        """Return a day without its year."""
        return format_date(on, "d MMM", locale=self.language)

    def moment(self, text: object) -> str:
        """Return an instant in words."""
        at = datetime.fromisoformat(str(text))
        return format_datetime(at, "d MMM y, HH:mm zzz", tzinfo=ZoneInfo(self.zone), locale=self.language)

    def entry(self, entry: Entry) -> str:
        """Return the description of a path's entry."""
        if entry.is_deadline:
            return self.words_of(entry.says)
        what = STEPS.get((entry.record_class, entry.step)) or self.word("record_class", entry.record_class)
        said = self.words_of(entry.says)
        return f"{what}: {said}" if said else what

    def words_of(self, says: Iterable[tuple[str, str]]) -> str:
        """Return the labels of codes of several lists."""
        return ", ".join(self.word(code_list, code) for code_list, code in says)


#: Descriptions of records that have a day for each of their steps.
STEPS = {
    ("consent", "withdrawn"): "Consent withdrawn",
    ("compensation", "opened"): "Claim opened",
    ("compensation", "applied"): "Claim made",
    ("compensation", "decided"): "Claim decided",
    ("compensation", "paid"): "Compensation paid",
    ("counselling", "started"): "Counselling started",
    ("counselling", "ended"): "Counselling ended",
    ("placement", "started"): "Moved in",
    ("placement", "ended"): "Moved out",
    ("case_status", "closed"): "Case closed",
}


@cache
def speech_in(language: str, zone: str) -> Speech:
    """Return the words of a language, with instants in a time zone."""
    return Speech(language, zone)


def chosen(accepts: Callable[[list[str]], str | None]) -> str:
    """Return the language of a page; `accepts` returns the browser's first choice of those offered."""
    return accepts(list(LANGUAGES)) or ENGLISH
