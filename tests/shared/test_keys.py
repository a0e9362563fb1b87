"""Encryption keys of cases, on a real key database."""

import math
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import delete, select, text
from sqlalchemy.engine import Engine

from deploy.cli import servers
from shared import encryption
from shared.encryption import Cell, FileRing, KeyDestroyed, Keys, KeyStoreAway, RingRefused, SealBroken
from shared.encryption.archive import Archive, restore
from shared.encryption.tables import case_keys
from shared.encryption.watch import KeyWatch
from shared.sealing.ring import new_ring, with_new_key, without_keys
from shared.store.database import engine_for
from shared.store.migration import pending_migrations
from shared.telemetry import metrics
from tests.kit import databases
from tests.kit.databases import as_owner

pytestmark = pytest.mark.integration
RING = new_ring("first")
CASE, OTHER = uuid4(), uuid4()
PLACE = Cell("persons", "identity", uuid4())


@pytest.fixture
def store(postgres: servers.PostgresServer) -> Iterator[Engine]:
    with databases.opened(postgres, databases.KEYS) as (store, url):
        assert pending_migrations(encryption.MIGRATIONS, url) == []
        yield store.engine


def keys(store: Engine, ring: str = RING, service: str = "intake") -> Keys:
    return Keys(store, FileRing(ring), service)


def test_what_was_sealed_is_opened_where_it_was_sealed(store: Engine) -> None:
    sealed = keys(store).seal(CASE, PLACE, "Ioana, fictitious")
    assert keys(store).unseal(CASE, PLACE, sealed) == "Ioana, fictitious"
    assert b"Ioana" not in sealed
    assert sealed != keys(store).seal(CASE, PLACE, "Ioana, fictitious"), "equal texts can't be told to be equal"


@pytest.mark.promise("SEC-78")
@pytest.mark.parametrize(
    "elsewhere",
    [replace(PLACE, table="notes"), replace(PLACE, column="contact"), replace(PLACE, row=uuid4())],
)
@pytest.mark.hazard("H-CONFIDENTIALITY-7", control="sealed-fields")
def test_a_sealed_value_that_is_moved_does_not_open(store: Engine, elsewhere: Cell) -> None:
    sealed = keys(store).seal(CASE, PLACE, "moved")
    with pytest.raises(SealBroken):
        keys(store).unseal(CASE, elsewhere, sealed)


def test_another_case_and_another_service_do_not_open_it(store: Engine) -> None:
    sealed = keys(store).seal(CASE, PLACE, "mine")
    keys(store).seal(OTHER, PLACE, "theirs")
    with pytest.raises(SealBroken):
        keys(store).unseal(OTHER, PLACE, sealed)
    with pytest.raises(SealBroken):
        keys(store, service="legal").unseal(CASE, PLACE, sealed)


@pytest.mark.parametrize("place", [0, 1, 15, -1])
def test_a_sealed_value_that_was_changed_does_not_open(store: Engine, place: int) -> None:
    sealed = bytearray(keys(store).seal(CASE, PLACE, "whole"))
    sealed[place] ^= 1
    with pytest.raises(SealBroken):
        keys(store).unseal(CASE, PLACE, bytes(sealed))


def test_a_key_is_durable_before_what_is_sealed_can_be_stored(store: Engine) -> None:
    keys(store).seal(CASE, PLACE, "text")
    with store.connect() as another:
        assert another.execute(select(case_keys.c.subject)).scalar_one() == CASE


@pytest.mark.promise("SEC-79", "KEY-1")
def test_the_key_database_holds_no_key_that_opens_anything_without_the_ring(store: Engine) -> None:
    sealed = keys(store).seal(CASE, PLACE, "text")
    with pytest.raises(SealBroken):
        keys(store, new_ring("first")).unseal(CASE, PLACE, sealed)


