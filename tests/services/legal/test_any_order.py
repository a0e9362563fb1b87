"""The facts of a case result in the same periods in every order in which they are received and recorded."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from deploy.cli import servers
from services.legal.cases.deadline.actions import KEEPING
from services.legal.service import EMITS
from shared.deadlines import Fact, clocks, fact_events, facts
from shared.exchange.eventlog import ORIGIN, Origin, event_log
from tests.kit.harness import Harness, harness
from tests.kit.hearing import hear

pytestmark = pytest.mark.integration

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
#: Days near each other, and near the last days that follow from them.
_DAYS = [date(2026, 3, 14) + timedelta(days=day) for day in (0, 1, 2, 30, 31, 32, 60, 90, 91, 92)]
_YEARS_BACK = [date(2024, 6, 14) + timedelta(days=day) for day in (0, 1, 2)]
_times = st.sampled_from(_DAYS).flatmap(lambda day: st.sampled_from([day.isoformat(), day.isoformat()[:7]]))
_long_ago = st.sampled_from(_YEARS_BACK).flatmap(lambda day: st.sampled_from([day.isoformat(), day.isoformat()[:7]]))


@dataclass(frozen=True)
class Said:
    """A revision of a fact, by the number of the fact in its history; `heard`: it was recorded at intake."""

    number: int
    kind: str
    happened: str
    heard: bool
    codes: tuple[tuple[str, str], ...] = ()
    about: int | None = None
    revision: int = 1
    withdrawn: bool = False

    def of(self, case: UUID) -> Fact:
        """Return the revision as a fact of a case."""
        return Fact(
            id=uuid5(case, str(self.number)),
            case=case,
            kind=self.kind,
            revision=self.revision,
            happened=self.happened,
            learnt="2026-06-15",
            about=None if self.about is None else uuid5(case, str(self.about)),
            codes=dict(self.codes),
            withdrawn=self.withdrawn,
        )


_GROUNDS = (("stage", "reasonable_grounds"),)
_FIRST = st.one_of(
    st.builds(Said, st.just(0), st.sampled_from(["last_incident", "first_incident"]), _long_ago, st.just(True)),
    st.builds(Said, st.just(0), st.just("work_ended"), _times, st.just(True)),
    st.builds(
        Said,
        st.just(0),
        st.just("decision"),
        _times,
        st.just(True),
        st.sampled_from([(*_GROUNDS, ("outcome", outcome)) for outcome in ("negative", "positive")]),
    ),
    st.builds(
        Said,
        st.just(0),
        st.just("claim"),
        _times,
        st.just(False),
        st.sampled_from([(("remedy", remedy),) for remedy in ("GB.CICA", "GB.CIVIL", "GB.EMPLOYMENT_TRIBUNAL")]),
    ),
    st.builds(
        Said,
        st.just(0),
        st.just("reconsideration_requested"),
        _times,
        st.just(False),
        st.just(_GROUNDS),
        st.one_of(st.none(), st.integers(0, 5)),
    ),
    st.builds(
        Said, st.just(0), st.sampled_from(["conciliation_begun", "conciliation_certified"]), _times, st.just(False)
    ),
)


@st.composite
def histories(draw: st.DrawFn) -> list[Said]:
    """Draw facts, some of them corrected or withdrawn."""
    said = [replace(each, number=number) for number, each in enumerate(draw(st.lists(_FIRST, min_size=1, max_size=6)))]
    for each in list(said):
        for revision in range(2, 2 + draw(st.integers(0, 2))):
            times = _long_ago if each.kind.endswith("incident") else _times
            changed = {"happened": draw(times), "revision": revision, "withdrawn": draw(st.booleans())}
            said.append(replace(each, **changed))
    return said


@pytest.fixture(scope="module")
def legal(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("legal", postgres, "GB-EAW") as found:
        found.move_clock(NOW)
        yield found


@settings(max_examples=50)
@given(histories(), st.randoms(use_true_random=False))
def test_any_order_of_the_same_facts_ends_in_the_same_periods(
    legal: Harness, history: list[Said], chance: random.Random
) -> None:
    orders = [history, chance.sample(history, len(history))]
    ended = [periods_after(legal, order) for order in orders]
    assert ended[0] == ended[1]


def periods_after(legal: Harness, order: list[Said]) -> list[tuple[object, ...]]:
    """Receive and record the facts of a new case in an order; compare its periods with the events, and return them."""
    case = uuid4()
    hear(legal, ("contact.opened", {"jurisdiction": "GB-EAW", "age": "adult", "opened_on": "2026-03-01"}), case=case)
    for said in order:
        fact = said.of(case)
        if said.heard:
            announcement = fact_events.announcement_of(fact)
            hear(legal, (announcement.name, dict(announcement.data)), case=case)
        else:
            record(legal, fact)
    rows = rows_of(legal, case)
    assert told(legal, case) == {row["id"]: (row["state"], row["due_on"], row["in_time"]) for row in rows}
    return sorted(tuple(map(str, _without_ids(row))) for row in rows if row["state"] != "withdrawn")


def record(legal: Harness, fact: Fact) -> None:
    with legal.database.transaction(ORIGIN.holding(Origin(EMITS))) as session:
        facts.note(session, fact, now=NOW, by=None)
        KEEPING.derive(session, fact.case, NOW)


def rows_of(legal: Harness, case: UUID) -> list[dict[str, Any]]:
    with legal.database.transaction() as session:
        return [dict(row) for row in session.execute(select(clocks).where(clocks.c.subject == case)).mappings()]


def _without_ids(row: dict[str, Any]) -> tuple[object, ...]:
    names = ("code", "state", "began", "due_on", "other_due_on", "in_time", "certainty", "paused_on")
    return (*(row[name] for name in names), sorted(row["doubts"]))


def told(legal: Harness, case: UUID) -> dict[UUID, tuple[object, ...]]:
    """Return each period as a consumer has it that applied the events about it in order."""
    query = select(event_log.c.data).where(event_log.c.subject == case, event_log.c.name.like("clock.%"))
    with legal.database.transaction() as session:
        events = session.execute(query.order_by(event_log.c.serial)).scalars().all()
    return {UUID(data["clock"]): (data["state"], _day(data["due_on"]), data["in_time"]) for data in events}


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
