"""Words and dates of a page, in one language."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime

from services.web.path.rules import Entry, read_day
from services.web.words.texts import gettext as _
from services.web.words.texts import gettext_noop, languages, texts_in
from shared.reference.words import ENGLISH, LANGUAGES, words_of_code


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

    @property
    def is_checked(self) -> bool:
        """Return whether a native speaker has checked the texts of the pages in this language."""
        return texts_in(self.language).is_read

    def word(self, code_list: str, code: object) -> str:
        """Return the label of a code; the code itself if it has no label."""
        return words_of_code(code_list, str(code), self._of_codes).label

    def hint(self, code_list: str, code: object) -> str:
        """Return the sentence that explains a code; empty if there is none."""
        return words_of_code(code_list, str(code), self._of_codes).hint or ""

    def agency_state(self, code: object) -> str:
        """Return in words whether an agency takes part."""
        return _(AGENCY_STATES[str(code)])

    @property
    def _of_codes(self) -> str:
        return self.language if self.language in LANGUAGES else ENGLISH

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
        step = STEPS.get((entry.record_class, entry.step))
        what = _(step) if step else self.word("record_class", entry.record_class)
        said = self.words_of(entry.says)
        return f"{what}: {said}" if said else what

    def words_of(self, says: Iterable[tuple[str, str]]) -> str:
        """Return the labels of codes of several lists."""
        return ", ".join(self.word(code_list, code) for code_list, code in says)


#: Whether an agency takes part, by the register's codes.
AGENCY_STATES = {
    "active": gettext_noop("takes part"),
    "suspended": gettext_noop("suspended"),
    "ended": gettext_noop("no longer takes part"),
}
#: Descriptions of records that have a day for each of their steps.
STEPS = {
    ("consent", "withdrawn"): gettext_noop("Consent withdrawn"),
    ("compensation", "opened"): gettext_noop("Claim opened"),
    ("compensation", "applied"): gettext_noop("Claim made"),
    ("compensation", "decided"): gettext_noop("Claim decided"),
    ("compensation", "paid"): gettext_noop("Compensation paid"),
    ("counselling", "started"): gettext_noop("Counselling started"),
    ("counselling", "ended"): gettext_noop("Counselling ended"),
    ("placement", "started"): gettext_noop("Moved in"),
    ("placement", "ended"): gettext_noop("Moved out"),
    ("case_status", "closed"): gettext_noop("Case closed"),
}


@cache
def speech_in(language: str, zone: str) -> Speech:
    """Return the words of a language, with instants in a time zone."""
    return Speech(language, zone)


def chosen(accepts: Callable[[list[str]], str | None], choice: str = "") -> str:
    """Return the language of a page: the person's choice, or else the first of the browser that is offered.

    `accepts` returns the browser's first choice of those offered.
    """
    return choice if choice in languages() else accepts(list(languages())) or ENGLISH


def offered() -> list[tuple[str, str]]:
    """Return the languages of the pages, each with its own name."""
    return [(language, str(Locale.parse(language).display_name)) for language in languages()]
