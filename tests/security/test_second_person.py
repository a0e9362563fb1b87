"""Erasures, disclosures, ended access and emergency access need the confirmation of a second person."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import requests
from click.testing import CliRunner

from deploy.cli.__main__ import casepath
from deploy.cli.servers import free_ports
from tests.kit.waiting import wait_until
from tests.security.town import ROLES, Person, Town

#: The statuses of an erased case. 503 means that a recent case may still arrive.
GONE = (404, 503)
pytestmark = [pytest.mark.security, pytest.mark.integration]


@pytest.fixture(scope="module")
def first(town: Town) -> Person:
    """Return one person with every staff role, and an open case."""
    person = Person(town)
    person.open_case()
    return person


def token(town: Town, *roles: str, subject: str | None = None) -> str:
    who = subject or str(uuid4())
    town.site.register(who, *roles)
    return str(town.site.targets.token(roles, who))


def ask(
    town: Town, path: str, body: Any, who: str, version: object = None, service: str = "intake"
) -> requests.Response:
    sent = {} if version is None else {"If-Match": f'"{version}"'}
    return town.ask(service, "POST", path, body, who, **sent)


def waiting(town: Town, who: str) -> dict[str, dict[str, Any]]:
    rows = town.ask("intake", "GET", "/v1/confirmations", None, who).json()["confirmations"]
    return {row["id"]: row for row in rows}


def rule_of(refused: requests.Response) -> str:
    return str(refused.json()["errors"][0]["rule"])


def in_every_role(town: Town, person: Person) -> Iterator[str]:
    """Yield tokens of one person: with all roles, and with each single role."""
    yield person.token
    for role in ("data_protection_officer", "supervisor", "legal_adviser"):
        yield token(town, role, subject=person.subject)


@contextmanager
def days_later(town: Town, service: str, days: float) -> Iterator[None]:
    """Advance a service's test clock and run all due work; restore real time at the end."""
    operator = token(town, "operator")
    now = (datetime.now(UTC) + timedelta(days=days)).isoformat()
    assert town.ask(service, "PUT", "/v1/clock", {"now": now}, operator).ok
    try:
        assert town.ask(service, "POST", "/v1/clock/due", None, operator).ok
        yield
    finally:
        assert town.ask(service, "PUT", "/v1/clock", {"now": None}, operator).ok


@pytest.mark.promise("SEC-23", "RIGHT-6")
@pytest.mark.hazard("H-OPERATOR-3", control="second-person")
def test_one_person_erases_nobody_who_did_not_ask_for_it(town: Town, first: Person) -> None:
    person = Person(town)
    person.open_case()
    base = f"/v1/cases/{person.case}/erasure-requests"
    which = ask(town, base, {"reason": "retention_over"}, person.token).json()["id"]
    states = []
    for step, body in (("checks", {"checked": "third_party"}), ("decision", {"decision": "order"})):
        etag = town.ask("intake", "GET", base, None, person.token).headers["ETag"].strip('"')
        states.append(ask(town, f"{base}/{which}/{step}", body, person.token, etag).json().get("state"))
    assert states == [None, "proposed"]
    second = token(town, "data_protection_officer")
    version = waiting(town, second)[which]["version"]
    for same in in_every_role(town, person):
        refused = ask(town, f"{base}/{which}/confirmation", {"confirms": True}, same, version)
        assert refused.status_code in (403, 404, 409)
        assert refused.status_code != 409 or rule_of(refused) == "second_person"
    assert town.ask("intake", "GET", base, None, person.token).ok, "nothing is gone"
    assert ask(town, f"{base}/{which}/confirmation", {"confirms": True}, second, version).json()["state"] == "ordered"
    for service in ("legal", "support"):
        wait_until(
            lambda at=service: town.ask(at, "GET", f"/v1/cases/{person.case}", None, person.token).status_code in GONE,  # type: ignore[misc]
            f"{service} has erased it",
            30,
        )


@pytest.mark.promise("SEC-24", "RIGHT-7")
@pytest.mark.hazard("H-OPERATOR-3", control="second-person")
def test_one_person_hands_nothing_over_on_a_demand(town: Town, first: Person) -> None:
    base = f"/v1/cases/{first.case}/disclosures"
    demand = {"demanded_by": "police", "basis": "court_order", "asked": ["account"]}
    which = ask(town, base, demand, first.token).json()["id"]
    decision = {"challenged": "challenged", "decision": "given", "given": ["account"], "person_told": True}
    about = town.ask("intake", "GET", f"/v1/cases/{first.case}", None, first.token).headers["ETag"].strip('"')
    assert ask(town, f"{base}/{which}/decision", decision, first.token, about).ok

    def handed(service: str) -> int:
        path = f"/v1/cases/{first.case}/copy?disclosure={which}"
        return town.ask(service, "GET", path, None, first.token).status_code

    assert handed("intake") == 409
    second = token(town, "data_protection_officer")
    version = waiting(town, second)[which]["version"]
    for same in in_every_role(town, first):
        refused = ask(town, f"{base}/{which}/confirmation", {"confirms": True}, same, version)
        assert (refused.status_code, rule_of(refused)) == (409, "second_person")
    assert [handed(service) for service in ("intake", "legal", "support")] == [409, 409, 409]
    assert ask(town, f"{base}/{which}/confirmation", {"confirms": True}, second, version).ok
    assert handed("intake") == 200
    wait_until(lambda: handed("legal") == 200, "legal has heard of it", 30)


