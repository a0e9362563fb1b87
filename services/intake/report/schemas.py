"""How far an agency's help is, as the case shows it; and what its agency is told of a report."""

from typing import Final

from services.intake.case.schemas import HAPPENED, RECORDED_AT
from services.intake.consent.schemas import AGENCY, AGENCY_CODE
from services.intake.referral.schemas import REFERRAL
from shared.access.declarations import declare, nullable
from shared.access.permissions import OF_THE_LEAD, FieldClass
from shared.access.views import Copied, View, parts
from shared.events.contract import Code, Reference
from shared.reference import codes

REPORT = declare(Reference(), None, "The report.")
TO_AGENCY = declare(Reference(), None, "The agency that reported it.")
OUTCOME = declare(Code(codes("agency_report_state")), None, "Whether it was recorded (`taken`) or not (`refused`).")
REFUSAL = declare(nullable(Code(codes("agency_report_refusal"))), None, "Why it was not; null: it was.")
EFFECT = declare(
    nullable(Code(codes("referral_step_effect"))), None, "Of an answer to a referral: what it came to; else null."
)
SERVICE_TYPE = declare(Code(codes("service_type")), FieldClass.ACCOUNT, "With what the agency helps.")
PROGRESS = declare(Code(codes("service_progress")), FieldClass.ACCOUNT, "How far that is.")


class ServiceProgress(View):
    """How far an agency's help is, as it says itself."""

    id = declare(Reference(), FieldClass.ACCOUNT, "The agency's report.")
    referral_id = REFERRAL
    agency = AGENCY
    agency_code = AGENCY_CODE
    service_type = SERVICE_TYPE
    progress = PROGRESS
    happened = HAPPENED
    recorded_at = RECORDED_AT


#: The case's part.
SERVICE_PROGRESS: Final = parts(ServiceProgress, Copied("referral"), category=OF_THE_LEAD)
