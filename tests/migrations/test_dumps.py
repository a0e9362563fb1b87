"""Each release's databases, restored and migrated: no data is lost, and the services return it."""

from collections.abc import Iterator
from datetime import datetime
from operator import itemgetter
from typing import Any, NamedTuple
from uuid import UUID

import pytest

from deploy.cli import servers
from deploy.cli.installation import HOLDERS, SERVICES
from shared.access import joined_cases
from shared.audit import hash_chain
from tests.kit import databases
from tests.kit.grounds import followed, grounds
from tests.kit.harness import Harness
from tests.migrations.changes import CHANGES, TABLES_GONE, Held, held_after, held_before
from tests.migrations.dumps import HERE, Dump, Restored
from tests.migrations.observing import (
    MODULES,
    Place,
    audited,
    columns_of,
    erased,
    house_of,
    log_of,
    opened_keys,
    read,
    rows_of,
)

pytestmark = [pytest.mark.integration, pytest.mark.slow]
#: Events that migrations publish intentionally, after all events of a release, by release and service.
TOLD: dict[str, dict[str, list[str]]] = {}
#: Each release derives periods again: `test_derived_again.py` checks them. The allowed actions, and whether a webhook
#: may be tried, depend on the time of the request.
DERIVED = frozenset(("clocks", "due", "actions", "allowed", "breaker"))
#: Parts of a case without a separate version: each route that changes one changes another part, too.
PARTS_GONE = frozenset(("counselling_sessions",))
FACTS_MADE = frozenset(("claim_decided", "residence_refused", "asylum_refused"))
RELEASES = sorted(facts.parent.name for facts in HERE.glob("*/facts.json"))
#: The end of addresses whose responses describe the law, which changes with each release.
OF_THE_LAW = ("/remedies", "/rights")


class Migrated(NamedTuple):
    """The databases of a release after this release's migrations, and their contents before the first request."""

    restored: Restored
    rows: dict[str, dict[str, tuple[int, str]]]
    held_before: dict[Place, Held]
    held_after: dict[Place, Held]
    facts: dict[str, Any]

    @property
    def release(self) -> str:
        """Return the release that left the databases."""
        return self.restored.dump.release

    @property
    def at(self) -> datetime:
        """Return when the databases were dumped."""
        return datetime.fromisoformat(self.facts["at"])


@pytest.fixture(scope="module", params=RELEASES)
def migrated(request: pytest.FixtureRequest, postgres: servers.PostgresServer) -> Migrated:
    dump = Dump(HERE / request.param)
    restored = dump.restore(postgres)
    columns = dump.facts["columns"]
    before = held_before(restored, columns)
    restored.migrate()
    return Migrated(restored, rows_of(restored, columns), before, held_after(restored, columns), dump.facts)


@pytest.fixture(params=SERVICES)
def house(request: pytest.FixtureRequest, migrated: Migrated) -> Iterator[Harness]:
    if request.param not in migrated.restored.names:
        pytest.skip(f"{migrated.release} had no service {request.param}")
    with house_of(migrated.restored, request.param, migrated.at) as opened:
        yield opened


def is_within(before: Any, after: Any) -> bool:
    """Return whether a response still contains the earlier one: fields may have been added, and nothing else."""
    if isinstance(before, dict):
        return isinstance(after, dict) and all(
            name in after and is_within(before[name], after[name]) for name in before
        )
    if isinstance(before, list):
        return isinstance(after, list) and len(before) == len(after) and all(map(is_within, before, after))
    return bool(before == after) or (_moment(before) is not None and _moment(before) == _moment(after))


def _moment(value: Any) -> datetime | None:
    """Return an instant from any form of ISO 8601."""
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return moment if moment.tzinfo is not None else None


def without_derived(reply: Any) -> Any:
    """Return a response without the parts that follow from the facts of a case, or from the time of the request."""
    if isinstance(reply, dict):
        return {name: without_derived(value) for name, value in reply.items() if name not in DERIVED}
    if not isinstance(reply, list):
        return reply
    return [without_derived(each) for each in reply if not (isinstance(each, dict) and each.get("part") in PARTS_GONE)]


def of_joined(house: Harness, before: Any, now: Any) -> tuple[Any, Any]:
    """Return two responses; of a merged case's periods, which are derived on reading, only the constant part.

    That is every period of the case, its start and its state. `test_derived_again.py` checks the dates.
    """
    if not isinstance(before, dict) or not {"id", "clocks"} <= before.keys():
        return before, now
    with house.database.transaction() as session:
        if len(joined_cases.joined(session, UUID(before["id"]))) == 1:
            return before, now
    known = {clock["id"] for clock in before["clocks"]}
    same = ("id", "code", "kind", "began_on", "state")

    def kept(reply: Any) -> Any:
        clocks = [{name: clock[name] for name in same} for clock in reply["clocks"] if clock["id"] in known]
        return {**reply, "clocks": sorted(clocks, key=itemgetter("id"))}

    return kept(before), kept(now)


