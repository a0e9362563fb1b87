"""FastStream: a message published after the commit with confirms, handled by a subscriber of a quorum queue."""

import asyncio
import sys
import time
from typing import Any

import psycopg
from faststream.rabbit import Channel, QueueType, RabbitBroker, RabbitQueue

from tests.benchmarks.exchange import work

TASKS = 10
QUEUE = RabbitQueue("faststream.inbox", queue_type=QueueType.QUORUM, durable=True)


def broker() -> RabbitBroker:
    """Create a broker that prefetches as many messages as there are connections to work with."""
    return RabbitBroker(work.setting(work.BROKER_URI), logger=None, default_channel=Channel(prefetch_count=TASKS))


async def source() -> None:
    """Commit and publish."""
    own = broker()
    await own.start()
    await own.declare_queue(QUEUE)
    database = await psycopg.AsyncConnection.connect(work.setting(work.SOURCE_URL), autocommit=True)
    work.ready()
    while words := (await asyncio.to_thread(sys.stdin.readline)).split():
        for number in range(int(words[1])):
            about, at = work.subject(number), time.time()
            async with database.transaction():
                await database.execute(work.INSERT_WORK, (work.uuid4(), about, at))
            await own.publish(work.body(about, at), QUEUE, persist=True)


async def target() -> None:
    """Process messages until stopped."""
    free: asyncio.Queue[Any] = asyncio.Queue()
    for _ in range(TASKS):
        free.put_nowait(await psycopg.AsyncConnection.connect(work.setting(work.TARGET_URL), autocommit=True))
    own = broker()

    @own.subscriber(QUEUE)
    async def note(body: dict[str, Any]) -> None:  # the handler parses the JSON
        database = await free.get()
        try:
            async with database.transaction():
                await database.execute(work.UPSERT_EFFECT, (body["subject"], body["at"]))
        finally:
            free.put_nowait(database)

    await own.start()
    work.ready()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run({"source": source, "target": target}[sys.argv[1]]())
