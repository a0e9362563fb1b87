"""Routes for absences."""

from typing import Final

from services.support.cases.case.topic import CASE
from services.support.risks.missing import actions, events, rules
from shared.http import post
from shared.runtime.topics import Topic

TOPIC: Final = Topic(
    __name__,
    routes=(
        post("absence.note", f"{CASE}/absences", actions.note_absence, creates=True, part="absences"),
        post("absence.decide", f"{CASE}/absences/<uuid:absence>/decision", actions.decide_absence, creates=True),
        post("absence.police", f"{CASE}/absences/<uuid:absence>/police", actions.tell_police, creates=True),
        post("absence.review", f"{CASE}/absences/<uuid:absence>/review", actions.review_absence, creates=True),
        post("absence.find", f"{CASE}/absences/<uuid:absence>/finding", actions.find_absent, creates=True),
        post("absence.talk", f"{CASE}/absences/<uuid:absence>/talk", actions.offer_talk, creates=True),
        post("absence.correct", f"{CASE}/absences/<uuid:absence>/correction", actions.correct_absence, creates=True),
    ),
    access=rules.ACCESS,
    events=events.EVENTS,
    reactions=actions.REACTIONS,
    timers=actions.ON_TIMER,
)
