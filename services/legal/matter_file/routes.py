"""Routes of matters' files. Whoever has no part in one is answered as if there were none."""

from typing import Final

from services.legal.case.routes import CASE
from services.legal.matter_file import actions, schemas
from shared.http import Call, CallWith, Reply, route

FILES: Final = f"{CASE}/matter-files"
FILE: Final = f"{FILES}/<uuid:file>"
_DATE: Final = f"{FILE}/dates/<uuid:date>"


@route("GET", "/v1/matter-files/due", action="matter_file.due", reply=schemas.DueList)
def due_in_files(call: Call) -> Reply:
    """List what waits in the caller's matters until thirty days ahead, the first day first."""
    return Reply(actions.due(call.session, call.now, by=call.principal))


@route("GET", FILES, action="matter_file.read", reply=schemas.FileList)
def read_files(call: Call) -> Reply:
    """Return the matters' files of a case that the caller works on."""
    return Reply(actions.files_shown(call.session, call.case, by=call.principal))


@route("GET", FILE, action="matter_file.read", reply=schemas.WholeFile)
def read_file(call: Call) -> Reply:
    """Return a matter's file with its dates, documents and steps."""
    return Reply(actions.file_shown(call.session, call.case, call.path["file"], by=call.principal))


@route("POST", FILES, action="matter_file.open", body=schemas.OpenFile, creates=True)
def open_file(call: CallWith[schemas.OpenFile]) -> Reply:
    """Open a matter's file; only who works on it knows that it is there."""
    created = actions.open_file(call.session, call.case, call.command, call.now, by=call.principal)
    return Reply(status=201, created=created)


@route("POST", f"{FILE}/opening", action="matter_file.change", body=schemas.DecideOpening, creates=True)
def decide_opening(call: CallWith[schemas.DecideOpening]) -> Reply:
    """Decide whether a matter is taken on."""
    file = call.path["file"]
    created = actions.decide_opening(call.session, call.case, file, call.command, call.now, by=call.principal)
    return Reply(status=201, created=created)


@route("POST", f"{FILE}/stages", action="matter_file.change", body=schemas.RecordStage, creates=True)
def record_stage(call: CallWith[schemas.RecordStage]) -> Reply:
    """Record how far the work is, or the proceedings are; of the work, it opens a closed file again."""
    file = call.path["file"]
    created = actions.record_stage(call.session, call.case, file, call.command, call.now, by=call.principal)
    return Reply(status=201, created=created)


@route("POST", f"{FILE}/reviews", action="matter_file.change", body=schemas.ReviewFile, creates=True)
def review_file(call: CallWith[schemas.ReviewFile]) -> Reply:
    """Record that somebody looked through a file, and when that is done next."""
    created = actions.review(call.session, call.case, call.path["file"], call.command, call.now, by=call.principal)
    return Reply(status=201, created=created)


@route("POST", f"{FILE}/privilege", action="matter_file.change", body=schemas.RecordPrivilege, creates=True)
def record_privilege(call: CallWith[schemas.RecordPrivilege]) -> Reply:
    """Record whether what is written in a file is privileged; it ends a waiver that was recorded wrongly."""
    file = call.path["file"]
    created = actions.record_privilege(call.session, call.case, file, call.command, call.now, by=call.principal)
    return Reply(status=201, created=created)


@route("POST", f"{FILE}/privilege/waiver", action="matter_file.change", body=schemas.WaivePrivilege, creates=True)
def waive_privilege(call: CallWith[schemas.WaivePrivilege]) -> Reply:
    """Record that the person waived privilege, and when; nobody else can."""
    file = call.path["file"]
    created = actions.waive_privilege(call.session, call.case, file, call.command, call.now, by=call.principal)
    return Reply(status=201, created=created)


@route("POST", f"{FILE}/closing", action="matter_file.change", body=schemas.CloseFile, creates=True)
def close_file(call: CallWith[schemas.CloseFile]) -> Reply:
    """Close a file with its outcome, once each key date is answered."""
    created = actions.close(call.session, call.case, call.path["file"], call.command, call.now, by=call.principal)
    return Reply(status=201, created=created)


