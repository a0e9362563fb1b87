"""The events about agreements: ids, codes and days. They never name signatories or where the paper is filed."""

from typing import Final

from marshmallow import Schema

from services.partners.agencies.agreement.models import AgreementRecord
from shared.access import agencies
from shared.access.declarations import field_of
from shared.events.audience import party
from shared.events.contract import EventType

#: Classified like the agencies' events, which are about no case.
_KIND: Final = agencies.REGISTERED.classification


class AgreementBegan(Schema):
    """Two people approved an agreement.

    The agency (the event's subject) can receive this data for these purposes, between these days.
    """

    agreement = field_of(AgreementRecord.id)
    agency = field_of(AgreementRecord.agency)
    purposes = field_of(AgreementRecord.purposes)
    data_categories = field_of(AgreementRecord.data_categories)
    jurisdictions = field_of(AgreementRecord.jurisdictions)
    first_day = field_of(AgreementRecord.first_day)
    last_day = field_of(AgreementRecord.last_day)


class AgreementNamed(Schema):
    """An agreement and its agency (the event's subject)."""

    agreement = field_of(AgreementRecord.id)
    agency = field_of(AgreementRecord.agency)


class AgreementEnds(Schema):
    """An agreement, its agency (the event's subject), and its last day."""

    agreement = field_of(AgreementRecord.id)
    agency = field_of(AgreementRecord.agency)
    last_day = field_of(AgreementRecord.last_day)


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
    "A data-sharing agreement was ended before its last day. No data is shared under it.",
    classification=_KIND,
    protects=True,
    audience=_OF_ITS_AGENCY,
)
END_APPROACHED = EventType(
    "agreement.end_approached",
    AgreementEnds,
    "agency",
    "A data-sharing agreement ends soon, and none follows it. After its last day no data is shared under it.",
    classification=_KIND,
    audience=_OF_ITS_AGENCY,
)
EVENTS: Final = (BEGAN, SUSPENDED, RESUMED, ENDED, END_APPROACHED)
