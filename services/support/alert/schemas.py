"""The commands and views of alerts. Most fields are declared on their columns (`models`)."""

from services.support.alert import models
from services.support.case.schemas import CorrectTimed, Timed
from shared.access.declarations import declare, not_null, nullable, omittable
from shared.access.permissions import FieldClass
from shared.access.views import View, parts
from shared.casework.corrections import RECORD_CLASS
from shared.events.contract import Code, Flag, Instant, Reference
from shared.http import Command, optional, paging, required
from shared.reference import codes

BY_ASSESSMENT = declare(
    Flag(), FieldClass.BASIC, "Whether an assessment raised it, which found urgent need; in what, stands there alone."
)


RETURNED_TO = declare(Reference(), FieldClass.BASIC, "To whom it came back.", staff=True)


class RaiseAlert(Timed):
    """Somebody is in danger."""

    danger_type: str = required(models.Alert.danger_type)
    urgency: str = required(models.Alert.urgency)


class CorrectAlert(CorrectTimed):
    """What is so of an alert instead; what is left out stays as it is."""

    danger_type: str | None = optional(models.Alert.danger_type, default=None)
    urgency: str | None = optional(models.Alert.urgency, default=None)


class EndAlert(Command):
    """The danger is over, or taken care of."""

    reason: str = required(not_null(models.Alert.end_reason))


class Alert(View, of=models.Alert):
    """An alert as the case shows it, and who takes care of it."""


class AlertReason(View, of=models.AlertReason):
    """A record that says the danger of an alert."""

    record_class = RECORD_CLASS


class OpenAlert(View):
    """An alert that nobody has acknowledged, for those whom it is addressed to."""

    id = models.Alert.id
    danger_type = declare(
        nullable(Code(codes("danger_type"))),
        FieldClass.HEALTH,
        "What the danger is; null: it was raised in a joined case, and the reader's agency may not know that there.",
        example="trafficker_contact",
    )
    urgency = models.Alert.urgency
    level = models.Alert.level
    raised_at = models.Alert.raised_at
    case = declare(Reference(attribute="case_id"), FieldClass.BASIC, "The case.")


class TakenAlert(OpenAlert):
    """An open alert that a person takes care of."""

    acknowledged_by = declare(nullable(Reference()), FieldClass.BASIC, "Who takes care of it.", staff=True)
    acknowledged_at = declare(Instant(), FieldClass.BASIC, "When they said so.")


class WaitingAlert(View):
    """That an alert waits, and nothing of whose it is: for whom it goes up to outside the agency of the case."""

    id = models.Alert.id
    urgency = models.Alert.urgency
    raised_at = models.Alert.raised_at
    agency = declare(nullable(Reference()), FieldClass.BASIC, "The agency that leads the case, and can be called.")


class AlertList(View):
    """Open alerts, oldest first; apart those of which the caller is told only that they wait."""

    alerts = parts(OpenAlert)
    waiting = parts(WaitingAlert)
    taken = omittable(parts(TakenAlert))
    mark = omittable(paging.MARK)
