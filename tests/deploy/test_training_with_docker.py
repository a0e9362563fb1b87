"""Training with Docker: the files of `init`, and how containers reach a provider whose issuer is on loopback."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
import yaml
from structlog.testing import capture_logs

from deploy.cli import declared_providers, training
from deploy.cli.accepted_providers import DESK_CLIENT, IN_DOCKER, WITH_TRAINING, with_training
from deploy.cli.init import write_secrets
from deploy.cli.installation import Installation
from deploy.cli.servers import free_ports
from deploy.cli.settings import settings_written
from deploy.training.__main__ import TrainingRefused, checked
from deploy.training.provider import TrainingProvider, server
from services.web.providers.flow import Flow
from services.web.session.store import Tokens
from shared.access.providers.declared import Provider, ProvidersRefused, read
from shared.access.providers.fetching import ProviderAway, discover, fetch
from tests.architecture.source import CHECKOUT

DESK = "http://127.0.0.1:8100"
COMPOSE = yaml.safe_load((CHECKOUT / "deploy" / "training.yml").read_text(encoding="utf-8"))
OURS = ("training-sign-in", "training-cases")
REAL = '[[provider]]\nissuer = "https://login.example.org"\naudience = "casepath"\n'


def needed_files() -> set[str]:
    """Return the files below secrets/ that deploy/training.yml mounts."""
    return {Path(secret["file"]).name for secret in COMPOSE["secrets"].values()}


def training_files(checkout: Path) -> set[str]:
    """Return those that exist."""
    return {name for name in needed_files() if checkout.joinpath("secrets", name).exists()}


@pytest.mark.hazard("H-DESK-1", control="training-refused-in-production")
def test_init_names_it_for_training_only(tmp_path: Path) -> None:
    for kind, named in (("training", True), ("development", True), ("production", False)):
        place = tmp_path / kind
        place.mkdir()
        write_secrets(place, kind)
        settings = settings_written(place / ".env")
        assert ("training.yml" in settings.get("COMPOSE_FILE", "")) == named
        assert ("CASEPATH_TRAINING_SIGN_IN_PORT" in settings) == named
        of_training = {"environment_record", WITH_TRAINING, "staff_signing_key.json"}
        assert of_training & training_files(place) == (of_training if named else set())
        assert (needed_files() == training_files(place)) == named


def test_init_takes_its_files_away_from_a_production_installation(tmp_path: Path) -> None:
    write_secrets(tmp_path, "production")
    for name in ("environment_record", WITH_TRAINING):
        tmp_path.joinpath("secrets", name).write_text("training\n", encoding="utf-8")
    assert {"secrets/environment_record", f"secrets/{WITH_TRAINING}"} <= set(write_secrets(tmp_path).removed)
    assert not {"environment_record", WITH_TRAINING} & training_files(tmp_path)


@pytest.mark.hazard("H-DESK-1", control="training-provider-refuses-production")
def test_the_record_that_init_writes_is_what_the_provider_asks_for(tmp_path: Path) -> None:
    write_secrets(tmp_path, "training")
    told = {
        name: str(value).replace("${CASEPATH_TRAINING_SIGN_IN_PORT:-8109}", "8109")
        for name, value in COMPOSE["services"]["training-sign-in"]["environment"].items()
    }
    record = tmp_path / "secrets" / Path(told["CASEPATH_ENVIRONMENT_RECORD"]).name
    told |= {"CASEPATH_ENVIRONMENT": "training", "CASEPATH_ENVIRONMENT_RECORD": str(record)}
    place = checked(told)
    assert (place.host, place.issuer) == ("0.0.0.0", "http://127.0.0.1:8109")  # noqa: S104 - inside a container
    with pytest.raises(TrainingRefused):
        checked({**told, "CASEPATH_ENVIRONMENT": "production"})
    record.unlink()
    with pytest.raises(TrainingRefused):
        checked(told)


def test_an_override_of_the_operator_s_own_is_not_switched_off(tmp_path: Path) -> None:
    write_secrets(tmp_path, "training")
    settings = tmp_path / ".env"
    settings.write_text("CASEPATH_ENVIRONMENT=training\n", encoding="utf-8")
    tmp_path.joinpath("docker-compose.override.yml").touch()
    write_secrets(tmp_path)
    assert "COMPOSE_FILE" not in settings_written(settings)
    tmp_path.joinpath("docker-compose.override.yml").unlink()
    write_secrets(tmp_path)
    assert "COMPOSE_FILE" in settings_written(settings)


@pytest.mark.parametrize("name", OURS)
def test_its_containers_are_as_closed_as_the_others(name: str) -> None:
    container = COMPOSE["services"][name]
    assert (container["read_only"], container["cap_drop"], container["user"]) == (True, ["ALL"], "10001:10001")
    assert container["security_opt"] == ["no-new-privileges:true"]
    assert container["mem_limit"]
    assert container["pids_limit"]
    assert 0 < container["cpus"] <= 2
    assert [port for port in container.get("ports", []) if not port.startswith("127.0.0.1:")] == []


def test_no_container_of_it_has_a_way_out() -> None:
    added = {network for service in COMPOSE["services"].values() for network in service.get("networks", [])}
    assert COMPOSE["networks"]["training"]["driver_opts"] == {"com.docker.network.bridge.enable_ip_masquerade": "false"}
    assert [COMPOSE["services"][name]["networks"] for name in OURS] == [["training"], ["desk"]]
    assert "training" in added


# The internal address


def test_services_accept_it_beside_the_declared_providers(installation: Installation) -> None:
    write_secrets(installation.checkout, "training")
    file = installation.checkout / "secrets" / WITH_TRAINING
    [ours] = read(file.read_text(encoding="utf-8"))
    assert (ours.training, ours.reached_at, ours.desk_client) == (True, IN_DOCKER, DESK_CLIENT)
    declared_providers.file_of(installation).chmod(0o644)
    declared_providers.file_of(installation).write_text(REAL, encoding="utf-8")
    write_secrets(installation.checkout)
    both = read(file.read_text(encoding="utf-8"))
    assert [provider.training for provider in both] == [False, True]
    assert file.stat().st_mode & 0o777 == 0o444


def test_who_is_declared_later_is_accepted_beside_it(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_secrets(installation.checkout, "training")
    monkeypatch.setattr(declared_providers, "known_keys", lambda _provider: None)
    declared_providers.add(installation, {"issuer": "https://login.example.org", "audience": "casepath"})
    file = installation.checkout / "secrets" / WITH_TRAINING
    assert [provider.training for provider in read(file.read_text(encoding="utf-8"))] == [False, True]
    before = file.read_text(encoding="utf-8")
    write_secrets(installation.checkout)
    assert file.read_text(encoding="utf-8") == before


@pytest.mark.hazard("H-DESK-1", control="inner-address-for-training-only")
@pytest.mark.parametrize("address", ["http://inner:8109", "https://inner.example.org", "http://127.0.0.1:8109"])
def test_no_other_provider_is_reached_at_an_inner_address(address: str) -> None:
    with pytest.raises(ProvidersRefused):
        read(f'{REAL}reached_at = "{address}"\n')
    with pytest.raises(ProvidersRefused):
        read(f'{REAL}training = false\nreached_at = "{address}"\n')


@pytest.mark.parametrize("address", ["ftp://inner", "http://inner/path", "http://a@inner", "inner:8109", "http://"])
def test_an_inner_address_is_a_place_and_nothing_more(address: str) -> None:
    with pytest.raises(ProvidersRefused):
        read(f'{REAL}training = true\nreached_at = "{address}"\n')


@pytest.fixture
def inside() -> Iterator[Provider]:
    """Yield a training provider as containers see it: its issuer's address does not respond, another address does."""
    published, inner = free_ports(2)
    provider = TrainingProvider(f"http://127.0.0.1:{published}", DESK)
    serving = server(provider, "127.0.0.1", inner)
    threading.Thread(target=serving.serve_forever, daemon=True).start()
    try:
        yield read(with_training("", provider.issuer, f"http://127.0.0.1:{inner}"))[0]
    finally:
        serving.shutdown()
        serving.server_close()


