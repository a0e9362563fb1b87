"""A production installation with a real identity provider from Debian: staff sign in, also during its outages."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import requests

from deploy.cli.environment_record import record_environment
from deploy.cli.installation import CHECKOUT
from deploy.cli.keys import subject_key_file
from deploy.cli.servers import PostgresServer, RabbitServer
from shared.access import staff
from shared.access.providers.keys import provider_keys
from shared.store.database import Database, engine_for
from tests.kit import glewlwyd, serving
from tests.kit.glewlwyd import Glewlwyd
from tests.kit.intake.cases import OPEN
from tests.kit.issuer import AUDIENCE, CLIENT, rsa_key, signed
from tests.kit.waiting import PATIENCE, wait_until

LACKING = glewlwyd.lacking()
pytestmark = [
    pytest.mark.e2e,
    pytest.mark.integration,
    pytest.mark.slow,
    pytest.mark.skipif(LACKING is not None, reason=str(LACKING)),
]
WORKER = "fictitious-worker"


@dataclass
class Town:
    """A production installation with intake running, its provider, and a caseworker who signs in there."""

    site: serving.Site
    provider: Glewlwyd
    password: str
    member: UUID
    subject: str = ""

    def command(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run a command as the user at the machine, with a browser that signs the caseworker in."""
        shell = {
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": str(CHECKOUT),
            "CASEPATH_HOME": str(self.site.installation.home),
            "CASEPATH_INTAKE_URL": self.site.installation.address("intake"),
            "BROWSER": f"{sys.executable} {CHECKOUT / 'tests' / 'kit' / 'browser.py'} %s",
            "CASEPATH_TEST_SIGN_IN": f"{WORKER}:{self.password}",
            "CASEPATH_TEST_AUTHORITY": str(self.provider.authority),
        }
        command = [sys.executable, "-m", "deploy.cli", *arguments]
        return subprocess.run(
            command, cwd=CHECKOUT, env=shell, capture_output=True, text=True, timeout=300, check=False
        )

    def sign_in(self) -> str:
        """Sign in again; return the token."""
        said = self.command("login", "--port", str(self.provider.login_port), "--json")
        assert said.returncode == 0, said.stderr
        self.subject = json.loads(said.stdout)["subject"]
        return self.command("login", "--token").stdout.strip()

    def register(self) -> None:
        """Register the caseworker, as the staff register's event would at this service."""
        database = Database(engine_for(self.site.database_url("intake")))
        key = subject_key_file(self.site.installation.keys).read_text(encoding="utf-8")
        digest = staff.subject_digest(key, self.provider.issuer, self.subject)
        with database.transaction() as session:
            staff.keep(session, staff.Member(id=self.member, agency=uuid4(), roles=("caseworker",), subjects=(digest,)))
        database.engine.dispose()

    def asked(self, token: str) -> int:
        """Request the caller's work list from intake; return the status."""
        headers = {"Authorization": f"Bearer {token}"}
        return requests.get(
            f"{self.site.installation.address('intake')}/v1/work-list", headers=headers, timeout=PATIENCE
        ).status_code

    def restart(self) -> None:
        """Restart intake."""
        self.site.stop("intake")
        self.site.start("intake")
        self.site.wait_ready("intake")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory, postgres: PostgresServer, rabbitmq: RabbitServer) -> Iterator[Town]:
    rabbitmq.add_vhost("sign_in")
    folder = tmp_path_factory.mktemp("sign_in")
    with (
        glewlwyd.running(tmp_path_factory.mktemp("provider")) as provider,
        serving.opened(folder, postgres, rabbitmq.uri("sign_in"), "sign_in", "production", forks=False) as site,
    ):
        record_environment(site.installation)
        town = Town(site, provider, provider.add_person(WORKER), uuid4())
        declared = town.command(
            *("provider", "add", "--issuer", provider.issuer, "--audience", AUDIENCE),
            *("--client", CLIENT, "--scope", AUDIENCE, "--certificates", str(provider.authority)),
        )
        assert declared.returncode == 0, declared.stderr
        site.start("intake")
        site.wait_ready("intake")
        yield town


