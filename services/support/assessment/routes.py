"""The route for assessments."""

from services.support.assessment import actions, schemas
from services.support.case.routes import CASE
from shared.http import CallWith, Reply, route


@route("POST", f"{CASE}/assessments", action="assessment.record", body=schemas.CompleteAssessment, creates=True)
def complete_assessment(call: CallWith[schemas.CompleteAssessment]) -> Reply:
    """Record an assessment of needs and risks."""
    assessment, version = actions.complete_assessment(call.session, call.case, call.command, call.now)
    return Reply(status=201, created=assessment, version=version)
