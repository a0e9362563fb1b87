"""Routes for referrals, received and made."""

from uuid import UUID

from services.intake.actions import referrals
from services.intake.schemas.referrals import DraftReferral, RecordReferralIn, TakeReferralStep
from shared.http import Call, Reply, route

_CASE = "/v1/cases/<uuid:case>"


class ReferralRoutes:
    """Mixin for a service class that has an `edge`."""

    @route("POST", f"{_CASE}/referrals-in", action="referral.receive", body=RecordReferralIn, creates=True)
    def record_referral_in(self, call: Call) -> Reply:
        """Record that another agency referred the person to us."""
        referral_id, version = referrals.record_referral_in(call.session, call.now, call.case, call.body)
        return Reply(status=201, created=referral_id, version=version)

    @route("POST", f"{_CASE}/referrals", action="referral.send", body=DraftReferral, creates=True)
    def draft_referral(self, call: Call) -> Reply:
        """Draft a referral to another agency."""
        made_by = UUID(call.principal.subject)
        referral_id, version = referrals.draft_referral(call.session, call.now, call.case, made_by, call.body)
        return Reply(status=201, created=referral_id, version=version)

    @route(
        "POST",
        f"{_CASE}/referrals/<uuid:referral>/steps",
        action="referral.send",
        body=TakeReferralStep,
        changes=True,
    )
    def take_referral_step(self, call: Call) -> Reply:
        """Send a referral, record the agency's answer or the person's, or withdraw it."""
        referral_id = call.path["referral"]
        version = referrals.take_referral_step(call.session, call.now, call.case, referral_id, call.body)
        return Reply({"id": str(referral_id), "step": call.body["step"]}, version=version)
