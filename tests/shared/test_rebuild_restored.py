"""A source and a follower are restored from older backups, with old events still queued. A backup is a copy."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import pytest
from psycopg import sql
from sqlalchemy import select, text

from deploy.cli import servers
from shared.exchange import eventlog, holds
from shared.exchange.follower import reactions
from shared.store.database import Database, engine_for
from tests.kit import databases, rebuilds
from tests.kit.rebuilds import RebuiltWorld
from tests.kit.teams import added, noted, removed
from tests.kit.waiting import wait_until

pytestmark = pytest.mark.integration

NOTHING = {"team": 0, "notes": 0, "subjects": 0}


@pytest.fixture
def world(
    database: Database, fresh_database: str, postgres: servers.PostgresServer, vhost: str
) -> Iterator[RebuiltWorld]:
    with rebuilds.opened(database, fresh_database, postgres, vhost) as found:
        yield found


def backup_of(postgres: servers.PostgresServer, database: Database, url: str) -> str:
    """Copy a database in its current state; return the address of the copy."""
    database.engine.dispose()
    address, _, name = url.rpartition("/")
    owner = urlsplit(databases.owner_url(url)).username or name
    copy = f"copy{uuid4().hex[:8]}"
    ended = "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s"
    command = sql.SQL("create database {} owner {} template {}")
    with closing(postgres._connect()) as connection:
        connection.execute(ended, [name])
        connection.execute(command.format(*map(sql.Identifier, (copy, owner, name))))
    return f"{address}/{copy}"


@contextmanager
def restored(url: str) -> Iterator[Database]:
    """Start from a copy, as a service does after a restore; yield its database."""
    found = Database(engine_for(url))
    try:
        with found.transaction() as session:
            eventlog.begin_epoch_if_restored(session)
        yield found
    finally:
        found.engine.dispose()


def vanished(world: RebuiltWorld) -> list[tuple[str, int]]:
    with world.target.transaction() as session:
        found = reactions.find_vanished(session, after=None, limit=99)
    return sorted((each["reaction"], each["position"]) for each in found)


def causes(world: RebuiltWorld) -> list[UUID]:
    """Return the causes of the follower's own events, in order."""
    with world.target.transaction() as session:
        return list(session.scalars(select(eventlog.event_log.c.cause).order_by(eventlog.event_log.c.serial)))


def own_events(world: RebuiltWorld, cases: list[UUID]) -> list[tuple[UUID, UUID]]:
    """Return ids and causes of the follower's own events about some cases, in order."""
    own = select(eventlog.event_log.c.id, eventlog.event_log.c.cause).order_by(eventlog.event_log.c.serial)
    with world.target.transaction() as session:
        return [(row.id, row.cause) for row in session.execute(own.where(eventlog.event_log.c.subject.in_(cases)))]


def versions(world: RebuiltWorld, cases: list[UUID]) -> list[tuple[UUID, int]]:
    """Return the versions of some cases in the projection, in order."""
    asked = text("select subject, version from subjects where subject = any(:cases) order by subject")
    with world.target.transaction() as session:
        return [(row.subject, row.version) for row in session.execute(asked, {"cases": cases})]


@contextmanager
def source_restored(world: RebuiltWorld, backup: str) -> Iterator[None]:
    with restored(backup) as older:
        world.source, world.url = older, backup
        yield


@pytest.mark.promise("REL-20")
def test_followers_agree_with_a_restored_source_and_answer_what_is_new_once(
    world: RebuiltWorld, postgres: servers.PostgresServer
) -> None:
    case, other = uuid4(), uuid4()
    early, lost, queued, anew = (uuid4() for _ in range(4))
    with world.all_running():
        world.tell(case, added(early), noted(1))
        world.wait_until_followed()
    backup = backup_of(postgres, world.source, world.url)
    with world.all_running():
        world.tell(case, added(lost), removed(early), noted(2))
        world.tell(other, noted(3))
        world.wait_until_followed()
        assert world.team(case) == {lost}
    with world.relaying():
        world.tell(case, added(queued), noted(4))
        wait_until(lambda: world.published() == 8, "what nobody has taken yet waits at the broker")
    with source_restored(world, backup):
        world.tell(case, added(anew))
        with world.all_running():
            wait_until(lambda: world.team(case) == {early, anew}, "the follower agrees with the log as it is", 60)
            world.wait_until_followed()
            assert dict(world.rows()["subjects"]) == {case: 1}
            assert vanished(world) == sorted(
                [("added", 3), ("removed", 4), ("noted", 5), ("noted", 6), ("added", 7), ("noted", 8)]
            )
            world.tell(case, noted(5), removed(anew))
            world.wait_until_followed()
            assert world.team(case) == {early}
            assert world.rebuild() == NOTHING
        log = {each.id for each in world.log()}
        answered = causes(world)
        assert len(answered) == len(set(answered)), "nothing is answered twice"
        assert {each for each in answered if each in log} == {
            each.id for each in world.log() if each.name != "thing.noted"
        }


