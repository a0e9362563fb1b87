"""What a release recorded before facts were kept is a fact after the upgrade, each by its own id."""

import pytest
from sqlalchemy import text

from deploy.cli import servers
from shared.store.database import engine_for
from tests.migrations.dumps import HERE, Dump

pytestmark = [pytest.mark.integration, pytest.mark.slow]

#: For each kind of record: those that have no fact as they should.
WITHOUT = {
    "cases": "select id from cases where 2 <> (select count(*) from facts where case_id = cases.id"
    " and kind in ('law', 'person') and happened = cases.opened_on::text)",
    "steps": "select id from identification_steps steps where not exists (select from facts"
    " where facts.id = steps.id and revision = 1 and not withdrawn and facts.case_id = steps.case_id"
    " and codes ->> 'stage' = stage and codes ->> 'outcome' is not distinct from outcome"
    " and learnt = received_on::text)",
    "corrected steps": "select step from step_corrections where not exists (select from facts"
    " where facts.id = step and revision = 2 and withdrawn)",
    "incidents": "select id from detections where earliest_incident_on is not null and not exists (select from facts"
    " where facts.case_id = detections.case_id and kind = 'first_incident' and happened = earliest_incident_on)",
    "ends of work": "select id from detections where work_ended_on is not null and not exists (select from facts"
    " where facts.case_id = detections.case_id and kind = 'work_ended' and happened = work_ended_on)",
    "requests": "select id from access_requests where not exists (select from facts"
    " where facts.id = access_requests.id and kind = 'rights_request' and codes ->> 'right' = 'access')",
}


def test_each_record_of_before_is_a_fact(postgres: servers.PostgresServer) -> None:
    restored = Dump(HERE / "0.1.0").restore(postgres)
    restored.migrate()
    engine = engine_for(restored.owner_url("intake"))
    with engine.connect() as connection:
        counted = {name: connection.execute(text(query)).all() for name, query in WITHOUT.items()}
        assert [name for name, rows in counted.items() if rows] == []
        assert connection.scalar(text("select count(*) from facts where kind in ('submission', 'decision', 'step')"))
        assert connection.scalar(text("select count(distinct id) from facts where kind = 'first_incident'"))
    engine.dispose()
