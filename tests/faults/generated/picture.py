"""The projection of the follower in generated histories: it records each effect in order.

Its handlers can be made to fail on an event in each of the ways in which handlers fail.
"""

from collections.abc import Callable, Sequence
from enum import Enum

from sqlalchemy import text
from sqlalchemy.orm import Session

from shared.events.contract import Received
from shared.events.envelope import Announcement, Event
from shared.exchange import eventlog
from shared.exchange.follower import Following, Projection, Reaction
from tests.faults.generated.telling import ANSWERS, FOLLOWER, SOURCES, reads

TABLES = """
    create table effects (place bigint generated always as identity primary key, source text, event uuid);
    create table access (source text, subject uuid, fact text, position bigint, primary key (source, subject, fact));
    create table shut (source text, subject uuid, position bigint, primary key (source, subject));
    create table sound (number int primary key);
    create table unsound (number int references sound deferrable initially deferred);
"""


class PowerCut(BaseException):
    """The process stops here as in a power cut; only the test may catch this."""


class Poison(Enum):
    RAISES = "the projection raises"
    AT_COMMIT = "all goes well until the commit"
    IN_REACTION = "the reaction raises"
    KILLS = "the process ends"
    PASSES = "the database is away for a moment, once"


class Picture:
    """The store of the follower, and the current faults of its handlers."""

    def __init__(self) -> None:
        self.poison: dict[int, Poison] = {}
        #: Includes healed events: the fault may have blocked the event when it arrived.
        self.ever_poisoned: set[int] = set()

    def plan(self, versions: int) -> Following:
        noted = [f"{source}.thing.noted" for source in SOURCES]
        access = [f"{source}.access.{verb}" for source in SOURCES for verb in ("granted", "withdrawn")]
        return Following(
            FOLLOWER,
            ANSWERS,
            reads(versions, self.shut),
            (Projection("picture", frozenset([*noted, *access]), self.draw),),
            (
                *(Reaction("first", key, self.answer("first")) for key in (*noted, *access)),
                *(Reaction("second", key, self.answer("second")) for key in noted),
            ),
        )

    def draw(self, session: Session, events: Sequence[Received]) -> None:
        for each in events:
            self._effect(session, each)
            if each.event.name.startswith("access."):
                self._let_in_or_out(session, each)

    def _let_in_or_out(self, session: Session, received: Received) -> None:
        values = _where(received.event) | {"fact": received.data["fact"]}
        if received.event.name == "access.granted":
            added = """insert into access values (:source, :subject, :fact, :position)
                on conflict (source, subject, fact) do update set position = excluded.position"""
            session.execute(text(added), values)
        else:
            gone = "delete from access where source = :source and subject = :subject and fact = :fact"
            session.execute(text(gone), values)

    def shut(self, session: Session, event: Event) -> None:
        """Hide a subject while it has a restriction that this release cannot read yet."""
        shut = """insert into shut values (:source, :subject, :position) on conflict (source, subject)
            do update set position = greatest(shut.position, excluded.position)"""
        session.execute(text(shut), _where(event))

    def answer(self, reaction: str) -> Callable[[Session, Received], None]:
        def act(session: Session, received: Received) -> None:
            if self.poison.get(received.data["number"]) is Poison.IN_REACTION:
                raise LookupError("a mistake of ours in a reaction")
            if received.event.name == "access.withdrawn":
                # In its turn, after all earlier events were read, even if another restriction applies in the meantime.
                known = "delete from shut where source = :source and subject = :subject and position <= :position"
                session.execute(text(known), _where(received.event))
            data = {"number": received.data["number"], "reaction": reaction}
            eventlog.record(session, received.subject, [Announcement("thing.answered", data)])

        return act

    def _effect(self, session: Session, received: Received) -> None:
        number = received.data["number"]
        values = {"source": received.event.source, "event": received.event.id, "number": number}
        session.execute(text("insert into effects (source, event) values (:source, :event)"), values)
        match self.poison.get(number):
            case Poison.RAISES:
                raise LookupError("a mistake of ours that this event brings out")
            case Poison.AT_COMMIT:
                session.execute(text("insert into unsound values (:number)"), values)
            case Poison.KILLS:
                raise PowerCut
            case Poison.PASSES:
                del self.poison[number]
                raise TimeoutError


def _where(event: Event) -> dict[str, object]:
    return {"source": event.source, "subject": event.subject, "position": event.position}
