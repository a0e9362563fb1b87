"""Routes for referrals and their packages."""

from uuid import UUID

from services.intake.case.models import current_version
from services.intake.case.routes import CASE, created
from services.intake.referral import actions, schemas
from shared.http import Call, Reply, route

_PACKAGE = f"{CASE}/referrals/<uuid:referral>/package"


@route("PUT", _PACKAGE, action="referral.send", body=schemas.WritePackage, changes=True)
def write_package(call: Call) -> Reply:
    """Store the package of a referral, in place of the one before."""
    referral_id: UUID = call.path["referral"]
    return Reply(
        {"id": str(referral_id)}, version=actions.write_package(call.session, call.case, referral_id, call.body)
    )


@route("GET", _PACKAGE, action="package.read")
def read_package(call: Call) -> Reply:
    """Return what is written for the agency, and what was sent on which day."""
    package = actions.read_package(call.session, call.case, call.path["referral"])
    return Reply(package, version=current_version(call.session, call.case))


@route("GET", f"{_PACKAGE}/preview", action="package.read")
def preview_package(call: Call) -> Reply:
    """Return exactly what would go to the agency today, and which categories are left out."""
    package = actions.preview_package(call.session, call.case, call.path["referral"], call.now)
    return Reply(package, version=current_version(call.session, call.case))


@route("POST", f"{CASE}/referrals-in", action="referral.receive", body=schemas.RecordReferralIn, creates=True)
def record_referral_in(call: Call) -> Reply:
    """Record that another agency referred the person to us."""
    return created(actions.record_referral_in(call.session, call.case, call.body, call.now))


@route("POST", f"{CASE}/referrals", action="referral.send", body=schemas.DraftReferral, creates=True)
def draft_referral(call: Call) -> Reply:
    """Draft a referral to another agency."""
    return created(actions.draft_referral(call.session, call.case, call.body, call.now, by=call.principal))


@route(
    "POST",
    f"{CASE}/referrals/<uuid:referral>/steps",
    action="referral.send",
    body=schemas.TakeReferralStep,
    changes=True,
)
def take_referral_step(call: Call) -> Reply:
    """Send a referral, record the agency's answer or the person's, or withdraw it."""
    referral_id = call.path["referral"]
    version = actions.take_referral_step(call.session, call.case, referral_id, call.body, call.now)
    return Reply({"id": str(referral_id), "step": call.body["step"]}, version=version)
