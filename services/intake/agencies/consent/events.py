"""Events about consents, refusals, withdrawals and the agencies' answers."""

from marshmallow import Schema

from services.intake.agencies.consent.models import Consent, ConsentRefusal, WithdrawalAnswer
from services.intake.agencies.consent.rules import NAMED_BY_CODE, NAMED_BY_ID
from services.intake.agencies.consent.schemas import FORMER_AGENCY
from shared.access.declarations import field_of, not_null, omittable
from shared.events.audience import inside, party, party_of
from shared.events.contract import EventType
from shared.events.older import by_authority


class Granted(Schema):
    """The fields of a consent, except the agency."""

    consent = field_of(Consent.id)
    purposes = field_of(Consent.purposes)
    data_categories = field_of(Consent.data_categories)
    language = field_of(Consent.language)
    granted_on = field_of(Consent.granted_on)
    expires_on = field_of(Consent.expires_on)


class ConsentGranted(Granted):
    """The person agreed that an agency receives certain data for certain purposes, until a day."""

    agency = field_of(Consent.agency)


class FormerConsentGranted(Granted):
    """The same for an authority of the law, named by its code."""

    agency = FORMER_AGENCY


class ConsentRefused(Schema):
    """The person was asked about an agency, and refused. Without purposes, the refusal is general."""

    refusal = field_of(ConsentRefusal.id)
    agency = field_of(ConsentRefusal.agency)
    purposes = field_of(ConsentRefusal.purposes)
    refused_on = field_of(ConsentRefusal.refused_on)


class Withdrawn(Schema):
    """The fields of a withdrawal, except the agency."""

    consent = field_of(Consent.id)
    purposes = field_of(Consent.purposes)
    erase_requested = not_null(Consent.erase_requested)
    withdrawn_on = not_null(Consent.withdrawn_on)


class ConsentWithdrawn(Withdrawn):
    """The person withdrew a consent. Every holder stops, deletes if requested, and reports what it did."""

    agency = field_of(Consent.agency)
    answer_by = omittable(not_null(WithdrawalAnswer.due_on))


class FormerConsentWithdrawn(Withdrawn):
    """The same for an authority of the law, named by its code."""

    agency = FORMER_AGENCY


class WithdrawalAnswered(Schema):
    """An agency reported what it did with the data. `basis` is the legal basis on which it keeps data."""

    consent = field_of(Consent.id)
    answer = field_of(WithdrawalAnswer.answer)
    basis = field_of(WithdrawalAnswer.basis)


EVENTS = (
    EventType(
        "consent.refused",
        ConsentRefused,
        "consent",
        "The person refused that an agency hears of them.",
        audience=inside("No agency hears which agencies the person refused, least of all that one."),
    ),
    EventType(
        "consent.granted",
        FormerConsentGranted,
        "consent",
        "The person consented to sharing with an authority of the law. No longer emitted, and read for ever.",
        audience=inside(NAMED_BY_CODE),
    ),
    EventType(
        "consent.granted",
        ConsentGranted,
        "consent",
        "The person consented to sharing.",
        version=NAMED_BY_ID,
        audience=party("agency", {"language": "identity"}),
        older=(by_authority(1, "agency"),),
    ),
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
