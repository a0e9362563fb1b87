"""The doctor requests the keys of each declared provider, checks the age of the services' copies, and advises."""

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import timedelta
from pathlib import Path

import pytest
from joserfc.jwk import ECKey, OctKey

from deploy.cli import doctor_providers
from deploy.cli.doctor_providers import CHECK, ages_in, findings, sign_in
from deploy.cli.findings import FAIL, OK, UNKNOWN, WARN, Finding
from deploy.cli.installation import Installation, here
from shared.access.providers.declared import Provider, read
from shared.access.providers.key_fetcher import KeyFetcher
from shared.access.providers.looks import Look, look
from shared.telemetry import metrics
from tests.kit import certificates
from tests.kit.issuer import Issuer, serving

ISSUER = "https://login.example.org"
[PROVIDER] = read(Issuer(address=ISSUER).declared())


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with serving(Issuer()) as issuer:
        yield issuer


def installation(folder: Path, declared: str = "", environment: str = "production") -> Installation:
    told = {"CASEPATH_HOME": str(folder / "state"), "CASEPATH_ENVIRONMENT": environment, "CASEPATH_PROVIDERS": declared}
    return replace(here({name: value for name, value in told.items() if value}), checkout=folder)


def only(found: list[Finding]) -> Finding:
    [finding] = found
    assert finding.check == CHECK
    assert bool(finding.fix) is (finding.state != OK), "what is wrong has a fix"
    return finding


def test_only_production_requires_a_provider_for_sign_in(tmp_path: Path) -> None:
    finding = only(sign_in(installation(tmp_path)))
    assert (finding.state, "./casepath provider add" in finding.fix) == (WARN, True)
    assert only(sign_in(installation(tmp_path, environment="training"))).state == OK


def test_doctor_shows_the_number_and_the_use_of_the_keys_of_a_provider(issuer: Issuer, tmp_path: Path) -> None:
    issuer.keys.append(ECKey.generate_key("P-256", {"kid": "curve", "use": "sig"}))
    issuer.keys.append(OctKey.generate_key(256, {"kid": "secret"}))
    finding = only(sign_in(installation(tmp_path, issuer.declared())))
    assert finding.state == OK
    for named in (issuer.address, "3", "2", "RS256", "PS256", "ES256"):
        assert named in finding.why
    assert issuer.asked == ["/.well-known/openid-configuration", "/keys"]


def test_keys_that_fit_no_declared_algorithm_are_said_with_the_option_that_names_one(
    issuer: Issuer, tmp_path: Path
) -> None:
    finding = only(sign_in(installation(tmp_path, issuer.declared(algorithms='["ES384"]'))))
    assert (finding.state, "--algorithm" in finding.fix) == (FAIL, True)
    assert issuer.address in finding.why


def test_a_key_counts_for_the_algorithm_that_it_names_alone(issuer: Issuer) -> None:
    issuer.keys = [ECKey.generate_key("P-256", {"kid": "1", "alg": "ES256"})]
    [provider] = read(issuer.declared(algorithms='["ES256", "ES384", "RS256"]'))
    assert look(provider).algorithms == ("ES256",)


@pytest.mark.parametrize(
    ("answer", "reason", "fix"),
    [
        ((200, {}, json.dumps({"issuer": "https://elsewhere.example.org"}).encode()), "another_issuer", "--issuer"),
        ((404, {}, b""), "status_404", "--keys-at"),
        ((200, {}, b"<html>"), "no_json", "--keys-at"),
        ((200, {}, b"{" * 300_000), "too_long", ""),
    ],
    ids=["another issuer", "not found", "a page", "too long"],
)
def test_what_answers_as_no_provider_is_said_with_what_to_do(
    issuer: Issuer, tmp_path: Path, answer: tuple[int, dict[str, str], bytes], reason: str, fix: str
) -> None:
    issuer.instead["/.well-known/openid-configuration"] = answer
    finding = only(sign_in(installation(tmp_path, issuer.declared())))
    assert (finding.state, reason in finding.why, fix in finding.fix) == (FAIL, True, True), finding


