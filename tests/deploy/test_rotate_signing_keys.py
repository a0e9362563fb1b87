"""The command `rotate signing-keys`; the services are a small real HTTP server that verifies as ours do."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from deploy.cli import rotate
from deploy.cli.__main__ import casepath
from deploy.cli.init import write_secrets
from deploy.cli.installation import SERVICES, Installation
from deploy.cli.keys import make_keys
from deploy.cli.saving import secret_tar
from deploy.cli.signing_keys import ROTATED, SigningKeys, rotate_signing_keys
from shared.access import tokens
from shared.access.signing import FollowingVerifier
from shared.store.file_address import FileAddress
from tests.kit.stand_in import StandIn

KEYS = pytest.mark.parametrize("docker", [True, False], ids=["docker", "up"])


def made(installation: Installation, *, docker: bool) -> SigningKeys:
    """Return the keys of a fresh installation."""
    if docker:
        write_secrets(installation.checkout, "training")
    else:
        installation.make_home()
        make_keys(installation.keys, "training")
    return SigningKeys.of(installation, docker=docker)


def ids(keys: SigningKeys) -> dict[str, str]:
    return {name: str(key["kid"]) for name, key in keys.held().items()}


def public(keys: SigningKeys) -> dict[str, tokens.Jwk]:
    return {key["kid"]: key for key in json.loads(keys.public.read_text(encoding="utf-8"))["keys"]}


def nobody_runs(_key: tokens.Jwk) -> None:
    """Do nothing, as if every service knew the key."""


@KEYS
def test_each_key_has_a_successor_and_the_former_ones_end(installation: Installation, docker: bool) -> None:
    keys = made(installation, docker=docker)
    before, published = ids(keys), public(keys)
    inodes = {path: path.stat().st_ino for path in (*keys.private.values(), keys.public)}
    assert list(rotate_signing_keys(keys, nobody_runs)) == [*SERVICES, "operator"] == list(ROTATED)
    after, now = ids(keys), public(keys)
    assert {name for name in before if before[name] != after[name]} == set(ROTATED)
    assert now.keys() == {*before.values(), *after.values()}
    assert {kid for kid, key in now.items() if "exp" in key} == {before[name] for name in ROTATED}
    assert all({**now[kid], "exp": 0} == {**key, "exp": 0} for kid, key in published.items())
    secrets = [str(key[name]) for key in keys.held().values() for name in ("d", "secret") if name in key]
    assert not [secret for secret in secrets if secret in keys.public.read_text(encoding="utf-8")]
    if docker:
        assert {path: path.stat().st_ino for path in inodes} == inodes, "containers have these files mounted"
        assert (write_secrets(installation.checkout).added, write_secrets(installation.checkout).rewritten) == ([], [])
    else:
        make_keys(installation.keys, "training")
        assert public(keys) == now, "the next start leaves them"
    assert not list(keys.public.parent.glob(".following-*"))


@pytest.mark.promise("SECRET-6")
@KEYS
def test_who_verifies_knows_each_key_before_it_signs_and_the_former_one_after(
    installation: Installation, docker: bool
) -> None:
    keys = made(installation, docker=docker)
    verifier = FollowingVerifier(FileAddress.of(keys.public, keys.public.read_text(encoding="utf-8")))

    def signs(name: str) -> str:
        key = keys.held()[name]
        role, subject = (
            (tokens.SERVICE_ROLE, name) if name in SERVICES else ("operator", "0192f000-0000-7000-8000-00000000000a")
        )
        return "Bearer " + tokens.issue(key, subject=subject, roles=[role])

    former = {name: signs(name) for name in ROTATED}
    for _ in rotate_signing_keys(keys, nobody_runs):
        for name in ROTATED:
            verifier.verify(signs(name))
            verifier.verify(former[name])
    assert all(verifier.verify(token) for token in former.values()), "until the overlap has passed"


@KEYS
def test_what_broke_off_is_gone_on_with(installation: Installation, docker: bool) -> None:
    keys = made(installation, docker=docker)
    before = ids(keys)
    rotation = rotate_signing_keys(keys, nobody_runs)
    assert [next(rotation), next(rotation)] == ["intake", "legal"]
    rotation.close()
    changed = ids(keys)
    # Services that start in the meantime publish the keys that they find.
    made(installation, docker=docker)
    assert list(rotate_signing_keys(keys, nobody_runs)) == list(ROTATED)
    after, now = ids(keys), public(keys)
    assert after["intake"] == changed["intake"] != before["intake"]
    assert after["support"] != before["support"]
    assert len(now) == len(before) + len(ROTATED), "no key was made twice"
    assert {kid for kid, key in now.items() if "exp" in key} == {before[name] for name in ROTATED}


@pytest.fixture
def ours(installation: Installation, services: StandIn, monkeypatch: pytest.MonkeyPatch) -> SigningKeys:
    """Return the keys of an installation in Docker whose services are the stand-in."""
    monkeypatch.setattr(rotate, "here", lambda: installation)
    monkeypatch.setattr(rotate, "runs_in_docker", lambda _installation: True)
    monkeypatch.setattr(rotate, "find_targets", lambda: services.targets)
    return made(installation, docker=True)


def rotated(*arguments: str) -> Result:
    return CliRunner().invoke(casepath, ["rotate", "signing-keys", *arguments])


def verifying(services: StandIn, key_set: Path, knows: Callable[[str], bool]) -> None:
    """Let the stand-in verify as services do: some with the current file, others with an earlier one."""
    text = key_set.read_text(encoding="utf-8")
    verifiers = {
        name: FollowingVerifier(FileAddress.of(key_set, text) if knows(name) else text) for name in services.servers
    }

    def answer(service: str, _method: str, path: str, _body: object) -> tuple[int, object]:
        assert path == "/v1/events?after=0&limit=1"
        try:
            assert verifiers[service].verify(services.requests[-1][4]["Authorization"]).is_service
        except tokens.TokenRefused:
            return 401, {"title": "Who are you?"}
        return 200, []

    services.answer = answer


def test_services_that_run_are_asked_before_any_key_signs(services: StandIn, ours: SigningKeys) -> None:
    verifying(services, ours.public, lambda _name: True)
    before = ids(ours)
    done = rotated("--json")
    assert done.exit_code == 0
    assert json.loads(done.stdout[done.stdout.index("{") :]) == {"changed": list(ROTATED)}
    assert [request[0] for request in services.requests] == list(SERVICES)
    assert all(ids(ours)[name] != before[name] for name in ROTATED)


@pytest.mark.promise("SECRET-7")
def test_where_a_service_does_not_know_the_new_keys_none_is_changed(services: StandIn, ours: SigningKeys) -> None:
    verifying(services, ours.public, lambda name: name != "support")
    before = ids(ours)
    done = rotated()
    assert done.exit_code == 1
    assert "support" in str(done.exception) + done.output
    assert ids(ours) == before
    verifying(services, ours.public, lambda _name: True)
    assert rotated().exit_code == 0


def test_a_service_that_is_away_is_named_and_keeps_nothing_up(services: StandIn, ours: SigningKeys) -> None:
    services.answer = lambda service, *_: (503, {}) if service == "legal" else (200, [])
    done = rotated()
    assert done.exit_code == 0
    assert "legal" in done.output


def test_keys_that_the_environment_names_are_left_alone(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {**installation.variables, "CASEPATH_LEGAL_SIGNING_KEY_FILE": "/run/fictitious"}
    elsewhere = Installation(installation.checkout, installation.home, installation.ports, given)
    monkeypatch.setattr(rotate, "here", lambda: elsewhere)
    done = rotated()
    assert done.exit_code != 0
    assert "held elsewhere (CASEPATH_LEGAL_SIGNING_KEY)" in str(done.exception) + done.output


def test_what_comes_back_from_a_backup_has_the_former_keys_wherever_it_runs(
    installation: Installation, tmp_path: Path
) -> None:
    keys = made(installation, docker=True)
    former = ids(keys)
    list(rotate_signing_keys(keys, nobody_runs))
    content = secret_tar.packed(installation, docker=True)
    beside = Installation(installation.checkout, tmp_path / "beside", installation.ports, installation.variables)
    secret_tar.put_back(beside, content, docker=False)
    make_keys(beside.keys, "training")
    assert public(SigningKeys.of(beside, docker=False)) == public(keys)
    assert former["intake"] in public(keys)