def test_a_restore_is_noticed_though_nothing_new_happens(world: RebuiltWorld, postgres: servers.PostgresServer) -> None:
    case, member = uuid4(), uuid4()
    with world.all_running():
        world.tell(case, noted(1))
        world.wait_until_followed()
    backup = backup_of(postgres, world.source, world.url)
    with world.all_running():
        world.tell(case, added(member))
        world.wait_until_followed()
    with source_restored(world, backup), world.all_running():
        wait_until(lambda: world.team(case) == set(), "the follower agrees with the log as it is", 60)
        world.wait_until_followed()
        assert vanished(world) == [("added", 2)]


@pytest.mark.promise("REL-14")
def test_an_early_signed_removal_is_lifted_once_a_restored_log_does_not_have_it(
    world: RebuiltWorld, postgres: servers.PostgresServer
) -> None:
    case, member = uuid4(), uuid4()
    with world.all_running():
        world.tell(case, added(member))
        world.wait_until_followed()
    backup = backup_of(postgres, world.source, world.url)
    world.feed_is_away = True
    with world.guarding(), world.relaying():
        world.tell(case, removed(member))
        wait_until(lambda: world.team(case) == set(), "the removal acts ahead of its turn")
        wait_until(lambda: world.published() == 2, "it is published")
    world.purge("legal.inbox")
    world.feed_is_away = False
    with source_restored(world, backup), world.all_running():
        wait_until(lambda: world.team(case) == {member}, "it is lifted", 60)
        world.tell(case, noted(1))
        world.wait_until_followed()
        assert (world.team(case), world.floors()) == ({member}, [])


def test_holds_before_the_break_stay_and_those_behind_it_are_gone(
    world: RebuiltWorld, postgres: servers.PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holds, "WAITS", (3_600,))
    before, behind, member = uuid4(), uuid4(), uuid4()
    world.poison = {7}
    with world.all_running():
        world.tell(before, noted(7), added(member))
        world.wait_until_followed()
    backup = backup_of(postgres, world.source, world.url)
    with world.all_running():
        world.tell(behind, noted(7))
        world.tell(before, removed(member))
        world.wait_until_followed()
        assert world.held() == {before, behind}
    with source_restored(world, backup), world.all_running():
        world.tell(uuid4(), noted(1))
        wait_until(lambda: world.held() == {before}, "only what the log still has is held", 60)
        world.wait_until_followed()
        assert world.floors() == []
        world.poison = set()
        wait_until(world.flows, "the drain lets it flow", 60)
        assert world.team(before) == {member}, "the removal has vanished"


@pytest.mark.promise("REL-20")
def test_a_follower_restored_from_an_older_backup_ends_equal_to_one_that_was_not(
    world: RebuiltWorld, postgres: servers.PostgresServer
) -> None:
    cases = [uuid4() for _ in range(5)]

    def live() -> None:
        for case in cases:
            world.tell(case, added(uuid4()), noted(1), noted(2))
        # Events that a restriction overtakes may be answered or not, and are counted again, so they are not compared.
        leaver, teamless = uuid4(), uuid4()
        world.tell(teamless, added(leaver), removed(leaver))
        world.wait_until_followed()

    with world.all_running():
        live()
    backup = backup_of(postgres, world.target, world.target_url)
    with world.all_running():
        live()
    unharmed, own = world.rows(), own_events(world, cases)
    counted, kept = versions(world, cases), world.target
    with restored(backup) as older:
        world.target, world.target_url = older, backup
        assert world.rows() != unharmed
        with world.all_running():
            world.wait_until_followed()
            assert world.rows() == unharmed
            assert versions(world, cases) == counted
            assert own_events(world, cases) == own, "it has answered as before, under the same ids"
            assert vanished(world) == []
            assert world.rebuild() == NOTHING
        with older.transaction() as session:
            assert session.scalar(text("select count(*) from event_log_epochs")) == 2
    world.target = kept
