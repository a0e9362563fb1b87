"""Staff, sign-ins and supervisions from before the four-eyes rule are valid as confirmed, and are listed once."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations

from deploy.cli import servers
from services.intake.migrations import intake_0055
from shared.access.staff import SECOND_PERSON
from tests.kit.client import Client, told
from tests.kit.harness import Harness, harness

pytestmark = [pytest.mark.integration, pytest.mark.slow]
SIGN_IN = {"issuer": "https://id.example", "subject": "ann"}


@pytest.fixture
def house(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("intake", postgres) as service:
        yield service


def upgraded(house: Harness) -> None:
    """Migrate the existing staff as the upgrade does."""
    with house.database.engine.begin() as connection, Operations.context(MigrationContext.configure(connection)):
        intake_0055.take_over()


def registered(by: Client, **different: Any) -> UUID:
    stated = {"agency": "NL.COMENSHA", "roles": ["caseworker"], "name": "Fictitious", **different}
    return UUID(told(by.ask("POST", "/v1/staff", stated), 201)["id"])


def test_what_was_there_counts_and_is_listed_to_data_protection_once(house: Harness) -> None:
    operator, officer = house.staff("operator"), house.staff("data_protection_officer")
    ann, ben = registered(operator, sign_ins=[SIGN_IN]), registered(operator, roles=["supervisor"])
    pair = {"supervisor": str(ben), "member": str(ann)}
    told(operator.ask("POST", "/v1/supervisions", pair), 200)
    upgraded(house)
    house.database.provide(SECOND_PERSON, True)
    assert told(officer.ask("GET", "/v1/staff/proposals"), 200)["proposals"] == []
    listed = told(officer.ask("GET", "/v1/staff/proposals", query={"state": "taken_over"}), 200)["proposals"]
    assert {(row["kind"], row["member"], row["supervisor"]) for row in listed} == {
        ("registration", str(ann), None),
        ("registration", str(ben), None),
        ("change", str(ann), None),
        ("supervision", str(ann), str(ben)),
    }
    assert len(listed) == 4
    assert told(operator.ask("GET", f"/v1/staff/{ann}"), 200)["state"] == "working"
    [notice] = told(officer.ask("GET", "/v1/notices"), 200)["notices"]
    assert (notice["kind"], notice["case"]) == ("staff_taken_over", None)
    told(officer.ask("POST", f"/v1/notices/{notice['id']}/acknowledgement"), 200)
    assert told(officer.ask("GET", "/v1/notices"), 200)["notices"] == []


def test_an_installation_without_staff_has_no_notice(house: Harness) -> None:
    upgraded(house)
    officer = house.staff("data_protection_officer")
    assert told(officer.ask("GET", "/v1/notices"), 200)["notices"] == []
