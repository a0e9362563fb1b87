"""Webhooks: kept and shown; and the loop that posts to them.

keeping   registered, changed, rotated, resumed, removed; shown, with their attempts; what is asked of them
source    the agencies' streams, as a lane reads them
lane      one endpoint's way: read, post, commit, one after another
loop      the leader that runs lanes for those for which something waits
"""

from services.partners.channels.delivery.actions.keeping import (
    EXPIRING,
    CheckedUrl,
    attempts,
    change,
    check_url,
    listed,
    redeliver,
    register,
    remove,
    resume,
    rotate,
    shown,
    test,
)
from services.partners.channels.delivery.actions.loop import Deliveries
from services.partners.channels.delivery.actions.source import SOURCE, Item, Source

__all__ = [
    "EXPIRING",
    "SOURCE",
    "CheckedUrl",
    "Deliveries",
    "Item",
    "Source",
    "attempts",
    "change",
    "check_url",
    "listed",
    "redeliver",
    "register",
    "remove",
    "resume",
    "rotate",
    "shown",
    "test",
]