def test_a_destroyed_key_opens_nothing_and_never_comes_back(store: Engine) -> None:
    ours, replica = keys(store), keys(store)
    sealed = ours.seal(CASE, PLACE, "text")
    ours.destroy(CASE)
    ours.destroy(CASE)
    for each in (ours, replica):
        assert each.is_destroyed(CASE)
        with pytest.raises(KeyDestroyed):
            each.unseal(CASE, PLACE, sealed)
        with pytest.raises(KeyDestroyed):
            each.seal(CASE, PLACE, "again")


def test_a_rotation_that_was_broken_off_goes_on_and_all_opens_meanwhile(store: Engine) -> None:
    cases = [uuid4() for _ in range(25)]
    sealed = {case: keys(store).seal(case, PLACE, str(case)) for case in cases}
    both = with_new_key(RING, "second")
    assert keys(store, both).rewrap(10) == (10, 15)
    assert keys(store, both).usage().under == {"first": 15, "second": 10}
    assert all(keys(store, both).unseal(case, PLACE, each) for case, each in sealed.items())
    assert keys(store, both).rewrap(100) == (15, 0)
    alone = without_keys(both, {"first"})
    assert all(keys(store, alone).unseal(case, PLACE, each) == str(case) for case, each in sealed.items())


@pytest.mark.promise("KEY-2")
def test_a_changed_ring_file_is_taken_over_by_each_replica_that_needs_it(store: Engine, tmp_path: Path) -> None:
    file = tmp_path / "ring.json"
    file.write_text(RING)
    one, other = (Keys(store, FileRing(RING, file), "intake") for _ in range(2))
    sealed = one.seal(CASE, PLACE, "text")
    file.write_text(with_new_key(RING, "second"))
    assert one.rewrap(10) == (1, 0)
    assert other.unseal(CASE, PLACE, sealed) == "text", "it has not been told of the new key, and finds it"
    other.seal(OTHER, PLACE, "text")
    assert one.usage().under == {"second": 2}


@pytest.mark.promise("KEY-3")
@pytest.mark.parametrize("broken", ["", '{"current": "second"', new_ring("second")])
def test_a_ring_file_that_can_not_be_used_leaves_the_ring_as_it_was(store: Engine, tmp_path: Path, broken: str) -> None:
    file = tmp_path / "ring.json"
    file.write_text(RING)
    running = Keys(store, FileRing(RING, file), "intake")
    sealed, found = running.seal(CASE, PLACE, "text"), running.fingerprint("name", "ioana")
    file.write_text(broken)
    assert running.usage().current == "first"
    assert (running.unseal(CASE, PLACE, sealed), running.fingerprint("name", "ioana")) == ("text", found)
    file.write_text(with_new_key(RING, "second"))
    assert running.usage().current == "second", "what is put right is taken over"


@pytest.mark.parametrize("needed", ["first", "blind"])
def test_a_key_that_is_needed_is_not_taken_out_of_a_ring(needed: str) -> None:
    with pytest.raises(RingRefused):
        without_keys(RING, {needed})
    with pytest.raises(RingRefused, match=needed):
        with_new_key(RING, needed)


def test_the_metrics_tell_what_a_rotation_has_left_and_how_old_the_archive_is(store: Engine, tmp_path: Path) -> None:
    keys(store).seal(CASE, PLACE, "text")
    archive = Archive(store, tmp_path, days=7)
    value = metrics.REGISTRY.get_sample_value
    KeyWatch(keys(store), archive).look()
    assert value("casepath_keys_under_old_ring_key") == 0
    assert value("casepath_key_archive_age_seconds") == math.inf
    archive.append(TODAY)
    [file] = tmp_path.glob("*.jsonl")
    os.utime(file, (1, 1))
    KeyWatch(keys(store, with_new_key(RING, "second")), archive).look()
    assert value("casepath_keys_under_old_ring_key") == 1
    assert (value("casepath_key_archive_age_seconds") or 0) > 3600
    assert archive.append(TODAY) == 0
    assert (archive.age() or 0) < 3600, "it is known to be complete, though nothing was new"


def test_a_ring_that_lost_a_key_says_so(store: Engine) -> None:
    sealed = keys(store).seal(CASE, PLACE, "text")
    with pytest.raises(RingRefused, match="first"):
        keys(store, new_ring("second")).unseal(CASE, PLACE, sealed)


