"""Cases that an earlier release merged: their periods follow from their own facts again after the upgrade."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import select, update

from deploy.cli import servers
from shared.access import joined_cases
from shared.deadlines.derived_again import derive_every_case_again
from shared.deadlines.tables import clocks
from shared.deadlines.timers import Timers
from tests.kit.harness import Harness, harness
from tests.kit.hearing import hear

pytestmark = pytest.mark.integration

OPENED = ("contact.opened", {"jurisdiction": "GB-EAW", "age": "adult", "opened_on": "2026-03-01"})


@pytest.fixture
def legal(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("legal", postgres, "GB-EAW") as found:
        hear(found, OPENED)
        yield found


@pytest.mark.hazard("H-JOINED-1", control="own-facts-only")
def test_the_upgrade_derives_joined_cases_from_their_own_facts_and_restarts_periods(
    legal: Harness,
) -> None:
    adviser = legal.member("legal_adviser")
    adviser.told("POST", "facts", {"kind": "work_ended", "happened": "2026-10-30"}, 201)
    with legal.database.transaction() as session:
        before = {row.code: row.state for row in session.execute(select(clocks))}
        joined_cases.join(session, uuid4(), legal.case, uuid4())
        # The state of the earlier release: the period of the other case applies in its place.
        session.execute(update(clocks).values(state="resting"))
    announced = len(legal.announced())
    with legal.database.transaction() as session:
        with Operations.context(MigrationContext.configure(session.connection())):
            derive_every_case_again()
        now = legal.clock.now(session)
    legal.move_clock(now + timedelta(hours=1))
    timers = Timers(legal.database, legal.clock, legal.parts.following.emits, legal.parts.on_timer)
    assert timers.fire_due() >= 1
    with legal.database.transaction() as session:
        assert {row.code: row.state for row in session.execute(select(clocks))} == before
    woken = [data["code"] for name, data in legal.announced()[announced:] if name == "clock.woken"]
    assert sorted(woken) == sorted(before)