def test_a_caseworker_who_signs_in_at_a_real_provider_opens_the_first_case(town: Town) -> None:
    token = town.sign_in()
    assert town.asked(token) == 401, "nobody is let in whom the register does not know"
    town.register()
    wait_until(lambda: town.asked(token) == 200, "its key is known")
    address = town.site.installation.address("intake")
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(uuid4())}
    opened = requests.post(f"{address}/v1/cases", json=OPEN, headers=headers, timeout=PATIENCE)
    assert opened.status_code == 201, opened.text
    seen = requests.get(f"{address}{opened.headers['Location']}", headers=headers, timeout=PATIENCE)
    assert seen.status_code == 200
    private = [file.name for file in town.site.installation.keys.iterdir() if "casepath:staff" in file.read_text()]
    assert private == [], "no key here speaks for people"


def test_who_signs_in_with_another_device_is_let_in_alike(town: Town) -> None:
    """The device code flow: the code is shown on one device and entered on another one."""
    town.sign_in()
    town.register()
    assert town.asked(town.provider.by_device(WORKER, town.password)) == 200


def test_an_ended_and_a_foreign_token_open_nothing(town: Town) -> None:
    token = town.sign_in()
    town.register()
    assert town.asked(token) == 200
    now = int(time.time())
    claims = {"iss": town.provider.issuer, "aud": AUDIENCE, "sub": town.subject, "iat": now - 60, "exp": now + 60}
    key = town.provider.key
    header = {"alg": "RS256", "typ": "at+jwt", "kid": key.kid}
    made = lambda **different: signed(header, json.dumps({**claims, **different}).encode(), key)  # noqa: E731 - short
    assert town.asked(made()) == 200, "so far it is as the provider makes them"
    assert town.asked(made(iat=now - 7_200, exp=now - 3_600)) == 401
    assert town.asked(made(iss="https://elsewhere.example.org")) == 401
    assert town.asked(made(aud="elsewhere")) == 401
    assert town.asked(made(sub="somebody")) == 401
    foreign = rsa_key()
    assert town.asked(signed({**header, "kid": foreign.kid}, json.dumps(claims).encode(), foreign)) == 401
    assert town.asked(signed(header, json.dumps(claims).encode(), foreign)) == 401


def test_a_provider_that_rotates_its_keys_locks_nobody_out_and_the_old_key_out(town: Town) -> None:
    before = town.sign_in()
    town.register()
    assert town.asked(before) == 200
    town.provider.rotate()
    after = town.sign_in()
    wait_until(lambda: town.asked(after) == 200, "the new key is known", 60)
    assert town.asked(before) == 401, "what was signed by a key that was taken back counts no more"


def test_sign_in_survives_a_provider_outage_of_ten_minutes_and_a_restart(town: Town) -> None:
    token = town.sign_in()
    town.register()
    wait_until(lambda: town.asked(token) == 200, "its key is known", 60)
    town.provider.stop()
    try:
        ago = datetime.now(UTC) - timedelta(minutes=10)
        database = Database(engine_for(town.site.database_url("intake")))
        with database.transaction() as session:
            session.execute(provider_keys.update().values(fetched_at=ago))
        database.engine.dispose()
        assert town.asked(token) == 200
        town.restart()
        assert town.asked(token) == 200, "a service that starts meanwhile goes on with the keys that it knew"
        wait_until(lambda: "provider.away" in town.site.said("intake"), "intake logs that the provider is away")
    finally:
        town.provider.start()


def test_whoever_is_not_in_the_register_any_more_is_out_at_once(town: Town) -> None:
    token = town.sign_in()
    town.register()
    wait_until(lambda: town.asked(token) == 200, "its key is known", 60)
    database = Database(engine_for(town.site.database_url("intake")))
    with database.transaction() as session:
        staff.leave(session, town.member)
    database.engine.dispose()
    assert town.asked(token) == 401


def test_what_is_logged_names_nobody(town: Town, tmp_path: Path) -> None:
    assert tmp_path
    said = town.site.said("intake") + town.site.said("intake", stream="stderr")
    assert town.subject
    assert town.subject not in said
    assert "not_registered" in said or "works_no_more" in said
