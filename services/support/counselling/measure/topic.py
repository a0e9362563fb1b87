"""Routes for questionnaires."""

from typing import Final

from services.support.cases.case.models import CASES
from services.support.cases.case.topic import CASE
from services.support.counselling.measure import actions, rules, schemas
from shared.http import Call, Reply, post, route
from shared.reference.instruments import NO_DIAGNOSIS
from shared.runtime.topics import Topic


@route("GET", "/v1/instruments", action="instrument.read", reply=schemas.InstrumentList)
def read_instruments(call: Call) -> Reply:
    """Return the questionnaires that can be offered, with their texts if the installation has them."""
    return Reply({"says": NO_DIAGNOSIS, "instruments": actions.offered(call.session, call.now)})


@route("GET", f"{CASE}/measures", action="measure.read", reply=schemas.MeasureList)
def read_measures(call: Call) -> Reply:
    """Return a case's questionnaires and their scores, each compared with the previous one."""
    measures = actions.measures_of(call.session, call.case)
    return Reply({"says": NO_DIAGNOSIS, "measures": measures}, version=CASES.version(call.session, call.case))


TOPIC: Final = Topic(
    __name__,
    routes=(
        post("measure.record", f"{CASE}/measures", actions.record_measure, creates=True, part="measures"),
        post("measure.correct", f"{CASE}/measures/<uuid:measure>/correction", actions.correct_measure, creates=True),
    ),
    access=rules.ACCESS,
)
