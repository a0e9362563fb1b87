"""This release processes what an earlier one left: encrypted values, held subjects, timers, messages, a backup."""

import base64
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import func, select, text, update

from deploy.cli import servers
from deploy.cli.installation import DATABASES, SERVICES
from deploy.cli.saving import places
from deploy.cli.saving.bringing import Bringing
from deploy.cli.saving.reach import Served
from deploy.cli.servers.postgres import client_program
from shared.deadlines.timers import Timers, timers
from shared.encryption import FileRing
from shared.encryption.exchange_keys import ExchangeKeys
from shared.events.envelope import Event, decode, encode
from shared.exchange import cursor, eventlog, sealed
from shared.exchange.follower.apply import Application
from shared.exchange.follower.drain import Drain
from shared.exchange.holds import holds
from shared.store.database import engine_for
from tests.compat import lists
from tests.kit.harness import Harness
from tests.kit.logfeed import LogFeed
from tests.migrations.changes import is_as_published, published_now
from tests.migrations.dumps import HERE, SECRET_KEY, Dump, Restored
from tests.migrations.observing import MODULES, SealedPlace, connected, house_of, opened_values, stream_of

pytestmark = [pytest.mark.integration, pytest.mark.slow]
RELEASES = sorted(left.parent.name for left in HERE.glob("*/left.json"))
_YEAR = timedelta(days=400)
_TURNS = 20


@pytest.fixture(scope="module", params=RELEASES)
def dump(request: pytest.FixtureRequest) -> Dump:
    return Dump(HERE / request.param)


@pytest.fixture(scope="module")
def restored(dump: Dump, postgres: servers.PostgresServer) -> Restored:
    """Return the migrated databases, for tests that only read them."""
    return migrated(dump, postgres)


@pytest.fixture(scope="module")
def changed(dump: Dump, postgres: servers.PostgresServer) -> Restored:
    """Return the migrated databases, for tests that change them, each in its own way."""
    return migrated(dump, postgres)


def migrated(dump: Dump, postgres: servers.PostgresServer) -> Restored:
    restored = dump.restore(postgres)
    restored.migrate()
    return restored


@contextmanager
def house(restored: Restored, service: str) -> Iterator[Harness]:
    with house_of(restored, service, datetime.fromisoformat(restored.dump.facts["at"])) as found:
        yield found


def places_of(release: str, service: str) -> list[SealedPlace]:
    """Return the encrypted columns of a release by their frozen names, with their current places."""
    moved = {entry.old: entry.new for entry in lists.renamed() if entry.kind == "sealed"}
    frozen = [name for name in lists.read(lists.HERE / release)["sealed"] if name.startswith(f"{service} ")]
    found = []
    for name in frozen:
        now = moved.get(name, name)
        if now:
            (table, _, column), (table_now, _, column_now) = (each.split()[1].partition(".") for each in (name, now))
            found.append(SealedPlace(table, column, (table_now, column_now)))
    return found


@pytest.mark.hazard("H-UPGRADE-1", control="kept-databases")
@pytest.mark.hazard("H-UPGRADE-1", control="frozen-names")
@pytest.mark.parametrize("service", SERVICES)
def test_every_encrypted_column_of_a_release_has_data_and_decrypts(service: str, restored: Restored) -> None:
    found = places_of(restored.dump.release, service)
    values = opened_values(restored, service, found)
    assert {place.name for place in found if not values.get(place.name)} == set()
    kept = {name: tuple(value) for name, value in restored.dump.facts["sealed"][service].items()}
    assert values == {place.name: kept[place.name] for place in found}


def test_a_sealed_value_opens_by_no_other_name(restored: Restored) -> None:
    [place] = [each for each in places_of(restored.dump.release, "intake") if each.name == "persons.identity"]
    for other in (place._replace(table="people"), place._replace(column="names")):
        with pytest.raises(AssertionError, match="does not open"):
            opened_values(restored, "intake", [other])


@pytest.mark.hazard("H-UPGRADE-2", control="held-subjects-survive")
def test_held_and_parked_subjects_are_still_there_and_flow_after_a_retry(changed: Restored) -> None:
    waiting = changed.dump.left["waiting"]
    held, parked = UUID(waiting["held"]), UUID(waiting["parked"])
    with house(changed, waiting["by"]) as follower, house(changed, "intake") as source:
        with follower.database.transaction() as session:
            rows = {row.subject: row.parked_at is not None for row in session.execute(select(holds))}
        assert {held: False, parked: True}.items() <= rows.items()
        follower.staff("operator").told("POST", "/v1/holds/retry", {"subject": str(parked)})
        with follower.database.transaction() as session:
            session.execute(update(holds).values(next_try_at=func.now()))  # the held one may not be due yet
        application = Application(follower.database, follower.parts.following)
        drain = Drain(follower.database, application, LogFeed(source.database))
        for _turn in range(_TURNS):  # a turn lasts two seconds at most
            if not drain.run_due():
                break
        query = text("select case_id from heard_facts where kind = 'voucher_given'")
        with follower.database.transaction() as session:
            assert session.execute(select(holds)).all() == []
            facts = session.execute(query).scalars().all()
    assert {held, parked} <= set(facts)


@pytest.mark.hazard("H-UPGRADE-2", control="timers-survive")
@pytest.mark.parametrize("service", SERVICES)
def test_timers_are_still_due_and_fire(service: str, changed: Restored) -> None:
    with house(changed, service) as found:
        with found.database.transaction() as session:
            kept = [row.name for row in session.execute(select(timers))]
        assert {name.partition("@")[0] for name in kept} <= set(found.parts.on_timer)
        found.move_clock(datetime.fromisoformat(changed.dump.facts["at"]) + _YEAR)
        loop = Timers(found.database, found.clock, found.parts.following.emits, found.parts.on_timer)
        assert bool(loop.fire_due()) == bool(kept)
        with found.database.transaction() as session:
            assert [row.name for row in session.execute(select(timers)) if row.failed_at is not None] == []