def without_made(before: Any, now: Any) -> Any:
    """Return a response without the facts that a migration created from decisions and refusals (legal_0023)."""
    if not isinstance(before, dict) or "facts" not in before:
        return now
    known = {fact["id"] for fact in before["facts"]}
    return {**now, "facts": [fact for fact in now["facts"] if fact["id"] in known or fact["kind"] not in FACTS_MADE]}


def test_each_release_is_kept() -> None:
    assert set(CHANGES) == set(RELEASES) >= {"0.2.0"}


def test_no_migration_is_left_to_do(migrated: Migrated) -> None:
    assert {database: steps for database, steps in migrated.restored.pending().items() if steps} == {}


@pytest.mark.promise("ROLE-6")
def test_every_row_is_there_and_holds_what_it_held(migrated: Migrated) -> None:
    before = {
        (database, table): (count, digest)
        for database, tables in migrated.facts["rows"].items()
        for table, (count, digest) in tables.items()
    }
    after = {(database, table): row for database, tables in migrated.rows.items() for table, row in tables.items()}
    assert sum(count for count, _ in before.values()) > 5_000
    expected = {*CHANGES[migrated.release], *TABLES_GONE[migrated.release]}
    different = {place: (before[place], after[place]) for place in before if before[place] != after[place]}
    assert {place: row for place, row in different.items() if place not in expected} == {}


def test_what_is_changed_on_purpose_is_changed_so_and_not_otherwise(migrated: Migrated) -> None:
    assert migrated.held_after == migrated.held_before
    added = sum(sum(held.added.values()) for held in migrated.held_before.values())
    assert added > len(CHANGES[migrated.release]) or not CHANGES[migrated.release]


def test_no_table_and_no_column_goes_but_those_that_are_named(migrated: Migrated) -> None:
    before, after = migrated.facts["columns"], columns_of(migrated.restored)
    gone = {
        (database, table) for database, tables in before.items() for table in tables.keys() - after[database].keys()
    }
    assert gone == TABLES_GONE[migrated.release]
    columns = {
        (database, table): frozenset(names) - frozenset(after[database][table])
        for database, tables in before.items()
        for table, names in tables.items()
        if (database, table) not in gone
    }
    assert {place: names for place, names in columns.items() if names} == {
        place: change.columns_gone for place, change in CHANGES[migrated.release].items() if change.columns_gone
    }


def test_the_log_is_unbroken_and_its_followers_read_it_from_its_beginning(house: Harness, migrated: Migrated) -> None:
    events, kept = log_of(house), migrated.facts["logs"][house.name]
    assert [event.position for event in events] == list(range(1, len(events) + 1))
    assert [event.name for event in events[kept:]] == TOLD.get(migrated.release, {}).get(house.name, [])
    followers = [module.PARTS.following.reads for name, module in MODULES.items() if name != house.name]
    for reads in [reads for reads in followers if house.name in reads.sources]:
        for event in events:
            opened = reads.open(event)  # raises an error for an unknown type, and for invalid data
            assert opened is None or opened.event is event


def test_intake_keeps_the_grounds_that_its_log_has_told_of(house: Harness, postgres: servers.PostgresServer) -> None:
    if house.name != "intake":
        return
    with databases.opened(postgres, "legal") as (copy, _):
        told = followed(house.database, copy)
    assert told
    assert grounds(house.database) == told


def test_the_audit_chain_holds_and_grows(house: Harness, migrated: Migrated) -> None:
    before = audited(house, migrated.restored.dump.key_set)
    rows, links, checkpoints = migrated.facts["audit"][house.name]
    assert (before.links >= links > 0, before.rows >= rows, before.checkpoints) == (True, True, checkpoints)
    assert house.staff("data_protection_officer").ask("GET", "/v1/audit/checkpoints").status_code == 200
    with house.database.transaction() as session:
        hash_chain.extend(session, 0)
    after = audited(house, migrated.restored.dump.key_set)
    assert after.links == after.rows > before.links


def test_the_rings_open_every_key_and_who_was_erased_stays_so(house: Harness, migrated: Migrated) -> None:
    assert opened_keys(migrated.restored, house.name) == migrated.facts["keys"][house.name] > 0
    now = erased(migrated.restored, house.name)
    assert now == migrated.facts["erased"][house.name]
    assert now or house.name not in HOLDERS


def test_the_service_answers_as_it_did_what_is_sealed_with_the_rest(house: Harness, migrated: Migrated) -> None:
    asked = [request for request in migrated.facts["reads"] if request["service"] == house.name]
    assert {request["status"] for request in asked} >= {200}
    for request in asked:
        now = read(house, request)
        assert now.status == request["status"], request["path"]
        if request["path"].endswith(OF_THE_LAW):
            continue
        before, after = of_joined(house, without_derived(request["reply"]), now.reply)
        after = without_made(before, after)
        assert is_within(before, after), request["path"]
