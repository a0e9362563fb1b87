"""Logs: one JSON object a line, a constant event text, ids as fields.

Case data never enter a log line. Values are limited to what identifies (ids, codes, counts); exceptions are logged by
class and place, never by message, since a database error quotes the row that it refused.
"""

import logging
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any

import structlog

Entry = MutableMapping[str, Any]
_LIBRARIES = {
    "nameko": logging.WARNING,
    # It warns of every kept-alive connection that a stop closes.
    "nameko.containers": logging.ERROR,
    "amqp": logging.WARNING,
    "alembic": logging.WARNING,
}


def configure(service: str, *, form: str, level: str) -> None:
    """Send structlog's and the libraries' lines to standard output in one form."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _name(service),
        _exception_by_place,
    ]
    last: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stdout.isatty())
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[_library_line, *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    # The web server's own access log writes whole addresses; ours logs the route's pattern instead.
    # The other libraries tell of their own comings and goings; what matters of it, the service says itself.
    for library, least in _LIBRARIES.items():
        logging.getLogger(library).setLevel(least)


def logger() -> Any:
    """Give a logger; bind shared context with `structlog.contextvars`."""
    return structlog.get_logger()


def _name(service: str) -> structlog.typing.Processor:
    def add(_logger: Any, _method: str, entry: Entry) -> Entry:
        entry["service"] = service
        return entry

    return add


def _library_line(_logger: Any, _method: str, entry: Entry) -> Entry:
    """Keep a library's line by its template alone: its arguments may be rows or bodies."""
    record: logging.LogRecord | None = entry.get("_record")
    if record is not None:
        entry["event"] = str(record.msg) if isinstance(record.msg, str) else type(record.msg).__name__
        entry["library"] = record.name
    return entry


def _exception_by_place(_logger: Any, _method: str, entry: Entry) -> Entry:
    """Replace an exception by its class and the places it passed, leaving out its words and its variables."""
    given = entry.pop("exc_info", None)
    if given is True:
        given = sys.exc_info()
    elif isinstance(given, BaseException):
        given = (type(given), given, given.__traceback__)
    if isinstance(given, tuple) and given[0] is not None:
        frames = traceback.extract_tb(given[2])[-8:]
        entry["error"] = given[0].__name__
        entry["at"] = [f"{frame.filename.rsplit('/', 2)[-1]}:{frame.lineno} {frame.name}" for frame in frames]
    return entry
