"""Random histories: each step is possible in a real installation, and after each one the world is checked."""

from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.faults.generated.looking import check, check_at_rest, settle
from tests.faults.generated.picture import Poison
from tests.faults.generated.telling import FACTS, SOURCES, SUBJECTS, Kind
from tests.faults.generated.world import REPLICAS, World

sources = st.sampled_from(SOURCES)
subjects = st.sampled_from(SUBJECTS)
replicas = st.integers(0, REPLICAS - 1)
picks = st.lists(st.integers(0, 30), min_size=1, max_size=8)
usual = [Kind.NOTED, Kind.GRANTED, Kind.WITHDRAWN]
kinds = st.sampled_from([*usual, *usual, *Kind])
facts = st.sampled_from([*FACTS[:1] * 3, *FACTS])
poisons = st.sampled_from([None] * 12 + [Poison.RAISES, *Poison])
#: The events of one transaction: subject, kind, fact, and how a handler will fail on it.
tellings = st.lists(st.tuples(subjects, kinds, facts, poisons), min_size=1, max_size=6)
follower_crashes = st.sampled_from([None, None, "follower.before_commit", "commit.before", "commit.after"])
drain_crashes = st.sampled_from([None, None, "drain.before_commit", "commit.before", "commit.after"])
#: How often a drain checks its turn before the turn ends: most drains have unlimited time.
turns = st.sampled_from([None, None, None, 1, 2, 5])
relay_crashes = st.sampled_from([None, None, "relay.after_numbering", "relay.in_publish", "relay.before_mark"])
#: Concurrent actions between two transactions of a step, each with a number as its source of choices.
act = st.sampled_from(["nothing", "tell", "deliver", "guard", "drain", "catch_up", "retry"])
others = st.lists(st.tuples(act, st.integers(0, 99)), max_size=4)


