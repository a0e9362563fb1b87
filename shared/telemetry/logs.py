"""Logs: one JSON object a line, a constant event text, ids as fields.

Case data never enter a log line. A field is written only if it is in `FIELDS` and its value has the form that is said
there (ids, codes, counts); of any other only the name, in `dropped`. Exceptions are logged by class and place,
never by message, since a database error quotes the row that it refused; a library's line by its template, or where it
has filled that itself, by its place.
"""

import logging
import os
import re
import socket
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from typing import Any

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
#: A statement that was signed with Ed25519 (JWS): header, payload, and a signature of 64 bytes.
_SIGNED = re.compile(r"eyJ[\w-]{1,400}\.[\w-]{1,1000}\.[\w-]{86}")
_ISSUER = re.compile(r"https?://[\w.:/\[\]%~-]{1,2000}")
_TIME = re.compile(r"[\dT:.+Z-]{10,40}")
_TEMPLATE = re.compile(r"(?s).{0,300}")
_RELEASE = re.compile(r"\d[\w.+-]{0,39}")
_REPLICA = re.compile(r"[\w.-]{1,80}")
_STATE = re.compile(r"[0-9A-Z]{5}")
_FRAME = re.compile(r"(services|shared|deploy)/[\w/.-]{1,150}:\d+ [\w<>]{1,80}")

#: Every field that a line may have, and the form of its values. What is no code, id or number is a sentence of ours.
FIELDS: dict[str, re.Pattern[str]] = {
    **dict.fromkeys(("level", "service", "source", "type", "library", "table", "timer", "environment", "store"), _CODE),
    **dict.fromkeys(("current", "answer", "outcome"), _CODE),
    **dict.fromkeys(("request", "owner", "webhook", "ring"), _ID),
    # Of staff the id alone, which only the sign-in resolves; a service's name is a code.
    "caller": re.compile(f"{_ID.pattern}|{_CODE.pattern}"),
    **dict.fromkeys(("position", "head", "vanished", "size", "rows", "subjects", "doubts", "count"), _NUMBER),
    **dict.fromkeys(("seconds", "again_in_seconds", "inserted", "changed", "deleted", "differed", "kept"), _NUMBER),
    **dict.fromkeys(("status", "attempts"), _NUMBER),
    "method": _CODE,
    "release": _RELEASE,
    "replica": _REPLICA,
    # Where an error of the database, or of ours, comes from: never what it was about.
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
    # It warns of every kept-alive connection that a stop closes.
    "nameko.containers": logging.ERROR,
    "amqp": logging.WARNING,
    "alembic": logging.WARNING,
}


def configure(service: str, *, form: str, level: str, release: str = "") -> None:
    """Send structlog's and the libraries' lines to standard output in one form.

    As JSON, which is read where many come together, each line says which release of the service it is of, and which
    replica: the host's name, which is a container's id, and the process.
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
    # The other libraries log their own connections; what matters of it, the service logs itself.
    for library, least in _LIBRARIES.items():
        logging.getLogger(library).setLevel(least)


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
    """Reduce a library's line to its template: its arguments may be rows or bodies.

    A line without arguments may have been filled with them before it came here.
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
    """Pass the fields that match their form in `FIELDS`; name the others in `dropped`, without their values."""
    dropped = [name for name, value in entry.items() if name[0] != "_" and name != "event" and not _fits(name, value)]
    for name in dropped:
        del entry[name]
    if not _EVENT.fullmatch(str(entry.get("event"))):
        entry["event"] = "log.unknown"
        dropped.append("event")
    if dropped:
        # A name is written in the source; one that is not may be a value.
        entry["dropped"] = sorted(name if re.fullmatch("[a-z_]{1,40}", name) else "unknown" for name in dropped)
        metrics.log_fields_dropped.inc(len(dropped))
    return entry


def _fits(name: str, value: object) -> bool:
    form = FIELDS.get(name)
    values = value if isinstance(value, list) else [value]
    return form is not None and all(form.fullmatch(str(entry)) for entry in values)


def _exception_by_place(_logger: object, _method: str, entry: Entry) -> Entry:
    """Replace an exception by its class and the places it passed, leaving out its words and its variables."""
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
