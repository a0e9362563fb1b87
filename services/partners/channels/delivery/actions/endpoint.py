"""An endpoint as a lane loads it, the next events for it, and the results of the attempts."""

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import takewhile
from typing import Final
from uuid import UUID

from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from services.partners.agencies.agency.models import Generation, Record
from services.partners.agencies.agency.rules import ACTIVE as TAKES_PART
from services.partners.channels.delivery import rules
from services.partners.channels.delivery.actions import keeping
from services.partners.channels.delivery.actions.source import Item, source_of
from services.partners.channels.delivery.models import Webhook, WebhookAttempt, WebhookRequest
from services.partners.channels.delivery.rules import Outcome, Standing
from services.partners.streams.ground.events import ENDINGS
from services.partners.streams.stream.actions.recording import record_delivered
from services.partners.streams.stream.events import OWN_SOURCE
from services.partners.streams.subscription.rules import EVERYTHING
from shared import encryption
from shared.access import agencies
from shared.events.envelope import new_id, type_of
from shared.store.database import Database
from shared.telemetry import metrics
from shared.telemetry.logs import logger

#: Of the code list `delivery_channel`.
CHANNEL: Final = "webhook"
TESTED_TYPE: Final = type_of("partners", "webhook.tested", 1)
_LONGEST_MILLISECONDS: Final = 1_000_000
_NOBODY: Final = UUID(int=0)
#: How many events are passed over in one read, and the most reads of one transaction.
_AT_ONCE, _MOST_READS = 50, 20

log = logger()

_WEBHOOKS, _ATTEMPTS = (Record.metadata.tables[each.__tablename__] for each in (Webhook, WebhookAttempt))
_STANDING: Final = ("state", "reason", "tries", "failing_since", "next_at")
_SEALED: Final = ("url", "secret", "former_secret", "former_until")
#: Built once, because it is executed for each event that arrives singly.
_LOADED: Final = (
    select(
        *(_WEBHOOKS.c[name] for name in ("agency", "position", *_SEALED, *_STANDING)),
        select(WebhookRequest.id).where(WebhookRequest.webhook == _WEBHOOKS.c.id).exists().label("is_asked"),
        _WEBHOOKS.c.version,
        _WEBHOOKS.c.types,
        func.coalesce(
            select(Generation.count).where(Generation.agency == _WEBHOOKS.c.agency).scalar_subquery(), 0
        ).label("generation"),
    )
    .join(agencies.agencies, agencies.agencies.c.id == _WEBHOOKS.c.agency)
    .where(_WEBHOOKS.c.id == bindparam("webhook"), agencies.agencies.c.state == TAKES_PART)
)
#: Queried before each event is sent. The version is null if the endpoint was removed.
_STAMP_NOW: Final = """
    select (select version from webhooks where id = %(webhook)s) as version,
        coalesce((select count from stream_endings where agency = %(agency)s), 0) as generation
"""
#: Built once as well: each batch ends with it.
_CHANGED: Final = (
    update(_WEBHOOKS)
    .where(
        _WEBHOOKS.c.id == bindparam("webhook"),
        *(_WEBHOOKS.c[name] == bindparam(f"loaded_{name}") for name in ("position", "state", "next_at")),
    )
    .values(
        last_delivered_at=func.coalesce(
            bindparam("delivered_at", type_=_WEBHOOKS.c.last_delivered_at.type), _WEBHOOKS.c.last_delivered_at
        ),
        **{name: bindparam(f"new_{name}") for name in ("position", *_STANDING)},
    )
    .returning(_WEBHOOKS.c.id)
)
#: The columns that differ between the attempts of a batch. Each is passed as an array, because one statement per row
#: takes far longer.
_NOTED: Final = ("id", "at", "sequence", "outcome", "status", "milliseconds", "answer")
_ALIKE: Final = ("webhook", "is_again")
_NOTE: Final = insert(_ATTEMPTS).from_select(
    (*_ALIKE, *_NOTED),
    select(
        *(bindparam(name, type_=_ATTEMPTS.c[name].type) for name in _ALIKE),
        *(func.unnest(bindparam(name, type_=ARRAY(_ATTEMPTS.c[name].type))) for name in _NOTED),
    ),
)


@dataclass(frozen=True)
class Request:
    """A test or a redelivery that was requested in addition to the stream."""

    id: UUID
    kind: str
    after: int
    until: int
    type: str | None


