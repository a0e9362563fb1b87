"""What `doctor` says of Docker: its daemon, the containers of this installation, and the disks that they write to."""

import json
import subprocess
from collections.abc import Iterable
from typing import TypedDict

from deploy.cli.compose import DOCKER_SECONDS, DockerSilent, ask, shell_of
from deploy.cli.disks import disks
from deploy.cli.errors import reason_in
from deploy.cli.findings import FAIL, OK, WARN, Finding
from deploy.cli.installation import Installation

#: A disk with less free stops the installation soon (bytes).
LITTLE_DISK_BYTES = 500 * 1024**2
FREE_SOME = "free some of it, or enlarge it: docker system df -v"
_VERSION = ("docker", "version", "--format", "{{.Server.Version}}")


class Container(TypedDict, total=False):
    """A container as `docker compose ps` lists it, as far as it is read."""

    Service: str
    State: str
    Health: str
    ExitCode: int


def docker(installation: Installation) -> list[Finding]:
    """Ask the daemon which release it is. Raises `DockerSilent`."""
    try:
        answer = subprocess.run(
            _VERSION, env=shell_of(installation), capture_output=True, text=True, timeout=DOCKER_SECONDS, check=False
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise DockerSilent("Docker could not be asked.", why=type(error).__name__, next_step="docker info") from None
    if answer.returncode:
        raise DockerSilent("Docker could not be asked.", why=reason_in(answer.stderr), next_step="docker info")
    return [Finding("docker", OK, answer.stdout.strip())]


def containers(installation: Installation) -> list[Finding]:
    """Check that each container of the compose file runs, and that its health check passes. Raises `DockerSilent`."""
    services = json.loads(ask(installation, "config", "--format", "json"))["services"]
    # The desk has no container where its address is not set.
    wanted = [name for name, service in services.items() if service.get("scale") != 0]
    return findings(wanted, listed(ask(installation, "ps", "--all", "--format", "json")))


def listed(text: str) -> list[Container]:
    """Read the list of `docker compose ps`: a JSON array, or, since 2.21, one object a line."""
    if text.lstrip().startswith("["):
        rows: list[Container] = json.loads(text)
        return rows
    return [json.loads(line) for line in text.splitlines() if line.strip()]


def findings(wanted: Iterable[str], rows: Iterable[Container]) -> list[Finding]:
    """Return what is wrong with the containers; one finding that all is well otherwise."""
    by_service: dict[str, list[Container]] = {name: [] for name in wanted}
    for row in rows:
        by_service.setdefault(row["Service"], []).append(row)
    if not any(by_service.values()):
        return [Finding("containers", WARN, "none was started", "docker compose up --wait")]
    wrong = [finding for service, own in sorted(by_service.items()) for finding in _of_service(service, own)]
    return wrong or [Finding("containers", OK, f"{sum(map(len, by_service.values()))}, each as it should be")]


def _of_service(service: str, rows: list[Container]) -> list[Finding]:
    if not rows:
        return [Finding("containers", FAIL, f"{service} was not started", "docker compose up --wait")]
    return [finding for row in rows if (finding := _of_container(service, row)) is not None]


def _of_container(service: str, row: Container) -> Finding | None:
    state, health = row.get("State", ""), row.get("Health", "")
    if state == "exited" and row.get("ExitCode") == 0 and not health:
        return None  # one that runs once at each start, and is done
    if state != "running":
        return Finding("containers", FAIL, f"{service} is {state or 'not running'}", f"docker compose logs {service}")
    if health == "unhealthy":
        return Finding("containers", FAIL, f"{service} fails its health check", f"docker compose logs {service}")
    if health == "starting":
        return Finding("containers", WARN, f"{service} is starting", "run doctor again in a minute")
    return None


def disk(installation: Installation) -> list[Finding]:
    """Check the disks that the containers write to. Raises `DockerSilent`."""
    every = disks(installation)
    wrong = [
        Finding(
            "disk",
            FAIL if written_to.free < LITTLE_DISK_BYTES else WARN,
            written_to.sentence,
            FREE_SOME,
        )
        for written_to in every
        if written_to.is_nearly_full
    ]
    return wrong or [Finding("disk", OK, f"{len(every)} checked, each has free space")]
