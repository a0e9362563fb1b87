"""The commands and views of alerts. Most fields are declared on their columns (`models`)."""

from datetime import date
from uuid import UUID

from services.support.cases.case.schemas import CorrectTimed, Timed
from services.support.risks.alert import models
from shared.access.declarations import declare, not_null, nullable, omittable
from shared.access.permissions import FieldClass
from shared.access.views import View, parts
from shared.casework.corrections import RECORD_CLASS
from shared.events.contract import Code, Flag, Instant, Reference
from shared.http import Command, optional, paging, required
from shared.reference import codes

BY_ASSESSMENT = declare(
    Flag(), FieldClass.BASIC, "Whether an assessment with urgent needs raised it. Only the assessment states the needs."
)
ABOUT = declare(
    Code(codes("alert_about")),
    FieldClass.BASIC,
    "What it is about. Agencies receive alerts about a danger only, and no alert about an absence before the decision.",
)


RETURNED_TO = declare(Reference(), FieldClass.BASIC, "The staff member who got it back.", staff=True)


class RaiseAlert(Timed):
    """Raise an alert about a person in danger."""

    danger_type: str = required(models.Alert.danger_type)
    urgency: str = required(models.Alert.urgency)


class CorrectAlert(CorrectTimed):
    """Correct an alert. Omitted values stay unchanged."""

    danger_type: str | None = optional(models.Alert.danger_type, default=None)
    urgency: str | None = optional(models.Alert.urgency, default=None)


class EndAlert(Command):
    """End an alert, because the danger is over or handled."""

    reason: str = required(not_null(models.Alert.end_reason))


class RecordAlertCall(Timed):
    """Record a telephone call to an agency or authority about an alert, answered or not."""

    called: str = required(models.AlertCall.called)
    outcome: str = required(models.AlertCall.outcome)
    agency: UUID | None = optional(models.AlertCall.agency, default=None)
    called_on: date | None = optional(models.AlertCall.called_on, default=None)


class CorrectAlertCall(CorrectTimed):
    """Correct a call. Omitted values stay unchanged."""

    called: str | None = optional(models.AlertCall.called, default=None)
    outcome: str | None = optional(models.AlertCall.outcome, default=None)
    agency: UUID | None = optional(models.AlertCall.agency, default=None)
    called_on: date | None = optional(models.AlertCall.called_on, default=None)


class AlertCall(View, of=models.AlertCall):
    """A call about an alert in the support file."""


class Alert(View, of=models.Alert):
    """An alert in the support file, with its carer."""


class AlertReason(View, of=models.AlertReason):
    """A record that reports the danger of an alert."""

    record_class = RECORD_CLASS


class OpenAlert(View):
    """An unacknowledged alert, for those whom it addresses."""

    id = models.Alert.id
    danger_type = declare(
        nullable(Code(codes("danger_type"))),
        FieldClass.HEALTH,
        "The kind of danger; null: it was raised in a joined case, and the reader's agency is not allowed to know it.",
        example="trafficker_contact",
    )
    urgency = models.Alert.urgency
    level = models.Alert.level
    raised_at = models.Alert.raised_at
    case = declare(Reference(attribute="case_id"), FieldClass.BASIC, "The case.")


class TakenAlert(OpenAlert):
    """An open alert with a carer."""

    acknowledged_by = declare(nullable(Reference()), FieldClass.BASIC, "The staff member who handles it.", staff=True)
    acknowledged_at = declare(Instant(), FieldClass.BASIC, "When they said so.")


class WaitingAlert(View):
    """The information that an alert waits, without the case, for people outside the agency of the case."""

    id = models.Alert.id
    urgency = models.Alert.urgency
    raised_at = models.Alert.raised_at
    agency = declare(nullable(Reference()), FieldClass.BASIC, "The agency that leads the case, and can be called.")


class AlertList(View):
    """Open alerts, oldest first. `waiting`: alerts of which the caller only learns that they wait."""

    alerts = parts(OpenAlert)
    waiting = parts(WaitingAlert)
    taken = omittable(parts(TakenAlert))
    mark = omittable(paging.MARK)