@dataclass(frozen=True)
class Endpoint:
    """The address of an endpoint, its state, and a pending request that comes first.

    `stamp` is the version of its settings and its agency's generation, read before it was decided what can be sent.
    """

    id: UUID
    agency: UUID
    url: str
    secrets: tuple[str, ...]
    position: int
    standing: Standing
    request: Request | None
    stamp: tuple[int, int]
    types: tuple[str, ...]

    def wants(self, item: Item) -> bool:
        """Return whether its filter lets an item pass."""
        return rules.is_wanted(item.type, self.types, ENDINGS, OWN_SOURCE)

    @property
    def is_test(self) -> bool:
        """Return whether a test event comes next."""
        return self.request is not None and self.request.kind == keeping.TEST

    @property
    def next_sequence(self) -> int:
        """Return the next position of the stream; 0 for a test event."""
        if self.is_test:
            return 0
        return (self.position if self.request is None else self.request.after) + 1


@dataclass(frozen=True)
class Sent:
    """An item without content: a test event, or an event that was not read because the connection failed."""

    sequence: int
    id: UUID = _NOBODY
    type: str = ""
    document: bytes = b""
    event: UUID | None = None


@dataclass(frozen=True)
class Attempt:
    """The result of one delivery attempt."""

    item: Item
    outcome: Outcome
    at: datetime
    seconds: float
    answer: bytes = b""


def load(session: Session, webhook: UUID, now: datetime) -> Endpoint | None:
    """Return an endpoint; None if nothing can be sent to it now."""
    row = session.execute(_LOADED, {"webhook": webhook}).mappings().one_or_none()
    if row is None:
        return None
    standing = Standing(*(row[name] for name in _STANDING))
    is_sending = standing.state in rules.SENDING and standing.next_at <= now
    request = _request(session, webhook, is_sending=is_sending) if row["is_asked"] else None
    if request is None and not is_sending:
        return None
    names = ["url", "secret"]
    if row["former_until"] is not None and now < row["former_until"]:
        names.append("former_secret")
    unseal, agency = encryption.of(session).unseal, row["agency"]
    url, *secrets = (unseal(agency, keeping.cell(name, webhook), row[name]) for name in names)
    stamp = (row["version"], row["generation"])
    types = tuple(row["types"])
    return Endpoint(webhook, agency, url, tuple(secrets), row["position"], standing, request, stamp, types)


# control: H-AGENCY-1 endings-never-wait
def may_still_send(database: Database, endpoint: Endpoint) -> bool:
    """Return whether nothing has ended and no setting has changed since an endpoint was loaded; no transaction."""
    now = database.ask(_STAMP_NOW, {"webhook": endpoint.id, "agency": endpoint.agency})
    return (now["version"], now["generation"]) == endpoint.stamp


def _request(session: Session, webhook: UUID, *, is_sending: bool) -> Request | None:
    columns = (WebhookRequest.id, WebhookRequest.kind, WebhookRequest.after, WebhookRequest.until, WebhookRequest.type)
    query = select(*columns).where(WebhookRequest.webhook == webhook)
    if not is_sending:
        query = query.where(WebhookRequest.kind == keeping.TEST)
    # A test event comes first, because the person who requested it is waiting.
    row = session.execute(query.order_by(WebhookRequest.kind.desc(), WebhookRequest.id).limit(1)).first()
    return None if row is None else Request(*row)


def pass_over(session: Session, endpoint: Endpoint) -> Endpoint:
    """Move an endpoint past the next events that its filter excludes; return it afterwards."""
    if EVERYTHING in endpoint.types or endpoint.request is not None:
        return endpoint
    position = endpoint.position
    for _ in range(_MOST_READS):
        read = source_of(session).read(session, endpoint.agency, after=position, limit=_AT_ONCE)
        passed = list(takewhile(lambda item: not endpoint.wants(item), read))
        position = passed[-1].sequence if passed else position
        if len(passed) < _AT_ONCE:
            break
    # Not if its filter changed meanwhile: the new one can include what this one passed over.
    here = (Webhook.id == endpoint.id, Webhook.position == endpoint.position, Webhook.version == endpoint.stamp[0])
    moved = update(Webhook).where(*here).values(position=position).returning(Webhook.id)
    if position == endpoint.position or session.scalar(moved) is None:
        return endpoint
    return replace(endpoint, position=position)


def next_items(session: Session, endpoint: Endpoint, limit: int, now: datetime) -> Sequence[Item]:
    """Return the next items to send; the gate decides on each now."""
    request, source = endpoint.request, source_of(session)
    if request is None:
        read = source.read(session, endpoint.agency, after=endpoint.position, limit=limit)
        return [item for item in read if endpoint.wants(item)]
    if request.kind == keeping.TEST:
        return [test_event(request.id, now)]
    return _again(session, endpoint, request, limit)


def _again(session: Session, endpoint: Endpoint, request: Request, limit: int) -> Sequence[Item]:
    """Return the events that are requested again; a request without further events is deleted."""
    while True:
        read = source_of(session).read(session, endpoint.agency, after=request.after, limit=limit)
        items = [item for item in read if item.sequence <= request.until]
        wanted = [item for item in items if request.type in (None, item.type) and endpoint.wants(item)]
        if wanted:
            return wanted
        passed = items[-1].sequence if len(items) == limit else request.until
        _move(session, request, passed)
        if passed >= request.until:
            return []
        request = replace(request, after=passed)


