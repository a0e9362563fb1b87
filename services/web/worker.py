"""The process of the desk that serves: the application, its background threads, and the metrics on a separate port."""

import ctypes
import threading
import time
from datetime import UTC, datetime

import psycopg
from flask import Flask
from prometheus_client import start_http_server

import shared
from services.web import desk, parts
from services.web.session.store import Sessions
from services.web.settings import DeskSettings
from shared.reference.words import load_words
from shared.telemetry import logger, metrics

log = logger()
#: glibc's call that returns freed memory to the operating system; None with another C library.
_TRIM = getattr(ctypes.CDLL(None), "malloc_trim", None)
SWEEP_SECONDS, MEASURE_SECONDS = 300.0, 10.0


def begin(chosen: DeskSettings) -> Flask:
    """Return the application, connected to its database, with its background threads running."""
    load_words()
    serving = parts.desk_of(chosen)
    application = desk.application(serving)
    serving.sessions.open()
    host, _, port = chosen.metrics_listen.rpartition(":")
    if port:
        metrics.says_release(shared.__version__)
        start_http_server(int(port), host, registry=metrics.PAGES)
    for background in (sweep_for_ever, measure_for_ever):
        threading.Thread(target=background, args=(serving,), daemon=True).start()
    log.info("service.started", environment=chosen.environment, listen=chosen.listen)
    return application


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
    """Measure the database of the sessions every few seconds, and return freed memory, while the process runs."""
    while True:
        measure(serving.sessions)
        if _TRIM is not None:
            _TRIM(0)  # compiling templates leaves 3 MB
        time.sleep(MEASURE_SECONDS)


def measure(sessions: Sessions) -> None:
    """Set the metrics of the database of the sessions."""
    metrics.store_usable.labels("database").set(sessions.answers())
    used, most = sessions.connections()
    metrics.pool_connections.labels("database", "used").set(used)
    metrics.pool_connections.labels("database", "most").set(most)
