"""The training identity provider: its tokens, and the guard against its use in production."""

import json
import time
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import yaml

from deploy.cli.accepted_providers import accept_training, accepted_providers, is_for_training
from deploy.cli.installation import Installation
from deploy.training.__main__ import TrainingRefused, checked
from deploy.training.people import EVERYBODY, PEOPLE
from deploy.training.provider import CODE_SECONDS, DESK_CLIENT, TrainingProvider
from services.web.settings import load as load_desk
from shared.access.providers.declared import read
from shared.access.providers.unverified import part
from shared.access.tokens import AUDIENCE
from shared.reference import codes
from shared.runtime.settings import load
from shared.runtime.variables import SettingRefused
from tests.architecture.source import CHECKOUT

DESK = "http://127.0.0.1:8100"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"  # RFC 7636, appendix B
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
DECLARED = '[[provider]]\nissuer = "http://127.0.0.1:8109"\naudience = "casepath"\ntraining = true\n'


def asked(**different: str) -> dict[str, str]:
    return {
        "client_id": DESK_CLIENT,
        "redirect_uri": f"{DESK}/signed-in",
        "response_type": "code",
        "state": "s",
        "nonce": "n",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
        **different,
    }


def exchange(code: str, **different: str) -> dict[str, str]:
    form = {"grant_type": "authorization_code", "code": code, "code_verifier": VERIFIER, "client_id": DESK_CLIENT}
    return {**form, "redirect_uri": f"{DESK}/signed-in", **different}


def code_of(provider: TrainingProvider, person: str = "mila") -> str:
    answer = provider.answer("POST", "/authorize", {**asked(), "person": person})
    return parse_qs(urlsplit(answer.headers["Location"]).query)["code"][0]


# Never in production


def recorded(folder: Path, kind: str) -> dict[str, str]:
    (folder / "environment").write_text(f"{kind}\n", encoding="utf-8")
    return {"CASEPATH_ENVIRONMENT_RECORD": str(folder / "environment"), "CASEPATH_ENVIRONMENT": kind}


@pytest.mark.hazard("H-DESK-1", control="training-provider-refuses-production")
def test_it_does_not_start_for_production_or_without_a_record(tmp_path: Path) -> None:
    training = recorded(tmp_path, "training")
    assert checked(training).host == "127.0.0.1"
    in_container = {"CASEPATH_TRAINING_LISTEN": "0.0.0.0:8109", "CASEPATH_TRAINING_ISSUER": "http://127.0.0.1:8109"}
    assert checked({**training, **in_container}).issuer == "http://127.0.0.1:8109"
    for variables in (
        {},
        {"CASEPATH_ENVIRONMENT": "training"},
        {**training, "CASEPATH_ENVIRONMENT": "production"},
        {**training, "CASEPATH_TRAINING_LISTEN": "0.0.0.0:8109"},
        {**training, "CASEPATH_TRAINING_LISTEN": "login.example.org:8109"},
        {**training, **in_container, "CASEPATH_TRAINING_ISSUER": "http://192.0.2.1:8109"},
        {**training, **in_container, "CASEPATH_TRAINING_ISSUER": "https://login.example.org"},
        {**recorded(tmp_path, "production"), "CASEPATH_ENVIRONMENT": "training"},
    ):
        with pytest.raises(TrainingRefused):
            checked(variables)


