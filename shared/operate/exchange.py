"""The feed of a service's log, and the positions of its log and its cursors."""

import base64
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from marshmallow import fields
from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from shared.access import case_restrictions, exclusions
from shared.access.declarations import declare, nullable
from shared.access.permissions import Need
from shared.access.tokens import Principal
from shared.access.views import View, parts
from shared.events.contract import Flag, Instant, Reference
from shared.events.envelope import BATCH_CONTENT_TYPE
from shared.exchange import cursor, digests, eventlog, feed, forgeries, holds
from shared.exchange.follower import reactions
from shared.http import Call, CallWith, Command, Media, Refused, Reply, denials, optional, paging, route
from shared.runtime.process import Process
from shared.store.statements import WrittenOnce

#: The entries of the access table for the routes below.
ACCESS = {
    "exchange.read": {"operator": Need.ANY},
    "epochs.begin": {"operator": Need.ANY},
    "events.read": {"operator": Need.ANY, "service": Need.ANY},
    # Only services: the holder of a key can forge messages that are trusted until the feed is read.
    "exchange.keys": {"service": Need.ANY},
    "exchange.digests": {"service": Need.ANY},
}


POSITION = declare(fields.Integer(strict=True), None, "A position of the log.", example=42)
AFTER = declare(nullable(fields.Integer(strict=True)), None, "A position of the log, or null.", example=42)


_FEED_HEADERS = {
    "Casepath-Head": "the last position of the log",
    "Casepath-Epochs": "the epochs of the log, oldest first, each as `<epoch>@<position it began after>`",
}


_DIGESTS_LIMIT = (
    "limit",
    {"type": "integer", "maximum": feed.DIGESTS_PAGE, "default": feed.DIGESTS_PAGE},
    "the most digests in one response",
)


class BeginEpoch(Command):
    """Begin a new epoch after a position of the log, by default after its head."""

    after: int | None = optional(AFTER, default=None)


class CloudEvent(View):
    """An event in the format of CloudEvents 1.0. `/asyncapi.json` describes the data of each type."""

    specversion = declare(fields.String(), None, "`1.0`.", example="1.0")
    id = declare(Reference(), None, "The same for each copy of this event.")
    source = declare(fields.String(), None, "The service that published the event.", example="/casepath/intake")
    type = declare(fields.String(), None, "The event type.", example="org.casepath.intake.case.closed.v1")
    subject = declare(Reference(), None, "The case or other subject.")
    time = declare(Instant(), None, "When it was recorded.")
    sequence = declare(fields.String(), None, "Its position in the log, without gaps.", example=f"{42:020}")
    data = declare(fields.Dict(), None, "Codes, dates, counts, booleans and references; empty after erasure.")


class BegunEpoch(View):
    """One epoch of the log."""

    epoch = declare(Reference(), None, "Its id.")
    after = POSITION


class FollowedSource(View):
    """This service's position in another service's log."""

    source = declare(fields.String(), None, "The other service.", example="intake")
    cursor = POSITION
    diverged = declare(
        Flag(), None, "Whether this service applied events that the source's log no longer contains.", example=False
    )
    held = declare(fields.Integer(), None, "Subjects that wait for a retry.", example=0)
    parked = declare(fields.Integer(), None, "Subjects that wait for an operator.", example=0)


class ProbingAlarm(View):
    """An alarm about a caller that requested many unknown addresses and may be guessing ids."""

    caller = declare(fields.String(), None, "The staff id or the service that sent the requests.", example="legal")
    not_found = declare(
        fields.Integer(), None, "The highest number of different unknown addresses within 10 minutes.", example=20
    )
    first_at = declare(Instant(), None, "When it was first noticed.")
    last_at = declare(Instant(), None, "When it was last noticed.")


class ForgeryMet(View):
    """A forged or altered message that this service received."""

    source = declare(fields.String(), None, "The service that the message claimed as its sender.", example="intake")
    position = POSITION
    kind = declare(fields.String(), None, "The effect of the message.", example="applied")
    meaning = declare(fields.String(), None, "The effect of the message and the response to it, in words.")
    count = declare(fields.Integer(), None, "How often it was received.", example=1)
    last_at = declare(Instant(), None, "When it was last received.")


