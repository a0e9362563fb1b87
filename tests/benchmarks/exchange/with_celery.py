"""Celery: a task sent after the commit with confirms, acknowledged late, in a pool of threads, on a quorum queue."""

import sys
import threading
from typing import Any

import psycopg
from celery import Celery
from celery.signals import worker_ready
from kombu import Queue

from tests.benchmarks.exchange import work

THREADS = 10
QUEUE = "celery.inbox"

app = Celery("exchange", broker=work.setting(work.BROKER_URI))
app.conf.update(
    task_acks_late=True,
    task_ignore_result=True,
    task_default_queue=QUEUE,
    task_queues=[Queue(QUEUE, queue_arguments={"x-queue-type": "quorum"})],
    broker_transport_options={"confirm_publish": True},
    broker_connection_retry_on_startup=True,
    worker_hijack_root_logger=False,
    worker_redirect_stdouts=False,
)
_own = threading.local()


@app.task(name="note")
def note(body: str) -> None:
    """Upsert a received event."""
    if not hasattr(_own, "database"):
        _own.database = psycopg.connect(work.setting(work.TARGET_URL), autocommit=True)
    work.commit_effect(_own.database, *work.read(body.encode()))


@worker_ready.connect
def _tell(**_which: Any) -> None:
    work.ready()


def source() -> None:
    """Commit and send."""
    database = psycopg.connect(work.setting(work.SOURCE_URL), autocommit=True)

    def one(about: Any, at: float) -> None:
        work.commit_row(database, about, at)
        note.delay(work.body(about, at).decode())

    work.produce(one)


def target() -> None:
    """Work as `celery worker` does."""
    quiet = ["--without-gossip", "--without-mingle", "--loglevel", "ERROR"]
    app.worker_main(["worker", "--pool", "threads", "--concurrency", str(THREADS), *quiet])


if __name__ == "__main__":
    {"source": source, "target": target}[sys.argv[1]]()
