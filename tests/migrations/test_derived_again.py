"""Periods of 0.2.0, after the migrations since then have derived every case again."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert, select, text, update

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
from shared.reference import codes
from tests.kit.harness import Harness
from tests.migrations.dumps import HERE, Dump, Restored
from tests.migrations.observing import connected, house_of

pytestmark = [pytest.mark.integration, pytest.mark.slow]

KEEPERS = {"intake": OF_INTAKE, "legal": OF_LEGAL}
#: Events about the begin or the end of a period.
NEWS = ("clock.started", "clock.missed", "clock.reached", "clock.stopped", "clock.due", "clock.due_soon")
#: Periods of 0.2.0 that may have another state or other days, by service and code, and why:
#: `start`: an ending on record may be older than the start that it was applied to;
#: `incident`: the last incident is an interval, which an answer on record does not surely follow;
#: `judgment`: a period that waits for a judgment begins when the case comes under the law.
DIFFERENT: Mapping[str, Mapping[str, str]] = {
    "intake": {"NL.REFLECTION_MAX": "start", "SCT.SUPPORT_MAX": "start"},
    "legal": {
        **dict.fromkeys(("GB.CICA", "GB.CIVIL_PI", "GB.CIVIL_CONTRACT", "SCT.CIVIL_PI", "NL.SCHADEFONDS"), "incident"),
        "GB.JR": "start",
        "RO.STATE_COMP": "judgment",
    },
}
#: The reasons for which a period may begin on another day: earlier, or on a day instead of none.
BEGINS_EARLIER = frozenset(("incident", "judgment"))
#: By service: a kind of fact, its codes, and the rules whose periods it starts.
LONG_AGO: Mapping[str, tuple[str, dict[str, str], frozenset[str]]] = {
    "intake": ("rights_request", {"right": "access"}, frozenset(["PRIV.RIGHTS"])),
    "legal": ("residence_refused", {}, frozenset(["GB.JR", "GB.VTS_RECONSIDER"])),
}

#: The codes of rules that 0.2.0 did not have.
NEW_RULES = frozenset(codes("clock_code")) - {
    line.removeprefix("clock_code/")
    for line in (HERE.parent / "compat/0.2.0/codes.txt").read_text(encoding="utf-8").splitlines()
}

Row = Mapping[str, Any]
Told = list[tuple[str, dict[str, Any]]]


class Derived(NamedTuple):
    """The periods of a service before and after its cases were derived again, and the events that it published.

    `adopting`: a case that 0.2.0 had not derived yet, with a fact whose period ended long ago.
    """

    service: str
    adopting: UUID
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
        if house.name == "intake":
            plant_warned(house)
        adopting = plant_adopting(house)
        before, published = rows_of(house), len(house.announced())
        wake_up(house)
        after, told = rows_of(house), house.announced()[published:]
        derive_all_again(house)
        told_again = house.announced()[published + len(told) :]
        yield Derived(house.name, adopting, at, before, after, told, told_again, joined_in(house), facts_of(house))


def plant_warned(house: Harness) -> None:
    """Move a step back by 25 days, with its periods: 0.2.0 has warned of the minimum of 30 days."""
    earlier = timedelta(days=25)
    joined = joined_in(house)
    with house.database.transaction() as session:
        rows = [row for row in session.execute(select(clocks).order_by(clocks.c.id)) if row.subject not in joined]
        starting = {row.because[0] for row in rows if row.code == "COE.RECOVERY_MIN" and len(row.because) == 1}
        followed = ([row for row in rows if step in row.because] for step in sorted(starting))
        moved = next(found for found in followed if all(len(row.because) == 1 for row in found))
        (minimum,) = [row for row in moved if row.code == "COE.RECOVERY_MIN"]
        day = (minimum.began_on - earlier).isoformat()
        session.execute(update(facts).where(facts.c.id == UUID(minimum.because[0])).values(happened=day, learnt=day))
        for row in moved:
            days = {name: getattr(row, name) - earlier for name in ("began_on", "due_on", "due_at", "ends_at")}
            session.execute(update(clocks).where(clocks.c.id == row.id).values(began=day, level=0, **days))
        session.execute(update(clocks).where(clocks.c.id == minimum.id).values(level=1))


def plant_adopting(house: Harness) -> UUID:
    """Create a case that 0.2.0 had not derived yet, with a fact whose periods ended long ago."""
    kind, codes, rules = LONG_AGO[house.name]
    joined = joined_in(house)
    with house.database.transaction() as session:
        known = session.scalars(select(clocks.c.subject).where(clocks.c.code.in_(rules)))
        case = min(case for case in known if case not in joined)
        told = {"happened": "2020-01-10", "learnt": "2020-01-10", "recorded_at": house.clock.now(session)}
        fact = {"id": uuid4(), "revision": 1, "case_id": case, "kind": kind, "codes": codes, "withdrawn": False}
        session.execute(insert(facts).values(**fact, **told))
        session.execute(update(derivations).where(derivations.c.case_id == case).values(adopting=True))
    return case


def rows_of(house: Harness) -> dict[UUID, Row]:
    with house.database.transaction() as session:
        return {row["id"]: dict(row) for row in session.execute(select(clocks)).mappings()}


def wake_up(house: Harness) -> None:
    """Fire the timers that are due when every case is derived at the latest."""
    with house.database.transaction() as session:
        due = [row.due_at for row in session.execute(text("select due_at from timers where name = 'adopt'"))]
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
    """Derive each case once more, as any change of the case does."""
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
    """Return the ids of the facts of each case, own and imported."""
    ids: dict[UUID, set[UUID]] = {}
    with house.database.transaction() as session:
        for table in (facts, heard_facts):
            for row in session.execute(select(table.c.case_id, table.c.id)):
                ids.setdefault(row.case_id, set()).add(row.id)
    return ids


def test_every_open_period_stays_open_and_ends_no_later(derived: Derived) -> None:
    open_before = {clock for clock, row in derived.before.items() if row["state"] in LIVE}
    assert len(open_before) > 10
    assert [row["code"] for row in map(derived.after.__getitem__, open_before) if row["state"] not in LIVE] == []


def test_a_period_keeps_its_id_its_code_and_its_end_or_ends_earlier(derived: Derived) -> None:
    assert len(derived.before) > 20
    assert derived.before.keys() <= derived.after.keys()
    for clock, row in derived.before.items():
        now = derived.after[clock]
        assert (now["subject"], now["code"], now["kind"]) == (row["subject"], row["code"], row["kind"])
        assert _is_no_later(now["due_on"], row["due_on"]), row["code"]


def test_only_the_periods_of_long_ago_are_new(derived: Derived) -> None:
    new = [derived.after[clock] for clock in derived.after.keys() - derived.before.keys()]
    of_old_rules = [row for row in new if row["code"] not in NEW_RULES]
    assert {row["code"] for row in of_old_rules} == LONG_AGO[derived.service][2]
    assert {(row["subject"], row["state"] in LIVE) for row in of_old_rules} == {(derived.adopting, False)}


@pytest.mark.hazard("H-DEADLINE-7", control="decided-claim")
def test_a_claim_that_was_refused_before_the_upgrade_has_its_window(derived: Derived) -> None:
    new = {derived.after[clock]["code"] for clock in derived.after.keys() - derived.before.keys()}
    assert ("GB.CICA_REVIEW" in new) == (derived.service == "legal")


def test_only_periods_of_named_rules_have_another_state_or_other_days(derived: Derived) -> None:
    compared = ("state", "began_on", "due_on", "other_due_on", "level")
    different = {
        row["code"]
        for clock, row in derived.before.items()
        if any(derived.after[clock][name] != row[name] for name in compared)
    }
    assert different == DIFFERENT[derived.service].keys()


def test_a_period_begins_on_the_day_on_which_it_began_or_by_a_named_rule_earlier(derived: Derived) -> None:
    moved = [
        (row["code"], now["began_on"], row["began_on"])
        for now, row in ((derived.after[clock], row) for clock, row in derived.before.items())
        if now["began_on"] != row["began_on"]
    ]
    reasons = DIFFERENT[derived.service]
    assert {reasons[code] for code, _, _ in moved} == BEGINS_EARLIER.intersection(reasons.values())
    assert [code for code, now, before in moved if now is None or (before is not None and now > before)] == []


def _is_no_later(day: date | None, before: date | None) -> bool:
    return day == before or (day is not None and before is not None and day < before)


def test_nobody_is_warned_twice(derived: Derived) -> None:
    known_levels = {clock: row["level"] for clock, row in derived.before.items() if row["level"] > 0}
    assert known_levels
    assert {clock: derived.after[clock]["level"] for clock in known_levels} == known_levels
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
    assert derived.after.keys() - derived.before.keys(), "the periods of the planted fact"
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
