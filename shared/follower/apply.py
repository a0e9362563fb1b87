"""Puts events into a follower's store: a batch in one transaction under the source's cursor, singly after an error."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID, uuid5

from sqlalchemy import BigInteger, Column, DateTime, Table, Text, Uuid, func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from shared import crash, cursor, floors, holds, metrics
from shared.contract import Emits, NewerVersion, Reads, Received
from shared.cursor import Stand, Verdict
from shared.database import Database, is_passing, metadata
from shared.envelope import Event
from shared.eventlog import Epoch, Origin, reaction_ids
from shared.logs import logger

reactions = Table(
    "follow_reactions",
    metadata,
    Column("id", Uuid, primary_key=True, comment="made of cause, follower and reaction: it can't happen twice"),
    Column("source", Text, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)

#: After a start so many events of each source are applied singly: if one of them killed the last process, it is found.
CAREFUL_AT_FIRST = 200

log = logger()


class Interrupted(Exception):
    """The store was away for a moment, or a lock could not be had: nothing was applied, and no try was used up."""

    retryable = True


@dataclass(frozen=True)
class Projection:
    """What a service keeps of others' events: built from the events alone, so that it can be built again."""

    name: str
    reads: frozenset[str]
    project: Callable[[Session, Sequence[Received]], None]
    tables: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reaction:
    """What a service does because of another's event: an action of its own, done once."""

    name: str
    on: str
    act: Callable[[Session, Received], None]


@dataclass(frozen=True)
class Following:
    """All that one service follows, and what it does with it."""

    service: str
    emits: Emits
    reads: Reads
    projections: tuple[Projection, ...] = ()
    reactions: tuple[Reaction, ...] = ()


@dataclass
class Sorted:
    """A batch, sorted by what is to be done; `position` is where the cursor goes."""

    position: int
    epoch: UUID | None
    received: list[Received] = field(default_factory=list)
    hold: list[tuple[Event, NewerVersion]] = field(default_factory=list)
    unknown: list[Event] = field(default_factory=list)
    restrictions: list[Event] = field(default_factory=list)
    moved: int = 0
    seen: int = 0
    behind: int = 0
    hint: bool = False


