"""Routes for dependants."""

from typing import Final

from services.support.cases.case.topic import CASE
from services.support.help.dependant import actions, rules
from shared.http import post
from shared.runtime.topics import Topic

_DEPENDANT: Final = f"{CASE}/dependants/<uuid:dependant>"


TOPIC: Final = Topic(
    __name__,
    routes=(
        post("dependant.record", f"{CASE}/dependants", actions.record_dependant, creates=True, part="dependants"),
        post("dependant.check", f"{_DEPENDANT}/check", actions.check_dependant, creates=True),
        post("dependant.correct", f"{_DEPENDANT}/correction", actions.correct_dependant, creates=True),
    ),
    access=rules.ACCESS,
)
