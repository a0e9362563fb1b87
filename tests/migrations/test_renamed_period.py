"""The Convention's recovery period under its new name: the same period of the case, and nobody is told anything."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import text

from deploy.cli import servers
from services.intake.fact.actions import KEEPING as OF_INTAKE
from services.intake.migrations import intake_0041
from shared.deadlines import facts
from shared.deadlines.facts import Fact
from shared.exchange.eventlog import ORIGIN, Origin
from tests.kit.harness import Harness, harness

pytestmark = [pytest.mark.integration, pytest.mark.slow]


@pytest.fixture
def house(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("intake", postgres, "NL") as found:
        yield found


def derive(house: Harness) -> None:
    origin = Origin(house.parts.following.emits, correlation=uuid4())
    with house.database.transaction(ORIGIN.holding(origin)) as session:
        OF_INTAKE.derive(session, house.case, house.clock.now(session))


def periods(house: Harness) -> dict[str, object]:
    with house.database.transaction() as session:
        rows = session.execute(text("select code, id from clocks where state <> 'withdrawn'"))
        return {row.code: row.id for row in rows}


def test_a_period_under_its_former_name_is_the_same_one_afterwards(house: Harness) -> None:
    with house.database.transaction() as session:
        now = house.clock.now(session)
        for kind, codes in (("law", {"jurisdiction": "NL"}), ("step", {"stage": "reflection_accepted"})):
            fact = Fact(id=uuid4(), case=house.case, kind=kind, happened="2026-03-09", learnt="2026-03-09", codes=codes)
            facts.note(session, fact, now=now, by=None)
    derive(house)
    before, told = periods(house), len(house.announced())
    assert "COE.RECOVERY_MIN" in before
    with house.database.engine.begin() as connection, Operations.context(MigrationContext.configure(connection)):
        intake_0041.downgrade()
    assert periods(house)["EU.COE_RECOVERY_MIN"] == before["COE.RECOVERY_MIN"]
    with house.database.engine.begin() as connection, Operations.context(MigrationContext.configure(connection)):
        intake_0041.upgrade()
    derive(house)
    assert periods(house) == before
    assert len(house.announced()) == told
