"""What is told of agreements, by ids, codes and days: never who signed, and never where the paper is."""

from typing import Final

from marshmallow import Schema

from services.partners.agencies.agreement.models import AgreementRecord
from shared.access import agencies
from shared.access.declarations import field_of
from shared.events.audience import party
from shared.events.contract import EventType

#: As the events of the agencies are: about no case.
_KIND: Final = agencies.REGISTERED.classification


class AgreementBegan(Schema):
    """Two people agreed on it: an agency (the event's subject) may be told so much, for this, from day to day."""

    agreement = field_of(AgreementRecord.id)
    agency = field_of(AgreementRecord.agency)
    purposes = field_of(AgreementRecord.purposes)
    data_categories = field_of(AgreementRecord.data_categories)
    jurisdictions = field_of(AgreementRecord.jurisdictions)
    first_day = field_of(AgreementRecord.first_day)
    last_day = field_of(AgreementRecord.last_day)


class AgreementNamed(Schema):
    """Which agreement it is, and whose (the event's subject)."""

    agreement = field_of(AgreementRecord.id)
    agency = field_of(AgreementRecord.agency)


_OF_ITS_AGENCY: Final = party("agency")
BEGAN = EventType(
    "agreement.began",
    AgreementBegan,
    "agency",
    "A data-sharing agreement counts from its first day on, and takes the place of earlier ones from then on.",
    classification=_KIND,
    audience=_OF_ITS_AGENCY,
)
SUSPENDED = EventType(
    "agreement.suspended",
    AgreementNamed,
    "agency",
    "A data-sharing agreement does not count for now: nothing goes out by it.",
    classification=_KIND,
    protects=True,
    audience=_OF_ITS_AGENCY,
)
RESUMED = EventType(
    "agreement.resumed",
    AgreementNamed,
    "agency",
    "A data-sharing agreement counts again.",
    classification=_KIND,
    audience=_OF_ITS_AGENCY,
)
ENDED = EventType(
    "agreement.ended",
    AgreementNamed,
    "agency",
    "A data-sharing agreement was ended before its last day: nothing goes out by it any more.",
    classification=_KIND,
    protects=True,
    audience=_OF_ITS_AGENCY,
)
EVENTS: Final = (BEGAN, SUSPENDED, RESUMED, ENDED)
