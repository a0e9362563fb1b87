"""The events about alerts, and the consumed events about dangers at intake and legal."""

from typing import Final

from marshmallow import Schema

from services.support.risks.alert import rules, schemas
from services.support.risks.alert.models import Alert, AlertReason
from shared.access.declarations import declare, field_of, not_null, omittable
from shared.access.permissions import FieldClass
from shared.casework import danger
from shared.events.audience import by_code, inside, kept_inside, opened
from shared.events.contract import Code, Count, EventType, Instant, Reference
from shared.events.envelope import INSIDE
from shared.events.openings import DANGER
from shared.reference import codes


class AlertTold(Schema):
    """The audience that an alert reaches now."""

    alert = field_of(AlertReason.alert)
    urgency = field_of(Alert.urgency)
    level = field_of(Alert.level)
    told = declare(Code(codes("alert_audience")), FieldClass.BASIC, "The staff whom it reaches now.")


class AlertRaised(AlertTold):
    """A new alert, or its correction with a higher revision.

    Only agencies with access to health data receive the danger. Staff see it if they can see the case.
    """

    about = omittable(schemas.ABOUT)
    danger_type = omittable(field_of(Alert.danger_type))
    raised_at = omittable(field_of(Alert.raised_at))
    by_assessment = omittable(schemas.BY_ASSESSMENT)
    revision = omittable(field_of(Alert.revision))


class AlertAcknowledged(Schema):
    """A staff member acknowledged an alert and handles it."""

    alert = field_of(AlertReason.alert)
    level = field_of(Alert.level)
    by = Reference(required=True)
    acknowledged_at = Instant()


class AlertReturned(AlertTold):
    """The staff member who handled an alert has left. The alert is escalated from now on, like a new one."""

    to = omittable(schemas.RETURNED_TO)


class AlertEnded(Schema):
    """An alert ended: the danger is over or handled, or the alert was withdrawn."""

    alert = field_of(AlertReason.alert)
    about = omittable(schemas.ABOUT)
    reason = not_null(Alert.end_reason)
    ended_at = not_null(Alert.ended_at)


# control: H-DANGER-2 ring-says-nothing
class RingDue(Schema):
    """An agency's notifiers must ring. The event's subject is the agency; it names no case, no alert and no person."""

    ring = declare(Reference(), FieldClass.BASIC, "The ring.")
    urgency = field_of(Alert.urgency)
    told = Code(codes("alert_audience"), required=True)
    minutes = declare(
        Count(), FieldClass.BASIC, "Minutes until the next ring. Delivery of this ring stops after them.", example=5
    )


_OF_STAFF: Final = inside("It is about the staff here who handle the alert. Agencies receive the alert and its end.")


# control: H-DANGER-12 undeclared-absence-stays-inside
_IN_DANGER: Final = {rules.IN_DANGER: DANGER}
EVENTS = (
    # control: H-DANGER-12 danger-reaches-protection
    EventType(
        "alert.raised",
        AlertRaised,
        "safety",
        "A safeguarding alert was raised, and must be acknowledged.",
        audience=by_code(
            "about", _IN_DANGER, {**opened("about", "revision"), **kept_inside("level", "told", "by_assessment")}
        ),
    ),
    EventType(
        "alert.escalated",
        AlertTold,
        "safety",
        "An alert was not acknowledged in time. More people are notified.",
        audience=_OF_STAFF,
    ),
    EventType(
        "alert.acknowledged",
        AlertAcknowledged,
        "safety",
        "A named person takes care of an alert.",
        audience=_OF_STAFF,
    ),
    EventType(
        "alert.returned",
        AlertReturned,
        "safety",
        "An alert is open again, because the staff member who handled it left.",
        audience=_OF_STAFF,
    ),
    EventType(
        "alert.ended",
        AlertEnded,
        "safety",
        "A danger is over, or the alert counts no more.",
        audience=by_code("about", _IN_DANGER, opened("about")),
    ),
    EventType(
        "ring.due",
        RingDue,
        "agency",
        "The on-call notifiers of an agency must ring.",
        classification=INSIDE,
        audience=inside("It only tells the sender to ring; agencies receive the ring itself."),
    ),
)
READS = (*danger.reads_of("intake"), *danger.reads_of("legal"))
