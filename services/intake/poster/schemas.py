"""Posters of outreach sessions: each field declared once; what the public pages send, and what staff are shown."""

from typing import Final

from services.intake.poster import rules
from shared.access.declarations import declare, nullable
from shared.access.views import View, parts
from shared.events.contract import Code, Count
from shared.http import Command, required
from shared.http.words import SingleLine
from shared.reference.words import PUBLIC_LANGUAGES

_LONGEST: Final = 64
LANGUAGE = declare(Code(PUBLIC_LANGUAGES), None, "The language of the poster.", example="vi")
CODE = declare(SingleLine(_LONGEST), None, "The code in the QR code of the session's posters.", example="11111111")
SCANS = declare(
    nullable(Count()),
    None,
    f"How often, rounded down to a multiple of {rules.STEP}; null: too few to be shown, or none.",
    example=20,
)


class CountScan(Command):
    """A QR code was scanned. Nothing says who did it."""

    code: str = required(CODE)
    language: str = required(LANGUAGE)


class PosterCodeShown(View):
    """The code of a session's posters."""

    code = CODE


class ScansOfLanguage(View):
    """How often the posters in one language were scanned."""

    language = LANGUAGE
    scans = SCANS


class PosterScansReport(View):
    """How often the posters of a session were scanned, by language."""

    languages = parts(ScansOfLanguage)
    smallest_shown = declare(Count(), None, "A smaller number is not shown.", example=11)
