"""Routes for questionnaires."""

from services.support.case.models import CASES
from services.support.case.routes import CASE
from services.support.measure import actions, schemas
from shared.http import Call, CallWith, Reply, route
from shared.reference.instruments import NO_DIAGNOSIS


@route("GET", "/v1/instruments", action="instrument.read", reply=schemas.InstrumentList)
def read_instruments(call: Call) -> Reply:
    """Return the questionnaires that can be offered, with their words where the installation has them."""
    return Reply({"says": NO_DIAGNOSIS, "instruments": actions.offered(call.session, call.now)})


@route("POST", f"{CASE}/measures", action="measure.record", body=schemas.RecordMeasure, creates=True, part="measures")
def record_measure(call: CallWith[schemas.RecordMeasure]) -> Reply:
    """Record a questionnaire that the person was offered; an answer about danger asks for help at once."""
    measure, version = actions.record_measure(call.session, call.case, call.command, call.now, by=call.principal)
    return Reply(status=201, created=measure, version=version)


@route("GET", f"{CASE}/measures", action="measure.read", reply=schemas.MeasureList)
def read_measures(call: Call) -> Reply:
    """Return a case's questionnaires and what they come to, each compared with the time before."""
    measures = actions.measures_of(call.session, call.case)
    return Reply({"says": NO_DIAGNOSIS, "measures": measures}, version=CASES.version(call.session, call.case))


@route(
    "POST",
    f"{CASE}/measures/<uuid:measure>/correction",
    action="measure.correct",
    body=schemas.CorrectMeasure,
    creates=True,
)
def correct_measure(call: CallWith[schemas.CorrectMeasure]) -> Reply:
    """Put a questionnaire right, or take it back; what it said before is kept."""
    correction, version = actions.correct_measure(
        call.session, call.case, call.path["measure"], call.command, call.now, by=call.principal
    )
    return Reply(status=201, created=correction, version=version)
