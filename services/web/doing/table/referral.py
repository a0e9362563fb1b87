"""Referrals to agencies, and referrals that agencies offer."""

from collections.abc import Mapping
from typing import Final

from services.web.doing.act import TIMES, Act, Source
from services.web.words.texts import gettext_noop

#: The steps that can be recorded in each state of a referral that has not ended.
STEPS: Final[Mapping[str, tuple[str, ...]]] = {
    "draft": ("revoke", "withdraw"),
    "held": ("revoke", "withdraw"),
    "sent": ("receive", "request_information", "wait_list", "accept", "reject", "arrive", "revoke", "withdraw"),
    "received": ("request_information", "wait_list", "accept", "reject", "arrive", "revoke", "withdraw"),
    "information_requested": (*("give_information", "wait_list", "accept", "reject", "arrive", "revoke", "withdraw"),),
    "wait_listed": ("request_information", "accept", "reject", "arrive", "revoke", "withdraw"),
    "accepted": ("arrive", "miss", "revoke", "withdraw"),
    "missed": ("arrive", "revoke", "withdraw"),
    "arrived": ("complete", "withdraw"),
}

REFERRAL: Final = (
    Act(
        code="referral",
        service="intake",
        request="draft_referral",
        title=gettext_noop("Draft a referral"),
        button=gettext_noop("Save the draft"),
        group=gettext_noop("Referral"),
        first=("agency", "purpose", "service_types", "data_categories", "urgent", "reply_by"),
        effect=gettext_noop("The agency receives nothing yet. Write the package next, and then send the referral."),
        leads_to="referral-package",
    ),
    Act(
        code="referral-package",
        service="intake",
        request="write_package",
        title=gettext_noop("Write the package of a referral"),
        group=gettext_noop("Referral"),
        records="referrals",
        described_by=(("agency", ""), ("purpose", "consent_purpose"), ("state", "referral_state")),
        only_if=("state", ("draft", "held")),
        begins_with=("/v1/cases/{case}/referrals/{record}/package", "package"),
        effect=gettext_noop(
            "The agency receives this package when the referral is sent: only what a consent or a legal ground covers."
        ),
        leads_to="send-referral",
    ),
    Act(
        code="send-referral",
        service="intake",
        request="take_referral_step",
        title=gettext_noop("Send a referral"),
        button=gettext_noop("Send the referral"),
        group=gettext_noop("Referral"),
        records="referrals",
        described_by=(("agency", ""), ("purpose", "consent_purpose"), ("state", "referral_state")),
        only_if=("state", ("draft", "held")),
        preview="/v1/cases/{case}/referrals/{record}/package/preview",
        fixed={"step": "send"},
        without=("step", "reply_by", "reason", "outcome", "conditions"),
        is_irreversible=True,
        effect=gettext_noop("If nothing stands in the way, the agency receives the referral with its package."),
    ),
    Act(
        code="referral-step",
        service="intake",
        request="take_referral_step",
        title=gettext_noop("Record a step of a referral"),
        group=gettext_noop("Referral"),
        records="referrals",
        described_by=(("agency", ""), ("purpose", "consent_purpose"), ("state", "referral_state")),
        only_if=("state", tuple(STEPS)),
        decides="step",
        possible=("state", STEPS),
        shows={
            "receive": (),
            "request_information": (),
            "give_information": (),
            "wait_list": ("reply_by",),
            "accept": ("conditions",),
            "reject": ("reason",),
            "arrive": (),
            "miss": (),
            "complete": ("outcome",),
            "revoke": (),
            "withdraw": (),
        },
        required=("reply_by", "reason", "outcome"),
        first=("step", *TIMES),
    ),
)

#: The roles that read and decide on referrals that agencies offer, and of these the ones that accept one.
DECIDING: Final = frozenset(("caseworker", "outreach_worker", "supervisor"))
ACCEPTING: Final = frozenset(("caseworker", "outreach_worker"))

OFFERS: Final = (
    Act(
        code="ask-about-offer",
        service="intake",
        request="ask_agency",
        title=gettext_noop("Ask the agency a question"),
        button=gettext_noop("Send the question"),
        source=Source.OFFER,
        for_roles=DECIDING,
        effect=gettext_noop("The agency receives the question."),
    ),
    Act(
        code="accept-offer",
        service="intake",
        request="accept_offer",
        title=gettext_noop("Accept a referral"),
        button=gettext_noop("Accept the referral"),
        source=Source.OFFER,
        for_roles=ACCEPTING,
        is_irreversible=True,
        effect=gettext_noop("A case opens for the person, and you lead it. The agency is notified."),
    ),
    Act(
        code="decline-offer",
        service="intake",
        request="decline_offer",
        title=gettext_noop("Decline a referral"),
        button=gettext_noop("Decline the referral"),
        source=Source.OFFER,
        for_roles=DECIDING,
        is_irreversible=True,
        effect=gettext_noop("The agency is notified, and what the referral says about the person is deleted."),
    ),
)