def status_of(town: Town, service: str, member: str) -> int:
    """Return the status for a newly issued token: 401 if access has ended."""
    who = town.site.targets.token(ROLES, member)
    return town.ask(service, "GET", "/v1/access/endings", None, who).status_code


@pytest.mark.promise("SEC-25")
def test_an_ended_access_lapses_after_a_day_unless_a_second_person_confirms_it(town: Town) -> None:
    first, second = str(uuid4()), token(town, "supervisor")
    lapses, stands = str(uuid4()), str(uuid4())
    chief = token(town, "supervisor", subject=first)
    endings = {
        member: ask(town, "/v1/access/endings", {"member": member}, chief).json()["id"] for member in (lapses, stands)
    }
    for service in ("intake", "legal", "support"):
        for member in endings:
            wait_until(
                lambda at=service, of=member: status_of(town, at, of) == 401,  # type: ignore[misc]
                f"{service} refuses also a token that is made anew",
                30,
            )
    path = f"/v1/access/endings/{endings[stands]}/confirmation"
    same = token(town, "data_protection_officer", subject=first)
    assert rule_of(ask(town, path, {"confirms": True}, same)) == "second_person"
    assert ask(town, path, {"confirms": True}, second).ok
    with days_later(town, "intake", 1.01):
        for service in ("intake", "legal", "support"):
            wait_until(lambda at=service: status_of(town, at, lapses) == 200, f"it lapsed at {service}", 30)  # type: ignore[misc]
            assert status_of(town, service, stands) == 401


@pytest.mark.promise("SEC-4")
def test_access_is_ended_at_each_service_that_answers_while_intake_is_away(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    [nobody] = free_ports(1)
    urls = {**town.site.targets.urls, "intake": f"http://127.0.0.1:{nobody}"}
    reached = replace(town.site.targets, urls=urls)
    monkeypatch.setattr("deploy.cli.service_requests.find_targets", lambda _urls: reached)
    member = str(uuid4())
    said = CliRunner().invoke(casepath, ["access", "revoke", member, "--json"])
    assert said.exit_code == 1, said.output
    report = json.loads(said.stdout)
    assert (sorted(report["ended"]), report["away"]) == (["legal", "partners", "support"], ["intake"])
    assert [status_of(town, service, member) for service in ("intake", "legal", "support")] == [200, 401, 401]
    with days_later(town, "support", 1.01):
        assert status_of(town, "support", member) == 200, "the day counts there as well"
    # Intake is available again. Its decision now applies at every service.
    monkeypatch.setattr("deploy.cli.service_requests.find_targets", lambda _urls: town.site.targets)
    again = CliRunner().invoke(casepath, ["access", "end", member, "--ending", report["ending"], "--json"])
    assert again.exit_code == 0, again.output
    confirming = token(town, "data_protection_officer")
    assert ask(town, f"/v1/access/endings/{report['ending']}/confirmation", {"confirms": False}, confirming).ok
    for service in ("intake", "legal", "support"):
        wait_until(lambda at=service: status_of(town, at, member) == 200, f"{service} heard intake's word", 30)  # type: ignore[misc]


@pytest.mark.promise("SEC-26", "RIGHT-10")
@pytest.mark.hazard("H-CONFIDENTIALITY-3", control="break-glass-is-announced")
def test_a_danger_to_life_comes_back_every_day_until_another_has_reviewed_it(town: Town, first: Person) -> None:
    stranger, officer = str(uuid4()), token(town, "data_protection_officer")
    opens = token(town, "caseworker", subject=stranger)
    base = f"/v1/cases/{first.case}/break-glass"
    glass = ask(town, base, {"reason": "danger_to_life"}, opens).json()["id"]
    assert town.ask("intake", "GET", f"/v1/cases/{first.case}", None, opens).ok, "it acts at once"

    def notices() -> list[str]:
        """Read and acknowledge the notices about this person in the role's queue."""
        rows = town.ask("intake", "GET", "/v1/notices?limit=200", None, officer).json()["notices"]
        mine = [row for row in rows if row["member"] == stranger]
        for row in mine:
            assert ask(town, f"/v1/notices/{row['id']}/acknowledgement", None, officer).ok
        return [row["kind"] for row in mine]

    assert notices() == ["glass_broken"]
    for days in (1.01, 2.01):
        with days_later(town, "intake", days):
            assert notices() == ["glass_not_reviewed"]
            assert glass in waiting(town, officer)
    version = waiting(town, officer)[glass]["version"]
    same = token(town, "data_protection_officer", subject=stranger)
    refused = ask(town, f"{base}/{glass}/review", {"outcome": "needed"}, same, version)
    assert rule_of(refused) == "second_person"
    assert ask(town, f"{base}/{glass}/review", {"outcome": "needed"}, officer, version).ok
    with days_later(town, "intake", 3.01):
        assert notices() == []
    assert glass not in waiting(town, officer)