def test_event(request: UUID, now: datetime) -> Sent:
    """Return an event without data, for testing the delivery."""
    document = {
        "specversion": "1.0",
        "id": str(request),
        "source": "/casepath/partners",
        "type": TESTED_TYPE,
        "time": now.astimezone(UTC).strftime("%Y-%m-%dT%H:00:00Z"),
        "datacontenttype": "application/json",
        "data": {},
    }
    return Sent(0, request, TESTED_TYPE, json.dumps(document, separators=(",", ":")).encode())


def store(session: Session, endpoint: Endpoint, attempts: Sequence[Attempt], now: datetime) -> Endpoint | None:
    """Store attempts and their result; return the endpoint afterwards, None if it was changed meanwhile."""
    if not attempts:
        return endpoint
    taken = [attempt for attempt in attempts if attempt.outcome.is_delivered]
    record_delivered(session, endpoint.agency, CHANNEL, [attempt.item.event for attempt in taken])
    _note(session, endpoint, attempts)
    if endpoint.request is not None and endpoint.is_test:
        session.execute(delete(WebhookRequest).where(WebhookRequest.id == endpoint.request.id))
        return replace(endpoint, request=None)
    after = replace(endpoint, standing=_standing(endpoint, attempts[-1], now, has_taken=bool(taken)))
    if taken and endpoint.request is None:
        after = replace(after, position=taken[-1].item.sequence)
    elif taken and endpoint.request is not None:
        _move(session, endpoint.request, taken[-1].item.sequence)
        after = replace(after, request=replace(endpoint.request, after=taken[-1].item.sequence))
    return after if _change(session, endpoint, after, taken[-1].at if taken else None) else None


def _standing(endpoint: Endpoint, last: Attempt, now: datetime, *, has_taken: bool) -> Standing:
    before = endpoint.standing
    if has_taken:
        before = rules.after(before, Outcome(rules.DELIVERED), now, 0.0)
    if last.outcome.is_delivered:
        return before
    standing = rules.after(before, last.outcome, now, random.random())  # noqa: S311 - it only spreads retries
    if standing.state != before.state:
        changed = log.bind(webhook=str(endpoint.id), reason=last.outcome.code)
        if standing.state == rules.WARNED:
            changed.warning("webhook.warned")
        else:
            changed.warning("webhook.disabled")
    return standing


def _change(session: Session, before: Endpoint, after: Endpoint, delivered_at: datetime | None) -> bool:
    """Store the state of an endpoint, unless its settings were changed meanwhile."""
    loaded = {"position": before.position, "state": before.standing.state, "next_at": before.standing.next_at}
    follows = {"position": after.position, **{name: getattr(after.standing, name) for name in _STANDING}}
    values = {
        "webhook": before.id,
        "delivered_at": delivered_at,
        **{f"loaded_{name}": value for name, value in loaded.items()},
        **{f"new_{name}": value for name, value in follows.items()},
    }
    return session.execute(_CHANGED, values).first() is not None


def _move(session: Session, request: Request, to: int) -> None:
    """Store the progress of a request; delete it once it is complete."""
    mine = WebhookRequest.id == request.id
    if to >= request.until:
        session.execute(delete(WebhookRequest).where(mine))
    else:
        session.execute(update(WebhookRequest).where(mine).values(after=func.greatest(WebhookRequest.after, to)))


def _note(session: Session, endpoint: Endpoint, attempts: Sequence[Attempt]) -> None:
    for attempt in attempts:
        metrics.webhook_attempts.labels(attempt.outcome.code).inc()
        metrics.webhook_seconds.observe(attempt.seconds)
    rows = [_row(session, endpoint, attempt) for attempt in attempts]
    columns = {name: list(column) for name, column in zip(_NOTED, zip(*rows, strict=True), strict=True)}
    session.execute(_NOTE, {"webhook": endpoint.id, "is_again": endpoint.request is not None, **columns})


def _row(session: Session, endpoint: Endpoint, attempt: Attempt) -> tuple[object, ...]:
    """Return the values of an attempt, in the order of `_NOTED`."""
    id_, words = new_id(), rules.excerpt(attempt.answer) if attempt.answer else ""
    cell = keeping.cell_of_attempt(id_)
    return (
        id_,
        attempt.at,
        attempt.item.sequence or None,
        attempt.outcome.code,
        attempt.outcome.status,
        min(round(attempt.seconds * 1000), _LONGEST_MILLISECONDS),
        encryption.of(session).seal(endpoint.agency, cell, words) if words else None,
    )