class LogDigests(View):
    """Digests of consecutive events of a log, without gaps."""

    digests = declare(fields.List(fields.String()), None, "One digest for each event, in hexadecimal.")


class ExchangeKeyShown(View):
    """The key that encrypts a service's events of one day."""

    id = declare(Reference(), None, "Its id, which each message contains.")
    key = declare(fields.String(), None, "The key, in base64.")


class ExchangeKeysShown(View):
    """The keys that decrypt a service's messages."""

    keys = parts(ExchangeKeyShown)


class ExchangePositions(View):
    """The positions of a service's log and cursors."""

    head = POSITION
    service = declare(fields.String(), None, "This service.", example="legal")
    environment = declare(fields.String(), None, "The environment of the installation.", example="production")
    epoch = declare(Reference(), None, "The current epoch of its log.")
    published = declare(fields.Integer(), None, "The last position that the broker confirmed.", example=42)
    unpublished_age_seconds = declare(nullable(fields.Float()), None, "Age of the oldest unconfirmed event.", example=0)
    following = parts(FollowedSource)
    quarantined = declare(fields.Integer(), None, "Messages that could not be read.", example=0)
    skipped = declare(fields.Integer(), None, "Event types that this service does not know.", example=0)
    vanished = declare(fields.Integer(), None, "Reactions to events that no longer exist.", example=0)
    probing = parts(ProbingAlarm)
    forged = parts(ForgeryMet)


def hidden_from(principal: Principal) -> Callable[[ColumnElement[UUID | None]], ColumnElement[bool]]:
    """Return the condition that hides a subject from a member of staff: they are excluded, or the case is restricted.

    Excluded staff must not learn that the case exists. Roles that may read restricted cases see restricted ones.
    """
    member, reads_restricted = UUID(principal.subject), bool(case_restrictions.READERS & principal.roles)

    def condition(subject: ColumnElement[UUID | None]) -> ColumnElement[bool]:
        excluded = exclusions.excludes(subject, member)
        return excluded if reads_restricted else excluded | case_restrictions.restricts(subject)

    return condition


class OperatedExchange:
    """The exchange routes, for a service class that has an `edge` and a `process`."""

    process: Any

    @route(
        "GET",
        "/v1/events",
        action="events.read",
        query=(paging.AFTER_POSITION, paging.LIMIT_OR_HEAD, paging.SUBJECT),
        reply=Media(BATCH_CONTENT_TYPE, {"type": "array", "items": CloudEvent}),
        headers=_FEED_HEADERS,
        only_reads=True,
        by_real_time=True,
    )
    def events(self, call: Call) -> Reply:
        """Return the events after a position of the log, as a batch of CloudEvents.

        Services can read every event. Staff can't read events of a person who excluded them, events of a restricted
        case, or earlier event versions that contain more data than the current version publishes.
        """
        after, limit, subject = _page_asked(call.query)
        process: Process = self.process
        # Numbering has its own transaction: it must not see rows that this one has not committed.
        head, lives = eventlog.numbered_with_epochs(process.database)
        hidden = None if call.principal.is_service else hidden_from(call.principal)
        events = eventlog.read(
            call.session,
            process.service,
            after=after,
            limit=limit,
            subject=subject,
            hidden=hidden,
            too_much=process.parts.following.emits.too_much,
        )
        # An empty page for a service is not audited: followers poll every few seconds, and it gives no access to data.
        noted = bool(events) or subject is not None or not call.principal.is_service
        documents = [event.document() for event in events]
        return Reply(documents, headers=feed.headers(head, lives), about=subject, noted=noted)

    @route(
        "GET",
        "/v1/exchange/digests",
        action="exchange.digests",
        query=(paging.AFTER_POSITION, _DIGESTS_LIMIT),
        reply=LogDigests,
        headers=_FEED_HEADERS,
        only_reads=True,
        by_real_time=True,
    )
    def event_digests(self, call: Call) -> Reply:
        """Return digests of the events after a position of the log, for a follower to compare with its own events."""
        after, limit, _subject = _page_asked(call.query, most=feed.DIGESTS_PAGE)
        process: Process = self.process
        head, lives = eventlog.numbered_with_epochs(process.database)
        events = eventlog.read(call.session, process.service, after=after, limit=limit)
        headers = {name: text for name, text in feed.headers(head, lives).items() if name != "Content-Type"}
        written = [digests.digest_of(event).hex() for event in events]
        return Reply({"digests": written}, headers=headers, noted=False)

    @route("GET", "/v1/exchange/keys", action="exchange.keys", reply=ExchangeKeysShown)
    def keys_of_exchange(self, _call: Call) -> Reply:
        """Return the keys that decrypt this service's messages, including those of today and tomorrow."""
        process: Process = self.process
        process.exchange_keys.rotate(datetime.now(UTC))
        keys = [{"id": key.id, "key": base64.b64encode(key.key).decode()} for key in process.exchange_keys.all()]
        return Reply({"keys": keys})

    @route("GET", "/v1/exchange", action="exchange.read", reply=ExchangePositions, only_reads=True, by_real_time=True)
    def exchange(self, call: Call) -> Reply:
        """Return the positions of this service's log and cursors."""
        return Reply(positions(call.session, self.process))

    @route("POST", "/v1/exchange/epochs", action="epochs.begin", body=BeginEpoch, reply=BegunEpoch, status=201)
    def begin_epoch(self, call: CallWith[BeginEpoch]) -> Reply:
        """Begin a new epoch of the log manually, so that followers past its start rebuild their read models."""
        try:
            epoch = eventlog.begin_epoch(call.session, call.command.after)
        except ValueError:
            detail = (
                "The position in `after` is not in the current epoch, and not at the head of the log. Read "
                "/v1/exchange first."
            )
            raise Refused(422, "No such position", detail) from None
        return Reply(epoch, status=201)


