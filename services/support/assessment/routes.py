"""The route for assessments."""

from services.support.assessment import actions, schemas
from services.support.case.models import CASES
from services.support.case.routes import CASE
from shared.http import Call, CallWith, Reply, route


@route("POST", f"{CASE}/assessments", action="assessment.record", body=schemas.CompleteAssessment, creates=True)
def complete_assessment(call: CallWith[schemas.CompleteAssessment]) -> Reply:
    """Record an assessment of needs and risks."""
    made = actions.complete_assessment(call.session, call.case, call.command, call.now, by=call.principal)
    return Reply(status=201, created=made.id, alike=made.alike, version=made.version)


@route(
    "POST",
    f"{CASE}/assessments/<uuid:assessment>/continuation",
    action="assessment.continue",
    body=schemas.ContinueAssessment,
    creates=True,
)
def continue_assessment(call: CallWith[schemas.ContinueAssessment]) -> Reply:
    """Go on with an assessment that was stopped."""
    assessment = call.path["assessment"]
    version = actions.continue_assessment(
        call.session, call.case, assessment, call.command, call.now, by=call.principal
    )
    return Reply(status=201, created=assessment, version=version)


@route("GET", f"{CASE}/assessments/<uuid:assessment>/copy", action="assessment.copy", reply=schemas.AssessmentCopy)
def read_persons_copy(call: Call) -> Reply:
    """Return an assessment as the person takes it with them, in the caller's language."""
    copied = actions.persons_copy(call.session, call.case, call.path["assessment"], call.language, call.sight)
    return Reply(copied, version=CASES.version(call.session, call.case))


@route(
    "POST",
    f"{CASE}/assessments/<uuid:assessment>/shares",
    action="assessment.share",
    body=schemas.ShareDomains,
    creates=True,
)
def share_domains(call: CallWith[schemas.ShareDomains]) -> Reply:
    """Share some domains of an assessment with an agency that the person agreed to."""
    share, version = actions.share_domains(
        call.session, call.case, call.path["assessment"], call.command, call.now, by=call.principal
    )
    return Reply(status=201, created=share, version=version)


@route(
    "POST",
    f"{CASE}/assessments/<uuid:assessment>/shares/<uuid:share>/ending",
    action="assessment.share",
    creates=True,
)
def end_share(call: Call) -> Reply:
    """Stop sharing domains of an assessment."""
    version = actions.end_share(call.session, call.case, call.path["share"], call.now, by=call.principal)
    return Reply(status=201, created=call.path["share"], version=version)


@route(
    "POST",
    f"{CASE}/assessments/<uuid:assessment>/correction",
    action="assessment.correct",
    body=schemas.CorrectAssessment,
    creates=True,
)
def correct_assessment(call: CallWith[schemas.CorrectAssessment]) -> Reply:
    """Put an assessment right, or take it back; what it said before is kept."""
    correction, version = actions.correct_assessment(
        call.session, call.case, call.path["assessment"], call.command, call.now, by=call.principal
    )
    return Reply(status=201, created=correction, version=version)
