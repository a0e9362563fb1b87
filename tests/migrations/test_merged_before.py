"""Cases that were merged before this release: what shuts one of them shuts both once the database is migrated."""

from datetime import date
from uuid import uuid4

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import insert, text

from deploy.cli import servers
from services.intake.merging.models import CaseMerge
from services.intake.migrations import intake_0020, intake_0025
from services.intake.service import PARTS
from shared.access import exclusions, joined_cases
from shared.access.case_restrictions import restrictions
from shared.store import rights
from shared.store.database import Database, engine_for
from tests.kit import databases
from tests.kit.harness import add_case

pytestmark = [pytest.mark.integration, pytest.mark.slow]


def test_a_merge_of_before_carries_what_stands_and_tells_it_in_the_log(postgres: servers.PostgresServer) -> None:
    name = f"merged_before_{uuid4().hex[:12]}"
    url = databases.migrated_anew(postgres, name, PARTS.migrations)
    database = Database(engine_for(url))
    kept, alias, apart = uuid4(), uuid4(), uuid4()
    merge = uuid4()
    cousin, request = uuid4(), uuid4()
    with database.transaction() as session:
        for case in (kept, alias, apart):
            add_case(session, "intake", case)
        session.execute(
            insert(CaseMerge).values(
                id=merge, kept_id=kept, alias_id=alias, merged_by=uuid4(), merged_on=date(2026, 3, 2)
            )
        )
        for case in (alias, apart):
            exclusions.keep(session, exclusions.Exclusion(uuid4(), case, "worker", cousin, None))
        session.execute(insert(restrictions).values(id=request, case_id=kept))
    with databases.as_owner(url) as owner:  # as a database is that the release before left
        owner.execute("alter table exclusions drop column carried_from")
        owner.execute("alter table restrictions drop column carried_from")
        owner.execute("drop table joined_cases")
    _bring_over(databases.owner_url(url), name)
    with database.transaction() as session:
        assert exclusions.names(session, kept, cousin)
        [carried] = exclusions.of_case(session, kept)
        assert carried.carried_from == exclusions.of_case(session, alias)[0].id
        assert {row.case_id for row in session.execute(restrictions.select())} == {kept, alias}
        rows = session.execute(text("select subject, name, data from event_log order by name")).all()
        assert joined_cases.joined(session, alias) == sorted((kept, alias))
    assert [(row.name, row.subject) for row in rows] == [
        ("case.merged", merge),
        ("case.restricted", alias),
        ("exclusion.recorded", kept),
    ]
    assert joined_cases.CasesMerged().load(rows[0].data) == {"merge": merge, "kept": kept, "alias": alias}
    assert exclusions.ExclusionView().load(rows[2].data)["member"] == cousin
    database.engine.dispose()


def _bring_over(url: str, runner: str) -> None:
    """Take the steps of the migration that are about merges."""
    engine = engine_for(url)
    with engine.begin() as connection, Operations.context(MigrationContext.configure(connection)):
        intake_0020.upgrade()
        intake_0025.upgrade()
        rights.grant(connection, runner)
    engine.dispose()
