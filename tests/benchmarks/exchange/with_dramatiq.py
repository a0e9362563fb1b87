"""Dramatiq: a message sent after the commit with confirms, handled by a worker's threads."""

import sys
import threading
from typing import Any

import dramatiq
import psycopg
from dramatiq.brokers.rabbitmq import RabbitmqBroker

from tests.benchmarks.exchange import work

THREADS = 8

broker = RabbitmqBroker(url=work.setting(work.BROKER_URI), confirm_delivery=True)
dramatiq.set_broker(broker)
_own = threading.local()


@dramatiq.actor(queue_name="dramatiq_inbox")
def note(body: str) -> None:
    """Upsert a received event."""
    if not hasattr(_own, "database"):
        _own.database = psycopg.connect(work.setting(work.TARGET_URL), autocommit=True)
    work.commit_effect(_own.database, *work.read(body.encode()))


def source() -> None:
    """Commit and send."""
    database = psycopg.connect(work.setting(work.SOURCE_URL), autocommit=True)

    def one(about: Any, at: float) -> None:
        work.commit_row(database, about, at)
        note.send(work.body(about, at).decode())

    work.produce(one)


def target() -> None:
    """Work as one process of the `dramatiq` command does."""
    dramatiq.Worker(broker, worker_threads=THREADS).start()
    work.ready()
    threading.Event().wait()


if __name__ == "__main__":
    {"source": source, "target": target}[sys.argv[1]]()
