"""The command and the views of brief advice. The fields are declared on their columns (`models`)."""

from datetime import date

from services.legal.cases.brief_advice import models
from shared.access.views import View, parts
from shared.http import Command, optional, paging, required


class RecordBriefAdvice(Command):
    """Advice to somebody of whom no case is kept, or why there was none: no name, no place, no words."""

    phase: str = required(models.BriefAdvice.phase)
    status: str = required(models.BriefAdvice.status)
    topics: list[str] = required(models.BriefAdvice.topics)
    funding: str = required(models.BriefAdvice.funding)
    language: str = required(models.BriefAdvice.language)
    interpreter: bool = required(models.BriefAdvice.interpreter)
    format: str = required(models.BriefAdvice.format)
    given_on: date | None = optional(models.BriefAdvice.given_on, default=None)


class BriefAdvice(View, of=models.BriefAdvice):
    """Advice to somebody of whom no case is kept."""


class BriefAdvicePage(View):
    """Brief advice of the reader's own agency, the latest recorded first."""

    brief_advice = parts(BriefAdvice)
    next = paging.NEXT
