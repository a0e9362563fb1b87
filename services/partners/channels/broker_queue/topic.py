"""Routes for an agency's queue at the broker."""

from typing import Final

from services.partners.channels.broker_queue import actions, rules, schemas
from shared.exchange.broker import BROKER_OF_AGENCIES
from shared.http import get, post
from shared.runtime.topics import Topic

_QUEUE: Final = "/v1/agencies/<uuid:agency>/broker-queue"


TOPIC: Final = Topic(
    __name__,
    routes=(
        get("broker_queue.read", _QUEUE, actions.shown, name="show_broker_queue", reply=schemas.ShownQueue),
        post("broker_queue.open", _QUEUE, actions.open_queue, name="open_broker_queue"),
        post("broker_queue.open", f"{_QUEUE}/renaming", actions.rename, name="rename_broker_queue", changes=True),
        post("broker_queue.close", f"{_QUEUE}/closing", actions.close, name="close_broker_queue"),
    ),
    access=rules.ACCESS,
    loops=(
        lambda database, _emits, _feeds: actions.BrokerSignIn(database),
        lambda database, _emits, _feeds: actions.Lane(
            database, database.provided(BROKER_OF_AGENCIES).amqp_uri, actions.STREAMS
        ),
    ),
)
