"""The route by which a detection explains itself."""

from services.intake.actions.detections import explain_detection
from shared.web import Call, Reply, route


class DetectionRoutes:
    """For a service class that has an `edge`."""

    @route("GET", "/v1/cases/<uuid:case>/detections/<uuid:detection>/explanation", action="case.read")
    def explain_detection(self, call: Call) -> Reply:
        """Explain what the signs that were seen amount to, by the published indicators; it decides nothing."""
        found = explain_detection(call.session, call.case, call.path["detection"])
        return Reply({"id": call.path["detection"], "explained": found})