@pytest.mark.hazard("H-DESK-1", control="training-refused-in-production")
def test_no_process_of_a_production_installation_starts_with_it() -> None:
    desk = {
        "CASEPATH_WEB_DESK_ADDRESS": "https://desk.example.org",
        "CASEPATH_WEB_DESK_DATABASE_URL": "postgresql://web",
        "CASEPATH_WEB_DESK_KEY_RING": "{}",
    }
    service = {
        f"CASEPATH_{name}": "x"
        for name in (
            "AMQP_URI",
            "DATABASE_URL",
            "SIGNING_KEY",
            "KEYS_DATABASE_URL",
            "KEY_RING",
            "KEY_SET",
            "SUBJECT_KEY",
        )
    }
    ports = {"intake": 8101}
    for kind in ("training", "development"):
        common = {"CASEPATH_ENVIRONMENT": kind, "CASEPATH_PROVIDERS": DECLARED}
        assert load_desk({**desk, **common}).providers[0].training
        assert load("intake", ports, {**service, **common}).providers[0].training
    common = {"CASEPATH_ENVIRONMENT": "production", "CASEPATH_PROVIDERS": DECLARED}
    with pytest.raises(SettingRefused):
        load_desk({**desk, **common})
    with pytest.raises(SettingRefused):
        load("intake", ports, {**service, **common})


def test_production_does_not_accept_it_whatever_lies_in_its_state_folder(installation: Installation) -> None:
    def of(kind: str) -> Installation:
        return Installation(
            installation.checkout, installation.home, installation.ports, {"CASEPATH_ENVIRONMENT": kind}
        )

    accept_training(of("training"))
    file = accepted_providers(of("training"))
    assert file is not None
    assert [provider.training for provider in read(file.read_text(encoding="utf-8"))] == [True]
    assert accepted_providers(of("production")) is None
    assert not is_for_training(of("production"))


def test_neither_the_image_of_a_release_nor_a_composition_of_containers_has_it() -> None:
    stages = stages_of((CHECKOUT / "deploy" / "Dockerfile").read_text(encoding="utf-8"))
    release = list(stages)[-1]
    bases = {release}
    while (base := stages[release][0]) in stages:
        bases.add(release := base)
    assert "training" in stages
    assert "training" not in bases
    copied = [path for name in bases for paths in stages[name][1] for path in paths]
    assert "services" in copied
    assert not [path for path in copied if path in ("deploy", "deploy/", ".", "deploy/training")]
    files = [
        CHECKOUT / "docker-compose.yml",
        *(file for file in (CHECKOUT / "deploy").glob("*.yml") if file.name != "training.yml"),
        *(CHECKOUT / "deploy/kubernetes").rglob("*.yml"),
    ]
    for file in files:
        text = file.read_text(encoding="utf-8")
        assert "deploy.training" not in text, file
        assert "TRAINING_SIGN_IN" not in text, file
    assert yaml.safe_load(files[0].read_text(encoding="utf-8"))["services"]


def stages_of(dockerfile: str) -> dict[str, tuple[str, list[list[str]]]]:
    """Return the stages of a Dockerfile by name: the base of each, and the files that it copies from the context."""
    stages: dict[str, tuple[str, list[list[str]]]] = {}
    for line in dockerfile.splitlines():
        words = line.split()
        if line.startswith("FROM "):
            name = words[3] if "AS" in words else f"stage {len(stages)}"
            stages[name] = words[1], []
        elif line.startswith("COPY ") and not words[1].startswith("--from"):
            stages[name][1].append(words[1:-1])
    return stages


@pytest.mark.parametrize(
    "address", ["http://desk.example.org", "https://desk.example.org/path", "desk.example.org", "ftp://127.0.0.1"]
)
def test_the_desk_has_an_address_that_browsers_reach_by_tls(address: str) -> None:
    variables = {
        "CASEPATH_ENVIRONMENT": "training",
        "CASEPATH_WEB_DESK_ADDRESS": address,
        "CASEPATH_WEB_DESK_DATABASE_URL": "postgresql://web",
        "CASEPATH_WEB_DESK_KEY_RING": "{}",
    }
    with pytest.raises(SettingRefused):
        load_desk(variables)
    loopback = {**variables, "CASEPATH_WEB_DESK_ADDRESS": "http://127.0.0.1:8100"}
    assert not load_desk(loopback).is_encrypted
    with pytest.raises(SettingRefused):
        load_desk({**loopback, "CASEPATH_ENVIRONMENT": "production"})


