"""Routes for referrals and their packages."""

from dataclasses import asdict

from services.intake.case.models import current_version
from services.intake.case.routes import CASE, created
from services.intake.consent.schemas import RecordConsent
from services.intake.referral import actions, schemas
from services.intake.sharing.routes import SHARINGS
from services.intake.sharing.schemas import ProposeSharing
from shared.http import Call, CallWith, Reply, route

_PACKAGE = f"{CASE}/referrals/<uuid:referral>/package"


@route(
    "PUT",
    _PACKAGE,
    action="referral.send",
    body=schemas.WritePackage,
    changes=True,
    reply=schemas.ChangedReferral,
    part="referrals/{referral}",
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


@route("GET", f"{_PACKAGE}/preview", action="package.read", query=(schemas.WITH_SENDING,), reply=schemas.PackagePreview)
def preview_package(call: Call) -> Reply:
    """Return exactly what would go to the agency today, and which categories are left out."""
    referral, with_sending = call.path["referral"], schemas.asks_for_sending(call.query)
    package = actions.preview_package(call.session, call.case, referral, call.now)
    sending = actions.sending_of(call.session, call.case, referral, call.now) if with_sending else {}
    return Reply({**asdict(package), **sending}, version=current_version(call.session, call.case))


@route(
    "POST",
    f"{CASE}/referrals-in",
    action="referral.receive",
    body=schemas.RecordReferralIn,
    creates=True,
    part="referrals_in",
)
def record_referral_in(call: CallWith[schemas.RecordReferralIn]) -> Reply:
    """Record that another agency referred the person to us."""
    return created(actions.record_referral_in(call.session, call.case, call.command, call.now, by=call.principal))


@route(
    "POST",
    f"{CASE}/referrals",
    action="referral.send",
    body=schemas.DraftReferral,
    creates=True,
    part="referrals",
)
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
    part="referrals/{referral}",
)
def take_referral_step(call: CallWith[schemas.TakeReferralStep]) -> Reply:
    """Send a referral, record the agency's answer or the person's, or withdraw it."""
    referral_id, by = call.path["referral"], call.principal
    taken = actions.take_referral_step(call.session, call.case, referral_id, call.command, call.now, by=by)
    shown = {"id": referral_id, "step": call.command.step, "effect": taken.effect, "state": taken.state}
    alike = {} if taken.alike is None else {"alike": taken.alike}
    return Reply({**shown, **alike}, version=taken.version)


@route("POST", f"{CASE}/referral-answers", action="referral.send", body=schemas.AnswerReferral, creates=True)
def record_referral_answer(call: CallWith[schemas.AnswerReferral]) -> Reply:
    """Record what an agency answered, also to a referral that is not recorded yet."""
    return created(actions.record_referral_answer(call.session, call.case, call.command, call.now, by=call.principal))


@route(
    "POST",
    f"{CASE}/referrals-in/<uuid:referral>/correction",
    action="referral.receive",
    body=schemas.CorrectReferralIn,
    creates=True,
)
def correct_referral_in(call: CallWith[schemas.CorrectReferralIn]) -> Reply:
    """Put a referral to us right, or take it back as recorded wrongly."""
    which, by = call.path["referral"], call.principal
    return created(actions.correct_referral_in(call.session, call.case, which, call.command, call.now, by=by))


@route(
    "POST",
    f"{CASE}/referrals/<uuid:referral>/correction",
    action="referral.send",
    body=schemas.CorrectReferral,
    creates=True,
)
def correct_referral(call: CallWith[schemas.CorrectReferral]) -> Reply:
    """Put a referral right, or take it back as recorded wrongly."""
    which, by = call.path["referral"], call.principal
    return created(actions.correct_referral(call.session, call.case, which, call.command, call.now, by=by))


@route(
    "POST",
    f"{CASE}/referral-steps/<uuid:step>/correction",
    action="referral.send",
    body=schemas.CorrectReferralStep,
    creates=True,
)
def correct_referral_step(call: CallWith[schemas.CorrectReferralStep]) -> Reply:
    """Put a step of a referral right, or take it back as recorded wrongly."""
    which, by = call.path["step"], call.principal
    return created(actions.correct_referral_step(call.session, call.case, which, call.command, call.now, by=by))


@route("POST", f"{CASE}/consents", action="consent.record", body=RecordConsent, creates=True)
def record_consent(call: CallWith[RecordConsent]) -> Reply:
    """Record a consent, and send the referrals that waited for it."""
    return created(actions.record_consent(call.session, call.case, call.command, call.now, by=call.principal))


@route("POST", SHARINGS, action="sharing.propose", body=ProposeSharing, creates=True)
def propose_sharing(call: CallWith[ProposeSharing]) -> Reply:
    """Propose to share something without the person's consent; where a life is in danger it is shared at once."""
    return created(actions.propose_sharing(call.session, call.case, call.command, call.now, by=call.principal))
