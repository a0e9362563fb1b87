"""In production, no key can sign tokens for staff, operators read no case, and the environment cannot change."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import CliRunner, Result

from deploy.cli import running
from deploy.cli.__main__ import casepath
from deploy.cli.environment_record import record_environment
from deploy.cli.errors import CommandRefused
from deploy.cli.installation import CHECKOUT
from deploy.cli.keys import key_file
from deploy.cli.servers import PostgresServer, RabbitServer
from services.registry import parts_of
from shared.access import tokens
from tests.kit import serving
from tests.kit.client import made_up
from tests.kit.waiting import wait_until
from tests.security.town import SERVICES, Operation, Person, Town

pytestmark = [pytest.mark.security, pytest.mark.integration]


@pytest.fixture(scope="module")
def production(
    tmp_path_factory: pytest.TempPathFactory, postgres: PostgresServer, rabbitmq: RabbitServer
) -> Iterator[serving.Site]:
    """Return a production installation as `up` starts it, with intake running."""
    rabbitmq.add_vhost("production")
    folder = tmp_path_factory.mktemp("production")
    with (
        serving.opened(folder, postgres, rabbitmq.uri("production"), "production", "production", forks=False) as site,
        running.the_only_up(site.installation),
    ):
        record_environment(site.installation)
        site.start("intake")
        site.wait_ready("intake")
        yield site


def command(site: serving.Site, *arguments: str, **variables: str) -> Result:
    """Run a command in a shell whose environment variable says training."""
    shell = {"CASEPATH_HOME": str(site.installation.home), "CASEPATH_ENVIRONMENT": "training", **variables}
    urls = {f"CASEPATH_{name.upper()}_URL": site.installation.address(name) for name in SERVICES}
    return CliRunner(env={**urls, **shell}).invoke(casepath, list(arguments))


@pytest.mark.promise("SEC-52")
@pytest.mark.parametrize(
    "verb",
    [
        ("token", "--role", "caseworker"),
        ("token", "--role", "operator"),
        ("journey",),
        ("journey", "--target", "intake=http://127.0.0.1:9"),
        ("clock", "set", "2030-01-01"),
        ("up", "--once"),
    ],
    ids=" ".join,
)
def test_no_verb_speaks_for_people_in_production_whatever_the_shell_says(
    production: serving.Site, verb: tuple[str, ...]
) -> None:
    brought_along = json.dumps(tokens.new_key(tokens.STAFF))
    done = command(production, *verb, CASEPATH_STAFF_SIGNING_KEY=brought_along)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "production" in done.stderr


@pytest.mark.promise("SEC-53")
def test_no_key_of_people_lies_beside_the_services_and_none_counts(production: serving.Site) -> None:
    keys = production.installation.keys
    issuers = {tokens.issuer_of(json.loads(file.read_text())) for file in keys.glob("*.json")}
    assert issuers - {""} == {tokens.OPERATOR, *map(tokens.service_issuer, SERVICES)}
    operator = json.loads(key_file(keys, "operator").read_text())
    assert asked(production, operator, "operator") == 200
    assert asked(production, tokens.new_key(tokens.STAFF), "caseworker") == 401
    for roles in (["caseworker"], ["operator", "caseworker"], ["data_protection_officer"]):
        assert asked(production, operator, *roles) == 401
    assert asked(production, {**operator, "kid": f"{tokens.STAFF}#1"}, "caseworker") == 401


def asked(site: serving.Site, key: tokens.Jwk, *roles: str) -> int:
    """Request the exchange status from intake with a token signed by a key; return the HTTP status."""
    token = tokens.issue(key, subject=str(uuid4()), roles=roles)
    return Town(site, site.postgres, None).ask("intake", "GET", "/v1/exchange", None, token).status_code  # type: ignore[arg-type]


@pytest.mark.promise("SEC-54")
def test_a_service_in_production_starts_with_no_key_that_speaks_for_people(
    production: serving.Site, tmp_path: Path
) -> None:
    present = json.loads(production.installation.keys.joinpath("key-set.json").read_text())["keys"]
    [of_people] = tokens.public_set([tokens.new_key(tokens.STAFF)])["keys"]
    key_set = tmp_path / "key-set.json"
    key_set.write_text(json.dumps({"keys": [*present, of_people]}))
    words = refusal(production, "legal", CASEPATH_KEY_SET_FILE=str(key_set))
    assert "./casepath init" in words


@pytest.mark.promise("SEC-59")
def test_an_installation_stays_what_its_databases_remember(production: serving.Site, town: Town) -> None:
    words = refusal(production, "intake", CASEPATH_ENVIRONMENT="training")
    assert re.search("CASEPATH_ENVIRONMENT.*training.*production", words)
    present = json.loads(town.site.installation.keys.joinpath("key-set.json").read_text())["keys"]
    without = [key for key in present if tokens.issuer_of(key) != tokens.STAFF]
    environment = {"CASEPATH_KEY_SET": json.dumps({"keys": without}), "CASEPATH_KEY_SET_FILE": ""}
    words = refusal(town.site, "legal", CASEPATH_ENVIRONMENT="production", **environment)
    assert re.search("CASEPATH_ENVIRONMENT.*production.*training", words)


def refusal(site: serving.Site, service: str, **environment: str) -> str:
    """Start another process of a service, check that it fails to start, and return its error output."""
    site.migrate(service)
    variables = {**site.environment(service, **environment), "PYTHONPATH": str(CHECKOUT)}
    command = [sys.executable, "-m", "services", service]
    done = subprocess.run(command, cwd=CHECKOUT, env=variables, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    return done.stderr


@pytest.mark.promise("SEC-59")
def test_what_is_recorded_is_no_matter_of_the_shell_any_more(production: serving.Site) -> None:
    installation = production.installation
    shell = {**installation.variables, "CASEPATH_ENVIRONMENT": "training"}
    with pytest.raises(CommandRefused, match="production"):
        record_environment(type(installation)(installation.checkout, installation.home, installation.ports, shell))
    assert record_environment(installation) == "production"
    told = production.environment("intake")
    assert told["CASEPATH_ENVIRONMENT"] == "production"


@pytest.mark.promise("SEC-55")
def test_an_operator_reads_no_case_at_any_route_of_any_service(town: Town) -> None:
    worker = Person(town)
    worker.open_case()
    # The token has the staff id of the case's lead. The signing key decides: it is valid for operators only.
    token = town.site.targets.token(["operator"], worker.subject)
    allowed = [operation for operation in town.operations if operation.action and is_of_operators(operation)]
    assert {operation.service for operation in allowed} == set(SERVICES)
    assert [str(operation) for operation in allowed if operation.about_case] == []
    answers = {
        str(operation): [
            town.ask(operation.service, operation.method, address, {}, token, about="").status_code
            for address in (worker.address(operation), _made_up(worker, operation))
        ]
        for operation in town.operations
        if operation.action and operation not in allowed
    }
    assert len(answers) > 100
    # A case that may not have arrived yet is answered like a missing one (503).
    wrong = {name: each for name, each in answers.items() if each[0] not in (403, 404) and each != [503, 503]}
    assert wrong == {}
    seen = town.ask("intake", "GET", f"/v1/cases/{worker.case}/access-report", None, token)
    assert seen.status_code == 404, "nor does it hand out what somebody on the team may"


def _made_up(worker: Person, operation: Operation) -> str:
    """Return the path with a missing case of the same age."""
    return re.sub(re.escape(worker.case), made_up(worker.case), worker.address(operation))


def is_of_operators(operation: Operation) -> bool:
    access = parts_of(operation.service)[0].access
    return "operator" in access[str(operation.action)]


@pytest.mark.promise("SEC-21")
def test_the_log_of_a_real_service_holds_all_that_its_audit_is_compared_with(town: Town, tmp_path: Path) -> None:
    Person(town).open_case()
    for service in SERVICES:
        wait_until(lambda name=service: "audit.checkpoint" in town.site.said(name), f"{service} signs", 60)  # type: ignore[misc]
    collected = tmp_path / "collected.log"
    collected.write_text("".join(f"{service}-1  | {line}\n" for service in SERVICES for line in lines(town, service)))
    done = command(town.site, "audit", "verify", "--against", str(collected), "--json")
    checked = json.loads(done.stdout)["services"]
    assert {name: outcome["faults"] for name, outcome in checked.items()} == {name: [] for name in SERVICES}
    assert {name: outcome["compared"] > 0 for name, outcome in checked.items()} == dict.fromkeys(SERVICES, True)
    assert done.exit_code == 0


def lines(town: Town, service: str) -> list[str]:
    return town.site.said(service).splitlines()