class Application:
    """Applies events to the store of one service."""

    def __init__(self, database: Database, following: Following) -> None:
        """Index what is done on which event."""
        self._database = database
        self._following = following
        self.sources = following.reads.sources
        self._careful: dict[str, int] = dict.fromkeys(self.sources, CAREFUL_AT_FIRST)

    def take(self, source: str, events: Sequence[Event]) -> bool:
        """Apply what comes next of these events; True if they hint at more than the cursor can take.

        Raises `Interrupted` when the store is away; nothing is lost then, and nothing counted as a try.
        """
        if self._careful[source] <= 0:
            try:
                return self._batch(source, events)
            except Exception as error:
                if is_passing(error):
                    raise Interrupted(type(error).__name__) from error
                log.warning("follower.batch_failed", source=source, size=len(events), reason=type(error).__name__)
        self._careful[source] = max(0, self._careful[source] - len(events))
        return any(self._singly(source, event) for event in events)

    def adopt(self, source: str, lives: Sequence[Epoch]) -> bool:
        """Take over the source's present epoch if the follower still agrees with its log; False if it has diverged."""
        with self._database.transaction() as session:
            stand = cursor.lock(session, source)
            epoch = None if stand.diverged else cursor.still_agrees(stand, lives)
            if epoch is None:
                cursor.mark_diverged(session, source)
                log.error("follower.diverged", source=source, position=stand.position)
                return False
            if epoch != stand.epoch:
                cursor.move(session, source, stand.position, epoch)
        return True

    def _batch(self, source: str, events: Sequence[Event]) -> bool:
        with metrics.batch_seconds.time(), self._database.transaction() as session:
            stand = cursor.lock(session, source)
            held = holds.held_subjects(session, source, {each.subject for each in events})
            plan = sort_batch(self._following.reads, stand, held, events)
            self.perform(session, plan.received)
            for event in plan.restrictions:
                self.restrict(session, event)
            for event, newer in plan.hold:
                holds.hold(session, event, newer, 0)
            for event in plan.unknown:
                cursor.count_skipped(session, source, event.name, event.version, event.position)
            if plan.moved and plan.epoch is not None:
                cursor.move(session, source, plan.position, plan.epoch)
                crash.point("follower.before_commit")
        _measure(source, plan)
        return plan.hint

    def _singly(self, source: str, event: Event) -> bool:
        """Apply one event in a transaction of its own, the try counted before; hold its subject if it fails."""
        try:
            attempts = self._count(source, event)
            if attempts > holds.BEGUN_AT_MOST:
                return self._hold(source, event, RuntimeError(), attempts)
            try:
                return self._batch(source, [event])
            except Exception as error:
                if is_passing(error):
                    raise
                log.exception("follower.event_failed", source=source, type=event.type, position=event.position)
                return self._hold(source, event, error, attempts)
        except Exception as error:
            if is_passing(error):
                raise Interrupted(type(error).__name__) from error
            raise

    def _count(self, source: str, event: Event) -> int:
        with self._database.transaction() as session:
            stand = cursor.lock(session, source)
            if event.position != stand.position + 1:
                return 1
            return cursor.count_attempt(session, source, event.position)

    def _hold(self, source: str, event: Event, error: BaseException, attempts: int) -> bool:
        with self._database.transaction() as session:
            stand = cursor.lock(session, source)
            if event.position == stand.position + 1:
                holds.hold(session, event, error, attempts)
                cursor.move(session, source, event.position, event.epoch)
                log.error("follower.held", source=source, type=event.type, position=event.position)
        return False

    def apply_held(self, session: Session, event: Event) -> None:
        """Apply one event of a held subject, in the caller's transaction; the cursor has long passed it."""
        try:
            opened = self._following.reads.open(event)
        except KeyError:
            cursor.count_skipped(session, event.source, event.name, event.version, event.position)
            return
        if opened is not None:
            self.perform(session, [opened])

    def restrict(self, session: Session, event: Event) -> None:
        """Apply a protecting event ahead of its turn, in the caller's transaction, and leave its floor.

        The source's log must be known to have it. Does nothing once its turn is past; it is applied again when its turn
        comes, and the cursor stays where it is.
        """
        declared = self._following.reads.restriction(event)
        stand = cursor.lock(session, event.source)
        # Positions of a log that we have diverged from say nothing about our cursor, and leave no floor.
        comparable = not stand.diverged
        held_at = holds.held_at(session, event.source, event.subject)
        if declared is None or (comparable and not floors.acts_ahead(stand.position, held_at, event.position)):
            return
        try:
            opened = self._following.reads.open(event)
        except NewerVersion:
            if declared.on_unknown is not None:
                declared.on_unknown(session, event)
            return
        if opened is not None:
            standing = floors.without_outranked(session, self._following.reads, [opened]) if comparable else [opened]
            self._project(session, standing)
            if comparable:
                floors.raise_for(session, self._following.reads, standing)
            metrics.restricted.labels(event.source).inc(len(standing))

    def perform(self, session: Session, received: Sequence[Received]) -> None:
        """Project, then react, in the caller's transaction; an event that a floor outranks is left out.

        Of those only a restriction is still reacted to: what stands against it is a later restriction.
        """
        reads = self._following.reads
        standing = floors.without_outranked(session, reads, received)
        self._project(session, standing)
        floors.raise_for(session, reads, standing)
        kept = {each.event.id for each in standing}
        for each in received:
            if each.event.id not in kept:
                metrics.outranked.labels(each.event.source).inc()
                if reads.restriction(each.event) is None:
                    continue
            for reaction in self._following.reactions:
                if reaction.on == each.key:
                    self._react(session, reaction, each)

    def _project(self, session: Session, received: Sequence[Received]) -> None:
        for projection in self._following.projections:
            mine = [each for each in received if each.key in projection.reads]
            if mine:
                projection.project(session, mine)

    def _react(self, session: Session, reaction: Reaction, received: Received) -> None:
        event = received.event
        this = uuid5(event.id, f"{self._following.service}/{reaction.name}")
        done = insert(reactions).values(id=this, source=event.source, position=event.position, name=reaction.name)
        if session.execute(done.on_conflict_do_nothing().returning(reactions.c.id)).first() is None:
            return
        session.info["origin"] = Origin(
            self._following.emits,
            correlation=event.correlation,
            cause=event.id,
            traceparent=event.traceparent,
            next_id=reaction_ids(this),
        )
        reaction.act(session, received)


def sort_batch(reads: Reads, stand: Stand, held: Iterable[UUID], events: Sequence[Event]) -> Sorted:
    """Decide about each event in turn; stops at the first that is only a hint. Raises `UnreadableData`."""
    plan = Sorted(stand.position, stand.epoch)
    waiting = set(held)
    for event in events:
        here = Stand(plan.position, plan.epoch, stand.diverged)
        verdict = cursor.decide(here, waiting, event.position, event.epoch, event.subject)
        if verdict is Verdict.HINT:
            plan.hint = True
            break
        if verdict is Verdict.SEEN:
            plan.seen += 1
            continue
        plan.position, plan.epoch = event.position, event.epoch
        plan.moved += 1
        if verdict is Verdict.BEHIND:
            plan.behind += 1
            if reads.restriction(event) is not None:
                plan.restrictions.append(event)
        else:
            _open(reads, event, plan, waiting)
    return plan


def _open(reads: Reads, event: Event, plan: Sorted, waiting: set[UUID]) -> None:
    try:
        opened = reads.open(event)
    except KeyError:
        plan.unknown.append(event)
    except NewerVersion as newer:
        plan.hold.append((event, newer))
        waiting.add(event.subject)
        if reads.restriction(event) is not None:
            plan.restrictions.append(event)
    else:
        if opened is not None:
            plan.received.append(opened)


def _measure(source: str, plan: Sorted) -> None:
    if plan.moved:
        metrics.batch_size.observe(plan.moved)
    metrics.applied.labels(source).inc(plan.moved - plan.behind)
    metrics.seen.labels(source).inc(plan.seen)
    metrics.behind.labels(source).inc(plan.behind)
    metrics.skipped.labels(source).inc(len(plan.unknown))
    for event in plan.unknown:
        log.warning("follower.skipped", source=source, type=event.type, position=event.position)