def test_our_processes_reach_it_there_and_it_is_still_its_issuer(inside: Provider) -> None:
    assert fetch(inside).keys
    assert discover(inside)["issuer"] == inside.issuer
    with pytest.raises(ProviderAway):
        fetch(replace(inside, reached_at=""))
    with pytest.raises(ProviderAway, match="another_issuer"):
        discover(replace(inside, issuer="http://127.0.0.1:1"))


def test_a_browser_is_sent_to_the_issuer_and_the_desk_asks_the_inner_address(inside: Provider) -> None:
    flow = Flow(inside, "", f"{DESK}/signed-in")
    begun = flow.begin(again=False)
    assert begun.address.startswith(f"{inside.issuer}/authorize?")
    assert (flow.end_session(a_sign_in(flow), DESK) or "").startswith(f"{inside.issuer}/end-session?")


def a_sign_in(flow: Flow) -> Tokens:
    """Sign in as Mila: the browser's part runs at the inner address, which this test can reach."""
    begun = flow.begin(again=False)
    asked = {name: values[0] for name, values in parse_qs(urlsplit(begun.address).query).items()}
    place = flow.provider.reached(f"{flow.provider.issuer}/authorize")
    chosen = requests.post(place, {**asked, "person": "mila"}, allow_redirects=False, timeout=10)
    tokens = flow.finish(urlsplit(chosen.headers["Location"]).query, begun.kept)
    assert tokens.issuer == flow.provider.issuer
    return flow.renew(tokens)


def test_a_request_that_fails_is_logged_and_prints_no_traceback(
    inside: Provider, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_asked: object) -> None:
        raise KeyError(DESK)

    monkeypatch.setattr(TrainingProvider, "answer", fail)
    with capture_logs() as logs, pytest.raises(requests.ConnectionError):
        requests.get(inside.reached_at, timeout=10)
    assert [entry["event"] for entry in logs] == ["training.request_failed"]
    assert DESK not in capsys.readouterr().err


# The cases of the first start


def test_cases_are_played_for_training_only(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    played: list[str] = []
    monkeypatch.setattr(training, "register", lambda *_of: played.append("registered"))
    monkeypatch.setattr(training, "is_empty", lambda _targets: not played[1:])
    monkeypatch.setattr(training, "play_samples", lambda _targets: played.append("played"))
    monkeypatch.setattr(training, "find_targets", lambda: None)
    (tmp_path / "record").write_text("training\n", encoding="utf-8")
    monkeypatch.setenv("CASEPATH_ENVIRONMENT_RECORD", str(tmp_path / "record"))
    monkeypatch.setenv("CASEPATH_ENVIRONMENT", "production")
    assert (training.main(), played) == (1, [])
    monkeypatch.setenv("CASEPATH_ENVIRONMENT", "training")
    assert (training.main(), played) == (0, ["registered", "played"])
    assert (training.main(), played) == (0, ["registered", "played", "registered"])
