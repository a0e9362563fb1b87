"""The route for assessments."""

from typing import Final

from services.support.cases.case.topic import CASE
from services.support.risks.assessment import events, rules, schemas
from services.support.risks.assessment.actions import making, sharing
from shared.http import get, post
from shared.runtime.topics import Topic

TOPIC: Final = Topic(
    __name__,
    routes=(
        get(
            "assessment.copy",
            f"{CASE}/assessments/<uuid:assessment>/copy",
            sharing.read_persons_copy,
            reply=schemas.AssessmentCopy,
        ),
        post("assessment.record", f"{CASE}/assessments", making.complete_assessment, creates=True),
        post(
            "assessment.continue",
            f"{CASE}/assessments/<uuid:assessment>/continuation",
            making.continue_assessment,
            creates=True,
        ),
        post("assessment.share", f"{CASE}/assessments/<uuid:assessment>/shares", sharing.share_domains, creates=True),
        post(
            "assessment.share",
            f"{CASE}/assessments/<uuid:assessment>/shares/<uuid:share>/ending",
            sharing.end_share,
            creates=True,
        ),
        post(
            "assessment.correct",
            f"{CASE}/assessments/<uuid:assessment>/correction",
            making.correct_assessment,
            creates=True,
        ),
    ),
    access=rules.ACCESS,
    events=events.EVENTS,
)
