"""Reads the databases of a world, compares them with the published events, and lets a world settle."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from tests.faults.generated.examination import Counts, Fact, examine, granted
from tests.faults.generated.telling import FOLLOWER, SOURCES, Kind, Told
from tests.faults.generated.world import World

#: A healed world settles within this many rounds, or never.
ROUNDS = 20


@dataclass
class Seen:
    """The contents of the follower's tables besides effects and reactions."""

    access: set[Fact]
    shut: dict[tuple[str, UUID], int]
    left_out: dict[tuple[str, str, int], int]


def look(world: World) -> Seen:
    """Update the history of a world from its databases."""
    for source in SOURCES:
        numbered = "select position, id from event_log where position is not null order by position"
        world.history.logs[source] = _rows(world, source, numbered)
    history = world.history
    history.effects = [event for (event,) in _rows(world, FOLLOWER, "select event from effects order by place")]
    history.answers = _rows(world, FOLLOWER, "select cause, data->>'reaction' from event_log order by serial")
    history.stands = dict(_rows(world, FOLLOWER, "select source, position from follow_cursors"))
    holds = _rows(world, FOLLOWER, "select source, subject, position from follow_holds order by 1, 2")
    history.held = {(source, subject): position for source, subject, position in holds}
    shut = _rows(world, FOLLOWER, "select source, subject, position from shut")
    skipped = _rows(world, FOLLOWER, "select source, name, version, count from follow_skipped")
    return Seen(
        set(_rows(world, FOLLOWER, "select source, subject, fact from access")),
        {(source, subject): position for source, subject, position in shut},
        {(source, name, version): count for source, name, version, count in skipped},
    )


def _rows(world: World, name: str, query: str) -> list[Any]:
    return world.servers.looking[name].execute(query).fetchall()


def check(world: World) -> None:
    """Compare the current state of the world with the model."""
    history = world.history
    before, known = dict(history.stands), dict(history.logs)
    seen = look(world)
    for source, log in known.items():
        assert history.logs[source][: len(log)] == log, "a position never changes"
    counts = examine(history, settled=False)
    assert counts == Counts(), f"{counts}"
    for source, position in history.stands.items():
        assert before.get(source, 0) <= position <= len(history.logs[source]), "a cursor only moves on, within the log"
    assert seen.left_out == _left_out(world), "each event of an unheard type is counted once"
    unrestricted = [each for each in _restrictions(world) if not _acted(world, seen, each)]
    assert unrestricted == [], "a restriction that the cursor has passed has taken effect, also behind a hold"


def _left_out(world: World) -> dict[tuple[str, str, int], int]:
    found: dict[tuple[str, str, int], int] = {}
    for source, log in world.history.logs.items():
        for position, event in log:
            told = world.history.told[event]
            stand = world.history.stands.get(source, 0)
            reached = position <= stand and position < world.history.held.get((source, told.subject), position + 1)
            if told.kind is Kind.UNHEARD_OF and reached and (source, position) not in world.history.skipped:
                key = (source, *told.kind.value)
                found[key] = found.get(key, 0) + 1
    return found


def _restrictions(world: World) -> list[tuple[int, Told]]:
    """Return the restrictions up to the cursor that no failing handler ever blocked."""
    return [
        (position, told)
        for source, log in world.history.logs.items()
        for position, event in log
        if (told := world.history.told[event]).kind.restricts
        if position <= world.history.stands.get(source, 0)
        if told.number not in world.picture.ever_poisoned and (source, position) not in world.history.skipped
    ]


def _acted(world: World, seen: Seen, restriction: tuple[int, Told]) -> bool:
    position, told = restriction
    if told.id in world.history.effects or seen.shut.get((told.source, told.subject), 0) >= position:
        return True
    places = {event: place for place, event in world.history.logs[told.source]}
    later = (world.history.told[each] for each in world.history.effects if places.get(each, 0) > position)
    return any((each.subject, each.fact) == (told.subject, told.fact) and each.kind.restricts for each in later)


def settle(world: World, *, by_broker: bool = True) -> None:
    """Heal all faults and let the world settle."""
    world.picture.poison.clear()
    world.feeds.away.clear()
    for each in list(world.open):
        world.commit(each)
    for replica in range(len(world.replicas)):
        world.start(replica, 2)
    for source in SOURCES:
        while by_broker and world.publish(source):
            pass
    if by_broker:
        world.deliver(0, world.broker.inbox.waiting)
    for source in SOURCES:
        world.catch_up(0, source)
    world.guard_takes(0, world.broker.guard.waiting)
    rounds = 0
    while look(world) and world.history.held:
        rounds += 1
        assert rounds < ROUNDS, f"still held when all is healed: {world.history.held}"
        world.retry()
        world.drain(0)
    world.guard_heals(0)


def count(world: World) -> Counts:
    """Count the faults of a world that has settled."""
    look(world)
    return examine(world.history, settled=True)


def check_at_rest(world: World) -> None:
    """Compare a settled world with the model: everything is processed, and the projection matches the logs."""
    check(world)
    seen = look(world)
    assert count(world) == Counts(), f"{count(world)}"
    for source in SOURCES:
        assert world.history.stands.get(source, 0) == len(world.history.logs[source]), "the cursor stands at the head"
    assert seen.access == granted(world.history), "who is let in is what the logs say"
    skipped = {
        (source, world.history.told[event].subject)
        for source, log in world.history.logs.items()
        for position, event in log
        if (source, position) in world.history.skipped
    }
    assert seen.shut.keys() <= skipped, "nothing stays shut once it can be read"