@pytest.mark.parametrize(
    "broken", ["", "{}", '{"current": "a", "keys": {"a": "short"}}', '{"current": "a", "keys": {}}']
)
def test_a_ring_that_can_not_be_used_is_refused_without_its_content(broken: str) -> None:
    with pytest.raises(RingRefused) as refused:
        FileRing(broken)
    assert "short" not in str(refused.value)


def test_an_equal_value_is_found_again_by_its_fingerprint_and_by_nothing_else(store: Engine) -> None:
    ours = keys(store)
    assert ours.fingerprint("name", "ioana") == keys(store).fingerprint("name", "ioana")
    assert ours.fingerprint("name", "ioana") != ours.fingerprint("phone", "ioana")
    assert ours.fingerprint("name", "ioana") != keys(store, service="legal").fingerprint("name", "ioana")
    assert ours.fingerprint("name", "ioana") != keys(store, new_ring("first")).fingerprint("name", "ioana")


def test_a_key_database_that_is_away_is_a_reason_to_try_again() -> None:
    away = Keys(engine_for("postgresql://nobody@127.0.0.1:1/none"), FileRing(RING), "intake")
    with pytest.raises(KeyStoreAway) as refused:
        away.seal(CASE, PLACE, "text")
    assert refused.value.retryable


TODAY = datetime(2026, 3, 29, 12, tzinfo=UTC)


@pytest.mark.promise("SEC-86", "KEY-12")
def test_a_lost_key_database_comes_back_from_its_archive_but_the_erased_do_not(store: Engine, tmp_path: Path) -> None:
    ours, archive = keys(store), Archive(store, tmp_path, days=7)
    sealed = {case: ours.seal(case, PLACE, str(case)) for case in (uuid4() for _ in range(3))}
    archive.append(TODAY)
    later, erased = uuid4(), next(iter(sealed))
    sealed[later] = ours.seal(later, PLACE, str(later))
    ours.destroy(erased)
    archive.append(TODAY)
    with as_owner(store) as owner:
        owner.execute("truncate case_keys, tombstones")
    [file] = tmp_path.glob("*.jsonl")
    assert file.stat().st_mode & 0o077 == 0
    assert restore(store, file) == (3, 1)
    fresh = keys(store)
    assert [fresh.unseal(case, PLACE, each) for case, each in sealed.items() if case != erased] == [
        str(case) for case in sealed if case != erased
    ]
    with pytest.raises(KeyDestroyed):
        fresh.unseal(erased, PLACE, sealed[erased])


@pytest.mark.promise("KEY-11")
def test_a_new_archive_file_keeps_lost_keys_and_no_destroyed_key(store: Engine, tmp_path: Path) -> None:
    ours, archive = keys(store), Archive(store, tmp_path, days=2)
    lost, erased, kept = uuid4(), uuid4(), uuid4()
    sealed = {case: ours.seal(case, PLACE, str(case)) for case in (lost, erased, kept)}
    archive.append(TODAY)
    ours.destroy(erased)
    with store.begin() as restoring:  # an older dump of the key database
        restoring.execute(delete(case_keys).where(case_keys.c.subject == lost))
    for day in range(1, 5):
        archive.append(TODAY + timedelta(days=day))
        archive.forget(TODAY + timedelta(days=day))
    newest = max(tmp_path.glob("*.jsonl"))
    assert restore(store, newest) == (1, 1)
    assert keys(store).unseal(lost, PLACE, sealed[lost]) == str(lost)
    with pytest.raises(KeyDestroyed):
        keys(store).unseal(erased, PLACE, sealed[erased])


def test_what_is_archived_already_is_not_written_again(store: Engine, tmp_path: Path) -> None:
    archive = Archive(store, tmp_path, days=7)
    keys(store).seal(CASE, PLACE, "text")
    archive.append(TODAY)
    keys(store).seal(OTHER, PLACE, "text")
    assert archive.append(TODAY) >= 1
    assert archive.append(TODAY) == 0


