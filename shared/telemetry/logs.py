"""Logs: one JSON object a line, a constant event text, ids as fields.

Case data never enters a log line. A field is written only if it is in `FIELDS` and its value has the declared form
(ids, codes, counts); otherwise only its name is listed in `dropped`. Exceptions are logged by class and place, never by
message, because a database error quotes the refused row. A library's line is logged by its template, or by its place if
the library has already filled the template.
"""

import logging
import os
import re
import socket
import sys
import threading
import traceback
from collections.abc import Mapping, MutableMapping
from types import TracebackType
from typing import Any, TextIO

import structlog

from shared.telemetry import metrics

Entry = MutableMapping[str, Any]

_CODE = re.compile(r"[A-Za-z][\w.:#-]{0,79}")
_CLASS = re.compile(r"\w{1,60}")
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NUMBER = re.compile(r"-?\d{1,19}(\.\d+)?")
_TRUTH = re.compile(r"True|False|None")
_TEXT = re.compile(r"[A-Za-z][\w .,;:()/'%#-]{0,399}")
_ROUTE = re.compile(r"/[\w/<>:.-]{0,119}")
_PLACE = re.compile(r"[\w.<>-]+:\d+ [\w<>]+")
_FILE = re.compile(r"[\w.-]{1,120}")
_ADDRESS = re.compile(r"[\w.:\[\]-]{1,80}")
#: A statement signed with Ed25519 (JWS): header, payload, and a signature of 64 bytes.
_SIGNED = re.compile(r"eyJ[\w-]{1,400}\.[\w-]{1,1000}\.[\w-]{86}")
_ISSUER = re.compile(r"https?://[\w.:/\[\]%~-]{1,2000}")
_TIME = re.compile(r"[\dT:.+Z-]{10,40}")
_TEMPLATE = re.compile(r"(?s).{0,300}")
_RELEASE = re.compile(r"\d[\w.+-]{0,39}")
_REPLICA = re.compile(r"[\w.-]{1,80}")
_STATE = re.compile(r"[0-9A-Z]{5}")
_FRAME = re.compile(r"(services|shared|deploy)/[\w/.-]{1,150}:\d+ [\w<>]{1,80}")

#: All permitted fields, and the form of their values. A value that is no code, id or number is a constant sentence.
FIELDS: dict[str, re.Pattern[str]] = {
    **dict.fromkeys(("level", "service", "source", "type", "library", "table", "timer", "environment", "store"), _CODE),
    **dict.fromkeys(("current", "answer", "outcome"), _CODE),
    **dict.fromkeys(("request", "owner", "webhook", "ring"), _ID),
    # For staff only the id, which only the sign-in provider can resolve; a service's name is a code.
    "caller": re.compile(f"{_ID.pattern}|{_CODE.pattern}"),
    **dict.fromkeys(("position", "head", "vanished", "size", "rows", "subjects", "doubts", "count"), _NUMBER),
    **dict.fromkeys(("seconds", "again_in_seconds", "inserted", "changed", "deleted", "differed", "kept"), _NUMBER),
    **dict.fromkeys(("status", "attempts"), _NUMBER),
    "method": _CODE,
    "release": _RELEASE,
    "replica": _REPLICA,
    # The origin of an error of the database or of Casepath, without the data that it concerns.
    "sqlstate": _STATE,
    "frame": _FRAME,
    "error": _CLASS,
    "asked": _TRUTH,
    "reason": _TEXT,
    "route": _ROUTE,
    "at": _PLACE,
    "file": _FILE,
    "listen": _ADDRESS,
    "provider": _ISSUER,
    "signed": _SIGNED,
    "timestamp": _TIME,
    "template": _TEMPLATE,
}
_EVENT = re.compile(r"[a-z_]+(\.[a-z_]+)+")
_LIBRARIES = {
    "nameko": logging.WARNING,
    # It warns about every kept-alive connection that a stop closes.
    "nameko.containers": logging.ERROR,
    "amqp": logging.WARNING,
    "alembic": logging.WARNING,
}


