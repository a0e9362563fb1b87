"""Conflicts and barriers at legal of 0.2.0 reach supervisors and intake when the timers first run."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from deploy.cli import servers
from shared.deadlines.timers import Timers
from tests.migrations.dumps import HERE, Dump
from tests.migrations.observing import connected, house_of

pytestmark = [pytest.mark.integration, pytest.mark.slow]


@pytest.mark.hazard("H-PRIVILEGE-2", control="conflict-on-supervision-list")
@pytest.mark.hazard("H-PRIVILEGE-3", control="barrier-ends-access-at-intake")
def test_conflicts_and_closing_barriers_that_stand_are_announced_once(postgres: servers.PostgresServer) -> None:
    dump = Dump(HERE / "0.2.0")
    restored = dump.restore(postgres)
    with connected(restored.url("legal")) as connection:

        def first(statement: str) -> Any:
            return connection.execute(text(statement)).first()

        waits = first(
            "update conflict_checks set result = 'conflict', answer = null where id = "
            "(select id from conflict_checks where answer is null order by id limit 1) returning id"
        )
        decided = first(
            "update conflict_checks set result = 'conflict', answer = 'waived' where id = "
            "(select id from conflict_checks where answer is null and result <> 'conflict' order by id limit 1)"
            " returning id"
        )
        closing = first(
            "update matter_barriers set reason = 'acts_for_other_side' where (file, member) = "
            "(select file, member from matter_barriers order by file limit 1) returning case_id, member, set_by"
        )
        connection.commit()
    assert None not in (waits, decided, closing)
    restored.migrate()
    # A migration's timers are due at the time of the upgrade.
    with house_of(restored, "legal", datetime.now(UTC) + timedelta(minutes=5)) as house:
        before = len(house.announced())
        for _again in range(2):
            Timers(house.database, house.clock, house.parts.following.emits, house.parts.on_timer).fire_due()
        said = house.announced()[before:]
        with house.database.transaction() as session:
            assert session.scalar(text("select count(*) from timers where failed_at is not null")) == 0
    assert [data["conflict"] for name, data in said if name == "conflict.found"] == [str(waits.id)]
    assert [(data["member"], data["set_by"]) for name, data in said if name == "barrier.set"] == [
        (str(closing.member), str(closing.set_by))
    ]
