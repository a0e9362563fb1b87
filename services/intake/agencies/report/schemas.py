"""The view of the progress of agencies' services. Most fields are declared on their columns (`models`)."""

from typing import Final

from services.intake.agencies.consent.schemas import AGENCY, AGENCY_CODE
from services.intake.agencies.referral.schemas import REFERRAL
from services.intake.agencies.report import models
from services.intake.facts.case.models import RecordedFact
from shared.access.permissions import OF_THE_LEAD
from shared.access.views import Copied, View, parts


class ServiceProgress(View, of=models.ServiceProgress):
    """The progress of an agency's service, as the agency reported it."""

    referral_id = REFERRAL
    agency = AGENCY
    agency_code = AGENCY_CODE
    happened = RecordedFact.happened
    recorded_at = RecordedFact.recorded_at


#: The case's part.
SERVICE_PROGRESS: Final = parts(ServiceProgress, Copied("referral"), category=OF_THE_LEAD)
