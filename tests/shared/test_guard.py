"""The guard applies protective events first, on a real broker and real databases: they overtake holds and persist."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from sqlalchemy import select, text

from deploy.cli import servers
from shared.events.envelope import Announcement, Event, from_document
from shared.exchange import eventlog, holds
from shared.exchange.follower import guard
from shared.store import database as stores
from shared.store.database import Database
from tests.kit import teams
from tests.kit.databases import as_owner
from tests.kit.sealing import prove, seal
from tests.kit.teams import World, added, noted, removed
from tests.kit.waiting import wait_until

pytestmark = pytest.mark.integration


def send_signed(world: World, event: Event) -> None:
    """Publish an event as its source would."""
    body = seal(event)
    world.send(body, event.routing_key, *prove([body]))


@pytest.fixture
def world(database: Database, fresh_database: str, postgres: servers.PostgresServer, vhost: str) -> Iterator[World]:
    with teams.opened(database, fresh_database, postgres, vhost) as opened:
        yield opened


@pytest.mark.promise("REL-11")
def test_a_removal_behind_a_hold_takes_effect_at_once_and_the_drain_does_not_undo_it(world: World) -> None:
    case, leaver, stayer, late = uuid4(), uuid4(), uuid4(), uuid4()
    world.poison = {1}
    with world.following(), world.guarding(), world.relaying():
        world.tell(case, added(leaver), added(stayer))
        wait_until(lambda: world.team(case) == {leaver, stayer}, "both are in the team")
        world.tell(case, noted(1), added(leaver), added(late))
        wait_until(lambda: world.held() == {case}, "the subject is held")
        world.tell(case, removed(leaver))
        wait_until(lambda: world.team(case) == {stayer}, "the removal does not wait")
        assert world.held() == {case}
        world.poison = set()
        wait_until(lambda: not world.held(), "the drain lets the subject flow")
        assert world.team(case) == {stayer, late}
    assert world.floors() == [(f"member:{leaver}", 6)]


def test_the_drain_hands_no_outranked_event_to_a_projection_or_a_reaction(world: World) -> None:
    case, member = uuid4(), uuid4()
    world.poison = {1}
    with world.following(), world.guarding(), world.relaying():
        world.tell(case, noted(1), added(member), removed(member))
        wait_until(lambda: bool(world.floors()) and world.held() == {case}, "held, and restricted")
        assert world.answered() == []
        world.poison = set()
        wait_until(lambda: not world.held(), "the drain lets the subject flow")
    assert world.team(case) == set()
    with world.target.transaction() as session:
        names = list(session.scalars(text("select name from follow_reactions")))
    assert names == ["removed"]


def test_who_is_added_again_after_the_removal_is_in_once_the_hold_ends(world: World) -> None:
    case, member = uuid4(), uuid4()
    world.poison = {1}
    with world.following(), world.guarding(), world.relaying():
        world.tell(case, added(member), noted(1), removed(member), added(member))
        wait_until(lambda: bool(world.floors()) and world.stands_at() == 4, "restricted, and all have passed")
        assert world.team(case) == set()
        world.poison = set()
        wait_until(lambda: not world.held(), "the drain lets the subject flow")
    assert world.team(case) == {member}


def test_the_guard_alone_restricts_and_leaves_the_cursor_where_it_is(world: World) -> None:
    case, member = uuid4(), uuid4()
    with world.following(), world.relaying():
        world.tell(case, added(member))
        wait_until(lambda: world.team(case) == {member}, "the member is in")
    with world.guarding(), world.relaying():
        world.tell(case, added(member), removed(member))
        wait_until(lambda: world.team(case) == set(), "the removal takes effect before its turn")
        assert world.stands_at() == 1
    with world.following():
        wait_until(lambda: world.stands_at() == 3, "its turn comes")
    assert world.team(case) == set()
    assert len(world.answered()) == 2, "the addition that was outranked is answered to by nobody"


def test_what_the_guards_queue_lost_comes_with_the_cursor_even_behind_a_hold(world: World) -> None:
    case, other, member = uuid4(), uuid4(), uuid4()
    world.poison = {1}
    with world.guarding(), world.following(), world.relaying():
        world.tell(case, added(member), noted(1))
        wait_until(lambda: world.held() == {case}, "the subject is held")
    with world.relaying():
        world.tell(case, removed(member))
        world.tell(other, noted(2))
        wait_until(lambda: world.published() == 4, "all are published")
    world.purge("legal.guard")
    with world.following():
        wait_until(lambda: world.stands_at() == 4, "the cursor passes the removal")
        assert world.team(case) == set()
        assert world.held() == {case}


def test_what_an_error_kept_from_restricting_is_found_behind_the_hold(world: World) -> None:
    case, member = uuid4(), uuid4()
    world.poison, world.removing_fails = {1}, True
    with world.guarding(), world.following(), world.relaying():
        world.tell(case, added(member), noted(1), removed(member))
        wait_until(lambda: world.stands_at() == 3, "the cursor passes the removal, which fails")
    world.purge("legal.guard")
    assert world.team(case) == {member}
    world.removing_fails = False
    with world.guarding():
        wait_until(lambda: world.team(case) == set(), "the feed has it")
    assert world.held() == {case}
    assert world.stands_at() == 3


@pytest.mark.hazard("H-AGENCY-1", control="lock-timeout-holds-the-subject")
def test_a_removal_that_meets_a_lock_keeps_no_other_from_taking_effect(
    monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.setitem(stores.LIMITS, "lock_timeout", 200)
    world: World = request.getfixturevalue("world")
    locked, other, member = uuid4(), uuid4(), uuid4()
    with world.following(), world.relaying():
        world.tell(locked, added(member))
        world.tell(other, added(member))
        wait_until(lambda: world.stands_at() == 2, "both are in")
    with world.guarding(), world.relaying():
        with world.target.transaction() as session:
            session.execute(text("select from team where subject = :locked for update"), {"locked": locked})
            world.tell(locked, removed(member))
            world.tell(other, removed(member))
            wait_until(lambda: world.team(other) == set(), "the other removal takes effect")
            assert world.team(locked) == {member}
        wait_until(lambda: world.team(locked) == set(), "the lock is free, and the removal takes effect")


def test_those_that_were_looked_at_do_not_hide_the_others(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"LOOK_AT_MOST": 1, "LOOK_AGAIN_SECONDS": 0.0, "SWEEP_SECONDS": 0.0}.items():
        monkeypatch.setattr(guard, name, value)
    cases, member = [uuid4(), uuid4(), uuid4()], uuid4()
    world.poison, world.removing_fails = {1}, True
    with world.following(), world.relaying():
        for case in cases:
            world.tell(case, added(member), noted(1), removed(member))
        wait_until(lambda: world.stands_at() == 9, "the cursor passes the removals, which fail")
    world.removing_fails = False
    with world.guarding():
        wait_until(lambda: not any(world.team(case) for case in cases), "behind each of them is looked")


def test_old_messages_that_come_again_change_nothing(world: World) -> None:
    case, member = uuid4(), uuid4()
    with world.guarding(), world.following(), world.relaying():
        world.tell(case, added(member), removed(member))
        wait_until(lambda: world.stands_at() == 2, "both are applied")
        addition, removal = world.log()
        send_signed(world, addition)
        world.tell(case, noted(2))
        wait_until(lambda: world.stands_at() == 3, "what comes behind the old addition is applied")
        assert world.team(case) == set()
        world.tell(case, added(member))
        wait_until(lambda: world.team(case) == {member}, "a new addition counts")
        send_signed(world, removal)
        world.tell(uuid4(), removed(uuid4()))
        wait_until(lambda: len(world.floors()) == 2, "what comes behind the old removal is applied")
        wait_until(lambda: not world.waiting("legal.guard"), "the guard has taken all")
        assert world.team(case) == {member}


def test_a_body_that_the_guard_can_not_read_is_put_aside_and_the_next_is_taken(world: World) -> None:
    case, member = uuid4(), uuid4()
    with world.guarding(), world.relaying():
        world.send(b"no json: Jane Doe", "team.member_removed.v1")
        world.tell(case, removed(member))
        wait_until(lambda: bool(world.floors()), "the next is taken")
    with world.target.transaction() as session:
        rows = list(session.execute(select(holds.quarantine)))
    assert [row.reason for row in rows] == ["no_json"]
    assert "Jane" not in str(rows)


@pytest.mark.parametrize("change", [{"sequence": f"{5_000_000:020d}"}, {"logepoch": str(uuid4())}])
def test_a_removal_that_the_source_does_not_know_is_not_believed(world: World, change: dict[str, str]) -> None:
    case, member = uuid4(), uuid4()
    with world.guarding(), world.following(), world.relaying():
        world.tell(case, added(member))
        wait_until(lambda: world.team(case) == {member}, "the member is in")
        forged = Announcement("team.member_removed", {"member": str(member)})
        [told] = world.log()
        body = {**told.document(), "type": "org.casepath.intake.team.member_removed.v1", "data": dict(forged.data)}
        world.send(seal(from_document({**body, "id": str(uuid4()), **change})), "team.member_removed.v1")
        world.tell(uuid4(), removed(uuid4()))
        wait_until(lambda: len(world.floors()) == 1, "what comes behind it is applied")
        wait_until(lambda: not world.waiting("legal.guard"), "the guard has taken all")
        assert world.team(case) == {member}


def test_a_newer_version_is_given_by_its_envelope_and_holds_its_subject_at_its_turn(world: World) -> None:
    case, member = uuid4(), uuid4()
    with world.guarding(), world.relaying():
        world.tell(case, added(member), removed(member, version=2))
        wait_until(lambda: world.unknown == [case], "the envelope is acted on")
        assert world.held() == set()
    with world.following():
        wait_until(lambda: world.held() == {case}, "its turn comes")
    assert world.team(case) == {member}


def test_a_removal_of_a_moved_log_takes_effect_once_its_feed_confirms_it(world: World) -> None:
    case, member = uuid4(), uuid4()
    with world.guarding(), world.following(), world.relaying():
        world.tell(case, added(member), noted(2))
        wait_until(lambda: world.stands_at() == 2, "both are applied")
    with as_owner(world.source) as owner:
        owner.execute("update event_log_epochs set identity = 'before the move'")
    with world.source.transaction() as session:
        eventlog.begin_epoch_if_restored(session)
    with world.guarding(), world.relaying():
        world.tell(case, added(member), removed(member))
        wait_until(lambda: world.team(case) == set(), "the removal takes effect")
        assert world.stands_at() == 2
    with world.following():
        wait_until(lambda: world.stands_at() == 4, "its turn comes")
    assert world.team(case) == set()


def test_a_newer_version_whose_message_was_lost_is_given_by_its_envelope_at_its_turn(world: World) -> None:
    case = uuid4()
    with world.following(), world.relaying():
        world.tell(case, removed(uuid4(), version=2))
        wait_until(lambda: world.held() == {case}, "its turn comes")
    assert world.unknown == [case]
