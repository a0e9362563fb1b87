"""Each release's databases, restored and migrated: nothing is lost, and the services read what they held."""

import re
from collections.abc import Iterator
from datetime import datetime
from operator import itemgetter
from typing import Any, NamedTuple
from uuid import UUID

import pytest
from sqlalchemy import text

from deploy.cli import servers
from deploy.cli.installation import HOLDERS, SERVICES
from shared.access import joined_cases
from shared.audit import hash_chain
from shared.reference import code_lists, codes, id_of_authority
from tests.kit import databases
from tests.kit.client import Client
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
FIRST = "0.1.0"
#: What migrations publish on purpose, after all that a release had published: each merge that stands (intake_0025).
TOLD = {FIRST: {"intake": ["case.merged"]}}
#: Each release derives periods anew: `test_derived_once.py` and the tests of deadlines check them. What is allowed now,
#: and whether a webhook may be tried, depends on the time of the request.
DERIVED = frozenset(("clocks", "due", "actions", "allowed", "breaker"))
#: How sure a figure is was said in other words.
CERTAINTIES = {"low": "unclear", "medium": "likely", "high": "settled"}
RELEASES = sorted(facts.parent.name for facts in HERE.glob("*/facts.json"))
#: The end of addresses whose answers state the law, which changes with each release.
OF_THE_LAW = ("/remedies", "/rights")


class Migrated(NamedTuple):
    """The databases of a release after this release's migrations, and what was in them before anything asked."""

    restored: Restored
    rows: dict[str, dict[str, tuple[int, str]]]
    held_before: dict[Place, Held]
    held_after: dict[Place, Held]
    facts: dict[str, Any]

    @property
    def release(self) -> str:
        """The release that left the databases."""
        return self.restored.dump.release

    @property
    def at(self) -> datetime:
        """When the databases were dumped."""
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


def by_id(answer: Any, field: str = "") -> Any:
    """Return an answer with each agency named by its id in the register; 0.1.0 named authorities by their codes."""
    if isinstance(answer, dict):
        return {name: by_id(value, name) for name, value in answer.items()}
    if isinstance(answer, list):
        return [by_id(value, field) for value in answer]
    return str(id_of_authority(answer)) if answer and field in ("agency", "excluded_agencies") else answer


def in_this_release(request: dict[str, Any], release: str) -> Any:
    """Return what a request was answered by a release, as this release says the same on purpose."""
    return of_first(request) if release == FIRST else without_derived(request["reply"])


def without_derived(reply: Any) -> Any:
    """Return an answer without what follows from the facts of a case, or from the moment of the request."""
    if isinstance(reply, dict):
        return {name: without_derived(value) for name, value in reply.items() if name not in DERIVED}
    return [without_derived(each) for each in reply] if isinstance(reply, list) else reply


def of_first(request: dict[str, Any]) -> Any:
    """Return what 0.1.0 answered, as this release says the same on purpose."""
    reply = by_id(request["reply"])
    if request["path"] == "/v1/retention/schedule":
        return {
            **reply,
            "figures": [{**each, "certainty": CERTAINTIES[each["certainty"]]} for each in reply["figures"]],
        }
    if request["path"].endswith("/person"):
        # Without a reason on record nobody is shown what the person was called or was before.
        return {**reply, "names": [each for each in reply["names"] if each["until"] is None], "earlier_genders": []}
    if isinstance(reply, dict) and {"id", "overall_risk"} <= reply.keys():
        return _cut(reply)
    if request["path"].startswith("/v1/work-list"):
        return {**reply, "cases": [_cut(line) for line in reply["cases"]]}
    return reply


def _cut(reply: dict[str, Any]) -> dict[str, Any]:
    """Return a case, or its line in a list, with whether somebody has to act in the place of the overall risk."""
    risk = reply.get("overall_risk")
    return {
        **{name: value for name, value in reply.items() if name != "overall_risk"},
        **({"assessed_urgent": None if risk is None else risk == "urgent"} if "overall_risk" in reply else {}),
    }


def of_joined(house: Harness, before: Any, now: Any) -> tuple[Any, Any]:
    """Return two answers; of a merged case's periods, which are derived when it is read, what stays the same.

    That is every period that was shown of the case, its start and its state. `test_derived_once.py` has their days.
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


def test_each_release_is_kept() -> None:
    assert set(CHANGES) == set(RELEASES) >= {FIRST, "0.2.0"}


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
            opened = reads.open(event)  # raises for a type that it does not know, and for data that don't fit
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
        before, after = of_joined(house, in_this_release(request, migrated.release), now.reply)
        assert is_within(before, after), request["path"]


@pytest.mark.parametrize("migrated", [FIRST], indirect=True)
def test_intake_holds_no_name_of_a_domain_and_no_overall_risk_that_support_told(migrated: Migrated) -> None:
    elsewhere = {code for code_list in code_lists().values() if code_list.name != "need_domain" for code in code_list}
    names = set(codes("need_domain")) - elsewhere
    assert "self_harm_suicide" in names
    with house_of(migrated.restored, "support", migrated.at) as house:
        told = [event for event in log_of(house) if event.name == "assessment.completed" and event.data]
    assert {name for event in told for name in event.data["domains_at_or_above_3"]} & names, "0.1.0 told of some"
    with house_of(migrated.restored, "intake", migrated.at) as house:
        kept = house.everything()
        with house.database.transaction() as session:
            heard = {
                row.case_id: row.urgent for row in session.execute(text("select case_id, urgent from heard_risks"))
            }
    assert names & set(re.findall(r"\w+", kept)) == set()
    last = {event.subject: event.data["overall_risk"] == "urgent" for event in told}
    assert heard == {case: last[case] for case in heard}
    assert set(heard.values()) == {True, False}


@pytest.mark.parametrize("migrated", [FIRST], indirect=True)
def test_who_gives_a_reason_is_shown_all_that_was_shown_of_a_person(migrated: Migrated) -> None:
    asked = [request for request in migrated.facts["reads"] if request["path"].endswith("/person")]
    assert any(of_first(request) != request["reply"] for request in asked), "there are former names"
    with house_of(migrated.restored, "intake", migrated.at) as house:
        for request in asked:
            reader = Client(house.door, *request["roles"], subject=UUID(request["subject"]))
            reader.told("POST", f"{request['path']}/former-details", {"reason": "person_asks_for_it"}, 201)
            assert is_within(request["reply"], read(house, request).reply), request["path"]


@pytest.mark.parametrize("migrated", [FIRST], indirect=True)
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
