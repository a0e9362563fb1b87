"""Routes for withdrawals of consent, and the agencies' answers."""

from uuid import UUID

from services.intake.actions import withdrawals
from services.intake.models import version
from services.intake.rules.consents import OVERDUE_DAYS
from services.intake.schemas import AnswerWithdrawal
from services.intake.service.paging import days_query, read_days
from shared.http import Call, Reply, route

_CONSENT = "/v1/cases/<uuid:case>/consents/<uuid:consent>"


class WithdrawalRoutes:
    """Mixin for a service class that has an `edge`."""

    @route("GET", f"{_CONSENT}/withdrawal-preview", action="consent.withdraw")
    def preview_withdrawal(self, call: Call) -> Reply:
        """Return what the agency received under a consent, and whether it is known to keep that once withdrawn."""
        consent_id: UUID = call.path["consent"]
        holders = withdrawals.preview(call.session, call.now, call.case, consent_id)
        return Reply({"id": str(consent_id), "holders": holders}, version=version(call.session, call.case))

    @route("POST", f"{_CONSENT}/answers", action="consent.answer", body=AnswerWithdrawal, creates=True)
    def answer_withdrawal(self, call: Call) -> Reply:
        """Record what the agency did after a withdrawal of consent: deleted, stopped, or kept on a legal basis."""
        consent_id: UUID = call.path["consent"]
        answer_id, new_version = withdrawals.answer(call.session, call.now, call.case, consent_id, call.body)
        return Reply(status=201, created=answer_id, version=new_version)

    @route("GET", "/v1/consents/unanswered", action="consent.follow", query=(days_query(OVERDUE_DAYS, "withdrawal"),))
    def unanswered_withdrawals(self, call: Call) -> Reply:
        """List the withdrawals of consent that the agency has not answered in time."""
        days = read_days(call.query.get("days"), OVERDUE_DAYS)
        return Reply({"consents": withdrawals.unanswered(call.session, call.now, call.principal, days)})