# Tokens


def test_everybody_has_a_role_that_is_explained_and_all_roles_of_a_case_are_there() -> None:
    assert {person.role for person in PEOPLE} <= set(codes("staff_role").values)
    assert {"caseworker", "legal_adviser", "counsellor", "support_worker", "supervisor"} <= {p.role for p in PEOPLE}
    assert len({person.id for person in EVERYBODY}) == len(EVERYBODY)
    page = TrainingProvider("http://127.0.0.1:8109", DESK).answer("GET", f"/authorize?{query_of(asked())}", {})
    text = page.body.decode()
    assert all(person.does in text for person in EVERYBODY)
    assert text.count('name="person"') == len(EVERYBODY)


def query_of(values: dict[str, str]) -> str:
    return urlencode(values)


@pytest.mark.parametrize(
    "different",
    [
        {"client_id": "another"},
        {"redirect_uri": "https://evil.example/signed-in"},
        {"response_type": "token"},
        {"code_challenge_method": "plain"},
        {"code_challenge": ""},
    ],
)
def test_it_serves_its_desk_only(different: dict[str, str]) -> None:
    provider = TrainingProvider("http://127.0.0.1:8109", DESK)
    assert provider.answer("GET", f"/authorize?{query_of(asked(**different))}", {}).status == 400
    assert provider.answer("POST", "/authorize", {**asked(**different), "person": "mila"}).status == 400
    assert provider.answer("POST", "/authorize", {**asked(), "person": "nobody"}).status == 400


def test_a_code_counts_once_for_a_minute_and_with_its_verifier(monkeypatch: pytest.MonkeyPatch) -> None:
    provider = TrainingProvider("http://127.0.0.1:8109", DESK)
    for different in ({"code_verifier": "another"}, {"redirect_uri": f"{DESK}/other"}, {"client_id": "another"}):
        assert provider.answer("POST", "/token", exchange(code_of(provider), **different)).status == 400
    code = code_of(provider)
    assert provider.answer("POST", "/token", exchange(code)).status == 200
    assert provider.answer("POST", "/token", exchange(code)).status == 400
    late = code_of(provider)
    now = time.monotonic()
    monkeypatch.setattr("deploy.training.provider.time.monotonic", lambda: now + CODE_SECONDS + 1)
    assert provider.answer("POST", "/token", exchange(late)).status == 400


def test_its_access_tokens_name_the_audience_of_services_and_who_signed_in() -> None:
    provider = TrainingProvider("http://127.0.0.1:8109", DESK)
    answer = json.loads(provider.answer("POST", "/token", exchange(code_of(provider, "adam"))).body)
    header, claims = part(answer["access_token"], 0), part(answer["access_token"], 1)
    assert (header["typ"], claims["aud"], claims["sub"]) == ("at+jwt", AUDIENCE, "adam")
    assert part(answer["id_token"], 1)["nonce"] == "n"
    fresh = provider.answer(
        "POST",
        "/token",
        {"grant_type": "refresh_token", "refresh_token": answer["refresh_token"], "client_id": DESK_CLIENT},
    )
    again = provider.answer(
        "POST",
        "/token",
        {"grant_type": "refresh_token", "refresh_token": answer["refresh_token"], "client_id": DESK_CLIENT},
    )
    assert (fresh.status, again.status) == (200, 400)


def test_signing_out_leads_back_to_the_desk_and_nowhere_else() -> None:
    provider = TrainingProvider("http://127.0.0.1:8109", DESK)
    back = provider.answer("GET", f"/end-session?{query_of({'post_logout_redirect_uri': f'{DESK}/signed-out'})}", {})
    assert (back.status, back.headers["Location"]) == (303, f"{DESK}/signed-out")
    elsewhere = query_of({"post_logout_redirect_uri": "https://evil.example/"})
    assert "Location" not in provider.answer("GET", f"/end-session?{elsewhere}", {}).headers
