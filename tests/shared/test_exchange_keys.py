"""The keys that seal a day's events: one per day, shared by all replicas, and deleted after the retention days."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import text
from sqlalchemy.engine import Engine

from deploy.cli import servers
from shared.encryption.archive import Archive
from shared.encryption.exchange_keys import ExchangeKeys
from shared.exchange import sealed
from shared.exchange.sealed import DoesNotOpen, Sealer
from shared.sealing.ring import FileRing, new_ring, with_new_key, without_keys
from shared.store.database import engine_for
from tests.kit import databases
from tests.kit.sealing import signer

pytestmark = pytest.mark.integration

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
DAYS = 7
RING = new_ring("2026-11")


@pytest.fixture(scope="module")
def key_database(postgres: servers.PostgresServer) -> Iterator[Engine]:
    with databases.migrated(postgres, databases.KEYS) as url:
        engine = engine_for(url, pool_size=2)
        yield engine
        engine.dispose()


@pytest.fixture
def store(key_database: Engine) -> Engine:
    with key_database.begin() as connection:
        connection.execute(text("delete from exchange_keys"))
    return key_database


def keys(store: Engine, ring: str = RING, service: str = "intake") -> ExchangeKeys:
    return ExchangeKeys(store, FileRing(ring), service, days=DAYS)


def test_a_day_has_one_key_whoever_makes_it_and_tomorrow_s_is_there_early(store: Engine) -> None:
    one, other = keys(store).current(NOW), keys(store).current(NOW + timedelta(hours=1))
    assert one == other
    assert [key.day for key in keys(store).all()] == [NOW.date(), NOW.date() + timedelta(days=1)]
    following = keys(store).current(NOW + timedelta(days=1))
    assert following in keys(store).all()
    assert following.key != one.key


@pytest.mark.promise("SEC-84", "RIGHT-19")
def test_after_its_days_a_key_is_gone_and_was_in_no_archive(store: Engine, tmp_path: Path) -> None:
    key = keys(store).current(NOW)
    Archive(store, tmp_path, days=DAYS).append(NOW)
    keys(store).rotate(NOW + timedelta(days=DAYS - 1))
    assert key in keys(store).all()
    # Everything sealed under the key was sealed after its day began, so the key is deleted that many days later.
    assert keys(store).rotate(datetime.combine(NOW.date() + timedelta(days=DAYS), NOW.time(), UTC)) >= 1
    assert key not in keys(store).all()
    with store.begin() as connection:
        query = text("select count(*) from exchange_keys where id = :id")
        assert connection.execute(query, {"id": key.id}).scalar() == 0
    assert [path.read_text(encoding="ascii") for path in tmp_path.iterdir()] == [""]


def test_a_key_is_rewrapped_under_a_newer_ring_key_and_a_lost_key_is_replaced(store: Engine) -> None:
    key = keys(store).current(NOW)
    newer = with_new_key(RING, "2026-12")
    keys(store, newer).rotate(NOW)
    assert keys(store, without_keys(newer, {"2026-11"})).current(NOW) == key
    assert keys(store, new_ring("of another")).current(NOW) != key


def test_the_database_holds_no_key_that_opens_anything_without_the_ring(store: Engine) -> None:
    key = keys(store).current(NOW)
    with store.begin() as connection:
        rows = str(connection.execute(text("select * from exchange_keys")).all())
    assert str(key.key) not in rows
    assert key.key.hex() not in rows
    assert key.key.hex() not in repr(key)


@pytest.mark.promise("SEC-62")
def test_a_message_opens_as_what_it_was_sealed_as_and_as_nothing_else(store: Engine) -> None:
    key = keys(store).current(datetime.now(UTC))
    body = Sealer(keys(store), "intake", signer("intake")).sealing()(7, b"a document")
    message = sealed.read(body)
    assert message is not None
    assert (message.key, message.position) == (key.id, 7)
    assert b"document" not in body
    cipher = AESGCM(key.key)
    assert message.open(cipher, "intake") == b"a document"
    other_position = sealed.read(body[:24] + b"\x08" + body[25:])
    assert other_position is not None
    assert other_position.position == 8
    for altered, source in ((message, "legal"), (other_position, "intake")):
        with pytest.raises(DoesNotOpen):
            altered.open(cipher, source)
    with pytest.raises(DoesNotOpen):
        message.open(AESGCM(bytes(32)), "intake")


@pytest.mark.parametrize("body", [b"", b"\x01", b"{}", b"\x02" * 100, b"\x01" * 52])
def test_what_is_no_sealed_message_is_not_taken_for_one(body: bytes) -> None:
    assert sealed.read(body) is None
