"""The views of the progress of agencies' services, and the commands and views of offered referrals.

Most fields are declared on their columns (`models`).
"""

from collections.abc import Mapping
from typing import ClassVar, Final, cast

from marshmallow import fields

from services.intake.agencies.consent.schemas import AGENCY, AGENCY_CODE
from services.intake.agencies.referral.schemas import REFERRAL
from services.intake.agencies.report import models
from services.intake.agencies.report.models import Offer
from services.intake.facts.case.models import Case, RecordedFact
from shared.access.declarations import declare, not_null, nullable
from shared.access.permissions import OF_THE_LEAD
from shared.access.views import Copied, View, parts
from shared.events.contract import Code, Count
from shared.events.kinds import BoundedList
from shared.http import Command, paging, required
from shared.http.route import Query
from shared.reference import codes


class ServiceProgress(View, of=models.ServiceProgress):
    """The progress of an agency's service, as the agency reported it."""

    referral_id = REFERRAL
    agency = AGENCY
    agency_code = AGENCY_CODE
    happened = RecordedFact.happened
    recorded_at = RecordedFact.recorded_at


#: The case's part.
SERVICE_PROGRESS: Final = parts(ServiceProgress, Copied("referral"), category=OF_THE_LEAD)

MOST_ASKED: Final = 20

AGENCY_TYPE = declare(nullable(Code(codes("org_type"))), None, "The kind of agency.")

DAYS_LATE = declare(Count(), None, "Days since then; 0 until it is overdue.", example=0)

_STATES: Final = ("waiting", "asked", "accepted", "declined")


class AskAgency(Command):
    """The questions to an agency before its referral is decided on."""

    asked: list[str] = required(
        declare(
            cast("fields.Field[list[str]]", BoundedList(Code(codes("referral_in_question")), MOST_ASKED, least=1)),
            None,
            "The question.",
            example=["consent"],
        )
    )


class DeclineOffer(Command):
    """The refusal of an offered referral."""

    reason: str = required(not_null(Offer.reason))

    sample: ClassVar[Mapping[str, object] | None] = {"reason": "wrong_area"}


class DecidedOffer(View):
    """The offered referral that was asked about or decided on."""

    id = Offer.id


class ListedOffer(View):
    """An offered referral. The reason for a refusal is not shown."""

    id = Offer.id
    agency = Offer.agency
    agency_type = AGENCY_TYPE
    jurisdiction = Case.jurisdiction
    referred_because = Offer.referred_because
    service_types = Offer.service_types
    urgent = Offer.urgent
    language = Offer.language
    age = Offer.age
    details_agreed = Offer.details_agreed
    offered_at = Offer.offered_at
    due_on = Offer.due_on
    days_late = DAYS_LATE
    state = Offer.state
    asked = Offer.asked


class OfferPage(paging.Page):
    """Offered referrals that are not decided on, the first due first."""

    offers = parts(ListedOffer)


STATE_ASKED: Final[Query] = (
    "state",
    {"type": "string", "enum": list(_STATES)},
    "those that stand so; left out: those that are not decided on",
)
