"""Routes about referrals: in, and out."""

from uuid import UUID

from services.intake.actions import referrals
from services.intake.schemas.referrals import DraftReferral, RecordReferralIn, TakeReferralStep
from shared.web import Call, Reply, route

_CASE = "/v1/cases/<uuid:case>"


class ReferralRoutes:
    """For a service class that has an `edge`."""

    @route("POST", f"{_CASE}/referrals-in", action="referral.receive", body=RecordReferralIn, creates=True)
    def record_referral_in(self, call: Call) -> Reply:
        """Record that another agency referred the person to us."""
        made, version = referrals.record_referral_in(call.session, call.now, call.case, call.body)
        return Reply(status=201, created=made, version=version)

    @route("POST", f"{_CASE}/referrals", action="referral.send", body=DraftReferral, creates=True)
    def draft_referral(self, call: Call) -> Reply:
        """Prepare a referral to another agency."""
        who = UUID(call.principal.subject)
        made, version = referrals.draft_referral(call.session, call.now, call.case, who, call.body)
        return Reply(status=201, created=made, version=version)

    @route(
        "POST",
        f"{_CASE}/referrals/<uuid:referral>/steps",
        action="referral.send",
        body=TakeReferralStep,
        changes=True,
    )
    def take_referral_step(self, call: Call) -> Reply:
        """Send a referral, record the agency's answer or the person's, or take it back."""
        which = call.path["referral"]
        version = referrals.take_referral_step(call.session, call.now, call.case, which, call.body)
        return Reply({"id": str(which), "step": call.body["step"]}, version=version)
