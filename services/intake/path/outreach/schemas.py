"""The commands and views of outreach and its posters.

Most fields are declared on their columns (`models`). A session is not a case.
"""

from datetime import date

from services.intake.path.outreach import models, rules
from services.intake.path.outreach.models import PosterCode, PosterScans
from shared.access.declarations import declare, nullable
from shared.access.views import View, part, parts
from shared.events.contract import Count
from shared.http import Command, optional, paging, required


class RecordSession(Command):
    """A session of outreach, in counts only: no person, and no place smaller than a region."""

    held_on: date | None = optional(models.OutreachSession.held_on, default=None)
    region: str = required(models.OutreachSession.region)
    setting: str = required(models.OutreachSession.setting)
    languages: list[str] = required(models.OutreachSession.languages)
    topics: list[str] = required(models.OutreachSession.topics)
    partner: str | None = optional(models.OutreachSession.partner, default=None)
    reached: int = required(models.OutreachSession.reached)
    spoke_with: int = required(models.OutreachSession.spoke_with)
    contacts: int = required(models.OutreachSession.contacts)


class OutreachSession(View, of=models.OutreachSession):
    """A session of outreach, in counts only."""


class OutreachSessionPage(paging.Page):
    """Sessions of outreach, the latest recorded first."""

    sessions = parts(OutreachSession)


class Progression(View):
    """The progression of contacts, in counts. Null replaces a number so small that it could identify a person."""

    contacts = declare(nullable(Count()), None, "How many became contacts.", example=40)
    detected = declare(nullable(Count()), None, "For how many of them a detection was recorded.", example=30)
    cases = declare(nullable(Count()), None, "How many of those became a case.", example=20)
    closed = declare(nullable(Count()), None, "How many of those were closed.", example=12)


class RegionalProgression(Progression):
    """The progression of the contacts from one region."""

    region = models.OutreachSession.region


class ProgressionReport(View):
    """The progression of contacts, by region and in total."""

    total = part(Progression)
    regions = parts(RegionalProgression)
    smallest_shown = declare(Count(), None, "The smallest number that this reader is shown.", example=11)


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
