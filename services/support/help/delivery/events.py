"""The events about urgent needs and services."""

from collections.abc import Mapping
from typing import Final

from marshmallow import Schema

from services.support.help.delivery.models import Delivery, UrgentNeed
from shared.access.declarations import declare, field_of, omittable
from shared.access.permissions import FieldClass
from shared.events.audience import Opening, by_code, kept_inside, opened, person
from shared.events.contract import Code, Codes, Day, EventType, Flag, Reference
from shared.events.openings import CHILDREN, COUNSELLING, DAILY_LIFE, FAMILY, HEALTH, MONEY, PAPERS, STAY


class UrgentNeedNoted(Schema):
    """New urgent needs."""

    #: Any codes: intake may be newer, and a need with an unknown code must not be lost.
    needs = declare(Codes(of="service_type"), FieldClass.HEALTH, "The services that meet them.")
    noted_on = omittable(field_of(UrgentNeed.noted_on))
    #: Consumers would otherwise not distinguish two open needs of one kind and day.
    need = omittable(declare(Reference(), FieldClass.HEALTH, "The need, if its kind or day was corrected."))


class UrgentNeedTold(Schema):
    """One urgent need that is open, or that was recorded wrongly."""

    need = field_of(UrgentNeed.id)
    service_type = declare(Code(of="service_type"), FieldClass.HEALTH, "The service that meets it.")
    noted_on = field_of(UrgentNeed.noted_on)


class UrgentNeedMet(UrgentNeedTold):
    """An urgent need with the service that meets it."""

    service = field_of(Delivery.id)
    met_on = declare(Day(), FieldClass.HEALTH, "The day on which a service met it.")


class ServiceDelivered(Schema):
    """A service was given, or its record was corrected with a higher revision."""

    service = field_of(Delivery.id)
    service_type = field_of(Delivery.service_type)
    urgent = field_of(Delivery.urgent)
    delivered_on = field_of(Delivery.delivered_on)
    met_urgent_need = declare(Flag(), FieldClass.HEALTH, "Whether it met an urgent need.")
    ended_on = omittable(field_of(Delivery.ended_on))
    happened = omittable(field_of(Delivery.happened))
    learnt = omittable(field_of(Delivery.learnt))
    revision = omittable(field_of(Delivery.revision))


class ServiceWithdrawn(Schema):
    """A service was recorded wrongly, or is of another kind. Its earlier events do not apply now."""

    service = field_of(Delivery.id)
    service_type = field_of(Delivery.service_type)


#: service type (code list `service_type`) -> the data category that it belongs to. A missing code is not shared.
SERVICES: Final[Mapping[str, Opening]] = {
    "accommodation_emergency": STAY,
    "accommodation_longer": STAY,
    "medical_emergency": HEALTH,
    "medical": HEALTH,
    "substance_use": HEALTH,
    "peer_support": HEALTH,
    "counselling": COUNSELLING,
    "money_subsistence": MONEY,
    "childcare": CHILDREN,
    "family_tracing_reunion": FAMILY,
    "documents": PAPERS,
    "safe_return": PAPERS,
    "interpretation": DAILY_LIFE,
    "cultural_mediation": DAILY_LIFE,
    "education_language": DAILY_LIFE,
    "employment_training": DAILY_LIFE,
    "digital_safety": DAILY_LIFE,
    # Lawyers, and those who accompany the person to the police or the court, report this themselves.
    "legal_information": None,
    "legal_advice": None,
    "legal_representation": None,
    "police_liaison": None,
    "court_accompaniment": None,
    "other": None,
}
_NEED: Final = ("need", "service_type", "noted_on")
_OF_A_NEED: Final = by_code("service_type", SERVICES, opened(*_NEED))
_OF_A_MET_NEED: Final = by_code("service_type", SERVICES, opened(*_NEED, "service", "met_on"))
_OF_A_SERVICE: Final = by_code("service_type", SERVICES, opened(*ServiceDelivered().fields))
_OF_A_WITHDRAWN_SERVICE: Final = by_code("service_type", SERVICES, opened(*ServiceWithdrawn().fields))
EVENTS = (
    EventType(
        "urgent_need.noted",
        UrgentNeedNoted,
        "support",
        "Needs that can't wait were taken up.",
        audience=person(HEALTH, kept_inside("need")),
    ),
    EventType(
        "urgent_need.met",
        UrgentNeedMet,
        "support",
        "A service met an urgent need, or another one did first.",
        audience=_OF_A_MET_NEED,
    ),
    EventType(
        "urgent_need.reopened",
        UrgentNeedTold,
        "support",
        "An urgent need is no longer met by a service.",
        audience=_OF_A_NEED,
    ),
    EventType(
        "urgent_need.withdrawn", UrgentNeedTold, "support", "An urgent need was recorded wrongly.", audience=_OF_A_NEED
    ),
    EventType(
        "service.delivered", ServiceDelivered, "support", "The person was given a service.", audience=_OF_A_SERVICE
    ),
    EventType(
        "service.withdrawn",
        ServiceWithdrawn,
        "support",
        "A service was recorded wrongly, or was one of another kind.",
        audience=_OF_A_WITHDRAWN_SERVICE,
    ),
)
