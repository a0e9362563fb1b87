"""Routes for questionnaires."""

from typing import Final

from services.support.cases.case.topic import CASE
from services.support.counselling.measure import actions, rules, schemas
from shared.http import get, post
from shared.runtime.topics import Topic

TOPIC: Final = Topic(
    __name__,
    routes=(
        get("instrument.read", "/v1/instruments", actions.read_instruments, reply=schemas.InstrumentList),
        get("measure.read", f"{CASE}/measures", actions.read_measures, reply=schemas.MeasureList),
        post("measure.record", f"{CASE}/measures", actions.record_measure, creates=True, part="measures"),
        post("measure.correct", f"{CASE}/measures/<uuid:measure>/correction", actions.correct_measure, creates=True),
    ),
    access=rules.ACCESS,
)
