"""Routes for absences."""

from services.support.case.routes import CASE
from services.support.missing import actions, schemas
from shared.http import Call, CallWith, Reply, route


@route("POST", f"{CASE}/absences", action="absence.note", body=schemas.NoteAbsence, creates=True, part="absences")
def note_absence(call: CallWith[schemas.NoteAbsence]) -> Reply:
    """Record that an expected contact was missed; a child, or somebody at high risk, is missing at once."""
    absence, version = actions.note_absence(call.session, call.case, call.command, call.now, by=call.principal)
    return Reply(status=201, created=absence, version=version)


@route(
    "POST",
    f"{CASE}/absences/<uuid:absence>/decision",
    action="absence.decide",
    body=schemas.DecideAbsence,
    creates=True,
)
def decide_absence(call: CallWith[schemas.DecideAbsence]) -> Reply:
    """Decide whether the person is missing, or left by choice."""
    absence = call.path["absence"]
    version = actions.decide_absence(call.session, call.case, absence, call.command, call.now, by=call.principal)
    return Reply(status=201, created=absence, version=version)


@route(
    "POST",
    f"{CASE}/absences/<uuid:absence>/police",
    action="absence.police",
    creates=True,
)
def tell_police(call: Call) -> Reply:
    """Record that the police are told: at once for a child or as was agreed, else it takes a second person."""
    absence = call.path["absence"]
    version = actions.tell_police(call.session, call.case, absence, call.now, by=call.principal)
    return Reply(status=201, created=absence, version=version)


@route(
    "POST",
    f"{CASE}/absences/<uuid:absence>/review",
    action="absence.review",
    creates=True,
)
def review_absence(call: Call) -> Reply:
    """Record that it was looked at again."""
    absence = call.path["absence"]
    version = actions.review_absence(call.session, call.case, absence, call.now, by=call.principal)
    return Reply(status=201, created=absence, version=version)


@route(
    "POST",
    f"{CASE}/absences/<uuid:absence>/finding",
    action="absence.find",
    body=schemas.FindAbsent,
    creates=True,
)
def find_absent(call: CallWith[schemas.FindAbsent]) -> Reply:
    """Record that the person was found, and whether they are safe; whereabouts are told to nobody."""
    absence = call.path["absence"]
    version = actions.find_absent(call.session, call.case, absence, call.command, call.now, by=call.principal)
    return Reply(status=201, created=absence, version=version)


@route(
    "POST",
    f"{CASE}/absences/<uuid:absence>/talk",
    action="absence.talk",
    creates=True,
)
def offer_talk(call: Call) -> Reply:
    """Record that somebody of their choice offered to talk."""
    absence = call.path["absence"]
    version = actions.offer_talk(call.session, call.case, absence, call.now, by=call.principal)
    return Reply(status=201, created=absence, version=version)


@route(
    "POST",
    f"{CASE}/absences/<uuid:absence>/correction",
    action="absence.correct",
    body=schemas.CorrectAbsence,
    creates=True,
)
def correct_absence(call: CallWith[schemas.CorrectAbsence]) -> Reply:
    """Put an absence right, or take it back."""
    correction, version = actions.correct_absence(
        call.session, call.case, call.path["absence"], call.command, call.now, by=call.principal
    )
    return Reply(status=201, created=correction, version=version)
