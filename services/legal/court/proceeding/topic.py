"""Routes for proceedings; for staff outside the matter's team, nothing exists here."""

from typing import Final

from services.legal.cases.deadline.hooks import ADOPTED
from services.legal.court.proceeding import actions, schemas
from services.legal.matters.matter_file.topic import FILE
from shared.http import get, post
from shared.runtime.topics import Topic

_PROCEEDINGS: Final = f"{FILE}/proceedings"
_PROCEEDING: Final = f"{_PROCEEDINGS}/<uuid:proceeding>"


TOPIC: Final = Topic(
    __name__,
    routes=(
        get(
            "matter_file.read",
            _PROCEEDINGS,
            actions.proceedings_shown,
            name="read_proceedings",
            reply=schemas.ProceedingList,
        ),
        post("matter_file.change", _PROCEEDINGS, actions.record_proceeding, creates=True),
        post("matter_file.change", f"{_PROCEEDING}/defendants", actions.add_defendant, creates=True),
        post(
            "matter_file.change",
            f"{_PROCEEDING}/steps",
            actions.record_step,
            name="record_proceeding_step",
            creates=True,
        ),
        post("matter_file.change", f"{_PROCEEDING}/warning", actions.warn, name="warn_person", creates=True),
        post("matter_file.change", f"{_PROCEEDING}/correction", actions.correct_proceeding, creates=True),
        post(
            "matter_file.change",
            f"{_PROCEEDING}/defendants/<uuid:defendant>/correction",
            actions.correct_defendant,
            creates=True,
        ),
        post(
            "matter_file.change",
            f"{_PROCEEDING}/steps/<uuid:step>/correction",
            actions.correct_step,
            name="correct_proceeding_step",
            creates=True,
        ),
    ),
    on_hooks=(ADOPTED.then(actions.adopt_steps),),
)
