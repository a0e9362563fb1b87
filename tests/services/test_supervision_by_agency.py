"""A supervisor acts only for their own agency at every service: supervising staff of another agency gives no access."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from sqlalchemy import delete

from deploy.cli import servers
from shared.access import staff
from shared.access.permissions import Relation
from shared.access.tokens import STAFF, Principal
from tests.kit.client import Client
from tests.kit.harness import Harness, harness
from tests.kit.staff import register

pytestmark = pytest.mark.integration


@pytest.fixture(params=("intake", "legal", "support"))
def service(request: pytest.FixtureRequest, postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness(str(request.param), postgres) as found:
        yield found


def relation(service: Harness, who: Client) -> Relation | None:
    asking = Principal(str(who.subject), frozenset(who.roles), STAFF)
    with service.database.transaction() as session:
        return service.parts.cases.admission(session, service.case, asking).relation


def test_a_supervisor_has_a_part_only_by_people_of_their_own_agency(service: Harness) -> None:
    worker = service.member("caseworker", lead=True)
    supervisor = service.supervisor_of(worker)
    assert relation(service, supervisor) is Relation.SUPERVISOR
    register(service.database, worker.subject, agency=uuid4())
    assert relation(service, supervisor) is Relation.NONE
    colleague = service.member("counsellor")
    assert relation(service, supervisor) is Relation.NONE, "a colleague whom they do not supervise is no way in"
    register(service.database, supervisor.subject, agency=worker_agency(service, worker))
    assert relation(service, supervisor) is Relation.SUPERVISOR, "it follows who changes agency, by itself"
    assert relation(service, service.supervisor_of(colleague)) is Relation.SUPERVISOR


def worker_agency(service: Harness, worker: Client) -> object:
    with service.database.transaction() as session:
        return staff.agency_of(session, worker.subject)


@pytest.mark.parametrize("unknown", ["worker", "supervisor"])
def test_where_either_agency_is_not_known_the_supervision_counts(service: Harness, unknown: str) -> None:
    worker = service.member("caseworker", lead=True)
    supervisor = service.supervisor_of(worker)
    register(service.database, worker.subject, agency=uuid4())
    forgotten = {"worker": worker, "supervisor": supervisor}[unknown]
    with service.database.transaction() as session:
        session.execute(delete(staff.staff).where(staff.staff.c.id == forgotten.subject))
    assert relation(service, supervisor) is Relation.SUPERVISOR
