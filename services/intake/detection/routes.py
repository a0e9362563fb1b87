"""Routes for signs of exploitation."""

from typing import Final

from services.intake.case.routes import CASE
from services.intake.detection import actions, schemas
from shared.http import Call, CallWith, Reply, post, route


@route("POST", f"{CASE}/detections", action="detection.record", body=schemas.RecordDetection, creates=True)
def record_detection(call: CallWith[schemas.RecordDetection]) -> Reply:
    """Record signs of exploitation."""
    made = actions.record_detection(call.session, call.case, call.command, call.now, by=call.principal)
    return Reply(status=201, created=made.id, alike=made.alike, version=made.version)


@route("GET", f"{CASE}/detections/<uuid:detection>/explanation", action="case.read", reply=schemas.DetectionExplained)
def explain_detection(call: Call) -> Reply:
    """Return how strong the recorded signs are by the published indicators; it decides nothing."""
    explanation = actions.explain_detection(call.session, call.case, call.path["detection"])
    return Reply({"id": call.path["detection"], "explained": explanation})


ROUTES: Final = (
    post(
        "detection.correct", f"{CASE}/detections/<uuid:detection>/correction", actions.correct_detection, creates=True
    ),
)
