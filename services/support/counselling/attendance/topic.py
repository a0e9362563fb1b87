"""Routes for sessions of counselling."""

from typing import Final

from services.support.cases.case.topic import CASE
from services.support.counselling.attendance import actions, rules
from services.support.counselling.counselling.hooks import WITHDRAWN
from shared.http import post
from shared.runtime.topics import Topic

_SESSIONS: Final = f"{CASE}/counselling-sessions"
_SESSION: Final = f"{_SESSIONS}/<uuid:sitting>"


TOPIC: Final = Topic(
    __name__,
    routes=(
        post("session.record", _SESSIONS, actions.record_session, creates=True),
        post("session.attend", f"{_SESSION}/attendance", actions.attend_session, creates=True),
        post("session.correct", f"{_SESSION}/correction", actions.correct_session, creates=True),
    ),
    access=rules.ACCESS,
    on_hooks=(WITHDRAWN.then(actions.take_back_services),),
)