@pytest.mark.hazard("H-UPGRADE-2", control="unread-messages-survive")
def test_unread_messages_open_with_the_keys_of_their_source_and_are_what_its_log_has(restored: Restored) -> None:
    waiting = restored.dump.left["waiting"]
    follower = waiting["queue"].partition(".")[0]
    reads, newest = MODULES[follower].PARTS.following.reads, 0
    for message in waiting["messages"]:
        source = message["exchange"].removesuffix(".events")
        body = base64.b64decode(message["body"])
        read = sealed.read(body)
        assert read is not None
        event = decode(read.open(ciphers_of(restored, source)[read.key], source))
        assert event == at_position(restored, source, read.position)
        reads.open(event)  # raises an error for an unknown type, and for invalid data
        newest = max(newest, read.position - position_of(restored, follower, source))
    assert newest > 0, "the follower has yet to apply some of them"


def ciphers_of(restored: Restored, source: str) -> dict[UUID, AESGCM]:
    """Return the ciphers for the messages of a source, by the ids of its keys."""
    engine = engine_for(restored.keys_url(source))
    try:
        keys = ExchangeKeys(engine, FileRing(restored.dump.ring(source)), source, days=1).all()
    finally:
        engine.dispose()
    return sealed.ciphers({key.id: key.key for key in keys})


def at_position(restored: Restored, source: str, position: int) -> Event:
    """Return the event at a position of a log, as a feed returns it."""
    with house(restored, source) as found, found.database.transaction() as session:
        [event] = eventlog.read(session, source, after=position - 1, limit=1)
    return decode(encode(event))


def position_of(restored: Restored, follower: str, source: str) -> int:
    """Return the position up to which a follower has applied a source's log."""
    with house(restored, follower) as found, found.database.transaction() as session:
        return cursor.lock(session, source).position


def test_agencies_read_the_same_streams_without_withheld_fields(restored: Restored) -> None:
    streams = restored.dump.left["streams"]
    assert len(streams) >= 2
    with house(restored, "partners") as partners:
        now = [stream_of(partners, stream["key"]) for stream in streams]
    assert all(now)
    published, emptied = published_now(restored), 0
    for stream, before, after in zip(streams, published, now, strict=True):
        different = [
            one["type"]
            for one, other in zip(before, after, strict=True)
            if not is_as_published(restored, stream["agency"], one, other)
        ]
        assert different == []
        emptied += sum(one != other for one, other in zip(before, after, strict=True))
    assert emptied, "the list of withheld events has no other"


@pytest.mark.skipif(shutil.which("gpg") is None, reason="GnuPG is not installed: apt-get install gnupg")
def test_a_backup_is_restored_by_this_release(dump: Dump, postgres: servers.PostgresServer) -> None:
    """The program of `./casepath restore` also restores these dumps."""
    name = f"backup{uuid4().hex[:8]}"
    names = {database: f"{name}_{database}" for database in DATABASES}
    for database in names.values():
        postgres.create_database(database)
    urls = {database: postgres.superuser_url(names[database]) for database in names}
    bringing = Bringing(Served(urls, as_superuser=True), dump.keys / SECRET_KEY, str(uuid4()))
    data = places.newest_of(dump.folder / "backup" / "data", places.DATA)
    keys = places.newest_of(dump.folder / "backup" / "keys", places.KEYS)
    for service in SERVICES:
        bringing.data(service, data)
        bringing.keys(f"{service}_keys", keys)
    restored = Restored(dump, names, postgres)
    restored.migrate()
    for service in SERVICES:
        values = opened_values(restored, service, places_of(dump.release, service))
        assert values.keys() == {place.name for place in places_of(dump.release, service)}
        with connected(restored.url(service)) as connection:
            assert connection.scalar(text("select count(*) from event_log")) > 0


@pytest.mark.skipif(shutil.which("gpg") is None, reason="GnuPG is not installed: apt-get install gnupg")
def test_a_backup_opens_without_casepath(dump: Dump, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Decrypt and list each file of a backup with GnuPG, `pg_restore` and `tar` only."""
    home = tmp_path_factory.mktemp("gpg")
    home.chmod(0o700)
    gpg = ["gpg", "--homedir", str(home), "--batch", "--quiet"]
    try:
        subprocess.run([*gpg, "--import", str(dump.keys / SECRET_KEY)], check=True, capture_output=True)
        listed = {
            file.name.removesuffix(".gpg"): listing(
                file.name, subprocess.run([*gpg, "--decrypt", str(file)], check=True, capture_output=True).stdout
            )
            for file in dump.folder.joinpath("backup").rglob("*.gpg")
        }
    finally:
        subprocess.run(["gpgconf", "--homedir", str(home), "--kill", "all"], check=True)
    assert listed.keys() == {*(f"{database}.dump" for database in DATABASES), "secrets.tar"}
    for service in SERVICES:
        assert "TABLE DATA public event_log " in listed[f"{service}.dump"]
        assert "TABLE DATA public case_keys " in listed[f"{service}_keys.dump"]
        assert f"up/keys/{service}-ring.json" in listed["secrets.tar"].splitlines()


def listing(name: str, content: bytes) -> str:
    """Return the contents of a file in a backup, as listed by a third-party program."""
    program: tuple[str | Path, ...] = ("tar", "--list") if ".tar" in name else (client_program("pg_restore"), "--list")
    return subprocess.run(program, input=content, check=True, capture_output=True).stdout.decode()
