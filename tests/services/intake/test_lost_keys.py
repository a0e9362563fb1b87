"""After a restore of the key database from an older dump, missing keys are lost, which is not the same as erased."""

from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, insert, select
from sqlalchemy.engine import Engine

from deploy.cli import servers
from services.intake.service import PARTS
from services.registry import parts_of
from shared import encryption
from shared.encryption.sealed_rows import SealedRows, sealed_columns
from shared.encryption.tables import case_keys
from shared.encryption.watch import KeyWatch
from shared.http import RequestPipeline
from shared.store.database import Database, TableRow
from shared.telemetry import metrics
from tests.kit import databases
from tests.kit.client import Client, told
from tests.kit.harness import RING
from tests.kit.intake.cases import done, opened

pytestmark = pytest.mark.integration

PERSON = {"names": [{"kind": "given", "name": "Ilinca, fictitious"}]}
SEALED = SealedRows(PARTS.migrations.metadata[-1])
#: Sealed with the key of a row in another table: an attempt's response uses the key of its endpoint's agency.
OF_ANOTHER_ROW = {"webhook_attempts"}


@pytest.fixture
def store(postgres: servers.PostgresServer) -> Iterator[Engine]:
    with databases.opened(postgres, databases.KEYS) as (store, _url):
        yield store.engine


def served(database: Database, store: Engine) -> encryption.Keys:
    """Have a newly started process use the keys, as after a restore."""
    keys = encryption.Keys(store, encryption.FileRing(RING), "intake", SEALED)
    database.provide(encryption.KEYS, keys)
    return keys


def restored_from_before(store: Engine, case: str) -> TableRow:
    """Remove the keys that an older dump does not have, and return them."""
    row = UUID(case)
    with store.begin() as restoring:
        key = restoring.execute(select(case_keys).where(case_keys.c.subject == row)).one()
        restoring.execute(delete(case_keys).where(case_keys.c.subject == row))
    return key


@pytest.fixture
def worker(door: RequestPipeline, database: Database, store: Engine) -> Client:
    served(database, store)
    return Client(door, "caseworker")


def recorded(worker: Client) -> str:
    case = opened(worker)
    done(worker, case, "person", PERSON, method="PUT")
    return case


@pytest.mark.promise("KEY-9")
def test_a_key_that_is_missing_without_a_tombstone_is_lost_and_not_erased(
    worker: Client, database: Database, store: Engine
) -> None:
    case, other = recorded(worker), recorded(worker)
    key = restored_from_before(store, case)
    served(database, store)
    met = metrics.lost_keys_met._value.get()
    answer = told(worker.ask("GET", f"/v1/cases/{case}/person"), 503)
    assert answer["type"] == "urn:casepath:problem:a-key-is-missing"
    assert "./casepath keys status" in answer["detail"]
    assert metrics.lost_keys_met._value.get() == met + 1
    assert told(worker.ask("GET", f"/v1/cases/{other}/person"))["names"]
    with store.begin() as restoring:
        restoring.execute(insert(case_keys).values(key._asdict()))
    assert told(worker.ask("GET", f"/v1/cases/{case}/person"))["names"][0]["name"] == "Ilinca, fictitious"


@pytest.mark.promise("KEY-10")
def test_no_second_key_takes_the_place_of_a_lost_one(worker: Client, database: Database, store: Engine) -> None:
    case = recorded(worker)
    restored_from_before(store, case)
    served(database, store)
    version = worker.ask("GET", f"/v1/cases/{case}").headers["ETag"]
    changed = {"names": [{"kind": "given", "name": "Sorina, fictitious"}]}
    refused = told(worker.ask("PUT", f"/v1/cases/{case}/person", changed, If_Match=version), 503)
    assert refused["type"] == "urn:casepath:problem:a-key-is-missing"
    with store.connect() as connection:
        assert connection.execute(select(case_keys)).all() == []
    recorded(worker)  # another case still gets its key


def test_what_was_erased_stays_erased(worker: Client, database: Database, store: Engine) -> None:
    case = recorded(worker)
    keys = served(database, store)
    keys.destroy(UUID(case))
    assert worker.ask("GET", f"/v1/cases/{case}/person").status_code == 410
    assert KeyWatch(keys, None, database, SEALED).count_lost() == 0


@pytest.mark.promise("KEY-9")
def test_lost_keys_are_counted_at_the_start_and_when_the_number_of_keys_falls(
    worker: Client, database: Database, store: Engine
) -> None:
    cases = [recorded(worker) for _ in range(3)]
    watch = KeyWatch(served(database, store), None, database, SEALED)
    watch.look()
    assert metrics.keys_lost._value.get() == 0
    keys = [restored_from_before(store, case) for case in cases[:2]]
    watch.look()
    assert metrics.keys_lost._value.get() == 2
    fresh = KeyWatch(served(database, store), None, database, SEALED)
    metrics.keys_lost.set(0)
    fresh.look()
    assert metrics.keys_lost._value.get() == 2, "a service that starts says so, too"
    with store.begin() as restoring:
        restoring.execute(insert(case_keys), [key._asdict() for key in keys])
    fresh.look()
    assert metrics.keys_lost._value.get() == 0, "and they are back"


@pytest.mark.parametrize("service", ["intake", "legal", "support", "partners"])
def test_every_sealed_column_belongs_to_a_subject_by_which_its_key_is_missed(service: str) -> None:
    metadata = parts_of(service)[0].migrations.metadata[-1]
    sealed = {table.name for table in metadata.sorted_tables if sealed_columns(table)}
    assert sealed - SealedRows(metadata).tables <= OF_ANOTHER_ROW
    assert sealed, "a service that seals nothing would be looked at for nothing"


def test_a_subject_of_whom_nothing_is_sealed_is_new(database: Database) -> None:
    with database.transaction() as session:
        assert not SEALED.has(session, uuid4())
