"""The command of the public pages and the views for staff. Most fields are declared on their columns (`models`)."""

from services.intake.path.poster import rules
from services.intake.path.poster.models import PosterCode, PosterScans
from shared.access.declarations import declare, nullable
from shared.access.views import View, parts
from shared.events.contract import Count
from shared.http import Command, required


class CountScan(Command):
    """A scan of a QR code. Nothing identifies the visitor."""

    code: str = required(PosterCode.code)
    language: str = required(PosterScans.language)


class PosterCodeShown(View, of=PosterCode):
    """The code of a session's posters."""


class ScansOfLanguage(View):
    """How often the posters in one language were scanned."""

    language = PosterScans.language
    scans = declare(
        nullable(Count()),
        None,
        f"How often, rounded down to a multiple of {rules.STEP}; null: too few to be shown, or none.",
        example=20,
    )


class PosterScansReport(View):
    """How often the posters of a session were scanned, by language."""

    languages = parts(ScansOfLanguage)
    smallest_shown = declare(Count(), None, "A smaller number is not shown.", example=11)
