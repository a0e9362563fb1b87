"""An agency's queue at the broker: open, rename, close, fill and empty it, and authenticate its readers.

opening      actions of people (open, rename, close) and of a withdrawal (empty)
filling      one agency's turn: delete what must go, then publish the next events
ending       endings without an action: by date, or because a key was revoked
streams      the streams that fill the queues
lane         the single process that fills all queues
signing_in   the broker's questions about each client that connects
"""

from services.partners.channels.broker_queue.actions.lane import Lane
from services.partners.channels.broker_queue.actions.opening import close, purge, rename, shown, waits_for_purge
from services.partners.channels.broker_queue.actions.opening import open_ as open_queue
from services.partners.channels.broker_queue.actions.signing_in import BrokerSignIn, SignIn
from services.partners.channels.broker_queue.actions.streams import STREAMS

__all__ = [
    "STREAMS",
    "BrokerSignIn",
    "Lane",
    "SignIn",
    "close",
    "open_queue",
    "purge",
    "rename",
    "shown",
    "waits_for_purge",
]
