"""The commands and views that all topics share. The fields are declared on their columns (`models`)."""

from services.intake.case import models
from services.intake.case.models import Case
from shared.access.declarations import field_of, not_null
from shared.access.views import View
from shared.http import Command, optional

JURISDICTION = field_of(Case.jurisdiction)
STATUS = field_of(Case.status)
OPENED_ON = field_of(Case.opened_on)
CLOSED_ON = not_null(Case.closed_on)
REOPENED_ON = not_null(Case.reopened_on)
SOURCE = field_of(Case.source)
CHANNEL = field_of(Case.channel)
LANGUAGE = field_of(Case.language)
ANONYMOUS = field_of(Case.anonymous)
AGE = field_of(Case.age)
OUTREACH_SESSION = field_of(Case.outreach_session)
CLOSURE_REASON = not_null(Case.closure_reason)
CLOSED_ALTHOUGH = not_null(Case.closed_although)
HAPPENED = field_of(models.RecordedFact.happened)
LEARNT = field_of(models.RecordedFact.learnt)
RECORDED_AT = field_of(models.RecordedFact.recorded_at)
RECORDED_BY = field_of(models.RecordedFact.recorded_by)
ALIKE = field_of(models.RecordedFact.alike)
REVISION = field_of(models.RecordedFact.revision)
TAKEN_BACK_AT = field_of(models.RecordedFact.taken_back_at)


class RecordFact(Command):
    """A fact of a case: when it happened and was learnt, as exactly as it is known."""

    happened: str | None = optional(models.RecordedFact.happened, default=None)
    learnt: str | None = optional(models.RecordedFact.learnt, default=None)


class RecordedFact(View):
    """How a fact of a case came to be recorded, and whether it is valid."""

    happened = HAPPENED
    learnt = LEARNT
    recorded_at = RECORDED_AT
    recorded_by = RECORDED_BY
    alike = ALIKE
    revision = REVISION
    taken_back_at = TAKEN_BACK_AT
