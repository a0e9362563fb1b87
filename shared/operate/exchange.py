"""The feed of a service's log, and the positions of its log and its cursors."""

from typing import Any
from uuid import UUID

from marshmallow import Schema, fields
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shared.access.permissions import Need
from shared.exchange import cursor, eventlog, feed, holds
from shared.exchange.follower import reactions
from shared.http import Call, Refused, Reply, paging, route
from shared.runtime.process import Process

#: The entries of the access table for the routes below.
ACCESS = {
    "exchange.read": {"operator": Need.ANY},
    "epochs.begin": {"operator": Need.ANY},
    "events.read": {"operator": Need.ANY, "service": Need.ANY},
}


class BeginEpoch(Schema):
    """After which position of the log a new epoch begins; by default after its head."""

    after = fields.Integer(strict=True, load_default=None, allow_none=True)


class OperatedExchange:
    """The routes, for a service class that has an `edge` and its `process`."""

    process: Any

    @route("GET", "/v1/events", action="events.read")
    def events(self, call: Call) -> Reply:
        """Return the log from a position on, as a batch of CloudEvents."""
        after, limit, subject = _page_asked(call.query)
        process: Process = self.process
        # Numbering is alone in its transaction: it must not see rows that this one has not committed.
        with process.database.transaction() as session:
            head = eventlog.number(session)
        lives = eventlog.epochs(call.session)
        events = eventlog.read(call.session, process.service, after=after, limit=limit, subject=subject)
        # Followers look for news every few seconds, for ever; that they found none is no access to anybody's data.
        noted = bool(events) or subject is not None or not call.principal.is_service
        documents = [event.document() for event in events]
        return Reply(documents, headers=feed.headers(head, lives), about=subject, noted=noted)

    @route("GET", "/v1/exchange", action="exchange.read")
    def exchange(self, call: Call) -> Reply:
        """Return the positions of this service's log and cursors."""
        process: Process = self.process
        with process.database.transaction() as session:
            head = eventlog.number(session)
        return Reply({"head": head, **_stand(call.session, process)})

    @route("POST", "/v1/exchange/epochs", action="epochs.begin", body=BeginEpoch)
    def begin_epoch(self, call: Call) -> Reply:
        """Begin a new epoch of the log by hand, so that followers who are past it build their read models again."""
        try:
            epoch = eventlog.begin_epoch(call.session, call.body["after"])
        except ValueError:
            detail = "`after` lies neither in the present epoch nor at the log's head. Read /v1/exchange first."
            raise Refused(422, "No such position", detail) from None
        return Reply({"epoch": str(epoch.epoch), "after": epoch.after}, status=201)


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
            "cursor": cursor.read_state(session, source).position,
            "diverged": cursor.read_state(session, source).diverged,
            **waiting.get(source, {"held": 0, "parked": 0}),
        }
        for source in process.parts.following.reads.sources
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