def configure(service: str, *, form: str, level: str, release: str = "") -> None:
    """Configure structlog and the libraries' loggers to write to standard output in one form.

    In JSON, for log collectors, each line contains the service's release and the replica: the host name, which is a
    container's id, and the process.
    """
    origin = {"release": release, "replica": f"{socket.gethostname()}-{os.getpid()}"} if form == "json" else {}
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _name({"service": service, **{name: value for name, value in origin.items() if value}}),
        _exception_by_place,
        known_fields,
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
    handler = _Handler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[_library_line, *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    # The web server's access log writes full addresses; Casepath logs the route's pattern instead.
    for library, least in _LIBRARIES.items():
        logging.getLogger(library).setLevel(least)
    sys.excepthook = _log_uncaught
    threading.excepthook = lambda failed: _log_uncaught(failed.exc_type, failed.exc_value, failed.exc_traceback)
    sys.unraisablehook = lambda failed: _log_uncaught(failed.exc_type, failed.exc_value, failed.exc_traceback)


# control: H-CONFIDENTIALITY-1 uncaught-errors-by-place
def _log_uncaught(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    """Log an exception that ends the process or a thread, in one line. Python's traceback contains the message."""
    if not issubclass(kind, (KeyboardInterrupt, SystemExit)):
        logger().critical("process.failed", exc_info=(kind, error, trace))


class _Handler(logging.StreamHandler[TextIO]):
    """Writes to standard output. A line that cannot be formatted is logged by the place where it was written."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the library's name
        """Log the failure: the library would print the arguments, which can be values of a case."""
        if not isinstance(record.msg, dict):  # a line of a library; our own are dictionaries, and this one could recur
            logger().error("log.failed", at=[f"{record.module}:{record.lineno} {record.funcName}"])


def logger() -> structlog.typing.FilteringBoundLogger:
    """Return a logger; bind shared context with `structlog.contextvars`."""
    bound: structlog.typing.FilteringBoundLogger = structlog.get_logger()
    return bound


def _name(origin: Mapping[str, str]) -> structlog.typing.Processor:
    def add(_logger: object, _method: str, entry: Entry) -> Entry:
        entry.update(origin)
        return entry

    return add


def _library_line(_logger: object, _method: str, entry: Entry) -> Entry:
    """Reduce a library's line to its template, because its arguments can be rows or bodies.

    A line without arguments might already contain them.
    """
    record: logging.LogRecord | None = entry.get("_record")
    if record is not None:
        message, entry["event"], entry["library"] = entry.get("event"), "library.said", record.name
        if isinstance(record.msg, str) and record.msg != message:
            entry["template"] = record.msg
        else:
            entry["at"] = [f"{record.module}:{record.lineno} {record.funcName}"]
    return entry


# control: H-CONFIDENTIALITY-1 logs-carry-known-fields
def known_fields(_logger: object, _method: str, entry: Entry) -> Entry:
    """Keep the fields that match their form in `FIELDS`; list the names of the others in `dropped`."""
    dropped = [name for name, value in entry.items() if name[0] != "_" and name != "event" and not _fits(name, value)]
    for name in dropped:
        del entry[name]
    if not _EVENT.fullmatch(str(entry.get("event"))):
        entry["event"] = "log.unknown"
        dropped.append("event")
    if dropped:
        # Names are written in the source code; any other name could be a value.
        entry["dropped"] = sorted(name if re.fullmatch("[a-z_]{1,40}", name) else "unknown" for name in dropped)
        metrics.log_fields_dropped.inc(len(dropped))
    return entry


def _fits(name: str, value: object) -> bool:
    form = FIELDS.get(name)
    values = value if isinstance(value, list) else [value]
    return form is not None and all(form.fullmatch(str(entry)) for entry in values)


def _exception_by_place(_logger: object, _method: str, entry: Entry) -> Entry:
    """Replace an exception by its class and its frames, without its message and variables."""
    exc_info = entry.pop("exc_info", None)
    if exc_info is True:
        exc_info = sys.exc_info()
    elif isinstance(exc_info, BaseException):
        exc_info = (type(exc_info), exc_info, exc_info.__traceback__)
    if isinstance(exc_info, tuple) and exc_info[0] is not None:
        frames = traceback.extract_tb(exc_info[2])[-8:]
        entry["error"] = exc_info[0].__name__
        entry["at"] = [f"{frame.filename.rsplit('/', 2)[-1]}:{frame.lineno} {frame.name}" for frame in frames]
    return entry
