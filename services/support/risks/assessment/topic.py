"""The route for assessments."""

from typing import Final

from services.support.cases.case.topic import CASE
from services.support.risks.assessment import actions, events, rules, schemas
from shared.http import get, post
from shared.runtime.topics import Topic

TOPIC: Final = Topic(
    __name__,
    routes=(
        get(
            "assessment.copy",
            f"{CASE}/assessments/<uuid:assessment>/copy",
            actions.read_persons_copy,
            reply=schemas.AssessmentCopy,
        ),
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