def test_keys_at_another_host_are_named_by_the_operators(issuer: Issuer, tmp_path: Path) -> None:
    document = {"issuer": issuer.address, "jwks_uri": "https://elsewhere.example.org/keys"}
    issuer.instead["/.well-known/openid-configuration"] = (200, {}, json.dumps(document).encode())
    assert "--keys-at" in only(sign_in(installation(tmp_path, issuer.declared()))).fix
    declared = issuer.declared(keys_at=json.dumps(f"{issuer.address}/keys"))
    assert only(sign_in(installation(tmp_path, declared))).state == OK


def test_a_provider_that_is_away_or_whose_certificate_nobody_knows_is_told_apart(
    issuer: Issuer, tmp_path: Path
) -> None:
    issuer.is_away = True
    assert "--certificates" not in only(sign_in(installation(tmp_path, issuer.declared()))).fix
    _, certificate = certificates.made(tmp_path)
    with serving(Issuer(), certificate) as by_tls:
        finding = only(sign_in(installation(tmp_path, by_tls.declared())))
    assert (finding.state, "--certificates" in finding.fix) == (FAIL, True)


@pytest.mark.parametrize(
    ("age", "state", "words"),
    [
        (timedelta(minutes=6), OK, "1"),
        (timedelta(hours=3), WARN, "legal.*3.*24"),
        (timedelta(hours=25), FAIL, "legal.*25"),
        (timedelta.max, FAIL, "legal"),
        (None, WARN, "legal"),
    ],
    ids=["lately", "for hours", "for a day", "never", "not declared there"],
)
def test_how_old_the_keys_are_that_a_service_knows_is_said_before_they_count_no_more(
    age: timedelta | None, state: str, words: str
) -> None:
    ages = {"intake": {ISSUER: timedelta(0)}, "legal": {} if age is None else {ISSUER: age}}
    found = findings([PROVIDER], [Look(ISSUER, 1, 1, ("RS256",))], ages)
    assert [finding.state for finding in found] == ([OK] if state == OK else [OK, state])
    assert re.search(words, found[-1].why)
    assert bool(found[-1].fix) is (state != OK)


def test_ages_are_read_from_what_a_service_measures() -> None:
    metrics.provider_keys_age.labels(ISSUER).set(7_200)
    metrics.provider_keys_age.labels("https://never.example.org").set(timedelta.max.total_seconds())
    found = ages_in(metrics.exposition().decode())
    assert (found[ISSUER], found["https://never.example.org"]) == (timedelta(hours=2), timedelta.max)


def test_in_docker_the_one_container_with_a_way_out_is_asked(
    tmp_path: Path, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    tmp_path.joinpath("secrets").mkdir()
    of_docker = installation(tmp_path, issuer.declared())
    of_docker = replace(of_docker, variables={**of_docker.variables, "CASEPATH_HOME": ""})
    answers = json.dumps([{"issuer": issuer.address, "published": 2, "usable": 1, "algorithms": ["RS256"]}])
    asked: list[str] = []

    def inside(_installation: Installation, service: str, address: str, _seconds: float) -> str:
        asked.append(f"{service} {address}")
        return answers

    monkeypatch.setattr(doctor_providers, "inside", inside)
    monkeypatch.setattr(doctor_providers, "_ages", lambda _: {})
    monkeypatch.setattr(doctor_providers, "services_up", lambda _: [])
    assert only(sign_in(of_docker)).state == WARN
    monkeypatch.setattr(doctor_providers, "services_up", lambda _: ["intake", "key-fetcher"])
    assert re.search(r"\b2\b.*\b1\b.*RS256$", only(sign_in(of_docker)).why)
    assert asked == ["intake http://key-fetcher:8105/looks"], "by HTTP: no second Python in its own container"
    assert issuer.asked == [], "this machine itself is not the one that must reach it"
    monkeypatch.setattr(doctor_providers, "inside", lambda *_: "")
    assert only(sign_in(of_docker)).state == UNKNOWN


def test_the_container_answers_what_the_doctor_reads(issuer: Issuer) -> None:
    fetcher = KeyFetcher(read(issuer.declared()))
    for _ in range(2):
        status, answer = fetcher.answer("/looks")
        assert status == 200
        assert json.loads(json.dumps(answer)) == [json.loads(json.dumps(asdict(look(fetcher_provider(issuer)))))]
    assert fetcher.answer(f"/?issuer={issuer.address}")[0] == 200
    assert issuer.asked.count("/keys") == 3, "the provider is asked once, however often the answer is read"


def fetcher_provider(issuer: Issuer) -> Provider:
    [provider] = read(issuer.declared())
    return provider
