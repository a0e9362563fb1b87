"""Liveness, readiness and metrics of a service."""

from collections.abc import Mapping
from typing import Any

from marshmallow import fields

from shared.access.declarations import declare
from shared.access.views import View, part
from shared.http import Call, Media, Reply, route
from shared.http.store_errors import StoreFull
from shared.runtime.process import Process
from shared.store.store_watch import FULL, OK
from shared.telemetry import metrics


class Live(View):
    """A process is alive."""

    status = declare(fields.String(), None, "`live`.", example="live")


class Checks(View):
    """The parts that requests and events need."""

    database = declare(fields.String(), None, "`ok`: it answers, takes writes and has room.", example="ok")
    keys = declare(fields.String(), None, "`ok`: so does the key database.", example="ok")
    broker = declare(fields.String(), None, "`ok`, `away`, `blocked`, or what it refuses for good.", example="ok")
    relay = declare(fields.String(), None, "`leads` or `stands by`.", example="leads")
    endings = declare(
        fields.String(),
        None,
        "`ok`, or `late`: an ending waits to be applied for too long, and agencies receive nothing (partners only).",
        example="ok",
    )


class Ready(View):
    """The service can answer requests."""

    status = declare(
        fields.String(),
        None,
        "`ready`, or `degraded`: staff are served, and agencies receive nothing because an ending waits for too long.",
        example="ready",
    )
    checks = part(Checks)


class NotReady(Exception):
    """A store that requests need can't be used now. The watch of the stores logs it."""

    status = 503
    retryable = True
    is_expected = True
    title = "Not ready"
    headers: Mapping[str, str] = {"Retry-After": "5"}

    def __init__(self, checks: Mapping[str, str]) -> None:
        """Store the message, and the state of each part."""
        super().__init__(
            "The database or the key database is unavailable. Read `checks`: it names the database and the reason."
        )
        self.members = {"checks": checks}


class NoRoom(StoreFull):
    """A store is full. The error contains the state of each part."""

    is_expected = True

    def __init__(self, checks: Mapping[str, str]) -> None:
        """Store the message, and the state of each part."""
        super().__init__()
        self.members = {"checks": checks}


class OperatedHealth:
    """The routes, for a service class that has an `edge` and its `process`."""

    process: Any

    @route("GET", "/health/live", action=None, reply=Live)
    def live(self, _call: Call) -> Reply:
        """Return that this process is alive."""
        return Reply({"status": "live"})

    @route("GET", "/health/ready", action=None, reply=Ready)
    def ready(self, _call: Call) -> Reply:
        """Return whether requests can be served: both stores answer and accept writes. A broker can be unavailable.

        `degraded` is not a failure: staff are served.

        The answer comes immediately from the last check, which is at most seconds old.
        """
        checks = checks_of(self.process)
        stores = {checks["database"], checks["keys"]}
        if FULL in stores:
            raise NoRoom(checks)
        if stores != {OK}:
            raise NotReady(checks)
        # Still 200: without a ready replica, staff could not reach partners to end an agency's access.
        return Reply({"status": "degraded" if checks["endings"] == "late" else "ready", "checks": checks})

    @route("GET", "/metrics", action=None, reply=Media("text/plain"))
    def metrics(self, _call: Call) -> Reply:
        """Return the metrics in Prometheus' text form."""
        return Reply(text=metrics.exposition(), headers={"Content-Type": metrics.CONTENT_TYPE})


def checks_of(process: Process) -> dict[str, str]:
    """Return the state of each part that requests and events need."""
    return {
        "database": process.database_watch.state,
        "keys": process.key_store_watch.state,
        "broker": _broker(process),
        "relay": "leads" if process.relay.leading else "stands by",
        "endings": "late" if process.is_an_ending_late else "ok",
    }


def _broker(process: Process) -> str:
    """Return the state of the broker: one short of disk or memory still delivers messages, but accepts none."""
    if not process.follower.connected:
        return _refusal(process) or "away"
    return "blocked" if process.relay.is_blocked else "ok"


def _refusal(process: Process) -> str:
    """Return what the broker refuses permanently, until an operator corrects it; empty if it is only unavailable."""
    refusal = next((part.refusal for part in (process.follower, process.guard, process.relay) if part.refusal), "")
    return f"refused: {refusal}" if refusal else ""
