"""A service that receives merge events in any order knows which cases belong to one person."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from random import Random
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.cli import servers
from services.intake.service import EMITS
from shared.access import joined_cases
from shared.events.contract import Received
from shared.events.envelope import Event
from shared.store.database import Database
from tests.kit import databases

pytestmark = pytest.mark.integration

KEPT, FIRST, SECOND, LONE = (UUID(int=number) for number in (3, 1, 4, 2))
MERGES = {FIRST: uuid4(), SECOND: uuid4()}


@pytest.fixture(scope="module")
def support(postgres: servers.PostgresServer) -> Iterator[Database]:
    with databases.opened(postgres, "support") as (database, _):
        yield database


def told(name: str, alias: UUID, position: int) -> Received:
    data = {"merge": MERGES[alias], "kept": KEPT, "alias": alias}
    kind = next(each for each in EMITS if each.name == name)
    event = Event(
        id=uuid4(),
        source="intake",
        name=name,
        version=kind.version,
        subject=MERGES[alias],
        time=datetime.now(UTC),
        position=position,
        epoch=uuid4(),
        correlation=uuid4(),
        data=kind.schema().dump(data),
        classification=kind.classification,
    )
    return Received(event, data)


@given(
    histories=st.fixed_dictionaries({alias: st.integers(0, 4) for alias in MERGES}),
    batches=st.lists(st.integers(1, 3), max_size=8),
    shuffled=st.randoms(use_true_random=False),
)
def test_each_merge_by_its_last_event_and_the_person_is_all_that_are_joined(
    support: Database, histories: dict[UUID, int], batches: list[int], shuffled: Random
) -> None:
    """Events about one merge keep their order. Events about several merges are mixed freely, in batches of any size."""
    places = [alias for alias, number in histories.items() for _ in range(number)]
    shuffled.shuffle(places)
    seen = dict.fromkeys(MERGES, 0)
    positions, events = count(1), []
    for alias in places:
        name = "case.merged" if seen[alias] % 2 == 0 else "case.unmerged"
        seen[alias] += 1
        events.append(told(name, alias, next(positions)))
    with support.transaction() as session:
        for size in [*batches, len(events)]:
            joined_cases.project(session, events[:size])
            del events[:size]
        stand = {alias for alias, number in histories.items() if number % 2}
        person = sorted({KEPT, *stand})
        for case in (KEPT, *MERGES):
            expected = person if case in person else [case]
            assert joined_cases.joined(session, case) == expected
        found = joined_cases.among(session, {KEPT, FIRST, SECOND, LONE})
        assert found == (dict.fromkeys(person, person) if stand else {})
        session.rollback()


def test_an_erased_case_is_taken_out_of_its_merges_and_the_others_stay_joined(support: Database) -> None:
    with support.transaction() as session:
        for alias, merge in MERGES.items():
            joined_cases.join(session, merge, KEPT, alias)
        assert joined_cases.forget(session, FIRST) == [MERGES[FIRST]]
        assert joined_cases.joined(session, SECOND) == sorted((KEPT, SECOND))
        assert joined_cases.joined(session, FIRST) == [FIRST]
        session.rollback()
