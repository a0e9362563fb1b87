"""Events about withdrawals and the agencies' answers."""

from marshmallow import Schema

from services.intake.consent.rules import NAMED_BY_CODE, NAMED_BY_ID
from services.intake.consent.schemas import AGENCY, CONSENT, ERASE_REQUESTED, FORMER_AGENCY, PURPOSES, WITHDRAWN_ON
from services.intake.withdrawal import schemas
from shared.access.declarations import omittable
from shared.events.audience import inside, party, party_of
from shared.events.contract import EventType
from shared.events.older import by_authority


class Withdrawn(Schema):
    """What was withdrawn, but for the agency."""

    consent = CONSENT
    purposes = PURPOSES
    erase_requested = ERASE_REQUESTED
    withdrawn_on = WITHDRAWN_ON


class ConsentWithdrawn(Withdrawn):
    """The person took a consent back; every holder stops, deletes where asked, and says what it did."""

    agency = AGENCY
    answer_by = omittable(schemas.ANSWER_DUE_ON)


class FormerConsentWithdrawn(Withdrawn):
    """The same, of an authority of the law alone."""

    agency = FORMER_AGENCY


class WithdrawalAnswered(Schema):
    """An agency said what it did with what it had got; `basis` is that on which it keeps something."""

    consent = CONSENT
    answer = schemas.ANSWER
    basis = schemas.BASIS


EVENTS = (
    EventType(
        "consent.withdrawn",
        FormerConsentWithdrawn,
        "consent",
        "The person withdrew a consent to an authority of the law. No longer emitted, and read for ever.",
        protects=True,
        audience=inside(NAMED_BY_CODE),
    ),
    EventType(
        "consent.withdrawn",
        ConsentWithdrawn,
        "consent",
        "The person withdrew a consent.",
        version=NAMED_BY_ID,
        protects=True,
        audience=party("agency"),
        older=(by_authority(1, "agency"),),
    ),
    EventType(
        "consent.withdrawal_answered",
        WithdrawalAnswered,
        "consent",
        "An agency answered a withdrawn consent.",
        audience=party_of("consent"),
    ),
)
