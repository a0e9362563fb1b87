"""An operator finds a case with an event that a service cannot process, fixes the cause, and retries."""

import json
import subprocess
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from deploy.cli.api import Api, Targets
from deploy.cli.installation import CHECKOUT, Installation
from deploy.cli.stores import stores_of
from tests.kit.staff import registered
from tests.kit.waiting import wait_until

pytestmark = [pytest.mark.e2e, pytest.mark.integration, pytest.mark.slow]

REFUSE_ADVISERS = """
    create function refuse_adviser() returns trigger language plpgsql as $$
    begin
        if new.member = '{member}' then raise exception 'a mistake that this event brings out'; end if;
        return new;
    end $$;
    create trigger refuse_adviser before insert on {table} for each row execute function refuse_adviser();
"""
MEND = "drop function refuse_adviser() cascade"


def casepath(installation: Installation, *arguments: str) -> dict[str, Any]:
    said = subprocess.run(
        ["./casepath", *arguments, "--json"],
        cwd=CHECKOUT,
        env=dict(installation.variables),
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(said.stdout)
    return found


def database_of(installation: Installation, service: str) -> str:
    """Return the owner's URL of the database: the role of the running service cannot create a trigger."""
    return stores_of(installation).owner_url(service)


@pytest.mark.promise("REL-9")
def test_an_event_that_legal_can_not_take_is_found_and_tried_again_once_mended(
    running_installation: Installation, installation: Targets
) -> None:
    from services.legal.cases.case.models import TeamMember

    worker = Api(installation, roles=["caseworker"], subject=str(uuid4()))
    adviser = Api(installation, roles=["legal_adviser"], subject=str(uuid4()))
    opening = {"jurisdiction": "NL", "source": "self", "channel": "chat", "language": "bg", "anonymous": True}
    case = worker.post("intake", "/v1/cases", opening).json()["id"]

    def waits() -> list[tuple[str, str]]:
        found = casepath(running_installation, "held", "list")["holds"]
        return [(each["service"], each["type"]) for each in found if each["subject"] == case]

    with psycopg.connect(database_of(running_installation, "legal"), autocommit=True) as legal:
        legal.execute(REFUSE_ADVISERS.format(member=adviser.subject, table=TeamMember.__tablename__))
        try:
            operator = Api(installation, roles=["operator"])
            member = {"member": registered(operator, adviser.subject, "legal_adviser"), "role": "legal_adviser"}
            worker.post("intake", f"/v1/cases/{case}/team", member)
            wait_until(lambda: waits() == [("legal", "org.casepath.intake.team.member_added.v1")], "it is held")
        finally:
            legal.execute(MEND)
    casepath(running_installation, "held", "retry", "--all")
    wait_until(lambda: waits() == [], "it is applied and the case flows")
    assert adviser.get("legal", f"/v1/cases/{case}").json()["id"] == case
    stand = casepath(running_installation, "log", "status", "--service", "legal")["services"]["legal"]
    assert stand["epoch"]
    assert [each["held"] + each["parked"] for each in stand["following"]] == [0] * len(stand["following"])


@pytest.mark.hazard("H-OPERATION-4", control="healthy-is-zero")
def test_the_doctor_is_content_with_a_healthy_installation(running_installation: Installation) -> None:
    found = casepath(running_installation, "doctor")  # raises unless the command exits with 0
    assert found["healthy"] is True
    assert {finding["state"] for finding in found["findings"]} <= {"ok", "warn"}