@route("POST", f"{FILE}/barriers", action="matter_file.keep_apart", body=schemas.KeepApart, creates=True)
def keep_apart(call: CallWith[schemas.KeepApart]) -> Reply:
    """Keep somebody apart from a matter: from then on it is not there, to them."""
    created = actions.keep_apart(call.session, call.case, call.path["file"], call.command, call.now, by=call.principal)
    return Reply(status=201, created=created)


@route("GET", f"{CASE}/barriers", action="barrier.read", reply=schemas.ClosingBarriers)
def read_barriers(call: Call) -> Reply:
    """List to whom the case is closed, since they act for the other side; of matters nothing is shown."""
    return Reply({"barriers": actions.closing_barriers(call.session, call.case)})


@route("POST", f"{CASE}/barriers/<uuid:barrier>/lifting", action="barrier.lift", creates=True)
def lift_barrier(call: Call) -> Reply:
    """Lift a barrier that was set by mistake, as a second person."""
    lifted = actions.lift_barrier(call.session, call.case, call.path["barrier"], call.now, by=call.principal)
    return Reply(status=201, created=lifted)


@route(
    "POST",
    f"{FILES}/handover",
    action="matter_file.hand_over",
    body=schemas.HandOver,
    changes=True,
    status=204,
)
def hand_over_files(call: CallWith[schemas.HandOver]) -> Reply:
    """Hand on the matters that nobody is left for, if there are any."""
    actions.hand_over(call.session, call.case, call.command, call.now)
    return Reply(status=204)


@route("POST", f"{FILE}/dates", action="matter_file.change", body=schemas.RecordKeyDate, creates=True)
def record_key_date(call: CallWith[schemas.RecordKeyDate]) -> Reply:
    """Record a key date; it is never deleted, only answered."""
    created = actions.record_date(call.session, call.case, call.path["file"], call.command, call.now, by=call.principal)
    return Reply(status=201, created=created)


@route("POST", f"{_DATE}/check", action="matter_file.change", creates=True)
def check_key_date(call: Call) -> Reply:
    """Record that a second person looked at a key date."""
    file, key_date = call.path["file"], call.path["date"]
    created = actions.check_date(call.session, call.case, file, key_date, call.now, by=call.principal)
    return Reply(status=201, created=created)


@route("POST", f"{_DATE}/move", action="matter_file.change", body=schemas.MoveKeyDate, creates=True)
def move_key_date(call: CallWith[schemas.MoveKeyDate]) -> Reply:
    """Put another day in the place of a key date, and have it checked anew."""
    file, key_date = call.path["file"], call.path["date"]
    created = actions.move_date(call.session, call.case, file, key_date, call.command, call.now, by=call.principal)
    return Reply(status=201, created=created)


@route("POST", f"{_DATE}/answer", action="matter_file.change", body=schemas.AnswerKeyDate, creates=True)
def answer_key_date(call: CallWith[schemas.AnswerKeyDate]) -> Reply:
    """Record what became of a key date."""
    file, key_date = call.path["file"], call.path["date"]
    created = actions.answer_date(call.session, call.case, file, key_date, call.command, call.now, by=call.principal)
    return Reply(status=201, created=created)


@route("POST", f"{FILE}/documents", action="matter_file.change", body=schemas.NeedDocument, creates=True)
def need_document(call: CallWith[schemas.NeedDocument]) -> Reply:
    """Record that a document is needed; of what authorities owe on request, the day follows from the law."""
    file = call.path["file"]
    created = actions.need_document(call.session, call.case, file, call.command, call.now, by=call.principal)
    return Reply(status=201, created=created)


@route(
    "POST",
    f"{FILE}/documents/<uuid:document>/receipt",
    action="matter_file.change",
    body=schemas.ReceiveDocument,
    creates=True,
)
def receive_document(call: CallWith[schemas.ReceiveDocument]) -> Reply:
    """Record that a document is there."""
    file, document = call.path["file"], call.path["document"]
    created = actions.receive_document(
        call.session, call.case, file, document, call.command, call.now, by=call.principal
    )
    return Reply(status=201, created=created)
