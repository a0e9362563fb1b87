"""Practical help, placements and sessions of 0.2.0 record no service after the upgrade, and publish none."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from sqlalchemy import select, text

from deploy.cli import servers
from deploy.cli.installation import HOLDERS
from services.support.counselling.attendance.models import CounsellingSession
from services.support.help.delivery.models import Delivery
from services.support.help.placement.models import Placement
from services.support.help.practical_help.models import PracticalHelp
from tests.kit.harness import Harness
from tests.migrations.dumps import HERE, Dump
from tests.migrations.observing import connected, house_of

pytestmark = [pytest.mark.integration, pytest.mark.slow]

KINDS = {"practical-help": PracticalHelp, "placements": Placement, "counselling-sessions": CounsellingSession}


@pytest.fixture(scope="module")
def support(postgres: servers.PostgresServer) -> Iterator[Harness]:
    """Open support on its database of 0.2.0 after the migrations, on the day of the dump."""
    dump = Dump(HERE / "0.2.0")
    restored, at = dump.restore(postgres), datetime.fromisoformat(dump.facts["at"])
    for service in HOLDERS:
        with connected(restored.url(service)) as connection:
            connection.execute(text("update test_clock set now = :at"), {"at": at})
            connection.commit()
    restored.migrate()
    with house_of(restored, "support", at) as house:
        yield house


def services_told(support: Harness) -> int:
    return sum(name.startswith("service.") for name, _data in support.announced())


def test_no_service_of_the_release_comes_from_a_record_and_none_is_over(support: Harness) -> None:
    with support.database.transaction() as session:
        stored = session.execute(select(Delivery.record, Delivery.ended_on)).all()
    assert len(stored) > 10
    assert {tuple(row) for row in stored} == {(None, None)}


@pytest.mark.parametrize("path", KINDS)
def test_what_the_release_recorded_is_taken_back_without_an_event_of_a_service(support: Harness, path: str) -> None:
    before = services_told(support)
    row = KINDS[path].__table__.c
    with support.database.transaction() as session:
        records = session.execute(select(row.id, row.case_id).where(row.taken_back_at.is_(None))).all()
    assert records, "the dump has none of them"
    for record, case in records:
        support.case = case
        support.member("counsellor").told("POST", f"{path}/{record}/correction", {"reason": "not_so"}, 201)
    assert services_told(support) == before
    with support.database.transaction() as session:
        assert session.scalars(select(Delivery.id).where(Delivery.record.is_not(None))).all() == []


def test_a_service_of_the_release_is_corrected_as_before(support: Harness) -> None:
    row = Delivery.__table__.c
    with support.database.transaction() as session:
        service, support.case = session.execute(
            select(row.id, row.case_id).where(row.taken_back_at.is_(None)).order_by(row.id).limit(1)
        ).one()
    before = services_told(support)
    support.member("counsellor").told("POST", f"services/{service}/correction", {"reason": "not_so"}, 201)
    assert services_told(support) == before + 1, "its withdrawal is published by its kind"
