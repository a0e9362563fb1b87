"""The doctor of an installation in Docker: its containers and disks; an unknown state is not reported as healthy."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from deploy.cli import desk, doctor, installation
from deploy.cli.__main__ import casepath
from deploy.cli.compose import DockerSilent, services_up
from deploy.cli.doctor_docker import Container, containers, disk, findings, listed
from deploy.cli.findings import FAIL, OK, UNKNOWN, WARN, Finding
from deploy.cli.init import write_secrets
from deploy.cli.installation import Installation
from deploy.cli.saving.reach import runs_in_docker
from tests.kit.settled import Looked
from tests.kit.stand_in import StandIn

WELL: Container = {"Service": "intake", "State": "running", "Health": "healthy", "ExitCode": 0}
DONE: Container = {"Service": "migrate", "State": "exited", "Health": "", "ExitCode": 0}
#: A `docker` that prints the files that a test writes into its folder, by the first word after `compose`.
FAKE = """#!/bin/sh
here=$(dirname "$0")
[ "$1" = compose ] && shift
[ -e "$here/$1" ] || { echo "permission denied while trying to connect to the Docker daemon socket" >&2; exit 1; }
cat "$here/$1"
"""


@pytest.fixture
def of_docker(installation: Installation, tmp_path: Path) -> Installation:
    """Return an installation that `init` has set up for Docker; its `docker` reaches no daemon."""
    write_secrets(installation.checkout, "training")
    folder = tmp_path / "bin"
    folder.mkdir()
    docker = folder / "docker"
    docker.write_text(FAKE, encoding="utf-8")
    docker.chmod(0o755)
    return replace(installation, variables={"PATH": f"{folder}:/usr/bin:/bin"})


def says(of_docker: Installation, word: str, answer: str) -> None:
    folder = of_docker.variables["PATH"].partition(":")[0]
    Path(folder, word).write_text(answer, encoding="utf-8")


def states(found: list[Finding]) -> dict[str, str]:
    return {finding.check: finding.state for finding in found}


def test_without_its_socket_it_is_unknown_what_runs(of_docker: Installation) -> None:
    with pytest.raises(DockerSilent) as silent:
        services_up(of_docker)
    assert "permission denied" in silent.value.why
    with pytest.raises(DockerSilent):
        runs_in_docker(of_docker)
    found = states(doctor.examine(of_docker))
    asked_of_docker = ("docker", "containers", "disk", "broker", "services")
    assert {name: found[name] for name in asked_of_docker} == dict.fromkeys(asked_of_docker, UNKNOWN)
    assert found["secrets"] == OK


def test_without_the_program_it_is_unknown_too(of_docker: Installation, tmp_path: Path) -> None:
    with pytest.raises(DockerSilent):
        services_up(replace(of_docker, variables={"PATH": str(tmp_path / "none")}))


def test_an_installation_that_is_not_of_docker_asks_no_docker(of_docker: Installation) -> None:
    elsewhere = replace(of_docker, variables={**of_docker.variables, "CASEPATH_HOME": str(of_docker.home)})
    assert services_up(elsewhere) == []
    assert "containers" not in states(doctor.examine(elsewhere))


@pytest.mark.hazard("H-OPERATION-4", control="unknown-is-not-ok")
def test_doctor_and_status_end_with_one_for_what_is_unknown(
    of_docker: Installation, monkeypatch: pytest.MonkeyPatch, services: StandIn, tmp_path: Path
) -> None:
    monkeypatch.setattr(installation, "CHECKOUT", of_docker.checkout)
    monkeypatch.setenv("PATH", of_docker.variables["PATH"])
    monkeypatch.setenv("COMPOSE_FILE", "docker-compose.yml")  # without a desk, which would have to be running
    monkeypatch.delenv("CASEPATH_HOME", raising=False)
    monkeypatch.setattr(installation, "_home", lambda _: tmp_path / "none")
    for name, address in services.targets.urls.items():
        monkeypatch.setenv(f"CASEPATH_{name.upper()}_URL", address)
    monkeypatch.setenv("CASEPATH_OPERATOR_SIGNING_KEY", json.dumps(services.key))
    Looked(services)
    examined = CliRunner().invoke(casepath, ["doctor", "--json"])
    assert (examined.exit_code, json.loads(examined.stdout)["healthy"]) == (1, False)
    status = CliRunner().invoke(casepath, ["status", "--json"])
    assert (status.exit_code, len(json.loads(status.stdout)["unknown"])) == (1, 1), status.output
    assert CliRunner().invoke(casepath, ["status"]).exit_code == 1
    says(of_docker, "ps", "")
    settled = CliRunner().invoke(casepath, ["status", "--json"])
    assert (settled.exit_code, json.loads(settled.stdout)["unknown"]) == (0, [])


@pytest.mark.parametrize(
    ("rows", "state"),
    [
        ([WELL, DONE], OK),
        ([], WARN),
        ([{**WELL, "Health": "starting"}, DONE], WARN),
        ([{**WELL, "Health": "unhealthy"}, DONE], FAIL),
        ([{**WELL, "State": "restarting"}, DONE], FAIL),
        ([WELL, {**DONE, "ExitCode": 1}], FAIL),
        ([WELL], FAIL),
        ([{**WELL, "State": "exited"}, DONE], FAIL),
    ],
    ids=["well", "none", "starting", "unhealthy", "restarting", "migrate failed", "not started", "stopped"],
)
def test_each_container_is_as_it_should_be(rows: list[Container], state: str) -> None:
    [finding] = findings(["intake", "migrate"], rows)
    assert finding.state == state
    assert bool(finding.fix) is (state != OK)


def test_the_list_of_each_release_of_compose_is_read(of_docker: Installation) -> None:
    rows = [WELL, DONE]
    assert listed(json.dumps(rows)) == listed("\n".join(map(json.dumps, rows))) == rows
    says(of_docker, "config", json.dumps({"services": {"intake": {}, "migrate": {}, "web-desk": {"scale": 0}}}))
    says(of_docker, "ps", json.dumps(rows))
    assert [finding.state for finding in containers(of_docker)] == [OK]
    says(of_docker, "config", json.dumps({"services": {"intake": {}, "migrate": {}, "web-desk": {"scale": 1}}}))
    assert [(finding.state, "web-desk" in finding.why) for finding in containers(of_docker)] == [(FAIL, True)]


@pytest.mark.parametrize(
    ("settings", "is_expected"),
    [
        ({}, False),
        ({"COMPOSE_FILE": "docker-compose.yml:deploy/proxy.yml"}, False),
        ({"COMPOSE_FILE": "docker-compose.yml:deploy/training.yml"}, True),
        ({"CASEPATH_WEB_DESK_ADDRESS": "https://desk.example.org"}, True),
    ],
    ids=["none", "another file", "training", "an address"],
)
def test_a_desk_that_should_answer_and_does_not_is_named(
    of_docker: Installation, settings: dict[str, str], *, is_expected: bool
) -> None:
    told = replace(of_docker, variables={**of_docker.variables, **settings})
    assert bool(desk.complaints(told)) == is_expected


@pytest.mark.parametrize(("free", "state"), [("9000000", OK), ("900000", WARN), ("9000", FAIL)])
def test_a_disk_that_fills_is_found(of_docker: Installation, free: str, state: str) -> None:
    says(of_docker, "ps", "postgres\n")
    says(
        of_docker, "exec", f"Filesystem 1024-blocks Used Available Capacity Mounted\n/dev/vda 20000000 1 {free} 5% /\n"
    )
    assert [finding.state for finding in disk(of_docker)] == [state]
