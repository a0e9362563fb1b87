"""The process of the public pages that serves: the application, and the metrics at a separate port."""

from flask import Flask
from prometheus_client import start_http_server

import shared
from services.web.public import application, parts
from services.web.public.settings import PublicSettings
from shared.reference.words import PUBLIC_LANGUAGES
from shared.telemetry import logger, metrics

log = logger()


def begin(chosen: PublicSettings) -> Flask:
    """Return the application, with the words of every language that intake returns at this moment."""
    public = parts.public_of(chosen)
    for language in PUBLIC_LANGUAGES:
        if public.library.words(language) is None:
            break  # intake does not answer; the first request of each language tries again
    host, _, port = chosen.metrics_listen.rpartition(":")
    if port:
        metrics.says_release(shared.__version__)
        start_http_server(int(port), host, registry=metrics.PAGES)
    log.info("service.started", environment=chosen.environment, listen=chosen.listen)
    return application.application(public)
