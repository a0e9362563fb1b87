"""Routes for matter files. For staff outside a file's team, it does not exist."""

from typing import Final

from services.legal.cases.case.topic import CASE
from services.legal.matters.matter_file import events, rules, schemas
from services.legal.matters.matter_file.actions import barriers, opening, reading, team, waiting
from shared.http import get, post
from shared.runtime.topics import Topic

FILES: Final = f"{CASE}/matter-files"

FILE: Final = f"{FILES}/<uuid:file>"

_DATE: Final = f"{FILE}/dates/<uuid:date>"


TOPIC: Final = Topic(
    __name__,
    routes=(
        get("matter_file.due", "/v1/matter-files/due", reading.due, name="due_in_files", reply=schemas.DueList),
        get("matter_file.read", FILES, reading.files_shown, name="read_files", reply=schemas.FileList),
        get("matter_file.read", FILE, reading.file_shown, name="read_file", reply=schemas.WholeFile),
        post("matter_file.open", FILES, opening.open_file, creates=True),
        post("matter_file.change", f"{FILE}/opening", opening.decide_opening, creates=True),
        post("matter_file.change", f"{FILE}/stages", opening.record_stage, creates=True),
        post("matter_file.change", f"{FILE}/reviews", opening.review, name="review_file", creates=True),
        post("matter_file.change", f"{FILE}/privilege", opening.record_privilege, creates=True),
        post("matter_file.change", f"{FILE}/privilege/waiver", opening.waive_privilege, creates=True),
        post("matter_file.change", f"{FILE}/closing", opening.close, name="close_file", creates=True),
        get(
            "barrier.read",
            f"{CASE}/barriers",
            barriers.barriers_shown,
            name="read_barriers",
            reply=schemas.ClosingBarriers,
        ),
        post(
            "matter_file.hand_over",
            f"{FILES}/handover",
            team.hand_over,
            name="hand_over_files",
            changes=True,
            status=204,
        ),
        post("matter_file.keep_apart", f"{FILE}/barriers", team.keep_apart, creates=True),
        post("barrier.lift", f"{CASE}/barriers/<uuid:barrier>/lifting", barriers.lift_barrier, creates=True),
        post("matter_file.change", f"{FILE}/dates", waiting.record_date, name="record_key_date", creates=True),
        post("matter_file.change", f"{_DATE}/check", waiting.check_date, name="check_key_date", creates=True),
        post("matter_file.change", f"{_DATE}/move", waiting.move_date, name="move_key_date", creates=True),
        post("matter_file.change", f"{_DATE}/answer", waiting.answer_date, name="answer_key_date", creates=True),
        post("matter_file.change", f"{FILE}/documents", waiting.need_document, creates=True),
        post("matter_file.change", f"{FILE}/documents/<uuid:document>/receipt", waiting.receive_document, creates=True),
    ),
    access=rules.ACCESS,
    events=events.EVENTS,
    timers=barriers.ON_TIMER,
)
