"""What every service offers operators and the other services: health, metrics, its feed, its clock, its documents."""

from datetime import datetime
from typing import Any
from uuid import UUID

from marshmallow import Schema, ValidationError, fields
from nameko.extensions import DependencyProvider
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shared import (
    cursor,
    eventlog,
    feed,
    holds,
    metrics,
    operate_access,
    operate_audit,
    operate_holds,
    operate_rebuild,
    timers,
)
from shared.access import Need
from shared.clock import FIRST_INSTANT, LAST_INSTANT
from shared.contract import Instant
from shared.follower import reactions
from shared.process import Process
from shared.web import Call, Edge, Refused, Reply, openapi, paging, route
from shared.web.documents import reading_page

#: The entries of the access table for the routes below; the same in every service.
ACCESS = {
    "exchange.read": {"operator": Need.ANY},
    "epochs.begin": {"operator": Need.ANY},
    "clock.read": {"operator": Need.ANY},
    "clock.move": {"operator": Need.ANY},
    "events.read": {"operator": Need.ANY, "service": Need.ANY},
    **operate_access.ACCESS,
    **operate_holds.ACCESS,
    **operate_audit.ACCESS,
    **operate_rebuild.ACCESS,
}


def _within_reach(to: datetime | None) -> None:
    # Near the ends of time, zones and libraries disagree about what can be read back: the clock would be stuck there.
    if to is not None and not FIRST_INSTANT <= to <= LAST_INSTANT:
        raise ValidationError("lies outside the years 1900 to 2199")


class BeginEpoch(Schema):
    """After which position of the log a new epoch begins; by default after its head."""

    after = fields.Integer(strict=True, load_default=None, allow_none=True)


class MoveClock(Schema):
    """Where the clock is set; null lets time be real again."""

    now = Instant(required=True, allow_none=True, validate=_within_reach)


class Parts(DependencyProvider):  # type: ignore[misc]  # nameko carries no types
    """Gives a service class the running parts of its process."""

    def get_dependency(self, _worker_ctx: Any) -> Process:
        """Hand the parts to a worker."""
        process: Process = self.container.config["process"]
        return process


