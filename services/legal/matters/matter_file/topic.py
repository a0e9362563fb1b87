"""Routes for matter files. For staff outside a file's team, it does not exist."""

from typing import Final

from services.legal.cases.case.topic import CASE
from services.legal.matters.matter_file import actions, events, rules, schemas
from shared.http import get, post
from shared.runtime.topics import Topic

FILES: Final = f"{CASE}/matter-files"

FILE: Final = f"{FILES}/<uuid:file>"

_DATE: Final = f"{FILE}/dates/<uuid:date>"


TOPIC: Final = Topic(
    __name__,
    routes=(
        get("matter_file.due", "/v1/matter-files/due", actions.due, name="due_in_files", reply=schemas.DueList),
        get("matter_file.read", FILES, actions.files_shown, name="read_files", reply=schemas.FileList),
        get("matter_file.read", FILE, actions.file_shown, name="read_file", reply=schemas.WholeFile),
        post("matter_file.open", FILES, actions.open_file, creates=True),
        post("matter_file.change", f"{FILE}/opening", actions.decide_opening, creates=True),
        post("matter_file.change", f"{FILE}/stages", actions.record_stage, creates=True),
        post("matter_file.change", f"{FILE}/reviews", actions.review, name="review_file", creates=True),
        post("matter_file.change", f"{FILE}/privilege", actions.record_privilege, creates=True),
        post("matter_file.change", f"{FILE}/privilege/waiver", actions.waive_privilege, creates=True),
        post("matter_file.change", f"{FILE}/closing", actions.close, name="close_file", creates=True),
        get(
            "barrier.read",
            f"{CASE}/barriers",
            actions.barriers_shown,
            name="read_barriers",
            reply=schemas.ClosingBarriers,
        ),
        post(
            "matter_file.hand_over",
            f"{FILES}/handover",
            actions.hand_over,
            name="hand_over_files",
            changes=True,
            status=204,
        ),
        post("matter_file.keep_apart", f"{FILE}/barriers", actions.keep_apart, creates=True),
        post("barrier.lift", f"{CASE}/barriers/<uuid:barrier>/lifting", actions.lift_barrier, creates=True),
        post("matter_file.change", f"{FILE}/dates", actions.record_date, name="record_key_date", creates=True),
        post("matter_file.change", f"{_DATE}/check", actions.check_date, name="check_key_date", creates=True),
        post("matter_file.change", f"{_DATE}/move", actions.move_date, name="move_key_date", creates=True),
        post("matter_file.change", f"{_DATE}/answer", actions.answer_date, name="answer_key_date", creates=True),
        post("matter_file.change", f"{FILE}/documents", actions.need_document, creates=True),
        post("matter_file.change", f"{FILE}/documents/<uuid:document>/receipt", actions.receive_document, creates=True),
    ),
    access=rules.ACCESS,
    events=events.EVENTS,
    timers=actions.ON_TIMER,
)
