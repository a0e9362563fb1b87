"""Log as in production until a block ends."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from shared.telemetry import logs


@contextmanager
def production_logs(service: str, level: str) -> Iterator[None]:
    """Write JSON lines to standard output, and restore the configuration of the tests afterwards.

    No logger is cached: a logger that is first used in here would otherwise keep this configuration for the whole
    process, and no later test could capture its lines.
    """
    root = logging.getLogger()
    handlers, root_level, before = root.handlers, root.level, structlog.get_config()
    logs.configure(service, form="json", level=level)
    structlog.configure(**{**structlog.get_config(), "cache_logger_on_first_use": False})
    try:
        yield
    finally:
        root.handlers = handlers
        root.setLevel(root_level)
        structlog.configure(**before)
