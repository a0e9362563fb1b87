"""Routes for an agency's queue at the broker."""

from functools import partial
from typing import Final
from uuid import UUID

from services.partners.channels.broker_queue import actions, rules, schemas
from shared.exchange.broker import BROKER_OF_AGENCIES
from shared.http import Call, Reply, check_unchanged, route
from shared.runtime.topics import Topic

_QUEUE: Final = "/v1/agencies/<uuid:agency>/broker-queue"


@route("GET", _QUEUE, action="broker_queue.read", reply=schemas.ShownQueue)
def show_broker_queue(call: Call) -> Reply:
    """Show an agency's queue at the broker: its name, how far it is filled, and how much waits in it."""
    agency: UUID = call.path["agency"]
    shown, version = actions.shown(call.session, agency, call.now)
    return Reply(shown, version=version, about=agency)


@route("POST", _QUEUE, action="broker_queue.open")
def open_broker_queue(call: Call) -> Reply:
    """Open a queue for an agency at the broker; it is filled while an agreement with the agency counts."""
    agency: UUID = call.path["agency"]
    version = actions.open_queue(call.session, agency, call.now, by=call.principal)
    return Reply({"id": agency}, version=version, about=agency)


@route("POST", f"{_QUEUE}/renaming", action="broker_queue.open", changes=True)
def rename_broker_queue(call: Call) -> Reply:
    """Have the queue under another name, after a key was stolen: who is in still reads nothing more."""
    agency: UUID = call.path["agency"]
    matches = partial(check_unchanged, call.if_match)
    version = actions.rename(call.session, agency, call.now, matches, by=call.principal)
    return Reply({"id": agency}, version=version, about=agency)


@route("POST", f"{_QUEUE}/closing", action="broker_queue.close")
def close_broker_queue(call: Call) -> Reply:
    """Close an agency's queue; what waits in it goes."""
    agency: UUID = call.path["agency"]
    return Reply({"id": agency}, version=actions.close(call.session, agency), about=agency)


TOPIC: Final = Topic(
    __name__,
    access=rules.ACCESS,
    loops=(
        lambda database, _emits, _feeds: actions.BrokerSignIn(database),
        lambda database, _emits, _feeds: actions.Lane(
            database, database.provided(BROKER_OF_AGENCIES).amqp_uri, actions.STREAMS
        ),
    ),
)
