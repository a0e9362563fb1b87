"""Cases that an earlier release joined: their periods follow from their own facts again after the upgrade."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import select, text, update

from deploy.cli import servers
from services.legal.deadline.actions import KEEPING
from shared.access import joined_cases
from shared.deadlines.tables import clocks, derivations
from shared.exchange.eventlog import ORIGIN, Origin
from shared.store.migrations.versions import mechanism_0037
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
def test_a_joined_case_is_derived_again_from_its_own_facts_and_another_one_is_left(legal: Harness) -> None:
    adviser, apart = legal.member("legal_adviser"), uuid4()
    adviser.told("POST", "facts", {"kind": "work_ended", "happened": "2026-10-30"}, 201)
    with legal.database.transaction() as session:
        before = {row.code: row.state for row in session.execute(select(clocks))}
        joined_cases.join(session, uuid4(), legal.case, uuid4())
        # As the earlier release left it: the period of the other case runs in its place.
        session.execute(update(clocks).values(state="resting"))
        session.execute(derivations.insert().values(case_id=apart, derived_at=legal.clock.now(session), adopting=False))
    with legal.database.transaction() as session:
        migrating = MigrationContext.configure(session.connection())
        with Operations.context(migrating):
            mechanism_0037.upgrade()
    with legal.database.transaction(ORIGIN.holding(Origin(legal.parts.following.emits))) as session:
        adopting = {row.case_id: row.adopting for row in session.execute(select(derivations))}
        assert adopting == {legal.case: True, apart: False}
        planned = text("select owner from timers where name = 'derive'")
        assert list(session.scalars(planned)) == [legal.case]
        KEEPING.derive(session, legal.case, legal.clock.now(session))
        after = {row.code: row.state for row in session.execute(select(clocks))}
    assert after == before
