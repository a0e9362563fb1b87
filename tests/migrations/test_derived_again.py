"""Periods that 0.2.0 left, after the migrations since then have derived every case again."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text

from deploy.cli import servers
from deploy.cli.installation import HOLDERS
from services.intake.facts.fact.actions import KEEPING as OF_INTAKE
from services.legal.cases.deadline.actions import KEEPING as OF_LEGAL
from shared.access.joined_cases import joined_cases
from shared.deadlines.derivation import LIVE
from shared.deadlines.facts import facts, heard_facts
from shared.deadlines.tables import clocks, derivations
from shared.deadlines.timers import Timers
from shared.exchange.eventlog import ORIGIN, Origin
from tests.kit.harness import Harness
from tests.migrations.dumps import HERE, Dump, Restored
from tests.migrations.observing import connected, house_of

pytestmark = [pytest.mark.integration, pytest.mark.slow]

KEEPERS = {"intake": OF_INTAKE, "legal": OF_LEGAL}
#: What reports that a period began or came to its end.
NEWS = ("clock.started", "clock.missed", "clock.reached", "clock.stopped", "clock.due", "clock.due_soon")

Row = Mapping[str, Any]
Told = list[tuple[str, dict[str, Any]]]


class Derived(NamedTuple):
    """The periods of a service before its cases were derived again and after, and the events that it published."""

    at: datetime
    before: dict[UUID, Row]
    after: dict[UUID, Row]
    told: Told
    told_again: Told
    joined: frozenset[UUID]
    facts: dict[UUID, set[UUID]]


@pytest.fixture(scope="module")
def migrated(postgres: servers.PostgresServer) -> tuple[Restored, datetime]:
    """Restore the databases of 0.2.0 and migrate them, on the day of the dump."""
    dump = Dump(HERE / "0.2.0")
    restored, at = dump.restore(postgres), datetime.fromisoformat(dump.facts["at"])
    for service in HOLDERS:
        with connected(restored.url(service)) as connection:
            connection.execute(text("update test_clock set now = :at"), {"at": at})
            connection.commit()
    restored.migrate()
    return restored, at


@pytest.fixture(scope="module", params=sorted(KEEPERS))
def derived(request: pytest.FixtureRequest, migrated: tuple[Restored, datetime]) -> Iterator[Derived]:
    restored, at = migrated
    with house_of(restored, request.param, at) as house:
        before, published = rows_of(house), len(house.announced())
        wake_up(house)
        after, told = rows_of(house), house.announced()[published:]
        derive_all_again(house)
        told_again = house.announced()[published + len(told) :]
        yield Derived(at, before, after, told, told_again, joined_in(house), facts_of(house))


def rows_of(house: Harness) -> dict[UUID, Row]:
    with house.database.transaction() as session:
        return {row["id"]: dict(row) for row in session.execute(select(clocks)).mappings()}


def wake_up(house: Harness) -> None:
    """Fire the timers that are due when every case is derived at the latest."""
    with house.database.transaction() as session:
        due = [row.due_at for row in session.execute(text("select due_at from timers where name = 'derive'"))]
        now = house.clock.now(session)
        cases = list(session.scalars(select(derivations.c.case_id)))
    assert len(due) == len(cases) > 5
    assert max(due) <= now + timedelta(minutes=15)
    house.move_clock(now + timedelta(minutes=15))
    timers = Timers(house.database, house.clock, house.parts.following.emits, house.parts.on_timer)
    assert timers.fire_due() >= len(cases)
    with house.database.transaction() as session:
        assert session.scalar(text("select count(*) from timers where failed_at is not null")) == 0


def derive_all_again(house: Harness) -> None:
    """Derive each case once more, as any change to it does."""
    with house.database.transaction() as session:
        cases = sorted(session.scalars(select(derivations.c.case_id)))
    for case in cases:
        origin = Origin(house.parts.following.emits, correlation=uuid4())
        with house.database.transaction(ORIGIN.holding(origin)) as session:
            KEEPERS[house.name].derive(session, case, house.clock.now(session))


def joined_in(house: Harness) -> frozenset[UUID]:
    with house.database.transaction() as session:
        return frozenset(session.scalars(select(joined_cases.c.kept).union(select(joined_cases.c.alias))))


def facts_of(house: Harness) -> dict[UUID, set[UUID]]:
    """Return the ids of the facts of each case, own and heard."""
    ids: dict[UUID, set[UUID]] = {}
    with house.database.transaction() as session:
        for table in (facts, heard_facts):
            for row in session.execute(select(table.c.case_id, table.c.id)):
                ids.setdefault(row.case_id, set()).add(row.id)
    return ids


def test_every_open_period_stays_open_and_ends_no_later(derived: Derived) -> None:
    """Its id may be another one: a period is named after the fact that starts it, which doubts can change."""
    assert len(derived.before) > 10
    assert derived.before.keys() <= derived.after.keys()
    open_now: dict[tuple[UUID, str], list[date | None]] = {}
    for row in derived.after.values():
        if row["state"] in LIVE:
            open_now.setdefault((row["subject"], row["code"]), []).append(row["due_on"])
    for row in derived.before.values():
        if row["state"] in LIVE:
            days = open_now.get((row["subject"], row["code"]), [])
            assert any(_is_no_later(day, row["due_on"]) for day in days), row["code"]


def _is_no_later(day: date | None, before: date | None) -> bool:
    return day == before or (day is not None and before is not None and day < before)


def test_a_period_keeps_its_id_its_code_and_its_end_or_ends_earlier(derived: Derived) -> None:
    for clock, row in derived.before.items():
        now = derived.after[clock]
        assert (now["subject"], now["code"], now["kind"]) == (row["subject"], row["code"], row["kind"])
        assert _is_no_later(now["due_on"], row["due_on"]), row["code"]


def test_nobody_is_warned_twice(derived: Derived) -> None:
    warned = [UUID(data["clock"]) for name, data in derived.told if name == "clock.due_soon"]
    known = [clock for clock in warned if clock in derived.before]
    assert [clock for clock in known if derived.after[clock]["level"] <= derived.before[clock]["level"]] == []


def test_the_periods_of_a_joined_case_follow_from_its_own_facts(derived: Derived) -> None:
    own = [row for row in derived.after.values() if row["subject"] in derived.joined]
    had = {row["subject"] for row in derived.before.values()} & derived.joined
    assert {row["subject"] for row in own} == had
    assert [row["code"] for row in own if row["state"] == "resting"] == []
    strange = [row["code"] for row in own if not set(map(UUID, row["because"])) <= derived.facts[row["subject"]]]
    assert strange == []


def test_nothing_that_is_long_past_is_published_as_new(derived: Derived) -> None:
    past = [
        (name, data["code"], data["due_on"])
        for name, data in derived.told
        if name in NEWS
        and data["due_on"] is not None
        and data["due_on"] < derived.at.date().isoformat()
        and (UUID(data["clock"]) not in derived.before or derived.before[UUID(data["clock"])]["state"] not in LIVE)
    ]
    assert past == []


def test_a_second_derivation_publishes_nothing(derived: Derived) -> None:
    assert derived.told_again == []
