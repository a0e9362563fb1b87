"""Routes for an agency's queue at the broker."""

from typing import Final

from services.partners.channels.broker_queue import rules, schemas
from services.partners.channels.broker_queue.actions import lane, opening, signing_in, streams
from shared.exchange.broker import BROKER_OF_AGENCIES
from shared.http import get, post
from shared.runtime.topics import Topic

_QUEUE: Final = "/v1/agencies/<uuid:agency>/broker-queue"


TOPIC: Final = Topic(
    __name__,
    routes=(
        get("broker_queue.read", _QUEUE, opening.shown, name="show_broker_queue", reply=schemas.ShownQueue),
        post("broker_queue.open", _QUEUE, opening.open_, name="open_broker_queue"),
        post("broker_queue.open", f"{_QUEUE}/renaming", opening.rename, name="rename_broker_queue", changes=True),
        post(
            "broker_queue.encrypt",
            f"{_QUEUE}/encryption-key",
            opening.register_encryption_key,
            name="register_encryption_key",
        ),
        post("broker_queue.close", f"{_QUEUE}/closing", opening.close, name="close_broker_queue"),
    ),
    access=rules.ACCESS,
    loops=(
        lambda database, _emits, _feeds: signing_in.BrokerSignIn(database),
        lambda database, _emits, _feeds: lane.Lane(
            database, database.provided(BROKER_OF_AGENCIES).amqp_uri, streams.STREAMS
        ),
    ),
)
