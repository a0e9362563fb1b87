"""The delivery loop of partners on a prepared database: posts what waits, and reports when everything is acknowledged.

Arguments: agencies with commas, events of each (with a rate: of the first only), database, key database, events a
second (0: all at once), seconds, `partners`. The key ring is in `RING`. Prints the elapsed seconds; with a rate, the
CPU seconds.
"""

import os
import sys

from shared.runtime.host import prepare

if __name__ == "__main__":
    prepare()

import gc
import threading
import time
from uuid import UUID

from sqlalchemy import func, select

from services.partners.channels.delivery.actions.loop import Deliveries
from services.partners.channels.delivery.actions.source import SOURCE
from services.partners.channels.delivery.models import Webhook
from shared import encryption
from shared.deadlines.time_source import TIME_SOURCE, TimeSource
from shared.outbound import OUTBOUND, Guard, Outbound, Outlets, believing
from shared.store.database import Database, engine_for
from tests.kit.receivers import LOOPBACK
from tests.kit.streams import HandMadeStreams

WARM_UP_SECONDS = 5


def main() -> None:
    agencies, count, url, keys_url, rate, seconds, service = sys.argv[1:]
    named, streams = [UUID(agency) for agency in agencies.split(",")], HandMadeStreams()
    database = Database(engine_for(url))
    database.provide(TIME_SOURCE, TimeSource(movable=False))
    ring = encryption.FileRing(os.environ["RING"])
    database.provide(encryption.KEYS, encryption.Keys(engine_for(keys_url, pool_size=4), ring, service))
    database.provide(OUTBOUND, Outbound(Guard(Outlets.read(*LOOPBACK)), believing("")))
    database.provide(SOURCE, streams)
    for agency in named[:1] if float(rate) else named:
        streams.tell(agency, int(count))
    # In production, partners reads the streams from its database, and needs no memory for them.
    gc.collect()
    gc.freeze()
    loop = Deliveries(database)
    threading.Thread(target=loop.run, daemon=True).start()
    began = time.perf_counter()
    if float(rate):
        sys.stdout.write(f"{_trickle(streams, named, float(rate), float(seconds))}\n")
    else:
        while _taken(database) < int(count) * len(named):
            time.sleep(0.02)
        sys.stdout.write(f"{time.perf_counter() - began}\n")
    loop.stop()


def _taken(database: Database) -> int:
    with database.transaction() as session:
        return int(session.scalar(select(func.sum(Webhook.position))) or 0)


def _trickle(streams: HandMadeStreams, named: list[UUID], rate: float, seconds: float) -> float:
    """Publish to all agencies except the first in turn, at an even rate, after one event each to open the connections.

    Returns the CPU seconds for it.
    """
    for agency in named[1:]:
        streams.tell(agency)
    time.sleep(WARM_UP_SECONDS)
    told, began, spent = 0, time.perf_counter(), time.process_time()
    while (passed := time.perf_counter() - began) < seconds:
        while told < passed * rate:
            streams.tell(named[1 + told % (len(named) - 1)], 1, told_at=time.time())
            told += 1
        time.sleep(0.005)
    time.sleep(2)
    return time.process_time() - spent


if __name__ == "__main__":
    main()