class Operated(
    operate_access.OperatedAccess,
    operate_holds.OperatedHolds,
    operate_audit.OperatedAudit,
    operate_rebuild.OperatedRebuild,
):
    """The routes that every service class inherits; nameko finds entrypoints on the class alone."""

    name: str
    edge = Edge()
    process = Parts()

    @route("GET", "/health/live", action=None)
    def live(self, _call: Call) -> Reply:
        """Tell that this process turns."""
        return Reply({"status": "live"})

    @route("GET", "/health/ready", action=None)
    def ready(self, call: Call) -> Reply:
        """Tell whether requests can be served; a broker that is away stops none, and is only named."""
        process: Process = self.process
        eventlog.epochs(call.session)
        checks = {
            "database": "ok",
            "broker": "ok" if process.follower.connected else _refusal(process) or "away",
            "relay": "leads" if process.relay.leading else "stands by",
        }
        return Reply({"status": "ready", "checks": checks})

    @route("GET", "/metrics", action=None)
    def metrics(self, _call: Call) -> Reply:
        """Give the metrics in Prometheus' text form."""
        return Reply(text=metrics.exposition(), headers={"Content-Type": metrics.CONTENT_TYPE})

    @route("GET", "/openapi.json", action=None)
    def openapi(self, _call: Call) -> Reply:
        """Give this service's OpenAPI document."""
        return Reply(openapi.document(type(self)))

    @route("GET", "/docs", action=None)
    def documents(self, _call: Call) -> Reply:
        """Give a page that reads out the routes and events of this service."""
        process: Process = self.process
        page = reading_page(type(self), process.plan.following.emits)
        return Reply(text=page.encode(), headers={"Content-Type": "text/html; charset=utf-8"})

    @route("GET", "/v1/schemas/<string:address>", action=None)
    def schema(self, call: Call) -> Reply:
        """Resolve an event's `dataschema`."""
        from shared.web.documents import json_schema

        process: Process = self.process
        found = json_schema(process.plan.following.emits, call.path["address"])
        if found is None:
            raise Refused(404, "Not found", "No event of this service has a schema of that name.")
        return Reply(found)

    @route("GET", "/v1/events", action="events.read")
    def events(self, call: Call) -> Reply:
        """Give the log from a position on, as a batch of CloudEvents."""
        after, limit, subject = _page_asked(call.query)
        process: Process = self.process
        # Numbering is alone in its transaction: it must not see rows that this one has not committed.
        with process.database.transaction() as session:
            head = eventlog.number(session)
        lives = eventlog.epochs(call.session)
        found = eventlog.read(call.session, process.service, after=after, limit=limit, subject=subject)
        # Followers look for news every few seconds, for ever; that they found none is no access to anybody's data.
        noted = bool(found) or subject is not None or not call.principal.is_service
        documents = [each.document() for each in found]
        return Reply(documents, headers=feed.headers(head, lives), about=subject, noted=noted)

    @route("GET", "/v1/exchange", action="exchange.read")
    def exchange(self, call: Call) -> Reply:
        """Tell where this service's log and cursors stand."""
        process: Process = self.process
        with process.database.transaction() as session:
            head = eventlog.number(session)
        return Reply({"head": head, **_stand(call.session, process)})

    @route("POST", "/v1/exchange/epochs", action="epochs.begin", body=BeginEpoch)
    def begin_epoch(self, call: Call) -> Reply:
        """Begin a new epoch of the log by hand, so that followers who are past it build their pictures again."""
        try:
            begun = eventlog.begin_epoch(call.session, call.body["after"])
        except ValueError:
            detail = "`after` lies neither in the present epoch nor at the log's head. Read /v1/exchange first."
            raise Refused(422, "No such position", detail) from None
        return Reply({"epoch": str(begun.epoch), "after": begun.after}, status=201)

    @route("GET", "/v1/clock", action="clock.read")
    def clock(self, call: Call) -> Reply:
        """Tell the domain's now, and when the next timer is due."""
        process: Process = self.process
        moved = process.clock.moved_to(call.session)
        return Reply(
            {
                "now": call.now.isoformat(),
                "moved": moved is not None,
                "allowed": process.clock.movable,
                "next_due": _iso(timers.next_due(call.session)),
            }
        )

    @route("PUT", "/v1/clock", action="clock.move", body=MoveClock)
    def move_clock(self, call: Call) -> Reply:
        """Set the test clock, or let time be real again."""
        process: Process = self.process
        process.clock.move(call.session, call.body["now"])
        return Reply({"now": _iso(call.body["now"]), "next_due": _iso(timers.next_due(call.session))})

    @route("POST", "/v1/clock/due", action="clock.move")
    def fire_due(self, call: Call) -> Reply:
        """Fire what is due by the test clock, in order, and only then answer."""
        process: Process = self.process
        fired = process.timers.fire_due()
        return Reply({"fired": fired, "next_due": _iso(timers.next_due(call.session))})


def _refusal(process: Process) -> str:
    """Say what the broker refuses for good, until a person has seen to it; nothing while it is merely away."""
    said = next((part.refusal for part in (process.follower, process.guard, process.relay) if part.refusal), "")
    return f"refused: {said}" if said else ""


def _page_asked(query: dict[str, str]) -> tuple[int, int, UUID | None]:
    try:
        after = min(paging.LAST_PLACE, max(0, paging.whole(query.get("after", "0"))))
        limit = min(feed.PAGE, max(0, paging.whole(query.get("limit", str(feed.PAGE)))))
        return after, limit, UUID(query["subject"]) if "subject" in query else None
    except ValueError:
        raise paging.unclear("`after` and `limit` are whole numbers, `subject` is a UUID.") from None


def _stand(session: Session, process: Process) -> dict[str, Any]:
    waiting = holds.counts(session)
    following = [
        {
            "source": source,
            "cursor": cursor.stand(session, source).position,
            "diverged": cursor.stand(session, source).diverged,
            **waiting.get(source, {"held": 0, "parked": 0}),
        }
        for source in process.plan.following.reads.sources
    ]
    return {
        "service": process.service,
        "environment": process.settings.environment,
        "epoch": str(eventlog.epochs(session)[-1].epoch),
        "published": session.execute(select(eventlog.log_published.c.position)).scalar_one(),
        "unpublished_age_seconds": eventlog.oldest_unpublished(session),
        "following": following,
        "quarantined": session.execute(select(func.count()).select_from(holds.quarantine)).scalar_one(),
        "skipped": session.execute(select(func.count()).select_from(cursor.skipped)).scalar_one(),
        "vanished": reactions.count_vanished(session),
    }


def _iso(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat()