class Histories(RuleBasedStateMachine):
    """One history. `make` creates its world."""

    make: ClassVar[Any]
    counted: ClassVar[dict[str, int]]

    def __init__(self) -> None:
        super().__init__()
        self.world: World = type(self).make()
        self.by_broker = True
        self.broken = False

    @initialize(careful=st.sampled_from([None, 0, 2]), away=st.sets(sources), by_broker=st.booleans())
    def begin(self, careful: int | None, away: set[str], by_broker: bool) -> None:
        self.world.feeds.away = away
        self.by_broker = by_broker
        for replica in range(REPLICAS):
            self.world.start(replica, 1, careful=careful)

    # Sources.

    @rule(source=sources, told=tellings, publishes=st.sampled_from([True, True, False]))
    def tell(self, source: str, told: list[Any], publishes: bool) -> None:
        if self._begin(source, told):
            self.world.commit(self.world.open[-1])
        if publishes:
            self.world.publish(source)

    @rule(source=sources, told=tellings)
    def begin_transaction(self, source: str, told: list[Any]) -> None:
        self._begin(source, told)

    def _begin(self, source: str, told: list[Any]) -> bool:
        begun = self.world.begin(source, *([each[at] for each in told] for at in range(3)))
        if begun is None:
            return False
        for each, (*_, poison) in zip(begun.told, told, strict=True):
            if poison is not None:
                self.world.poison(each.number, poison)
        return True

    @precondition(lambda self: self.world.open)
    @rule(pick=st.integers(0, 9), commits=st.sampled_from([True, True, False]))
    def end_transaction(self, pick: int, commits: bool) -> None:
        begun = self.world.open[pick % len(self.world.open)]
        if commits:
            self.world.commit(begun)
        else:
            self.world.roll_back(begun)

    @rule(source=sources)
    def number(self, source: str) -> None:
        self.world.number(source)

    @rule(source=sources, sure=st.sampled_from([True, True, True, False]), crash_at=relay_crashes)
    def publish(self, source: str, sure: bool, crash_at: str | None) -> None:
        self.world.publish(source, sure=sure, crash_at=crash_at)

    @rule(source=sources)
    def raise_floor(self, source: str) -> None:
        self.world.raise_floor(source)

    @rule(source=sources)
    def move_log(self, source: str) -> None:
        self.world.move_log(source)

    # Broker and network.

    @precondition(lambda self: self.world.broker.inbox.waiting)
    @rule(found=picks)
    def lose(self, found: list[int]) -> None:
        inbox = self.world.broker.inbox
        inbox.remove(inbox.any_of(found))
        self.world.faults += 1

    @rule(guard=st.booleans())
    def purge(self, guard: bool) -> None:
        queue = self.world.broker.guard if guard else self.world.broker.inbox
        queue.remove(queue.waiting)
        self.world.faults += 1

    @rule(away=st.sets(sources))
    def feeds_come_and_go(self, away: set[str]) -> None:
        self.world.feeds.away = away
        self.world.faults += len(away)

    # Follower.

    @precondition(lambda self: self.world.broker.inbox.waiting)
    @rule(replica=replicas, count=st.integers(1, 20), crash_at=follower_crashes, meanwhile=others, acks=st.booleans())
    def deliver(self, replica: int, count: int, crash_at: str | None, meanwhile: list[Any], acks: bool) -> None:
        self._meanwhile(replica, crash_at, meanwhile)
        self.world.deliver(replica, self.world.broker.inbox.first(count), acknowledged=acks)

    @precondition(lambda self: self.world.broker.inbox.waiting)
    @rule(replica=replicas, found=picks, crash_at=follower_crashes, meanwhile=others, acks=st.booleans())
    def deliver_anyhow(
        self, replica: int, found: list[int], crash_at: str | None, meanwhile: list[Any], acks: bool
    ) -> None:
        self._meanwhile(replica, crash_at, meanwhile)
        self.world.deliver(replica, self.world.broker.inbox.any_of(found), acknowledged=acks)

    @precondition(lambda self: self.world.broker.guard.waiting)
    @rule(replica=replicas, found=picks, meanwhile=others, acks=st.booleans())
    def guard_takes(self, replica: int, found: list[int], meanwhile: list[Any], acks: bool) -> None:
        self._meanwhile(replica, None, meanwhile)
        self.world.guard_takes(replica, self.world.broker.guard.any_of(found), acknowledged=acks)

    @rule(replica=replicas, meanwhile=others)
    def guard_heals(self, replica: int, meanwhile: list[Any]) -> None:
        self._meanwhile(replica, None, meanwhile)
        self.world.guard_heals(replica)

    @rule(replica=replicas, source=sources, crash_at=follower_crashes, meanwhile=others)
    def catch_up(self, replica: int, source: str, crash_at: str | None, meanwhile: list[Any]) -> None:
        self._meanwhile(replica, crash_at, meanwhile)
        self.world.catch_up(replica, source)

    @rule(replica=replicas, turn=turns, crash_at=drain_crashes, meanwhile=others)
    def sweep(self, replica: int, turn: int | None, crash_at: str | None, meanwhile: list[Any]) -> None:
        self._meanwhile(replica, crash_at, meanwhile)
        self.world.asks_left = turn
        self.world.sweep(replica)

    @precondition(lambda self: self.world.history.held)
    @rule(
        replica=replicas,
        healed=st.booleans(),
        by_hand=st.booleans(),
        turn=turns,
        crash_at=drain_crashes,
        meanwhile=others,
    )
    def drain(
        self, replica: int, healed: bool, by_hand: bool, turn: int | None, crash_at: str | None, meanwhile: list[Any]
    ) -> None:
        if healed:
            self.world.picture.poison.clear()
        if by_hand:
            self.world.retry()
        else:
            self.world.let_time_pass()
        self._meanwhile(replica, crash_at, meanwhile)
        self.world.asks_left = turn
        self.world.drain(replica)

    @rule(replica=replicas, careful=st.sampled_from([None, 0, 2]))
    def restart(self, replica: int, careful: int | None) -> None:
        self.world.start(replica, self.world.replicas[replica].versions, careful=careful)

    @rule(replica=replicas)
    def upgrade(self, replica: int) -> None:
        self.world.start(replica, 2)

    # Further steps for a rebuild of a projection, and for a source restored from an older backup, belong here.

    # Handlers and operators.

    @precondition(lambda self: self.world.picture.poison)
    @rule(pick=st.integers(0, 9), all_of_them=st.booleans())
    def heal(self, pick: int, all_of_them: bool) -> None:
        poisoned = list(self.world.picture.poison)
        for each in poisoned if all_of_them else [poisoned[pick % len(poisoned)]]:
            del self.world.picture.poison[each]

    @precondition(lambda self: self.world.history.told)
    @rule(pick=st.integers(0, 50), how=st.sampled_from(Poison))
    def poison(self, pick: int, how: Poison) -> None:
        told = list(self.world.history.told.values())
        self.world.poison(told[pick % len(told)].number, how)

    @precondition(lambda self: self.world.history.held)
    @rule(pick=st.integers(0, 9))
    def skip(self, pick: int) -> None:
        held = list(self.world.history.held)
        self.world.skip(*held[pick % len(held)])

    def _meanwhile(self, replica: int, crash_at: str | None, meanwhile: list[Any]) -> None:
        """Let the other replica, the sources and operators act between the transactions of the next step."""
        world, other = self.world, (replica + 1) % REPLICAS
        acts: dict[str, Callable[[int], object]] = {
            "nothing": lambda _: None,
            "tell": lambda n: world.tell(SOURCES[n % 2], SUBJECTS[n % 3], list(Kind)[n % 3], fact=FACTS[n // 50]),
            "deliver": lambda n: world.deliver(other, world.broker.inbox.first(n % 10 + 1), acknowledged=n < 50),
            "guard": lambda n: world.guard_takes(other, world.broker.guard.any_of([n])),
            "drain": lambda _: world.drain(other),
            "catch_up": lambda n: world.catch_up(other, SOURCES[n % 2]),
            "retry": lambda _: world.retry(),
        }
        world.crash_at = crash_at
        world.servers.target.others.extend(partial(acts[name], number) for name, number in meanwhile)

    @invariant()
    def nothing_is_wrong(self) -> None:
        self.broken = True
        check(self.world)
        self.broken = False

    def teardown(self) -> None:
        try:
            if not self.broken:
                settle(self.world, by_broker=self.by_broker)
                check_at_rest(self.world)
                self.counted["events"] += sum(len(log) for log in self.world.history.logs.values())
                self.counted["faults"] += self.world.faults
        finally:
            for each in list(self.world.open):
                self.world.roll_back(each)
