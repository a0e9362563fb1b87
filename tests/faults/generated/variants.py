"""Broken variants of the mechanism, with one step missing or in the wrong order; the examination must detect each.

A patch installs each variant until its test ends. The variant names the kind of world that it needs.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from shared.events.contract import Received
from shared.exchange import holds, revocation_marks
from shared.exchange.broker import Delivery
from shared.exchange.eventlog import ORIGIN, Origin
from shared.exchange.feed import Page
from shared.exchange.follower import Follower, Reaction, apply
from shared.exchange.follower.apply import Application
from shared.exchange.follower.drain import Drain
from shared.exchange.follower.subject_filter import FilteredSubjects, filter_subjects
from shared.exchange.holds import Hold
from shared.store.database import Database
from tests.faults.generated.world import Open, Servers, World


class CursorFirst(Application):
    """Commits the cursor first, and the effects in a later transaction."""

    def _batch(self, source: str, events: Sequence[Any], confirmed: Collection[UUID] | None) -> bool:
        self.put_off: list[Sequence[Received]] = []
        hint = super()._batch(source, events, confirmed)
        with self._database.transaction() as session:
            for each in self.put_off:
                super().perform(session, each)
        return hint

    def perform(self, _session: Session, received: Sequence[Received]) -> None:
        self.put_off.append(received)

    def apply_held(self, session: Session, event: Any) -> None:
        self.put_off = []
        super().apply_held(session, event)
        for each in self.put_off:
            super().perform(session, each)


class EffectsFirst(Application):
    """Commits the effects first, and the cursor in a later transaction."""

    def perform(self, _session: Session, received: Sequence[Received]) -> None:
        # No other process can act in this block: the cursor is locked.
        with Database(self._database.engine).transaction() as own:
            super().perform(own, received)


class ReactsWithoutAnId(EffectsFirst):
    """Reacts to every delivery, with a new id each time."""

    def _react(self, session: Session, reaction: Reaction, received: Received) -> None:
        ORIGIN.put(session, Origin(self._following.emits, cause=received.event.id))
        reaction.act(session, received)


class AcknowledgesFirst(World):
    """A follower that acknowledges a message before it processes it."""

    def deliver(self, replica: int, deliveries: Sequence[Delivery], *, acknowledged: bool = True) -> None:  # noqa: ARG002 - it is too late
        self.broker.inbox.remove(deliveries)
        super().deliver(replica, deliveries, acknowledged=False)


RANKED = """
    with ranked as (select serial, row_number() over (order by serial) as place from event_log)
    update event_log set position = %(sign)s * place from ranked where event_log.serial = ranked.serial
"""
COUNTED = "update event_log_head set position = (select count(*) from event_log)"


class NumbersBySerialAlone(World):
    """Sources that order rows by serial at commit: the rows of a slow transaction are inserted in between.

    The store normally rejects this with a trigger and the rights of the runtime role. Here the owner does it, without
    the trigger.
    """

    def __init__(self, servers: Servers) -> None:
        super().__init__(servers)
        servers.let_positions_change()

    def commit(self, begun: Open) -> None:
        super().commit(begun)
        owner = self.servers.looking[begun.source]
        for sign in (-1, 1):
            owner.execute(RANKED, {"sign": sign})
        owner.execute(COUNTED)


IN_ONE_STATEMENT = """
    with head as (select position from event_log_head for update),
    waiting as (
        select serial, row_number() over (order by serial) as place from event_log where position is null
    ),
    numbered as (
        update event_log set position = head.position + waiting.place from waiting, head
        where event_log.serial = waiting.serial returning 1
    )
    update event_log_head set position = position + (select count(*) from numbered) returning position
"""


def in_one_statement(session: Session) -> int:
    """Lock the head and choose the rows in one statement: after waiting, a session chooses from an old snapshot."""
    return int(session.execute(text(IN_ONE_STATEMENT)).scalar_one())


def _nobody_held(session: Session, source: str, subjects: Collection[UUID]) -> FilteredSubjects:
    return replace(filter_subjects(session, source, subjects), held=frozenset())


def _no_floors(_session: Session, _reads: Any, _received: Any) -> None:
    """Record no floor."""


def _no_catching_up(_self: Follower, _source: str) -> None:
    """Request no feed."""


def _released_at_once(self: Drain, which: Hold, _page: Page) -> bool:
    with self._database.transaction() as session:
        holds.end_hold(session, which)
    return True


def _always_acts(_cursor: int, _held_at: int | None, _position: int) -> bool:
    return True


@dataclass(frozen=True)
class Variant:
    """A defect, and its replacements of the correct code: (where, name, what)."""

    patches: tuple[tuple[Any, str, Callable[..., Any]], ...] = ()
    application: type[Application] = Application
    world: type[World] = World

    def put_in_place(self, patch: pytest.MonkeyPatch) -> type[World]:
        for where, name, what in self.patches:
            patch.setattr(where, name, what)
        return type("VariantWorld", (self.world,), {"application": self.application})


VARIANTS = {
    "the cursor before the effects": Variant(application=CursorFirst),
    "the effects before the cursor": Variant(application=EffectsFirst),
    "reactions without ids": Variant(application=ReactsWithoutAnId),
    "positions by serial only": Variant(world=NumbersBySerialAlone),
    "holds ignored": Variant(((apply, "filter_subjects", _nobody_held),)),
    "acknowledged first, and no feed": Variant(((Follower, "catch_up", _no_catching_up),), world=AcknowledgesFirst),
    "restrictions without floors": Variant(((revocation_marks, "raise_for", _no_floors),)),
    "restrictions again after their turn": Variant(((revocation_marks, "acts_ahead", _always_acts),)),
    "released without a check of the cursor": Variant(((Drain, "_release", _released_at_once),)),
}
