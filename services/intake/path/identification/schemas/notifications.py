"""The commands and views of the duty to notify. Most fields are declared on their columns (`models`)."""

from collections.abc import Mapping
from datetime import date
from typing import ClassVar

from services.intake.facts.case.models import RecordedFact
from services.intake.facts.case.schemas import RecordFact
from services.intake.path.identification import models
from shared.access.declarations import declare, omittable, or_null
from shared.access.permissions import FieldClass
from shared.access.views import CaseView, Copied, View, part, parts
from shared.casework.corrections import Correct
from shared.events.contract import Code, Codes, Flag, PartialDay
from shared.http import optional, required
from shared.reference import codes

ANONYMOUS = declare(Flag(), FieldClass.STATISTICS, "Whether the report leaves out who it is about.")


class RecordNotification(RecordFact):
    """A report by a body under the duty. The day is today by default."""

    body: str = required(models.Notification.body)
    reported_on: date | None = optional(or_null(models.Notification.reported_on), default=None)


class CorrectNotification(Correct):
    """The correction of a report. Omitted fields stay as they are."""

    body: str | None = optional(or_null(models.Notification.body), default=None)
    happened: str | None = optional(RecordedFact.happened, default=None)
    learnt: str | None = optional(RecordedFact.learnt, default=None)
    reported_on: date | None = optional(or_null(models.Notification.reported_on), default=None)

    sample: ClassVar[Mapping[str, object]] = {"reason": "wrong_date", "reported_on": "2026-03-02"}


class Report(View):
    """The content of a report, too coarse to identify a person."""

    exploitation_types = omittable(
        declare(
            Codes(codes("exploitation_type")),
            FieldClass.ACCOUNT,
            "The form of exploitation, if it identifies no person.",
        )
    )
    age = omittable(
        declare(Code(codes("age")), FieldClass.ACCOUNT, "Whether they are a child, if it identifies no person.")
    )
    detected = omittable(
        declare(
            PartialDay(),
            FieldClass.ACCOUNT,
            "The month or year of the detection, if it identifies no person.",
            example="2026",
        )
    )


class NotificationPreview(CaseView):
    """The report that a body under the duty would make."""

    body = models.Notification.body
    receiver = models.Notification.receiver
    anonymous = ANONYMOUS
    told = part(Report)


class Notification(View, of=models.Notification):
    """A report as the case shows it."""

    told = part(Report)


#: The part of the whole case with the reports under the duty to notify.
NOTIFICATIONS = parts(Notification, Copied("notification"))
