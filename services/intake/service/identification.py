"""Routes for the official path: its steps, their corrections, and first responders."""

from services.intake.actions import first_responders, identification
from services.intake.schemas.identification import AnswerOfFirstResponder, AskFirstResponder, CorrectStep, RecordStep
from shared.http import Call, Reply, route

_CASE = "/v1/cases/<uuid:case>"


class IdentificationRoutes:
    """Mixin for a service class that has an `edge`."""

    @route("POST", f"{_CASE}/identification", action="identification.record", body=RecordStep, creates=True)
    def record_step(self, call: Call) -> Reply:
        """Record a step on the official path."""
        step_id, version = identification.record_step(call.session, call.now, call.case, call.body)
        return Reply(status=201, created=step_id, version=version)

    @route(
        "POST",
        f"{_CASE}/identification/<uuid:step>/correction",
        action="identification.correct",
        body=CorrectStep,
        creates=True,
    )
    def correct_step(self, call: Call) -> Reply:
        """Record that a step was recorded wrongly: it stays, but has no effect any more."""
        reason, step_id = call.body["reason"], call.path["step"]
        correction_id, version = identification.correct_step(
            call.session, call.now, call.case, step_id, reason, call.principal
        )
        return Reply(status=201, created=correction_id, version=version)

    @route("POST", f"{_CASE}/first-responder", action="first_responder.ask", body=AskFirstResponder, creates=True)
    def ask_first_responder(self, call: Call) -> Reply:
        """Record that a first responder is asked to put the case to the authority."""
        first_responder_id, version = first_responders.ask(call.session, call.now, call.case, call.body)
        return Reply(status=201, created=first_responder_id, version=version)

    @route(
        "POST",
        f"{_CASE}/first-responder/<uuid:asked>/answer",
        action="first_responder.ask",
        body=AnswerOfFirstResponder,
        changes=True,
    )
    def answer_of_first_responder(self, call: Call) -> Reply:
        """Record whether the first responder accepts; after a refusal another can be asked."""
        first_responder_id = call.path["asked"]
        version = first_responders.answer(call.session, call.now, call.case, first_responder_id, call.body)
        return Reply({"id": str(first_responder_id), "state": call.body["answer"]}, version=version)
