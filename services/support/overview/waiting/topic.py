"""Routes for the waiting list of an agency."""

from typing import Final

from services.support.overview.waiting import actions, events, rules, schemas
from shared.http import get, post
from shared.runtime.topics import Topic

_LIST: Final = "/v1/waiting-list"
_ITEM: Final = f"{_LIST}/<uuid:item>"

TOPIC: Final = Topic(
    __name__,
    routes=(
        get("waiting.read", _LIST, actions.waiting_list, name="read_waiting_list", reply=schemas.WaitingList),
        post("waiting.take", f"{_ITEM}/taking", actions.take_item, creates=True),
        post("waiting.offer", f"{_ITEM}/offer", actions.offer_item, creates=True),
    ),
    access=rules.ACCESS,
    events=events.EVENTS,
)
