"""A separate process that delivers an agency's stream to its webhook, and that a test can kill.

It runs cooperatively (eventlet), as a service does. Arguments: `<its agencies, with commas> <events of each> <database>
<key database> partners`; the key ring is in `RING`.
"""

import os
import sys

from shared.runtime.host import prepare

if __name__ == "__main__":
    prepare()

from services.partners.channels.delivery.actions.loop import Deliveries
from services.partners.channels.delivery.actions.source import SOURCE
from shared import encryption
from shared.deadlines.time_source import TIME_SOURCE, TimeSource
from shared.outbound import OUTBOUND, Guard, Outbound, Outlets, believing
from shared.store.database import Database, engine_for
from tests.kit.receivers import LOOPBACK
from tests.kit.streams import HandMadeStreams

if __name__ == "__main__":
    agencies, count, url, keys_url, service = sys.argv[1:]
    streams = HandMadeStreams()
    for agency in agencies.split(","):
        streams.tell(agency, int(count))
    database = Database(engine_for(url))
    database.provide(TIME_SOURCE, TimeSource(movable=True))
    ring = encryption.FileRing(os.environ["RING"])
    database.provide(encryption.KEYS, encryption.Keys(engine_for(keys_url, pool_size=4), ring, service))
    database.provide(OUTBOUND, Outbound(Guard(Outlets.read(*LOOPBACK)), believing("")))
    database.provide(SOURCE, streams)
    Deliveries(database).run()
