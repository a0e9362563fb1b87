"""The web server of the desk: gunicorn with threads, and the metrics at a separate port."""

import gc
import os
import threading
import time
from datetime import UTC, datetime
from typing import Any

import psycopg
from gunicorn.app.base import BaseApplication
from prometheus_client import start_http_server

import shared
from services.web import desk, parts, settings
from services.web.session.store import Sessions
from shared.reference.words import load_words
from shared.runtime.variables import SettingRefused
from shared.telemetry import logger, logs, metrics

log = logger()
SWEEP_SECONDS, MEASURE_SECONDS = 300.0, 10.0
#: The time that running requests have to finish when the process must stop (seconds).
STOP_SECONDS = 5


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn carries no types
    """One worker process with threads."""

    def __init__(self, serving: parts.Desk) -> None:
        """Store the parts that pages use."""
        self._serving = serving
        super().__init__()

    def load_config(self) -> None:
        """Configure gunicorn. Its access log stays off, because it would write whole addresses."""
        chosen: dict[str, Any] = {
            "bind": self._serving.settings.listen,
            "worker_class": "gthread",
            "workers": 1,
            "threads": self._serving.settings.threads,
            "graceful_timeout": STOP_SECONDS,
            "timeout": 60,
            "keepalive": 15,
            # The application is loaded once, before the fork of the worker, so both processes share that memory.
            "preload_app": True,
            "accesslog": None,
            "loglevel": "warning",
            "post_worker_init": self._begin,
        }
        for name, value in chosen.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Return the WSGI application."""
        return desk.application(self._serving)

    def _begin(self, _worker: object) -> None:
        """Connect in the process that serves, and start the background threads."""
        self._serving.sessions.open()
        host, _, port = self._serving.settings.metrics_listen.rpartition(":")
        if port:
            metrics.says_release(shared.__version__)
            start_http_server(int(port), host, registry=metrics.PAGES)
        for background in (sweep_for_ever, measure_for_ever):
            threading.Thread(target=background, args=(self._serving,), daemon=True).start()
        log.info(
            "service.started", environment=self._serving.settings.environment, listen=self._serving.settings.listen
        )


def sweep_for_ever(serving: parts.Desk) -> None:
    """Delete ended sessions and old drafts every few minutes while the process runs."""
    while True:
        time.sleep(SWEEP_SECONDS)
        try:
            serving.sessions.sweep(datetime.now(UTC))
            serving.drafts.sweep(datetime.now(UTC))
        except (psycopg.Error, TimeoutError) as error:
            log.info("sessions.not_swept", reason=type(error).__name__)


def measure_for_ever(serving: parts.Desk) -> None:
    """Measure the database of the sessions every few seconds while the process runs."""
    while True:
        measure(serving.sessions)
        time.sleep(MEASURE_SECONDS)


def measure(sessions: Sessions) -> None:
    """Set the metrics of the database of the sessions."""
    metrics.store_usable.labels("database").set(sessions.answers())
    used, most = sessions.connections()
    metrics.pool_connections.labels("database", "used").set(used)
    metrics.pool_connections.labels("database", "most").set(most)


def main() -> int:
    """Serve the desk until the process is asked to stop; return the exit code."""
    try:
        chosen = settings.load(os.environ)
        logs.configure("web_desk", form=chosen.log_format, level=chosen.log_level)
        load_words()
        serving = Server(parts.desk_of(chosen))
        gc.freeze()  # a garbage collection would copy the loaded objects into each process
        serving.run()
    except SettingRefused as refused:
        log.error("service.not_started", reason=str(refused))  # noqa: TRY400 - the sentence is for an operator
        return 2
    return 0
