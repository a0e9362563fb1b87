"""Periods of before this release: derived from facts, each stays the one that it was, and what is past stays quiet."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, select, text

from deploy.cli import servers
from deploy.cli.installation import HOLDERS
from services.intake.fact.actions import KEEPING as OF_INTAKE
from services.intake.migrations import intake_0041
from services.legal.deadline.actions import KEEPING as OF_LEGAL
from services.legal.heard_fact.actions import PROJECTIONS
from services.legal.migrations.legal_0007 import AT_THE_LATEST
from shared.access.joined_cases import joined_cases
from shared.deadlines.derivation import LIVE
from shared.deadlines.facts import facts, heard_facts
from shared.deadlines.tables import clocks, derivations
from shared.deadlines.timers import Timers
from shared.events.envelope import Event
from shared.exchange.eventlog import ORIGIN, Origin
from tests.kit.harness import Harness
from tests.migrations.dumps import HERE, Dump, Restored
from tests.migrations.observing import connected, house_of, log_of

pytestmark = [pytest.mark.integration, pytest.mark.slow]

KEEPERS = {"intake": OF_INTAKE, "legal": OF_LEGAL}
#: Periods whose days are others on purpose, each by its rule.
COUNTED_ANEW = {
    "GB.RECOVERY_MIN": "two readings of the first day, of which the later one is safe",
    "GB.RG": "five working days by the calendars of its country, and two readings of the first day",
    "NL.REFLECTION_MAX": "three months, of which the other reading is no other day any more",
    "RO.STATE_COMP": "from a day that nobody has recorded: none is made up",
}
#: Periods that another service keeps now: where they were they count no more.
KEPT_ELSEWHERE = {"RO.VOUCHER"}
#: Limits that a child's birth decides: without it there is no day.
BY_BIRTH = {"GB.CICA", "GB.CIVIL_PI", "NIR.CICS", "NIR.CIVIL_PI", "NL.SCHADEFONDS", "SCT.CIVIL_PI"}
#: What tells that something came to its end or began.
NEWS = ("clock.started", "clock.missed", "clock.reached", "clock.stopped", "clock.due", "clock.due_soon")

Row = Mapping[str, Any]


class Derived(NamedTuple):
    """What a service's periods were before its cases were derived and after, and what it told of them."""

    at: datetime
    before: dict[UUID, Row]
    after: dict[UUID, Row]
    told: list[tuple[str, dict[str, Any]]]
    told_again: list[tuple[str, dict[str, Any]]]
    children: frozenset[UUID]
    merged: frozenset[UUID]
    facts: dict[UUID, set[UUID]]


@pytest.fixture(scope="module")
def migrated(postgres: servers.PostgresServer) -> tuple[Restored, datetime]:
    """The databases of 0.1.0 as this release's migrations leave them on the day of the dump."""
    dump = Dump(HERE / "0.1.0")
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
    with house_of(restored, "intake", at) as intake:
        log = log_of(intake)
    with house_of(restored, request.param, at) as house:
        before, told_before = rows_of(house), len(house.announced())
        if house.name == "legal":
            build_facts_again(house, log)
        wake_up(house)
        after, told = rows_of(house), house.announced()[told_before:]
        derive_all_again(house)
        told_again = house.announced()[told_before + len(told) :]
        yield Derived(at, before, after, told, told_again, children_of(house), merged_in(house), facts_of(house))


def rows_of(house: Harness) -> dict[UUID, Row]:
    with house.database.transaction() as session:
        return {row["id"]: dict(row) for row in session.execute(select(clocks)).mappings()}


def build_facts_again(house: Harness, log: list[Event]) -> None:
    """Do what legal's migration asks for: build the facts from the whole of intake's log."""
    [projection] = PROJECTIONS
    opened = [house.parts.following.reads.open(event) for event in log]
    with house.database.transaction() as session:
        migrated = set(session.scalars(select(heard_facts.c.id)))
        session.execute(delete(heard_facts))
        projection.project(session, [each for each in opened if each is not None and each.key in projection.reads])
        assert migrated <= set(session.scalars(select(heard_facts.c.id))), "facts have the ids that events give them"


def wake_up(house: Harness) -> None:
    """Fire what is due by the time when each case has been derived at the latest."""
    with house.database.transaction() as session:
        cases = session.scalar(text("select count(*) from timers where name = 'derive'"))
        now = house.clock.now(session)
    house.move_clock(now + timedelta(hours=1 if house.name == "legal" else 0))
    timers = Timers(house.database, house.clock, house.parts.following.emits, house.parts.on_timer)
    assert AT_THE_LATEST == "1 hour"
    assert timers.fire_due() >= cases, "each case is derived by a timer of its own"
    assert timers.fire_due() == 0
    with house.database.transaction() as session:
        assert session.scalar(text("select count(*) from timers where failed_at is not null")) == 0
        assert list(session.scalars(select(derivations.c.case_id).where(derivations.c.adopting))) == []


