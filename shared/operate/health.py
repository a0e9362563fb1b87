"""Liveness, readiness and metrics of a service."""

from typing import Any

from marshmallow import fields

from shared.access.declarations import declare
from shared.access.views import View, part
from shared.exchange import eventlog
from shared.http import Call, Media, Reply, route
from shared.http.store_errors import StoreFull
from shared.runtime.process import Process
from shared.telemetry import metrics


class Live(View):
    """That a process is alive."""

    status = declare(fields.String(), None, "`live`.", example="live")


class Checks(View):
    """The parts that requests and events need."""

    database = declare(fields.String(), None, "`ok`.", example="ok")
    broker = declare(fields.String(), None, "`ok`, `away`, or what it refuses for good.", example="ok")
    relay = declare(fields.String(), None, "`leads` or `stands by`.", example="leads")


class Ready(View):
    """That requests can be served."""

    status = declare(fields.String(), None, "`ready`.", example="ready")
    checks = part(Checks)


class OperatedHealth:
    """The routes, for a service class that has an `edge` and its `process`."""

    process: Any

    @route("GET", "/health/live", action=None, reply=Live)
    def live(self, _call: Call) -> Reply:
        """Return that this process is alive."""
        return Reply({"status": "live"})

    @route("GET", "/health/ready", action=None, reply=Ready)
    def ready(self, call: Call) -> Reply:
        """Return whether requests can be served: the database answers and has room. A broker may be away."""
        process: Process = self.process
        eventlog.epochs(call.session)
        if process.database.lacks_room:
            raise StoreFull
        checks = {
            "database": "ok",
            "broker": "ok" if process.follower.connected else _refusal(process) or "away",
            "relay": "leads" if process.relay.leading else "stands by",
        }
        return Reply({"status": "ready", "checks": checks})

    @route("GET", "/metrics", action=None, reply=Media("text/plain"))
    def metrics(self, _call: Call) -> Reply:
        """Return the metrics in Prometheus' text form."""
        return Reply(text=metrics.exposition(), headers={"Content-Type": metrics.CONTENT_TYPE})


def _refusal(process: Process) -> str:
    """Return what the broker refuses for good, until a person has seen to it; empty while it is merely away."""
    refusal = next((part.refusal for part in (process.follower, process.guard, process.relay) if part.refusal), "")
    return f"refused: {refusal}" if refusal else ""
