"""Projections are rebuilt on a real broker and real databases, while events arrive, with holds and user requests."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from deploy.cli import servers
from shared.exchange import holds
from shared.store.database import Database
from tests.kit import rebuilds
from tests.kit.rebuilds import RebuiltWorld
from tests.kit.teams import added, noted, removed
from tests.kit.waiting import PATIENCE, wait_until

pytestmark = pytest.mark.integration

NOTHING = {"team": 0, "notes": 0, "subjects": 0}


@pytest.fixture
def world(
    database: Database, fresh_database: str, postgres: servers.PostgresServer, vhost: str
) -> Iterator[RebuiltWorld]:
    with rebuilds.opened(database, fresh_database, postgres, vhost) as found:
        yield found


@pytest.fixture
def rarely_retried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep held subjects held until an operator retries them."""
    monkeypatch.setattr(holds, "WAITS", (3_600,))


def told(world: RebuiltWorld, subjects: int = 20) -> tuple[list[UUID], list[UUID]]:
    """Record events about some subjects; return them, and the member that stays in each team."""
    cases, stayers = [uuid4() for _ in range(subjects)], [uuid4() for _ in range(subjects)]
    for case, stayer in zip(cases, stayers, strict=True):
        leaver = uuid4()
        world.tell(case, added(stayer), added(leaver), noted(1), removed(leaver), noted(2))
    return cases, stayers


@contextmanager
def flowing(world: RebuiltWorld, cases: list[UUID]) -> Iterator[None]:
    """Keep publishing events about old and new subjects until the block ends."""
    over = threading.Event()

    def tell() -> None:
        number = 10
        while not over.is_set():
            for case in cases:
                world.tell(case, noted(number), added(uuid4()))
                world.tell(uuid4(), added(uuid4()), noted(number))
            number += 1

    teller = threading.Thread(target=tell)
    teller.start()
    try:
        yield
    finally:
        over.set()
        teller.join()


def test_what_is_right_stays_as_it_is_and_what_is_wrong_is_put_right(world: RebuiltWorld) -> None:
    with world.all_running():
        cases, _ = told(world)
        world.wait_until_followed()
        before, answered = world.rows(), world.answered()
        assert world.rebuild() == NOTHING
        assert world.rows() == before
        world.change("delete from team where subject = :case", case=cases[0])
        world.change("update subjects set notes = 7, version = 40 where subject = :case", case=cases[1])
        world.change("insert into notes values (:case, 99), (:nobody, 1)", case=cases[2], nobody=uuid4())
        assert world.rebuild() == {"team": 1, "notes": 2, "subjects": 1}
        assert world.rows() == before
        assert world.answered() == answered, "no reaction was done again"
    with world.target.transaction() as session:
        version = session.scalar(text("select version from subjects where subject = :case"), {"case": cases[1]})
    assert version == 41, "who had read the row is told that it changed"


def test_everyone_reads_the_same_at_every_moment_while_events_flow(world: RebuiltWorld) -> None:
    seen: set[tuple[bool, ...]] = set()
    over = threading.Event()

    def look() -> None:
        while not over.is_set():
            seen.add(tuple(stayer in world.team(case) for case, stayer in zip(cases, stayers, strict=True)))

    with world.all_running():
        cases, stayers = told(world, subjects=5)
        world.wait_until_followed()
        reader = threading.Thread(target=look)
        with flowing(world, cases):
            reader.start()
            assert [world.rebuild() for _ in range(3)] == [NOTHING] * 3
        over.set()
        reader.join()
        world.wait_until_followed()
        before = world.rows()
        assert world.rebuild() == NOTHING
        assert world.rows() == before
    assert seen == {(True,) * 5}


def test_one_projection_and_one_subject_alone(world: RebuiltWorld) -> None:
    with world.all_running():
        cases, _ = told(world, subjects=4)
        world.wait_until_followed()
        before = world.rows()
        world.change("delete from team")
        world.change("delete from notes")
        assert world.rebuild("team") == {"team": 4}
        assert world.rows() == {**before, "notes": []}
        world.change("update subjects set notes = 7")
        assert world.rebuild(subject=cases[0]) == {"team": 0, "notes": 2, "subjects": 1}
        assert [row[0] for row in world.rows()["notes"]] == [cases[0]] * 2
        assert dict(world.rows()["subjects"]) == {**dict.fromkeys(cases, 7), cases[0]: 2}
        assert world.rebuild("subjects", cases[1]) == {"subjects": 1}


def test_who_asks_again_joins_the_one_that_is_open(world: RebuiltWorld) -> None:
    case = uuid4()
    first = world.ask()
    assert world.ask() == first
    assert len({first, world.ask("team"), world.ask(subject=case), world.ask("team", case)}) == 4


