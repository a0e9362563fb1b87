"""Events about consents, refusals, withdrawals and the agencies' answers, and about sharing without consent."""

from typing import Final

from marshmallow import Schema

from services.intake.agencies.consent.models import Consent, ConsentRefusal, Sharing, WithdrawalAnswer
from services.intake.agencies.consent.rules import NAMED_BY_CODE, NAMED_BY_ID
from services.intake.agencies.consent.schemas import FORMER_AGENCY
from shared.access.declarations import declare, field_of, not_null, omittable
from shared.access.permissions import FieldClass
from shared.events.audience import inside, party, party_of
from shared.events.contract import Code, Codes, Day, EventType, Flag, Identifier, Read, Reference
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


class ConsentGrantedInPart(ConsentGranted):
    """The same. The person named what it is about: claims, types of matter, or stages of the criminal proceedings.

    It has its own type, because a service of an earlier release would ignore these fields and open more.
    """

    only_remedies = omittable(not_null(Consent.only_remedies))
    only_matters = omittable(not_null(Consent.only_matters))
    only_stages = omittable(not_null(Consent.only_stages))


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


class Shared(Schema):
    """The fields of a sharing without the person's consent, except the agency."""

    sharing = field_of(Sharing.id)
    purpose = field_of(Sharing.purpose)
    data_categories = field_of(Sharing.data_categories)
    reason = field_of(Sharing.reason)
    approved = declare(Flag(), FieldClass.BASIC, "Whether a second person approved it.")
    until = field_of(Sharing.until)


class SharedWithoutConsent(Shared):
    """Data may be shared with an agency without the person's consent."""

    agency = field_of(Sharing.agency)


class FormerSharedWithoutConsent(Shared):
    """The first version of the event. It named only legal authorities, by code."""

    agency = declare(
        Code(identifier=Identifier.AGENCY), FieldClass.BASIC, "The agency, by its code.", example="NL.COMENSHA"
    )


class SharingReviewed(Schema):
    """A second person reviewed a sharing that took effect at once."""

    sharing = field_of(Sharing.id)
    upheld = declare(Flag(), FieldClass.BASIC, "Whether the sharing continues.")


class SharingNotReviewed(Schema):
    """A sharing that took effect at once still needs its review. The event is repeated each day."""

    sharing = field_of(Sharing.id)


class TellingView(Schema):
    """The outside agency, the data categories that it receives, why, and since when."""

    agency = Reference(required=True)
    data_categories = Codes(required=True)
    because = Code(required=True)
    told_on = Day(required=True)


TELLING: Final = "partners.telling.recorded"
READS = (Read(TELLING, TellingView),)


EVENTS = (
    EventType(
        "consent.refused",
        ConsentRefused,
        "consent",
        "The person refused sharing with an agency.",
        audience=inside("Refusals are not shared with any agency, and least of all with the refused one."),
    ),
    EventType(
        "consent.granted",
        FormerConsentGranted,
        "consent",
        "The person consented to sharing with an authority of the law. Retired: only in old logs.",
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
        "consent.granted_in_part",
        ConsentGrantedInPart,
        "consent",
        "The person consented to sharing about some claims, matters or stages only.",
        audience=party("agency", {"language": "identity"}),
    ),
    EventType(
        "consent.withdrawn",
        FormerConsentWithdrawn,
        "consent",
        "The person withdrew a consent to an authority of the law. Retired: only in old logs.",
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
    EventType(
        "sharing.without_consent",
        FormerSharedWithoutConsent,
        "consent",
        "Data was shared with an authority of the law on a legal ground, without consent. Retired: only in old logs.",
        audience=inside(NAMED_BY_CODE),
    ),
    EventType(
        "sharing.without_consent",
        SharedWithoutConsent,
        "consent",
        "Data was shared with an agency on a legal ground, without consent.",
        version=NAMED_BY_ID,
        audience=party("agency"),
        older=(by_authority(1, "agency"),),
    ),
    EventType(
        "sharing.reviewed",
        SharingReviewed,
        "consent",
        "A second person upheld or reversed what was shared at once.",
        audience=party_of("sharing"),
    ),
    EventType(
        "sharing.review_overdue",
        SharingNotReviewed,
        "consent",
        "Data that was shared immediately still needs its review.",
        audience=inside("It requests a decision from staff here."),
    ),
)
