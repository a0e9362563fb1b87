"""The reception summary of agencies, from their stored data. Each page takes the same number of queries."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import Row, Select, or_, select, union
from sqlalchemy.orm import Session

from services.partners.agencies.agency import actions as register
from services.partners.agencies.agency.models import Entry
from services.partners.agencies.agency.schemas import asks_for_connection
from services.partners.agencies.agreement import actions as agreements
from services.partners.agencies.agreement.models import AgreementRecord
from services.partners.agencies.agreement.rules import Agreement, counts
from services.partners.agencies.key.models import KeyRecord
from services.partners.agencies.key.rules import READING
from services.partners.channels.broker_queue.models import BrokerQueue
from services.partners.channels.delivery.models import Webhook
from services.partners.overview.reception import rules
from services.partners.overview.reception.rules import Endpoint, Facts
from services.partners.streams.ground import actions as grounds
from services.partners.streams.ground.models import Ground
from services.partners.streams.stream.models import Position, Stream
from services.partners.streams.subscription.models import Subscription
from shared.access import agencies
from shared.exchange.follower import has_caught_up, is_an_ending_late
from shared.http.paging import unclear

_Shown: TypeAlias = Mapping[str, object]


def receptions(session: Session, query: Mapping[str, str], after: UUID | None, limit: int, now: datetime) -> _Shown:
    """List whether each agency receives events, and if not, why.

    They are in the order of the agencies' ids, starting after `after`. Raises `Refused`.
    """
    try:
        agency = UUID(query["agency"]) if "agency" in query else None
    except ValueError:
        raise unclear("The value of `agency` is not known. Send an agency's id in the register.") from None
    table = agencies.agencies
    listed = select(Entry.id, Entry.name, table.c.state).join(table, table.c.id == Entry.id).order_by(Entry.id)
    listed = listed.where(Entry.id.in_(_taking_part()) if agency is None else Entry.id == agency)
    if after is not None:
        listed = listed.where(Entry.id > after)
    rows = session.execute(listed.limit(limit)).all()
    found = _find(session, [row.id for row in rows], now)
    following = str(rows[-1].id) if len(rows) == limit else None
    return {"agencies": [found.shown(row) for row in rows], "next": following}


def show_agency(session: Session, agency: UUID, query: Mapping[str, str], now: datetime) -> tuple[_Shown, int]:
    """Show an agency, with how it is reached for a referral; its ETag is for a change.

    With `with=connection`: also whether it receives events about a person if a consent or another ground covers them.
    Raises `NotFound`, `Refused`.
    """
    with_connection = asks_for_connection(query)
    shown, version = register.shown(session, agency)
    if with_connection:
        is_connected = _find(session, [agency], now).is_connected(agency, str(shown["state"]))
        shown = {**shown, "is_connected": is_connected}
    return shown, version


def _taking_part() -> Select[Any]:
    each = (KeyRecord.agency, Subscription.agency, AgreementRecord.agency, Webhook.agency)
    named = union(*(select(column.label("agency")) for column in each)).subquery()
    return select(named.c.agency)


@dataclass(frozen=True)
class _Found:
    """The stored data about the agencies of one page."""

    now: datetime
    agreed: Mapping[UUID, list[Agreement]]
    subscriptions: Mapping[UUID, Subscription]
    with_key: Collection[UUID]
    with_ground: Collection[UUID]
    webhooks: Mapping[UUID, list[Webhook]]
    queues: Mapping[UUID, BrokerQueue]
    streams: Mapping[UUID, Row[UUID, int, datetime]]
    is_ending_late: bool
    is_starting: bool

    def shown(self, entry: Row[Any]) -> _Shown:
        """Return the summary of one agency."""
        agency: UUID = entry.id
        facts, stream = self._facts(agency, entry.state), self.streams.get(agency)
        asked = self.subscriptions.get(agency)
        delivered = [row.last_delivered_at for row in self.webhooks.get(agency, ()) if row.last_delivered_at]
        return {
            "agency": agency,
            "name": entry.name,
            "state": entry.state,
            "is_sandbox": asked is not None and asked.is_sandbox,
            "obstacles": rules.obstacles(facts),
            "position": facts.position,
            "last_at": stream.told_at if stream else None,
            "last_delivered_at": max(delivered, default=None),
            "behind": max((facts.position - place for place in self._places(agency)), default=0),
        }

    def is_connected(self, agency: UUID, state: str) -> bool:
        """Return whether an agency can receive events at all."""
        return rules.is_connected(self._facts(agency, state))

    def _facts(self, agency: UUID, state: str) -> Facts:
        asked, queue = self.subscriptions.get(agency), self.queues.get(agency)
        today = grounds.day_of(self.now, None)
        return Facts(
            state=state,
            has_agreement=any(counts(each, state, today) for each in self.agreed.get(agency, ())),
            is_subscribed=asked is not None,
            is_paused=asked is not None and asked.is_paused,
            has_key=agency in self.with_key,
            has_ground=agency in self.with_ground,
            is_ending_late=self.is_ending_late,
            is_starting=self.is_starting,
            endpoints=tuple(
                Endpoint(state=row.state, is_failing=row.failing_since is not None)
                for row in self.webhooks.get(agency, ())
            ),
            has_queue=queue is not None and queue.is_open,
            is_queue_unread=queue is not None and queue.is_open and bool(queue.waiting) and not queue.readers,
            position=self.streams[agency].head if agency in self.streams else 0,
        )

    def _places(self, agency: UUID) -> list[int]:
        """Return the last positions of its webhooks and of its queue."""
        queue = self.queues.get(agency)
        of_queue = [queue.mark] if queue is not None and queue.is_open and queue.mark is not None else []
        return [*(row.position for row in self.webhooks.get(agency, ())), *of_queue]


def _find(session: Session, among: Collection[UUID], now: datetime) -> _Found:
    webhooks: dict[UUID, list[Webhook]] = defaultdict(list)
    for row in session.scalars(select(Webhook).where(Webhook.agency.in_(among))):
        webhooks[row.agency].append(row)
    subscribed = session.scalars(select(Subscription).where(Subscription.agency.in_(among)))
    queues = session.scalars(select(BrokerQueue).where(BrokerQueue.agency.in_(among)))
    at_head = (Position.agency == Stream.agency) & (Position.sequence == Stream.head)
    heads = select(Stream.agency, Stream.head, Position.told_at).outerjoin(Position, at_head)
    return _Found(
        now=now,
        agreed=agreements.by_agency(session, among),
        subscriptions={row.agency: row for row in subscribed},
        with_key=set(session.scalars(_with_key(among))),
        with_ground=set(session.scalars(_with_ground(among, now))),
        webhooks=webhooks,
        queues={row.agency: row for row in queues},
        streams={row.agency: row for row in session.execute(heads.where(Stream.agency.in_(among)))},
        is_ending_late=is_an_ending_late(session),
        is_starting=not has_caught_up(session),
    )


def _with_key(among: Collection[UUID]) -> Select[UUID]:
    """Return the query for the agencies with a key that reads."""
    is_valid = KeyRecord.revoked_at.is_(None) & (KeyRecord.until > datetime.now(UTC))
    return select(KeyRecord.agency).where(KeyRecord.agency.in_(among), is_valid, KeyRecord.scopes.contains([READING]))


def _with_ground(among: Collection[UUID], now: datetime) -> Select[UUID]:
    """Return the query for the agencies with a ground that is valid today; one index lookup for each."""
    today = grounds.day_of(now, None)
    is_valid = (Ground.until >= today) & or_(Ground.since.is_(None), Ground.since <= today)
    names = select(Ground.id).where(Ground.agency == Entry.id, is_valid).exists()
    return select(Entry.id).where(Entry.id.in_(among), names)
