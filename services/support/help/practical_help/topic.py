"""Routes for practical help."""

from typing import Final

from services.support.cases.case.topic import CASE
from services.support.help.practical_help import actions, rules, schemas
from shared.http import get, post
from shared.runtime.topics import Topic

_HELP: Final = f"{CASE}/practical-help"


TOPIC: Final = Topic(
    __name__,
    routes=(
        post("practical_help.ask", _HELP, actions.ask_for_help, creates=True, part="practical_help"),
        post("practical_help.progress", f"{_HELP}/<uuid:help>/progress", actions.progress_help, creates=True),
        post("practical_help.correct", f"{_HELP}/<uuid:help>/correction", actions.correct_help, creates=True),
        get(
            "practical_help.queue",
            "/v1/practical-help",
            actions.queue_of,
            name="read_help_queue",
            reply=schemas.HelpQueue,
        ),
    ),
    access=rules.ACCESS,
)
