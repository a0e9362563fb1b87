"""Routes for signs of exploitation, and for accounts that a person gave."""

from typing import Final

from services.intake.facts.case.topic import CASE
from services.intake.facts.detection import actions, events, rules, schemas
from shared.http import Call, Reply, post, route
from shared.runtime.topics import Topic


@route("GET", f"{CASE}/detections/<uuid:detection>/explanation", action="case.read", reply=schemas.DetectionExplained)
def explain_detection(call: Call) -> Reply:
    """Return how strong the recorded signs are by the published indicators; it decides nothing."""
    explanation = actions.explain_detection(call.session, call.case, call.path["detection"])
    return Reply({"id": call.path["detection"], "explained": explanation})


TOPIC: Final = Topic(
    __name__,
    routes=(
        post("detection.record", f"{CASE}/detections", actions.record_detection, creates=True),
        post(
            "detection.correct",
            f"{CASE}/detections/<uuid:detection>/correction",
            actions.correct_detection,
            creates=True,
        ),
        post("account.record", f"{CASE}/accounts", actions.record_account, creates=True, part="accounts"),
        post("account.record", f"{CASE}/accounts/<uuid:account>/correction", actions.correct_account, creates=True),
    ),
    access=rules.ACCESS,
    events=events.EVENTS,
)
