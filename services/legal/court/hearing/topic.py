"""Routes for hearings; for staff outside the matter's team, nothing exists here."""

from typing import Final

from services.legal.court.hearing import actions, events, schemas
from services.legal.matters.matter_file.topic import FILE
from shared.http import get, post
from shared.runtime.topics import Topic

_HEARINGS: Final = f"{FILE}/hearings"
_HEARING: Final = f"{_HEARINGS}/<uuid:hearing>"


TOPIC: Final = Topic(
    __name__,
    routes=(
        get("matter_file.read", _HEARINGS, actions.hearings_shown, name="read_hearings", reply=schemas.HearingList),
        post("matter_file.change", _HEARINGS, actions.set_hearing, creates=True),
        post("matter_file.change", f"{_HEARING}/move", actions.move, name="move_hearing", creates=True),
        post("matter_file.change", f"{_HEARING}/end", actions.end, name="end_hearing", creates=True),
        post("matter_file.change", f"{_HEARING}/preparation", actions.prepare, name="prepare_hearing", creates=True),
        post("matter_file.change", f"{_HEARING}/measures", actions.record_measure, creates=True),
        post("matter_file.change", f"{_HEARING}/correction", actions.correct_hearing, creates=True),
        post(
            "matter_file.change",
            f"{_HEARING}/measures/<uuid:measure>/correction",
            actions.correct_measure,
            creates=True,
        ),
    ),
    events=events.EVENTS,
)