def derive_all_again(house: Harness) -> None:
    """Derive each case once more, as any change to it does."""
    with house.database.transaction() as session:
        cases = sorted(session.scalars(select(derivations.c.case_id)))
    for case in cases:
        origin = Origin(house.parts.following.emits, correlation=uuid4())
        with house.database.transaction(ORIGIN.holding(origin)) as session:
            KEEPERS[house.name].derive(session, case, house.clock.now(session))


def children_of(house: Harness) -> frozenset[UUID]:
    table = "facts" if house.name == "intake" else "heard_facts"
    query = f"select case_id from {table} where kind = 'person' and codes ->> 'age' <> 'adult'"  # noqa: S608 - one of two
    with house.database.transaction() as session:
        return frozenset(session.scalars(text(query)))


def merged_in(house: Harness) -> frozenset[UUID]:
    with house.database.transaction() as session:
        return frozenset(session.scalars(select(joined_cases.c.kept).union(select(joined_cases.c.alias))))


def facts_of(house: Harness) -> dict[UUID, set[UUID]]:
    """The ids of the facts of each case, own and heard."""
    ids: dict[UUID, set[UUID]] = {}
    with house.database.transaction() as session:
        for table in (facts, heard_facts):
            for row in session.execute(select(table.c.case_id, table.c.id)):
                ids.setdefault(row.case_id, set()).add(row.id)
    return ids


def test_each_period_is_the_one_that_it_was(derived: Derived) -> None:
    assert len(derived.before) > 50
    assert derived.before.keys() <= derived.after.keys()
    withdrawn = {
        row["code"]
        for clock, row in derived.before.items()
        if row["state"] != "withdrawn" and derived.after[clock]["state"] == "withdrawn"
    }
    assert withdrawn <= KEPT_ELSEWHERE


def test_its_days_are_those_that_they_were_unless_its_law_counts_otherwise_now(derived: Derived) -> None:
    for clock, row in derived.before.items():
        now = derived.after[clock]
        assert (now["subject"], now["code"], now["kind"]) == (row["subject"], row["code"], row["kind"])
        if row["code"] in COUNTED_ANEW or (row["code"] in BY_BIRTH and row["subject"] in derived.children):
            continue
        assert (now["began_on"], now["due_on"]) == (row["began_on"], row["due_on"]), row["code"]


def test_what_was_open_stays_open(derived: Derived) -> None:
    closed = {
        row["code"]
        for clock, row in derived.before.items()
        if row["state"] in LIVE and derived.after[clock]["state"] not in LIVE
    }
    assert closed <= KEPT_ELSEWHERE


def test_the_periods_of_a_merged_case_follow_from_its_own_facts(derived: Derived) -> None:
    own = [row for row in derived.after.values() if row["subject"] in derived.merged]
    assert {row["subject"] for row in own} == derived.merged
    assert [row["code"] for row in own if row["state"] == "resting"] == []
    strange = [row["code"] for row in own if not set(map(UUID, row["because"])) <= derived.facts[row["subject"]]]
    assert strange == []


def test_nothing_that_is_long_past_is_told_as_new(derived: Derived) -> None:
    assert derived.told
    past = [
        (name, data["code"], data["due_on"])
        for name, data in derived.told
        if name in NEWS
        and data["due_on"] is not None
        and data["due_on"] < derived.at.date().isoformat()
        and (UUID(data["clock"]) not in derived.before or derived.before[UUID(data["clock"])]["state"] not in LIVE)
    ]
    assert past == []


def test_who_was_warned_of_a_period_is_not_warned_of_it_again(postgres: servers.PostgresServer) -> None:
    """Of those that are inside their warning time some were told of by 0.1.0, and the others are by the derivation."""
    dump = Dump(HERE / "0.1.0")
    restored, at = dump.restore(postgres), datetime.fromisoformat("2026-12-20T12:00:00+00:00")
    with connected(restored.url("intake")) as connection:
        connection.execute(text("update test_clock set now = :at"), {"at": at})
        told = connection.execute(text(TELL_OF_EVERY_OTHER), {"code": intake_0041.OLD}).scalars().all()
        connection.commit()
    restored.migrate()
    with house_of(restored, "intake", at) as house:
        before = len(house.announced())
        wake_up(house)
        warned = {UUID(data["clock"]) for name, data in house.announced()[before:] if name == "clock.due_soon"}
        open_ones = {
            row["id"] for row in rows_of(house).values() if row["code"] == intake_0041.NEW and row["state"] in LIVE
        }
    assert told
    assert warned & set(told) == set()
    assert warned & open_ones == open_ones - set(told) != set()


#: A warning of each as 0.1.0 kept that it was told, and one of another day too. Its period's days are as they were, and
#: its name is another one since.
TELL_OF_EVERY_OTHER = """
    update clocks set announced = array[
        'due_soon@' || to_char(ends_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"+00:00"') || '/x',
        'due_soon@2026-01-01T00:00:00+00:00/x'
    ] from (
        select id, row_number() over (order by id) as number from clocks where state = 'running' and code = :code
    ) of_code
    where of_code.id = clocks.id and number % 2 = 0 returning clocks.id
"""


def test_a_second_derivation_tells_nothing(derived: Derived) -> None:
    assert derived.told_again == []