def _page_asked(query: dict[str, str], most: int = feed.PAGE) -> tuple[int, int, UUID | None]:
    try:
        after = min(paging.LAST_PLACE, max(0, paging.whole(query.get("after", "0"))))
        limit = min(most, max(0, paging.whole(query.get("limit", str(most)))))
        return after, limit, UUID(query["subject"]) if "subject" in query else None
    except ValueError:
        raise paging.unclear(
            "The value of `after`, `limit` or `subject` is not valid. Send whole numbers for `after` and `limit`, "
            "and a UUID for `subject`."
        ) from None


#: One query, because callers that wait for events poll this often. Tables that are mostly empty are read only if not.
_COUNTS = WrittenOnce(
    select(
        select(func.count()).select_from(holds.quarantine).scalar_subquery().label("quarantined"),
        select(func.count()).select_from(cursor.skipped).scalar_subquery().label("skipped"),
        reactions.count_of_vanished().scalar_subquery().label("vanished"),
        eventlog.last_epoch().scalar_subquery().label("epoch"),
        exists().select_from(holds.holds).label("is_any_held"),
        exists().select_from(denials.probing_alarms).label("is_any_probing"),
        exists().select_from(forgeries.forgeries).label("is_any_forged"),
    )
)


def positions(session: Session, process: Process) -> dict[str, Any]:
    """Return the positions of a service's log and cursors, as `ExchangePositions` describes them."""
    # Read the cursors before the head, so that the effects of an event applied meanwhile still count as pending.
    states = {source: state for source, (state, _verified) in cursor.read_all(session).items()}
    backlog = eventlog.backlog(process.database)
    counts = _COUNTS.execute(session, {}).mappings().one()
    waiting = holds.counts(session) if counts["is_any_held"] else {}
    return {
        # Events that are numbered only now were committed. They count here as in the feed.
        "head": backlog.head if backlog.is_numbered else eventlog.numbered(process.database),
        "service": process.service,
        "environment": process.settings.environment,
        "epoch": counts["epoch"],
        "published": backlog.published,
        "unpublished_age_seconds": backlog.oldest,
        "following": [
            {
                "source": source,
                "cursor": states[source].position if source in states else 0,
                "diverged": source in states and states[source].diverged,
                **waiting.get(source, {"held": 0, "parked": 0}),
            }
            for source in process.parts.following.reads.sources
        ],
        **{name: counts[name] for name in ("quarantined", "skipped", "vanished")},
        "probing": denials.alarms(session) if counts["is_any_probing"] else [],
        "forged": forgeries.recent(session) if counts["is_any_forged"] else [],
    }
