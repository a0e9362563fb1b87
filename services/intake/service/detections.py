"""Route for explaining a detection."""

from services.intake.actions.detections import explain_detection
from shared.http import Call, Reply, route


class DetectionRoutes:
    """Mixin for a service class that has an `edge`."""

    @route("GET", "/v1/cases/<uuid:case>/detections/<uuid:detection>/explanation", action="case.read")
    def explain_detection(self, call: Call) -> Reply:
        """Return how strong the recorded signs are by the published indicators; it decides nothing."""
        explanation = explain_detection(call.session, call.case, call.path["detection"])
        return Reply({"id": call.path["detection"], "explained": explanation})
