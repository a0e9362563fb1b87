"""API keys of agencies by requests: who makes one, what it opens and what not, and when it opens nothing any more."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import update

from deploy.cli import servers
from services.partners.key.models import KeyRecord
from tests.kit.client import Client
from tests.kit.harness import Harness, harness

pytestmark = pytest.mark.integration
READING = {"purpose": "production", "scopes": ["reading"]}
ADMINISTERING = {"purpose": "administration", "scopes": ["administering"]}


@pytest.fixture
def partners(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("partners", postgres) as found:
        yield found


@pytest.fixture
def operator(partners: Harness) -> Client:
    return partners.staff("operator")


@pytest.fixture
def agency(operator: Client) -> str:
    return registered(operator)


def registered(operator: Client) -> str:
    entry = {"name": "Fictitious Harbour", "type": "Shelter", "country": "NL"}
    return str(operator.told("POST", "/v1/agencies", entry, 201)["id"])


def make(by: Client, agency: str, **asked: Any) -> dict[str, Any]:
    return by.told("POST", keys_of(agency), {**READING, **asked}, 201)


def keys_of(agency: str) -> str:
    return f"/v1/agencies/{agency}/keys"


def with_key(partners: Harness, key: str) -> Client:
    return Client(partners.door, token=key, service=partners.service_class, registered=False)


def counts(partners: Harness, key: str) -> bool:
    """Whether a key opens something; what is refused is refused in the same words as no key at all."""
    asker = with_key(partners, key)
    answer = asker.ask("GET", "/v1/agency")
    if answer.status_code == 200:
        return True
    nothing = with_key(partners, "nonsense").ask("GET", "/v1/agency")
    problem, expected = (json.loads(each.get_data(as_text=True)) for each in (answer, nothing))
    assert {**problem, "instance": ""} == {**expected, "instance": ""}
    assert (problem["status"], answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    return False


@pytest.mark.parametrize("role", ["operator", "data_protection_officer"])
def test_a_key_says_whose_it_is_and_what_it_may(partners: Harness, agency: str, role: str) -> None:
    key = make(partners.staff(role), agency)
    own = with_key(partners, key["key"]).told("GET", "/v1/agency")
    assert (own["id"], own["name"], own["key"]) == (agency, "Fictitious Harbour", key["id"])
    assert (own["scopes"], own["until"]) == (["reading"], key["until"])


def test_an_administrator_keeps_the_keys_of_their_own_agency_and_of_no_other(
    partners: Harness, operator: Client, agency: str
) -> None:
    administrator = with_key(partners, make(operator, agency, **ADMINISTERING)["key"])
    key = make(administrator, agency)
    assert counts(partners, key["key"])
    assert [each["id"] for each in administrator.told("GET", keys_of(agency))["keys"]][1] == key["id"]
    administrator.told("DELETE", f"{keys_of(agency)}/{key['id']}", status=204)
    assert not counts(partners, key["key"])
    other = registered(operator)
    others_key = make(operator, other)["id"]
    for method, path, body in (
        ("GET", keys_of(other), None),
        ("POST", keys_of(other), READING),
        ("POST", keys_of(other), {"purpose": "nonsense"}),
        ("POST", f"{keys_of(other)}/{others_key}/rotation", {}),
        ("DELETE", f"{keys_of(other)}/{others_key}", None),
        ("DELETE", f"{keys_of(agency)}/{others_key}", None),
        ("POST", f"{keys_of(agency)}/{others_key}/rotation", {}),
        ("GET", keys_of(str(uuid4())), None),
    ):
        assert administrator.ask(method, path, body).status_code == 404, (method, path)


@pytest.mark.parametrize("scope", ["reading", "reporting"])
def test_other_keys_keep_no_keys(partners: Harness, operator: Client, agency: str, scope: str) -> None:
    key = make(operator, agency, scopes=[scope])
    asker = with_key(partners, key["key"])
    for method, path, body in (
        ("GET", keys_of(agency), None),
        ("POST", keys_of(agency), READING),
        ("DELETE", f"{keys_of(agency)}/{key['id']}", None),
    ):
        assert asker.ask(method, path, body).status_code == 403


def test_a_successor_counts_at_once_and_the_old_key_for_some_days_yet(
    partners: Harness, operator: Client, agency: str
) -> None:
    old = make(operator, agency, days=90)
    new = operator.told("POST", f"{keys_of(agency)}/{old['id']}/rotation", {}, 201)
    assert counts(partners, new["key"])
    assert counts(partners, old["key"])
    shown = {each["id"]: each for each in operator.told("GET", keys_of(agency))["keys"]}
    assert (shown[old["id"]]["state"], shown[old["id"]]["successor"]) == ("replaced", new["id"])
    in_a_week = datetime.now(UTC) + timedelta(days=7)
    assert abs(datetime.fromisoformat(shown[old["id"]]["until"]) - in_a_week) < timedelta(minutes=1)
    in_90_days = datetime.now(UTC) + timedelta(days=90)
    assert abs(datetime.fromisoformat(new["until"]) - in_90_days) < timedelta(minutes=1)
    again = operator.ask("POST", f"{keys_of(agency)}/{old['id']}/rotation", {})
    assert again.status_code == 409


def test_without_an_overlap_the_old_key_ends_at_once(partners: Harness, operator: Client, agency: str) -> None:
    old = make(operator, agency)
    operator.told("POST", f"{keys_of(agency)}/{old['id']}/rotation", {"overlap_days": 0}, 201)
    assert not counts(partners, old["key"])


def test_a_key_is_over_after_its_last_day(partners: Harness, operator: Client, agency: str) -> None:
    key = make(operator, agency)
    with partners.database.transaction() as session:
        session.execute(update(KeyRecord).values(until=datetime.now(UTC)))
    assert not counts(partners, key["key"])


@pytest.mark.parametrize("stop", ["suspension", "ending"])
def test_no_key_counts_of_an_agency_that_takes_no_part(
    partners: Harness, operator: Client, agency: str, stop: str
) -> None:
    key = make(operator, agency)
    operator.told("POST", f"/v1/agencies/{agency}/{stop}", {"reason": "safeguarding_concern"})
    assert not counts(partners, key["key"])


def test_a_key_is_shown_once_and_is_kept_nowhere(partners: Harness, operator: Client, agency: str) -> None:
    asked = {"Idempotency_Key": "fictitious"}
    first = operator.ask("POST", keys_of(agency), READING, **asked)
    key = json.loads(first.get_data(as_text=True))
    assert first.headers["Cache-Control"] == "no-store"
    again = operator.ask("POST", keys_of(agency), READING, **asked)
    assert again.headers["Idempotent-Replay"] == "true"
    assert json.loads(again.get_data(as_text=True)) == {"id": key["id"], "until": key["until"]}
    assert counts(partners, key["key"])
    everything = partners.everything()
    assert key["id"] in everything
    for secret in (key["key"], key["key"].rpartition("_")[2], key["key"].rpartition("_")[2][:43]):
        assert secret not in everything