def test_after_the_days_that_were_set_no_file_holds_a_destroyed_key(store: Engine, tmp_path: Path) -> None:
    ours, archive = keys(store), Archive(store, tmp_path, days=2)
    ours.seal(CASE, PLACE, "text")
    archive.append(TODAY)
    ours.destroy(CASE)
    names = []
    for day in range(1, 4):
        archive.append(TODAY + timedelta(days=day))
        names += archive.forget(TODAY + timedelta(days=day))
    assert names == ["keys-2026-03-29.jsonl", "keys-2026-03-30.jsonl"]
    assert all('"wrapped"' not in each.read_text() for each in tmp_path.glob("*.jsonl"))


def test_a_line_that_was_not_written_to_its_end_is_left_out(store: Engine, tmp_path: Path) -> None:
    keys(store).seal(CASE, PLACE, "text")
    Archive(store, tmp_path, days=7).append(TODAY)
    [file] = tmp_path.glob("*.jsonl")
    with file.open("a") as opened:
        opened.write('{"subject": "0199')
    with as_owner(store) as owner:
        owner.execute("truncate case_keys")
    assert restore(store, file) == (1, 0)
    assert restore(store, file) == (0, 0), "what is there is left as it is"


@pytest.mark.promise("KEY-13")
def test_nothing_is_lost_behind_a_line_that_was_not_written_to_its_end(store: Engine, tmp_path: Path) -> None:
    """After a full disk, the archive continues with the same file."""
    archive = Archive(store, tmp_path, days=7)
    archive.append(TODAY)
    [file] = tmp_path.glob("*.jsonl")
    with file.open("a") as opened:
        opened.write('{"subject": "0199')
    keys(store).seal(CASE, PLACE, "text")
    assert archive.append(TODAY) == 1
    with as_owner(store) as owner:
        owner.execute("truncate case_keys")
    assert restore(store, file) == (1, 0)


def test_a_newer_archive_takes_away_what_an_older_one_brought_back_of_the_erased(store: Engine, tmp_path: Path) -> None:
    ours, archive = keys(store), Archive(store, tmp_path, days=7)
    ours.seal(CASE, PLACE, "text")
    archive.append(TODAY)
    ours.destroy(CASE)
    archive.append(TODAY + timedelta(days=1))
    with as_owner(store) as owner:
        owner.execute("truncate case_keys, tombstones")
    older, newer = sorted(tmp_path.glob("*.jsonl"))
    assert restore(store, older) == (1, 0)
    assert restore(store, newer) == (0, 1)
    assert keys(store).usage().under == {}


@pytest.mark.promise("SEC-77", "RIGHT-20", "KEY-14")
def test_no_archive_has_a_key_once_so_many_days_have_passed_since_it_was_destroyed(
    store: Engine, tmp_path: Path
) -> None:
    ours, archive = keys(store), Archive(store, tmp_path, days=2)
    ours.seal(CASE, PLACE, "text")
    destroyed_at = TODAY.replace(hour=0, minute=1)
    archive.append(destroyed_at)
    ours.destroy(CASE)
    for hours in range(0, 49, 6):
        archive.append(destroyed_at + timedelta(hours=hours))
        archive.forget(destroyed_at + timedelta(hours=hours))
    assert [each.name for each in tmp_path.glob("*.jsonl") if '"wrapped"' in each.read_text()] == []


def test_an_archive_takes_the_fingerprints_of_the_erased_too(store: Engine, tmp_path: Path) -> None:
    ours, archive = keys(store), Archive(store, tmp_path, days=7)
    ours.seal(CASE, PLACE, "text")
    ours.destroy(CASE)
    archive.append(TODAY)
    with as_owner(store) as owner:  # an older backup of the key database
        owner.execute("truncate tombstones")
    ours.seal(CASE, PLACE, "text")
    ours.index(CASE, "name", ["ioana"])
    [file] = tmp_path.glob("*.jsonl")
    restore(store, file)
    assert keys(store).found_among([CASE], "name", [["ioana"]]) == set()
    with store.connect() as connection:
        assert connection.execute(text("select count(*) from blind_indexes")).scalar_one() == 0
