"""Webhooks: manage them and post to them.

keeping   register, change, rotate, resume, remove, show; attempts, tests and redelivery requests
source    the agencies' streams, as a lane reads them
lane      one endpoint: read, post, commit, repeat
loop      the leader that runs a lane for each endpoint with waiting events
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
