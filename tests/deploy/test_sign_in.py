"""Providers are declared when they respond, tokens are verified as services do, and users sign in with the command."""

import json
import os
import stat
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from deploy.cli import declared_providers, sign_in
from deploy.cli.__main__ import casepath
from deploy.cli.errors import CommandRefused
from deploy.cli.init import write_secrets
from deploy.cli.installation import CHECKOUT, Installation, here
from deploy.cli.servers import free_ports
from deploy.cli.settings import settings_written
from deploy.cli.sign_in import Kept
from shared.access.providers.declared import read
from tests.kit import certificates
from tests.kit.issuer import AUDIENCE, CLIENT, Issuer, serving
from tests.kit.stand_in import StandIn


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with serving(Issuer()) as issuer:
        yield issuer


@pytest.fixture(autouse=True)
def shell(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CASEPATH_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("CASEPATH_ENVIRONMENT", "production")
    monkeypatch.setenv("BROWSER", f"{sys.executable} {CHECKOUT / 'tests' / 'kit' / 'browser.py'} %s")
    monkeypatch.setenv("PYTHONPATH", str(CHECKOUT))


def call(*arguments: str, stdin: str = "") -> Result:
    return CliRunner().invoke(casepath, list(arguments), input=stdin)


def added(issuer: Issuer, *more: str) -> Result:
    return call("provider", "add", "--issuer", issuer.address, "--audience", AUDIENCE, *more)


def test_a_provider_is_declared_once_it_has_answered_and_said_anew_in_its_place(issuer: Issuer) -> None:
    issuer.is_away = True
    refused = added(issuer)
    assert refused.exit_code == 1
    assert issuer.address in "".join(refused.stderr.split())
    issuer.is_away = False
    file = here().home / "providers.toml"
    assert not file.exists(), "nothing is declared that does not answer"
    assert added(issuer).exit_code == 0
    assert added(issuer, "--client", CLIENT, "--roles-claim", "a", "--roles-claim", "b").exit_code == 0
    [provider] = read(file.read_text())
    assert (provider.audience, provider.client, provider.roles_claim) == (AUDIENCE, CLIENT, ("a", "b"))
    with serving(Issuer()) as second:
        assert added(second).exit_code == 0
        listed = json.loads(call("provider", "list", "--json").stdout)["providers"]
    assert [each["issuer"] for each in listed] == [issuer.address, second.address]


def test_what_is_written_says_the_same_when_it_is_read(tmp_path: Path) -> None:
    authority, _ = certificates.made(tmp_path)
    more = {
        "certificates": json.dumps(authority.read_text()),
        "roles_claim": '["https://x/roles"]',
        "role_names": '{ "cn=a \\"b\\"" = "caseworker" }',
        "algorithms": '["RS256", "ES384"]',
        "token_type": '"JWT"',
        "subject_claim": '"oid"',
    }
    [provider] = read(Issuer().declared(**more))
    assert read(declared_providers.written(provider)) == (provider,)


def test_in_docker_a_provider_is_stored_with_the_secrets_without_a_compose_profile(
    tmp_path: Path, issuer: Issuer
) -> None:
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    write_secrets(checkout, "production")
    installation = Installation(checkout, tmp_path / "none", here().ports, {})
    assert declared_providers.declared(installation) == ()
    for _ in range(2):
        declared_providers.add(installation, {"issuer": issuer.address, "audience": AUDIENCE})
    file = checkout / "secrets" / "providers.toml"
    assert stat.S_IMODE(file.stat().st_mode) == 0o444
    assert "COMPOSE_PROFILES" not in settings_written(checkout / ".env")
    declared = declared_providers.declared(installation)
    assert write_secrets(checkout).rewritten == [], "init leaves it as it is"
    assert declared_providers.declared(installation) == declared != ()


def test_a_token_is_tried_out_as_services_would_and_names_whom_to_register(issuer: Issuer) -> None:
    added(issuer)
    said = call("provider", "check", "--json", stdin=issuer.token())
    assert json.loads(said.stdout) == {"issuer": issuer.address, "subject": issuer.subject}
    for token, words in (
        (issuer.token(header={"typ": "JWT"}), "--token-type JWT"),
        (issuer.token(aud="elsewhere"), "--audience"),
        (issuer.token(exp=int(time.time()) - 600), "ExpiredTokenError"),
        ("opaque", "unknown_issuer"),
    ):
        refused = call("provider", "check", stdin=token)
        assert refused.exit_code == 1
        assert words in " ".join(refused.stderr.split())
        assert token not in refused.stderr


def signed_in(*more: str) -> Result:
    [port] = free_ports(1)
    return call("login", "--port", str(port), "--json", *more)


def point_at(services: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, url in services.targets.urls.items():
        monkeypatch.setenv(f"CASEPATH_{name.upper()}_URL", url)


def test_who_signs_in_is_kept_for_the_other_verbs_until_that_ends(
    issuer: Issuer, services: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    added(issuer, "--client", CLIENT)
    point_at(services, monkeypatch)
    services.answer = lambda *_: (200, {"roles": ["operator"]})
    said = signed_in()
    assert json.loads(said.stdout) == {"issuer": issuer.address, "subject": issuer.subject, "roles": ["operator"]}
    file = here().home / "sign-in" / "token.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    token = json.loads(file.read_text())["token"]
    assert token not in said.stdout + said.stderr
    assert call("login", "--token").stdout.strip() == token
    call("access", "revoke", "0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57")
    assert services.requests[-1][-1]["Authorization"] == f"Bearer {token}"
    assert call("login", "--out").exit_code == 0
    assert not file.exists()
    assert call("login", "--token").exit_code == 2


def test_who_is_not_registered_is_told_what_to_have_registered(
    issuer: Issuer, services: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    added(issuer, "--client", CLIENT)
    point_at(services, monkeypatch)
    services.answer = lambda *_: (401, {"title": "Not signed in"})
    said = signed_in()
    assert said.exit_code == 0
    assert json.loads(said.stdout)["roles"] is None
    kept = sign_in.kept(here())
    assert kept is not None
    assert kept.roles == []


def test_a_token_that_services_would_not_take_is_not_kept(issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    added(issuer, "--client", CLIENT)
    monkeypatch.setattr(issuer, "claims", lambda **_: Issuer.claims(issuer, aud="elsewhere"))
    refused = signed_in()
    assert refused.exit_code == 1
    assert "--audience" in " ".join(refused.stderr.split())
    assert sign_in.kept(here()) is None


def test_a_sign_in_needs_a_client_and_a_provider(issuer: Issuer) -> None:
    assert signed_in().exit_code == 2
    added(issuer)
    refused = signed_in()
    assert refused.exit_code == 2
    assert "--client" in refused.stderr


def test_a_sign_in_that_has_ended_is_nobodys(tmp_path: Path) -> None:
    assert tmp_path
    sign_in.keep(here(), Kept("x", int(time.time()) + 5, ["operator"]))
    assert sign_in.kept(here()) is None


def test_the_provider_is_asked_by_tls_of_its_own_authority_at_each_step(tmp_path: Path) -> None:
    authority, certificate = certificates.made(tmp_path)
    os.environ["CASEPATH_TEST_AUTHORITY"] = str(authority)
    try:
        with serving(Issuer(), certificate) as issuer:
            refused = added(issuer, "--client", CLIENT)
            assert "SSLError" in refused.stderr
            assert added(issuer, "--client", CLIENT, "--certificates", str(authority)).exit_code == 0
            said = signed_in()
            assert said.exit_code == 0, said.stderr
            assert json.loads(said.stdout)["subject"] == issuer.subject
    finally:
        del os.environ["CASEPATH_TEST_AUTHORITY"]


def test_no_provider_is_stated_wrongly() -> None:
    with pytest.raises(CommandRefused, match="https://"):
        declared_providers.provider_of({"issuer": "http://login.example.org", "audience": AUDIENCE})
