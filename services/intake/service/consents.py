"""Routes about consents that are taken back, and what the agencies answer."""

from uuid import UUID

from services.intake.actions import withdrawals
from services.intake.models import version
from services.intake.rules.consents import OVERDUE_DAYS
from services.intake.schemas import AnswerWithdrawal
from services.intake.service.paging import days_query, read_days
from shared.web import Call, Reply, route

_CONSENT = "/v1/cases/<uuid:case>/consents/<uuid:consent>"


class WithdrawalRoutes:
    """For a service class that has an `edge`."""

    @route("GET", f"{_CONSENT}/withdrawal-preview", action="consent.withdraw")
    def preview_withdrawal(self, call: Call) -> Reply:
        """Say what the agency has got on a consent, and whether it is known to keep that, before it is taken back."""
        which: UUID = call.path["consent"]
        found = withdrawals.preview(call.session, call.now, call.case, which)
        return Reply({"id": str(which), "holders": found}, version=version(call.session, call.case))

    @route("POST", f"{_CONSENT}/answers", action="consent.answer", body=AnswerWithdrawal, creates=True)
    def answer_withdrawal(self, call: Call) -> Reply:
        """Record what the agency did once the consent was taken back: deleted, stopped, or kept on a basis."""
        which: UUID = call.path["consent"]
        made, now_at = withdrawals.answer(call.session, call.now, call.case, which, call.body)
        return Reply(status=201, created=made, version=now_at)

    @route("GET", "/v1/consents/unanswered", action="consent.follow", query=(days_query(OVERDUE_DAYS, "withdrawal"),))
    def unanswered_withdrawals(self, call: Call) -> Reply:
        """List the withdrawals that no agency has answered in time."""
        days = read_days(call.query.get("days"), OVERDUE_DAYS)
        return Reply({"consents": withdrawals.unanswered(call.session, call.now, call.principal, days)})
