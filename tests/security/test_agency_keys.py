"""Agency keys at running services: only partners accepts one, and its secret appears nowhere."""

import json
from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import CliRunner

from deploy.cli.__main__ import casepath
from services.registry import parts_of
from shared.access import agency_keys
from shared.access.agency_keys import PATTERN
from shared.access.tokens import AGENCY_ROLES
from tests.security.signing import GUARDED
from tests.security.sweeping import rest, swept
from tests.security.town import SERVICES, Town, seen

pytestmark = [pytest.mark.security, pytest.mark.integration]


@pytest.fixture(scope="module")
def operator(town: Town) -> str:
    return town.site.targets.token(["operator"], str(uuid4()), 3600)


@pytest.fixture(scope="module")
def agency(town: Town, operator: str) -> str:
    entry = {"name": "Fictitious Harbour", "type": "Shelter", "country": "NL"}
    return str(town.ask("partners", "POST", "/v1/agencies", entry, operator).json()["id"])


def make(town: Town, by: str, agency: str, *scopes: str) -> dict[str, str]:
    asked = {"purpose": "testing", "scopes": list(scopes)}
    answer = town.ask("partners", "POST", f"/v1/agencies/{agency}/keys", asked, by)
    assert answer.status_code == 201, answer.text
    key: dict[str, str] = answer.json()
    return key


@pytest.mark.promise("SEC-47")
def test_a_key_counts_at_partners_alone(town: Town, operator: str, agency: str) -> None:
    key = make(town, operator, agency, "reading")["key"]
    own = town.ask("partners", "GET", "/v1/agency", None, key)
    assert (own.status_code, own.json()["id"], own.headers["Cache-Control"]) == (200, agency, "no-store")
    assert own.headers["RateLimit-Policy"].startswith('"agency";q=')
    for service in set(SERVICES) - {"partners"}:
        path = GUARDED[service].replace("{case}", str(uuid4()))
        assert seen(town.ask(service, "GET", path, None, key)) == seen(town.ask(service, "GET", path, None, None))


@pytest.mark.promise("SEC-47")
def test_a_key_gets_to_no_guarded_address_but_those_for_agencies(town: Town, operator: str, agency: str) -> None:
    key = make(town, operator, agency, "reading", "reporting", "administering")["key"]
    let_in = set()
    for each in town.operations:
        if each.action is None:
            continue
        path = each.path.replace("{agency}", agency).replace("{", "").replace("}", "")
        answer = town.ask(each.service, each.method, path, {} if each.body else None, key)
        if answer.status_code not in (401, 403, 404):
            let_in.add(each.action)
    table = parts_of("partners")[0].access
    assert let_in <= {action for action, roles in table.items() if AGENCY_ROLES & roles.keys()}
    assert {"agency.self", "agency_key.read"} <= let_in


def test_what_the_command_prints_counts_and_keeps_the_agency_s_own_keys(
    town: Town, agency: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for module in ("service_requests", "agency_keys"):
        monkeypatch.setattr(f"deploy.cli.{module}.find_targets", lambda *_: town.site.targets)
    monkeypatch.setenv("CASEPATH_HOME", str(tmp_path))

    def run(*arguments: str) -> str:
        done = CliRunner().invoke(casepath, ["agencies", "key", *arguments])
        assert done.exit_code == 0, done.output
        return done.stdout

    file = tmp_path / "agency-key"
    file.write_text(run("make", agency, "--scope", "administering", "--purpose", "administration"))
    monkeypatch.setenv("CASEPATH_AGENCY_KEY_FILE", str(file))
    own = json.loads(run("own", "--json"))
    assert (own["id"], own["scopes"]) == (agency, ["administering"])
    made = json.loads(run("make", agency, "--scope", "reading", "--json"))
    successor = json.loads(run("rotate", agency, made["id"], "--json"))
    run("revoke", agency, own["key"], "--made-too")
    for key in (file.read_text().strip(), made["key"], successor["key"]):
        assert town.ask("partners", "GET", "/v1/agency", None, key).status_code == 401


def test_a_key_that_is_revoked_counts_no_more_from_the_next_request_on(town: Town, operator: str, agency: str) -> None:
    key = make(town, operator, agency, "reading")
    assert town.ask("partners", "GET", "/v1/agency", None, key["key"]).ok
    path = f"/v1/agencies/{agency}/keys/{key['id']}"
    assert town.ask("partners", "DELETE", path, None, operator).status_code == 204
    refused = town.ask("partners", "GET", "/v1/agency", None, key["key"])
    assert refused.status_code == 401
    assert seen(refused) == seen(town.ask("partners", "GET", "/v1/agency", None, agency_keys.make(uuid4())))


@pytest.mark.promise("SEC-51")
def test_no_secret_of_a_key_is_found_anywhere(town: Town, operator: str, agency: str) -> None:
    """Create, use, mistype, send to other services (in path, query, body and headers), rotate and revoke keys."""
    first = make(town, operator, agency, "reading", "administering")
    path = f"/v1/agencies/{agency}/keys"
    second = town.ask("partners", "POST", f"{path}/{first['id']}/rotation", {}, first["key"]).json()
    keys = [first["key"], second["key"]]
    for text in keys:
        for service in SERVICES:
            town.ask(service, "GET", GUARDED[service], None, text)
            town.ask(service, "GET", GUARDED[service], None, f"{text}x")
            town.ask(service, "GET", f"/v1/agency?key={text}", None, text)
            town.ask(service, "GET", f"/v1/{text}", None, text)
            town.ask(service, "POST", "/v1/agencies", {text: text}, text)
            town.ask(service, "POST", path, {"purpose": text, "scopes": [text]}, text, **{"Idempotency-Key": text})
            town.ask(service, "GET", GUARDED[service], None, None, **{"X-Api-Key": text, "If-Match": text})
    assert town.ask("partners", "DELETE", f"{path}/{second['id']}", None, operator).status_code == 204
    rest(town)
    for text in keys:
        assert PATTERN.fullmatch(text)
        assert swept(town, text.rpartition("_")[2][:43]) == set()
