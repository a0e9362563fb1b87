"""Routes for leave, legal aid and non-punishment; for staff outside the matter's team, nothing exists here."""

from typing import Final

from services.legal.cases.deadline.hooks import ADOPTED
from services.legal.court.protection import actions, schemas
from services.legal.matters.matter_file.topic import FILE
from shared.http import get, post
from shared.runtime.topics import Topic

_PROTECTIONS: Final = f"{FILE}/protections"


TOPIC: Final = Topic(
    __name__,
    routes=(
        get(
            "matter_file.read",
            _PROTECTIONS,
            actions.protections_shown,
            name="read_protections",
            reply=schemas.ProtectionList,
        ),
        post("matter_file.change", _PROTECTIONS, actions.record_protection, creates=True),
        post(
            "matter_file.change",
            f"{_PROTECTIONS}/<uuid:protection>/steps",
            actions.record_step,
            name="record_protection_step",
            creates=True,
        ),
        post(
            "matter_file.change",
            f"{_PROTECTIONS}/<uuid:protection>/correction",
            actions.correct_protection,
            creates=True,
        ),
        post(
            "matter_file.change",
            f"{_PROTECTIONS}/<uuid:protection>/steps/<uuid:step>/correction",
            actions.correct_step,
            name="correct_protection_step",
            creates=True,
        ),
    ),
    on_hooks=(ADOPTED.then(actions.adopt_steps),),
)
