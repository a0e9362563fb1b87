"""An agency's queue at the broker: opened, renamed, closed, emptied; filled by a lane; and who may sign in to read it.

opening      what people do: open, rename, close; and what a withdrawal does: empty
filling      one agency's turn of the lane: what has to go, and what comes next
ending       what ends without anybody's step: by its day, or because a key was revoked
streams      what the queues are filled from
lane         the one process that fills all queues
signing_in   what the broker asks of whoever wants to come in
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
