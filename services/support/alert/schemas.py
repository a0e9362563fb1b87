"""Safeguarding alerts: their fields, each declared once, and what is raised and shown of them."""

from services.support.case.schemas import CorrectTimed, RecordView, Timed
from shared.access.declarations import ID, declare, nullable, omittable, or_null
from shared.access.permissions import FieldClass
from shared.access.views import View, parts
from shared.casework.corrections import RECORD_CLASS
from shared.events.contract import Code, Count, Flag, Identifier, Instant, Reference
from shared.http import Command, optional, paging, required
from shared.reference import codes

ALERT = declare(Reference(), FieldClass.BASIC, "The alert.")
DANGER_TYPE = declare(
    Code(codes("danger_type")), FieldClass.HEALTH, "What the danger is.", example="trafficker_contact"
)
URGENCY = declare(Code(codes("danger_urgency")), FieldClass.BASIC, "How soon somebody has to act.")
LEVEL = declare(Count(), FieldClass.BASIC, "How far it was escalated.", example=1)
BY_ASSESSMENT = declare(
    Flag(), FieldClass.BASIC, "Whether an assessment raised it, which found urgent need; in what, stands there alone."
)


END_REASON = declare(Code(codes("alert_end_reason")), FieldClass.BASIC, "Why it is over.")
RETURNED_TO = declare(Reference(), FieldClass.BASIC, "To whom it came back.", staff=True)
RAISED_AT = declare(Instant(), FieldClass.BASIC, "When it was raised.")


class RaiseAlert(Timed):
    """Somebody is in danger."""

    danger_type: str = required(DANGER_TYPE)
    urgency: str = required(URGENCY)


class CorrectAlert(CorrectTimed):
    """What is so of an alert instead; what is left out stays as it is."""

    danger_type: str | None = optional(DANGER_TYPE, default=None)
    urgency: str | None = optional(URGENCY, default=None)


class EndAlert(Command):
    """The danger is over, or taken care of."""

    reason: str = required(END_REASON)


class RaisedAlert(View):
    """An alert, as it was raised and escalated."""

    id = ID
    danger_type = DANGER_TYPE
    urgency = URGENCY
    level = LEVEL
    raised_at = RAISED_AT


class Alert(RaisedAlert, RecordView):
    """An alert as the case shows it, and who takes care of it."""

    acknowledged_by = declare(
        nullable(Reference()),
        FieldClass.BASIC,
        "Who takes care of it, or to whom it came back.",
        staff=True,
    )
    acknowledged_at = declare(nullable(Instant()), FieldClass.BASIC, "When they said so.")
    ended_by = declare(nullable(Reference()), FieldClass.BASIC, "Who said that it is over.", staff=True)
    ended_at = declare(nullable(Instant()), FieldClass.BASIC, "When it was over; null: it is open.")
    end_reason = or_null(END_REASON)


class AlertReason(View):
    """A record that says the danger of an alert."""

    id = declare(Reference(), FieldClass.BASIC, "That it says so.")
    alert = ALERT
    source = declare(
        Code(identifier=Identifier.SERVICE), FieldClass.BASIC, "The service that has the record.", example="intake"
    )
    record_class = RECORD_CLASS
    record = declare(Reference(), FieldClass.BASIC, "The record.")
    kind = DANGER_TYPE
    urgency = URGENCY
    said_at = declare(Instant(), FieldClass.BASIC, "When it was recorded.")
    not_standing_since = declare(
        nullable(Instant()),
        FieldClass.BASIC,
        "Since when the record no longer says it; a person confirms then whether the alert still applies.",
    )


class OpenAlert(View):
    """An alert that nobody has acknowledged, for those whom it is addressed to."""

    id = ID
    danger_type = declare(
        nullable(Code(codes("danger_type"))),
        FieldClass.HEALTH,
        "What the danger is; null: it was raised in a joined case, and the reader's agency may not know that there.",
        example="trafficker_contact",
    )
    urgency = URGENCY
    level = LEVEL
    raised_at = RAISED_AT
    case = declare(Reference(attribute="case_id"), FieldClass.BASIC, "The case.")


class TakenAlert(OpenAlert):
    """An open alert that a person takes care of."""

    acknowledged_by = declare(nullable(Reference()), FieldClass.BASIC, "Who takes care of it.", staff=True)
    acknowledged_at = declare(Instant(), FieldClass.BASIC, "When they said so.")


class WaitingAlert(View):
    """That an alert waits, and nothing of whose it is: for whom it goes up to outside the agency of the case."""

    id = ID
    urgency = URGENCY
    raised_at = RAISED_AT
    agency = declare(nullable(Reference()), FieldClass.BASIC, "The agency that leads the case, and can be called.")


class AlertList(View):
    """Open alerts, oldest first; apart those of which the caller is told only that they wait."""

    alerts = parts(OpenAlert)
    waiting = parts(WaitingAlert)
    taken = omittable(parts(TakenAlert))
    mark = omittable(paging.MARK)
