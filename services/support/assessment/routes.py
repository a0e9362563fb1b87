"""The route for assessments."""

from typing import Final

from services.support.assessment import actions, schemas
from services.support.case.models import CASES
from services.support.case.routes import CASE
from shared.http import Call, CallWith, Reply, post, route


@route("POST", f"{CASE}/assessments", action="assessment.record", body=schemas.CompleteAssessment, creates=True)
def complete_assessment(call: CallWith[schemas.CompleteAssessment]) -> Reply:
    """Record an assessment of needs and risks."""
    made = actions.complete_assessment(call.session, call.case, call.command, call.now, by=call.principal)
    return Reply(status=201, created=made.id, alike=made.alike, version=made.version)


@route("GET", f"{CASE}/assessments/<uuid:assessment>/copy", action="assessment.copy", reply=schemas.AssessmentCopy)
def read_persons_copy(call: Call) -> Reply:
    """Return an assessment as the person takes it with them, in the caller's language."""
    copied = actions.persons_copy(call.session, call.case, call.path["assessment"], call.language, call.sight)
    return Reply(copied, version=CASES.version(call.session, call.case))


ROUTES: Final = (
    post(
        "assessment.continue",
        f"{CASE}/assessments/<uuid:assessment>/continuation",
        actions.continue_assessment,
        creates=True,
    ),
    post("assessment.share", f"{CASE}/assessments/<uuid:assessment>/shares", actions.share_domains, creates=True),
    post(
        "assessment.share",
        f"{CASE}/assessments/<uuid:assessment>/shares/<uuid:share>/ending",
        actions.end_share,
        creates=True,
    ),
    post(
        "assessment.correct",
        f"{CASE}/assessments/<uuid:assessment>/correction",
        actions.correct_assessment,
        creates=True,
    ),
)
