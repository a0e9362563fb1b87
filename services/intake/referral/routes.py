"""Routes for referrals and their packages."""

from services.intake.case.models import current_version
from services.intake.case.routes import CASE, created
from services.intake.referral import actions, schemas
from shared.http import Call, CallWith, Reply, route

_PACKAGE = f"{CASE}/referrals/<uuid:referral>/package"


@route(
    "PUT",
    _PACKAGE,
    action="referral.send",
    body=schemas.WritePackage,
    changes=True,
    reply=schemas.ChangedReferral,
)
def write_package(call: CallWith[schemas.WritePackage]) -> Reply:
    """Store the package of a referral, in place of the one before."""
    referral_id = call.path["referral"]
    version = actions.write_package(call.session, call.case, referral_id, call.command)
    return Reply({"id": referral_id}, version=version)


@route("GET", _PACKAGE, action="package.read", reply=schemas.ReferralPackage)
def read_package(call: Call) -> Reply:
    """Return what is written for the agency, and what was sent on which day."""
    package = actions.read_package(call.session, call.case, call.path["referral"])
    return Reply(package, version=current_version(call.session, call.case))


@route("GET", f"{_PACKAGE}/preview", action="package.read", reply=schemas.PackagePreview)
def preview_package(call: Call) -> Reply:
    """Return exactly what would go to the agency today, and which categories are left out."""
    package = actions.preview_package(call.session, call.case, call.path["referral"], call.now)
    return Reply(package, version=current_version(call.session, call.case))


@route("POST", f"{CASE}/referrals-in", action="referral.receive", body=schemas.RecordReferralIn, creates=True)
def record_referral_in(call: CallWith[schemas.RecordReferralIn]) -> Reply:
    """Record that another agency referred the person to us."""
    return created(actions.record_referral_in(call.session, call.case, call.command, call.now))


@route("POST", f"{CASE}/referrals", action="referral.send", body=schemas.DraftReferral, creates=True)
def draft_referral(call: CallWith[schemas.DraftReferral]) -> Reply:
    """Draft a referral to another agency."""
    return created(actions.draft_referral(call.session, call.case, call.command, call.now, by=call.principal))


@route(
    "POST",
    f"{CASE}/referrals/<uuid:referral>/steps",
    action="referral.send",
    body=schemas.TakeReferralStep,
    changes=True,
    reply=schemas.ReferralStepTaken,
)
def take_referral_step(call: CallWith[schemas.TakeReferralStep]) -> Reply:
    """Send a referral, record the agency's answer or the person's, or withdraw it."""
    referral_id = call.path["referral"]
    version = actions.take_referral_step(call.session, call.case, referral_id, call.command, call.now)
    return Reply({"id": referral_id, "step": call.command.step}, version=version)