@pytest.mark.usefixtures("rarely_retried")
def test_a_held_subject_stays_where_it_is_and_its_restriction_stands(world: RebuiltWorld) -> None:
    case, leaver, stayer, late = (uuid4() for _ in range(4))
    world.poison = {7}
    with world.all_running():
        told(world)
        world.tell(case, added(leaver), added(stayer), noted(7), added(late), removed(leaver), noted(3))
        world.wait_until_followed()
        assert world.held() == {case}
        wait_until(lambda: world.team(case) == {stayer}, "the restriction does not wait")
        before, floors = world.rows(), world.floors()
        world.change("delete from subjects")
        assert world.rebuild()["team"] == 0
        assert world.rows() == before
        assert world.floors() == floors
        assert world.held() == {case}
        world.poison = set()
        wait_until(world.flows, "the drain lets the subject flow", 60)
        assert world.team(case) == {stayer, late}
        assert world.rebuild() == NOTHING


@pytest.mark.usefixtures("rarely_retried")
def test_a_subject_that_is_drained_in_the_middle_is_built_as_far(
    world: RebuiltWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, leaver, stayer = (uuid4() for _ in range(3))
    world.poison = {7}
    with world.following(), world.guarding(), world.relaying():
        world.tell(case, added(leaver), noted(7), removed(leaver), added(stayer), noted(8), noted(9))
        told(world)
        world.wait_until_followed()
        which = world.ask()
        built, may_swap = threading.Event(), threading.Event()
        attempt = rebuilds.rebuild.Swap.attempt

        def wait_before(swap: object) -> None:
            built.set()
            may_swap.wait(PATIENCE)
            attempt(swap)  # type: ignore[arg-type]

        monkeypatch.setattr(rebuilds.rebuild.Swap, "attempt", wait_before)
        with world.rebuilding():
            assert built.wait(PATIENCE)
            world.poison = {9}
            wait_until(lambda: not world.flows() and hold_position(world) == 6, "it is drained to the next mistake", 60)
            before = world.rows()
            may_swap.set()
            assert {each["table"]: each["differed"] for each in world.ended(which)["tables"]} == NOTHING
        assert world.rows() == before
        assert world.held() == {case}
        assert world.team(case) == {stayer}


def hold_position(world: RebuiltWorld) -> int:
    with world.target.transaction() as session:
        return int(session.scalar(text("select max(position) from follow_holds")) or 0)


def test_what_was_skipped_is_not_built_in(world: RebuiltWorld) -> None:
    case = uuid4()
    world.poison = {7}
    with world.all_running():
        world.tell(case, noted(1), noted(7), noted(2))
        wait_until(lambda: world.held() == {case}, "it is held")
        with world.target.transaction() as session:
            from shared.exchange import interventions

            interventions.skip(session, "intake", case, reason="superseded", actor="an operator")
        wait_until(lambda: not world.held(), "it flows again")
        world.poison = set()
        assert world.rebuild() == NOTHING
        assert [number for _, number in world.rows()["notes"]] == [1, 2]


@pytest.mark.usefixtures("rarely_retried")
def test_an_event_that_fails_only_when_built_again_holds_its_subject_and_no_other(world: RebuiltWorld) -> None:
    case, leaver, other = uuid4(), uuid4(), uuid4()
    with world.all_running():
        world.tell(case, noted(1), added(leaver), noted(7), removed(leaver), noted(8))
        world.tell(other, noted(1), noted(2))
        world.wait_until_followed()
        before, answered = world.rows(), world.answered()
        world.poison_aside = {7}
        world.rebuild()
        assert world.held() == {case}
        assert hold_position(world) == 3
        assert world.team(case) == set(), "what protects stands all the same"
        assert [number for subject, number in world.rows()["notes"] if subject == other] == [1, 2]
        world.poison_aside = set()
        wait_until(world.flows, "it flows once it is mended", 60)
        assert world.rows()["team"] == before["team"]
        assert world.rows()["notes"] == before["notes"]
        assert world.answered() == answered


def test_an_event_that_fails_keeps_one_projection_from_being_built_alone(world: RebuiltWorld) -> None:
    with world.all_running():
        told(world, subjects=3)
        world.wait_until_followed()
        before = world.rows()
        world.poison_aside = {2}
        found = world.ended(world.ask("notes"))
        assert (found["state"], found["reason"]) == ("failed", "LookupError")
        assert world.rows() == before
        assert world.held() == set()


def test_a_restriction_whose_turn_is_to_come_stands_through_a_rebuild(world: RebuiltWorld) -> None:
    case, member = uuid4(), uuid4()
    with world.following(), world.relaying():
        world.tell(case, added(member))
        world.wait_until_followed()
    with world.guarding(), world.relaying(), world.rebuilding():
        world.tell(case, noted(1), added(member), removed(member))
        wait_until(lambda: world.team(case) == set(), "the guard lets it overtake")
        assert world.stands_at() == 1
        assert world.rebuild()["team"] == 0
        assert world.team(case) == set()
        assert world.stands_at() == 1
    with world.following():
        world.wait_until_followed()
    assert world.team(case) == set()


def test_a_restriction_that_nobody_has_heard_yet_is_left_to_its_turn(world: RebuiltWorld) -> None:
    case, member = uuid4(), uuid4()
    with world.following(), world.relaying():
        world.tell(case, added(member))
        world.wait_until_followed()
    world.tell(case, removed(member))
    with world.rebuilding():
        assert world.rebuild() == NOTHING
    assert world.team(case) == {member}
    with world.following(), world.relaying():
        wait_until(lambda: world.team(case) == set(), "its turn comes")
