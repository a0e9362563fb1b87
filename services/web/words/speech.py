"""Words and dates of a page, in one language."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime

from services.web.path.rules import Entry, read_day
from services.web.words.texts import gettext as _
from services.web.words.texts import gettext_noop, languages, texts_in
from shared.reference.words import ENGLISH, LANGUAGES, words_of_code

WEEK: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
#: A Monday, from which the names of days follow.
_MONDAY: Final = date(2026, 3, 2)


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
        on, precision = read_day(text, self.zone)
        return "" if on is None else self.on(on, precision)

    def day_of_week(self, day: str) -> str:
        """Return the name of a day of the week (`monday`)."""
        return format_date(_MONDAY + timedelta(days=WEEK.index(day)), "EEEE", locale=self.language)

    def on(self, on: date, precision: str = "day") -> str:
        """Return a date in words."""
        return format_date(on, {"day": "d MMM y", "month": "MMM y", "year": "y"}[precision], locale=self.language)

    def short(self, on: date) -> str:
        """Return a day without its year."""
        return format_date(on, "d MMM", locale=self.language)

    def moment(self, text: object) -> str:
        """Return an instant in words."""
        at = datetime.fromisoformat(str(text)).astimezone(ZoneInfo(self.zone))
        # Babel writes most zones as an offset in English. Their abbreviations are in Latin letters.
        zone, form = (at.tzname(), "") if self.direction == "ltr" else ("", " zzz")
        said = format_datetime(at, f"d MMM y, HH:mm{form}", tzinfo=ZoneInfo(self.zone), locale=self.language)
        return f"{said} {zone}" if zone else said

    def exactly(self, text: object) -> str:
        """Return a time as exactly as it is known: an instant with its time of day, or a date."""
        return self.moment(text) if "T" in str(text) else self.day(text)

    def entry(self, entry: Entry) -> str:
        """Return the description of a path's entry."""
        if entry.is_deadline:
            return self.words_of(entry.says)
        step = STEPS.get((entry.what, entry.step))
        if step is None and entry.what == FACT:
            # The first code of a fact is its kind, which names the event.
            return self.words_of(entry.says)
        what = _(step) if step else self.word("record_class", entry.what)
        said = self.words_of(entry.says)
        return f"{what}: {said}" if said else what

    def withheld(self, kinds: Iterable[str]) -> str:
        """Return the labels of kinds of content that a reader is not shown."""
        return ", ".join(
            _(_WITHHELD[kind]) if kind in _WITHHELD else self.word("data_category", kind) for kind in kinds
        )

    def words_of(self, says: Iterable[tuple[str, str]]) -> str:
        """Return the labels of codes of several lists; an identifier, which no list has, as it is."""
        return ", ".join(self.word(code_list, code) if code_list else code for code_list, code in says)


#: Whether an agency takes part, by the register's codes.
AGENCY_STATES = {
    "active": gettext_noop("takes part"),
    "suspended": gettext_noop("suspended"),
    "ended": gettext_noop("no longer takes part"),
}
#: Texts for the parts of a service that does not answer, so that no reader takes a missing part for an empty one.
MISSING = {
    "intake": gettext_noop(
        "Detection, identification and consents cannot be shown now: the service for intake does not answer."
    ),
    "legal": gettext_noop(
        "Legal deadlines and steps cannot be shown now: the service for legal advice does not answer. "
        "Deadlines continue to run."
    ),
    "support": gettext_noop("Support, risks and alerts cannot be shown now: the service for support does not answer."),
}
#: A page that cannot be shown at all.
AWAY = (
    gettext_noop("Not possible now"),
    gettext_noop("The service for intake does not answer, so the case cannot be shown. Try again in a minute."),
)
#: The names of the lanes of a path.
LANE_NAMES = {
    "detection": gettext_noop("Detection"),
    "identification": gettext_noop("Identification"),
    "support": gettext_noop("Support"),
    "justice": gettext_noop("Justice"),
}
#: Words for the field classes that are not data categories. The others use the words of their category.
_WITHHELD = {
    "privileged": gettext_noop("Privileged records"),
    "statistics": gettext_noop("How the contact began"),
    "standing": gettext_noop("References"),
    "of_the_lead": gettext_noop("How the case is run"),
}
#: The subject of an entry that is a fact from which deadlines follow.
FACT = "fact"
#: Descriptions of the steps of records that have several dates.
STEPS = {
    ("contact", "opened"): gettext_noop("First contact"),
    ("contact", "closed"): gettext_noop("Case closed"),
    ("contact", "reopened"): gettext_noop("Case reopened"),
    ("consent", "withdrawn"): gettext_noop("Consent withdrawn"),
    ("consent", "refused"): gettext_noop("Consent refused"),
    ("consent", "answered"): gettext_noop("Agency's answer to a withdrawal"),
    ("sharing", "decided"): gettext_noop("Sharing without consent decided"),
    ("referral", "answered"): gettext_noop("Step of a referral"),
    ("referral", "progress"): gettext_noop("Report of an agency about its help"),
    ("identification", "asked"): gettext_noop("First responder asked"),
    ("identification", "answered"): gettext_noop("Answer of the first responder"),
    ("legal_advice", "asked"): gettext_noop("Legal advice asked for"),
    ("legal_advice", "ended"): gettext_noop("Request for legal advice ended"),
    ("legal_advice", "met"): gettext_noop("Follow-up of legal advice done"),
    ("legal_advice", "answered"): gettext_noop("Right explained"),
    ("compensation", "opened"): gettext_noop("Claim opened"),
    ("compensation", "applied"): gettext_noop("Claim made"),
    ("compensation", "decided"): gettext_noop("Claim decided"),
    ("compensation", "paid"): gettext_noop("Compensation paid"),
    ("urgent_need", "met"): gettext_noop("Urgent need met"),
    ("assessment", "shared"): gettext_noop("Assessment shared with an agency"),
    ("absence", "found"): gettext_noop("Person found"),
    ("counselling", "started"): gettext_noop("Counselling started"),
    ("counselling", "ended"): gettext_noop("Counselling ended"),
    ("counselling_pause", "returned"): gettext_noop("Return to counselling"),
    ("counselling_request", "answered"): gettext_noop("Request for counselling answered"),
    ("placement", "started"): gettext_noop("Moved in"),
    ("placement", "ended"): gettext_noop("Moved out"),
    ("practical_help", "ended"): gettext_noop("Practical help ended"),
    ("entitlement", "started"): gettext_noop("Entitlement started"),
    ("entitlement", "ended"): gettext_noop("Entitlement ended"),
    ("entitlement", "proposed"): gettext_noop("Entitlement to confirm"),
    ("entitlement", "answered"): gettext_noop("Proposed entitlement answered"),
    ("transition", "closed"): gettext_noop("Move to independence completed"),
    ("transition", "returned"): gettext_noop("Return to support"),
    ("alert", "acknowledged"): gettext_noop("Alert acknowledged"),
    ("alert", "ended"): gettext_noop("Alert ended"),
}


#: The own names of the languages of pages. With Babel's, each process would load the data of every language.
OWN_NAMES = {"en": "English", "nl": "Nederlands", "ro": "română"}


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
    return [(language, OWN_NAMES.get(language) or str(Locale.parse(language).display_name)) for language in languages()]
