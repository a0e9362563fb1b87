"""Stock nameko: an event dispatched after the commit, a handler that upserts; both in nameko's own containers."""

import eventlet

eventlet.monkey_patch()

import os  # noqa: E402

os.environ["PSYCOPG_WAIT_FUNC"] = "wait_selector"

import queue  # noqa: E402
import sys  # noqa: E402
from functools import partial  # noqa: E402
from typing import Any  # noqa: E402

import psycopg  # noqa: E402
from eventlet import tpool  # noqa: E402
from nameko.events import EventDispatcher, event_handler  # noqa: E402
from nameko.extensions import DependencyProvider, Entrypoint  # noqa: E402
from nameko.runners import ServiceRunner  # noqa: E402

from tests.benchmarks.exchange import work  # noqa: E402

WORKERS = 10


class Connections(DependencyProvider):
    """A connection for each worker."""

    def start(self) -> None:
        self._free: queue.LifoQueue[Any] = queue.LifoQueue()
        for _ in range(WORKERS):
            self._free.put(psycopg.connect(os.environ["BENCH_OWN_URL"], autocommit=True))

    def get_dependency(self, _worker_ctx: Any) -> Any:
        return self._free.get()

    def worker_result(self, worker_ctx: Any, *_what: Any, **_came: Any) -> None:
        self._free.put(worker_ctx.service.database)


class Asked(Entrypoint):
    """Runs the method once, when the service has started."""

    def start(self) -> None:
        self.container.spawn_managed_thread(partial(self.container.spawn_worker, self, (), {}))


class Maker:
    """Commits and dispatches."""

    name = "maker"
    database = Connections()
    dispatch = EventDispatcher()

    @Asked.decorator
    def make(self) -> None:
        def one(about: Any, at: float) -> None:
            work.commit_row(self.database, about, at)
            self.dispatch("noted", work.body(about, at).decode())

        work.produce(one, read_line=partial(tpool.execute, sys.__stdin__.readline))


class Reader:
    """Upserts each received event."""

    name = "reader"
    database = Connections()

    @event_handler("maker", "noted")
    def note(self, body: str) -> None:
        work.commit_effect(self.database, *work.read(body.encode()))


def main(role: str) -> None:
    os.environ["BENCH_OWN_URL"] = work.setting(work.SOURCE_URL if role == "source" else work.TARGET_URL)
    runner = ServiceRunner({"AMQP_URI": work.setting(work.BROKER_URI), "max_workers": WORKERS})
    runner.add_service(Maker if role == "source" else Reader)
    runner.start()
    if role == "target":
        work.ready()
    runner.wait()


if __name__ == "__main__":
    main(sys.argv[1])
