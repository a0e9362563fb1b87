"""What intake heard of assessments before is cut to whether somebody has to act; nothing else can be had back."""

from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import text
from sqlalchemy.engine import Engine

from deploy.cli import servers
from services.intake.migrations import intake_0046
from services.intake.service import PARTS
from shared.store.database import engine_for
from tests.kit import databases

pytestmark = [pytest.mark.integration, pytest.mark.slow]

STORE = text("insert into heard_risks (case_id, position, overall_risk) values (:case, 1, :risk)")


@pytest.fixture
def engine(postgres: servers.PostgresServer) -> Iterator[Engine]:
    url = databases.migrated_anew(postgres, f"risk_cut_{uuid4().hex[:12]}", PARTS.migrations)
    opened = engine_for(databases.owner_url(url))
    yield opened
    opened.dispose()


def heard(engine: Engine, column: str) -> dict[UUID, object]:
    with engine.connect() as connection:
        rows = connection.execute(text(f"select case_id, {column} as found from heard_risks"))  # noqa: S608 - its own
        return {row.case_id: row.found for row in rows}


def test_a_risk_is_kept_as_whether_it_is_urgent(engine: Engine) -> None:
    risks = {uuid4(): risk for risk in ("urgent", "high", "unknown", "none")}
    with engine.begin() as connection, Operations.context(MigrationContext.configure(connection)):
        intake_0046.downgrade()
        for case, risk in risks.items():
            connection.execute(STORE, {"case": case, "risk": risk})
        intake_0046.upgrade()
    assert heard(engine, "urgent") == {case: risk == "urgent" for case, risk in risks.items()}
    with engine.begin() as connection, Operations.context(MigrationContext.configure(connection)):
        intake_0046.downgrade()
    cut = {case: "urgent" if risk == "urgent" else "unknown" for case, risk in risks.items()}
    assert heard(engine, "overall_risk") == cut, "how high the others were is gone"
