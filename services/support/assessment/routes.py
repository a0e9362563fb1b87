"""The route for assessments."""

from services.support.assessment import actions, schemas
from services.support.case.routes import CASE
from shared.http import CallWith, Reply, route


@route("POST", f"{CASE}/assessments", action="assessment.record", body=schemas.CompleteAssessment, creates=True)
def complete_assessment(call: CallWith[schemas.CompleteAssessment]) -> Reply:
    """Record an assessment of needs and risks."""
    assessment, alike, version = actions.complete_assessment(
        call.session, call.case, call.command, call.now, by=call.principal
    )
    return Reply(status=201, created=assessment, alike=alike, version=version)


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
