"""Each release's databases, restored and migrated: nothing is lost, and the services read what they held."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

import pytest
from sqlalchemy import text

from deploy.cli import servers
from deploy.cli.installation import SERVICES
from shared.audit import hash_chain
from tests.kit.harness import Harness
from tests.migrations.dumps import HERE, Dump, Restored
from tests.migrations.observing import MODULES, audited, erased, house_of, log_of, opened_keys, read, rows_of

pytestmark = [pytest.mark.integration, pytest.mark.slow]
#: Tables to which a migration of this release adds rows on purpose, and how many for what 0.1.0 held: an access in an
#: emergency that nobody has looked at comes back each day from now on (intake_0019).
ADDED = {("intake", "timers"): 1}
RELEASES = sorted(facts.parent.name for facts in HERE.glob("*/facts.json"))


class Migrated(NamedTuple):
    """The databases of a release after this release's migrations, and what was in them before anything asked."""

    restored: Restored
    rows: dict[str, dict[str, tuple[int, str]]]
    facts: dict[str, Any]

    @property
    def at(self) -> datetime:
        """When the databases were dumped."""
        return datetime.fromisoformat(self.facts["at"])


@pytest.fixture(scope="module", params=RELEASES)
def migrated(request: pytest.FixtureRequest, postgres: servers.PostgresServer) -> Migrated:
    dump = Dump(HERE / request.param)
    restored = dump.restore(postgres)
    restored.migrate()
    facts = dump.facts
    return Migrated(restored, rows_of(restored, facts["columns"]), facts)


@pytest.fixture(params=SERVICES)
def house(request: pytest.FixtureRequest, migrated: Migrated) -> Iterator[Harness]:
    with house_of(migrated.restored, request.param, migrated.at) as opened:
        yield opened


def is_within(before: Any, after: Any) -> bool:
    """Return whether an answer still holds what it held: fields may have been added, and nothing else."""
    if isinstance(before, dict):
        return isinstance(after, dict) and all(
            name in after and is_within(before[name], after[name]) for name in before
        )
    if isinstance(before, list):
        return isinstance(after, list) and len(before) == len(after) and all(map(is_within, before, after))
    return bool(before == after) or (_moment(before) is not None and _moment(before) == _moment(after))


def _moment(value: Any) -> datetime | None:
    """Return a moment in whatever form of ISO 8601: 0.1.0 wrote some with a space, which no JSON Schema takes."""
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return moment if moment.tzinfo is not None else None


def test_the_first_release_is_kept() -> None:
    assert "0.1.0" in RELEASES


def test_no_migration_is_left_to_do(migrated: Migrated) -> None:
    assert {database: steps for database, steps in migrated.restored.pending().items() if steps} == {}


def test_every_row_is_there_and_holds_what_it_held(migrated: Migrated) -> None:
    before = {
        (database, table): (count, digest)
        for database, tables in migrated.facts["rows"].items()
        for table, (count, digest) in tables.items()
    }
    after = {(database, table): row for database, tables in migrated.rows.items() for table, row in tables.items()}
    assert sum(count for count, _ in before.values()) > 5_000
    different = {place: (before[place], after[place]) for place in before if before[place] != after[place]}
    assert {place: row for place, row in different.items() if place not in ADDED} == {}
    assert {place: after[place][0] - before[place][0] for place in different} == ADDED


def test_the_log_is_unbroken_and_its_followers_read_it_from_its_beginning(house: Harness, migrated: Migrated) -> None:
    events = log_of(house)
    assert [event.position for event in events] == list(range(1, migrated.facts["logs"][house.name] + 1))
    followers = [module.PARTS.following.reads for name, module in MODULES.items() if name != house.name]
    for reads in [reads for reads in followers if house.name in reads.sources]:
        for event in events:
            opened = reads.open(event)  # raises for a type that it does not know, and for data that don't fit
            assert opened is None or opened.event is event


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
    assert erased(migrated.restored, house.name) == migrated.facts["erased"][house.name] != []


def test_the_service_answers_as_it_did_what_is_sealed_with_the_rest(house: Harness, migrated: Migrated) -> None:
    asked = [request for request in migrated.facts["reads"] if request["service"] == house.name]
    assert {request["status"] for request in asked} >= {200}
    for request in asked:
        now = read(house, request)
        assert now.status == request["status"], request["path"]
        assert is_within(request["reply"], now.reply), request["path"]


def test_what_one_person_had_done_at_once_waits_for_another_and_what_was_decided_stays_decided(
    migrated: Migrated,
) -> None:
    with house_of(migrated.restored, "intake", migrated.at) as house:
        officer = house.staff("data_protection_officer")
        waiting = [row["kind"] for row in officer.told("GET", "/v1/confirmations")["confirmations"]]
        with house.database.transaction() as session:
            states = session.execute(text("select state, count(*) from erasure_requests group by state")).all()
            shared = session.execute(text("select count(*) from sharings where state in ('proposed', 'acting')"))
            undecided = shared.scalar_one()
            confirmed = session.execute(text("select count(*) from disclosures where confirmed_by is not null"))
            assert confirmed.scalar_one() == 0
    assert waiting.count("emergency") == 1
    assert waiting.count("sharing") == undecided
    assert "complete" in {row.state for row in states}
    assert "proposed" not in {row.state for row in states}
    assert not {"erasure", "disclosure"} & set(waiting), "nothing that was decided is asked for again"
