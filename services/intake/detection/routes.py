"""Routes for signs of exploitation."""

from typing import Final

from services.intake.case.routes import CASE
from services.intake.detection import actions, schemas
from shared.http import Call, Reply, post, route


@route("GET", f"{CASE}/detections/<uuid:detection>/explanation", action="case.read", reply=schemas.DetectionExplained)
def explain_detection(call: Call) -> Reply:
    """Return how strong the recorded signs are by the published indicators; it decides nothing."""
    explanation = actions.explain_detection(call.session, call.case, call.path["detection"])
    return Reply({"id": call.path["detection"], "explained": explanation})


ROUTES: Final = (
    post("detection.record", f"{CASE}/detections", actions.record_detection, creates=True),
    post(
        "detection.correct", f"{CASE}/detections/<uuid:detection>/correction", actions.correct_detection, creates=True
    ),
)
