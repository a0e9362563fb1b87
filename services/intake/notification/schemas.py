"""The duty to notify: its fields, each declared once, and what is recorded and shown of it."""

from collections.abc import Mapping
from datetime import date
from typing import ClassVar

from services.intake.case.schemas import HAPPENED, LEARNT, RecordedFact, RecordFact
from shared.access.declarations import declare, nullable, omittable, or_null
from shared.access.permissions import FieldClass
from shared.access.views import CaseView, Copied, View, part, parts
from shared.casework.corrections import Correct
from shared.events.contract import Code, Codes, Day, Flag, Identifier, PartialDay, Reference
from shared.http import optional, required
from shared.reference import codes

NOTIFICATION = declare(Reference(), FieldClass.ACCOUNT, "The report.")
BODY = declare(
    Code(identifier=Identifier.PUBLIC_BODY),
    FieldClass.ACCOUNT,
    "The body under the duty, as the profile names it.",
    example="police",
)
RECEIVER = declare(
    nullable(Code(identifier=Identifier.PUBLIC_BODY)),
    FieldClass.ACCOUNT,
    "Who gets reports there; null: no one body.",
    example="NL.COMENSHA",
)
ANONYMOUS = declare(Flag(), FieldClass.STATISTICS, "Whether the report leaves out who it is about.")
REPORTED_ON = declare(Day(), FieldClass.ACCOUNT, "The day on which it was reported.")
EXPLOITATION_TYPES = declare(
    Codes(codes("exploitation_type")), FieldClass.ACCOUNT, "How the person was exploited, if that identifies nobody."
)
AGE = declare(Code(codes("age")), FieldClass.ACCOUNT, "Whether they are a child, if that identifies nobody.")
DETECTED = declare(
    PartialDay(), FieldClass.ACCOUNT, "The month or year of the detection, if that identifies nobody.", example="2026"
)


class RecordNotification(RecordFact):
    """Which body under the duty reports, and when it did, if not today."""

    body: str = required(BODY)
    reported_on: date | None = optional(or_null(REPORTED_ON), default=None)


class CorrectNotification(Correct):
    """Which body really reported, and when; what is left out stays as it is."""

    body: str | None = optional(or_null(BODY), default=None)
    happened: str | None = optional(HAPPENED, default=None)
    learnt: str | None = optional(LEARNT, default=None)
    reported_on: date | None = optional(or_null(REPORTED_ON), default=None)

    sample: ClassVar[Mapping[str, object]] = {"reason": "wrong_date", "reported_on": "2026-03-02"}


class Report(View):
    """What a report says: as much as is too coarse to identify anybody."""

    exploitation_types = omittable(EXPLOITATION_TYPES)
    age = omittable(AGE)
    detected = omittable(DETECTED)


class NotificationPreview(CaseView):
    """What a body under the duty would report."""

    body = BODY
    receiver = RECEIVER
    anonymous = ANONYMOUS
    told = part(Report)


class Notification(RecordedFact):
    """A report as the case shows it."""

    id = NOTIFICATION
    body = BODY
    receiver = RECEIVER
    told = part(Report)
    reported_on = REPORTED_ON


#: The part of a whole case that is of the duty to notify.
NOTIFICATIONS = parts(Notification, Copied("notification"))
