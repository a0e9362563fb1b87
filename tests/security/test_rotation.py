"""Key rotation: a crash after a key was created, interrupted rotations, and rotations under load."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from sqlalchemy import select

from deploy.cli.api import ApiProblem
from deploy.cli.errors import CommandRefused
from services.intake.facts.person.models import Person
from shared.encryption.tables import case_keys
from tests.faults import sealed
from tests.faults.field import Field, opened
from tests.kit.waiting import PATIENCE, wait_until

pytestmark = [pytest.mark.security, pytest.mark.integration, pytest.mark.slow]
Note = Callable[[str, object], None]
MANY = 10_000


@pytest.fixture(scope="module")
def opened_field() -> Iterator[Field]:
    with opened() as found:
        yield found


@pytest.fixture
def field(opened_field: Field) -> Field:
    opened_field.restore()
    return opened_field


def test_a_crash_after_creating_a_key_keeps_the_key_and_no_data(field: Field, record_property: Note) -> None:
    worker = sealed.Sealing(field)
    of_the_case = select(case_keys).where(case_keys.c.subject == worker.desk.case)
    field.arm("intake:keys.after_making")
    with pytest.raises(CommandRefused):
        worker.write()
    field.wait_until_dead("intake")
    with sealed.key_store(field) as engine, engine.connect() as connection:
        made = connection.execute(of_the_case).one()
    with field.database("intake").transaction() as session:
        assert session.get(Person, worker.desk.case) is None
    field.start("intake")
    name = worker.write()
    assert worker.read() == name
    with sealed.key_store(field) as engine, engine.connect() as connection:
        assert connection.execute(of_the_case).one() == made, "the key that was made is the one that is used"
    field.check(record_property)


@pytest.mark.promise("SEC-80", "KEY-5")
def test_a_rotation_goes_on_where_it_was_when_the_service_was_killed(field: Field, record_property: Note) -> None:
    worker = sealed.Sealing(field, patience=60)
    name = worker.write()
    sealed.record_keys(field, 2_000)
    under, killed = sealed.add_ring_key(field), Event()

    def wait_for_the_kill(left: int) -> None:
        # Reached only if the service wraps half of the keys before this process kills it.
        if left < 1_000:
            assert killed.wait(PATIENCE)

    with ThreadPoolExecutor(1) as beside:
        rotating = beside.submit(sealed.rotate, field.api(patience=60), under, 50, wait_for_the_kill)
        wait_until(lambda: sealed.keys_under(field).get(under, 0) >= 200, "some are wrapped anew")
        field.kill("intake")
        killed.set()
        broken_off = sealed.keys_under(field)
        field.start("intake")
        rotating.result()
    assert len(broken_off) > 1, "it was killed in the middle"
    assert set(sealed.keys_under(field)) == {under}
    assert worker.read() == name
    field.check(record_property)


def test_a_replica_whose_ring_is_still_the_old_one_wraps_nothing_back(field: Field) -> None:
    sealed.Sealing(field).write()
    before = sealed.ring(field).current
    sealed.rotate(field.api(), sealed.add_ring_key(field), 500)
    with pytest.raises(ApiProblem, match="409"):
        sealed.rotate(field.api(), before, 500)


@pytest.mark.promise("SEC-80", "KEY-4")
def test_ten_thousand_keys_are_wrapped_anew_under_load_without_an_error(field: Field, record_property: Note) -> None:
    field.start("intake", 1)
    sealed.record_keys(field, MANY)
    with sealed.under_sealing(field) as load:
        wait_until(lambda: load.done > sealed.PERSONS, "sealed fields are written and read")
        under, before = sealed.add_ring_key(field), load.done
        asked = sealed.rotate(field.api(), under, 500)
        wait_until(lambda: load.done > before + sealed.PERSONS, "and after it, too")
    print(f"{load.done} names written and read meanwhile; {asked} requests; longest wait {load.longest:.2f} s")  # noqa: T201
    assert load.wrong == []
    assert set(sealed.keys_under(field)) == {under}
    field.check(record_property)
