"""The route for assessments."""

from typing import Final

from services.support.cases.case.models import CASES
from services.support.cases.case.topic import CASE
from services.support.risks.assessment import actions, events, rules, schemas
from shared.http import Call, Reply, post, route
from shared.runtime.topics import Topic


@route("GET", f"{CASE}/assessments/<uuid:assessment>/copy", action="assessment.copy", reply=schemas.AssessmentCopy)
def read_persons_copy(call: Call) -> Reply:
    """Return an assessment as the person takes it with them, in the caller's language."""
    copied = actions.persons_copy(call.session, call.case, call.path["assessment"], call.language, call.sight)
    return Reply(copied, version=CASES.version(call.session, call.case))


TOPIC: Final = Topic(
    __name__,
    routes=(
        post("assessment.record", f"{CASE}/assessments", actions.complete_assessment, creates=True),
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
    ),
    access=rules.ACCESS,
    events=events.EVENTS,
)
