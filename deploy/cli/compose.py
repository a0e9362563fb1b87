"""Docker compose, asked about the containers that it runs from this checkout."""

import shutil
import subprocess

from deploy.cli import running
from deploy.cli.environment_record import docker_settings
from deploy.cli.errors import CommandRefused, reason_in
from deploy.cli.installation import Installation

#: Docker is asked, and starts a process in a container (seconds).
DOCKER_SECONDS = 60.0


def shell_of(installation: Installation) -> dict[str, str]:
    """Return the settings without those of `.env`, which docker compose reads and expands itself."""
    written = docker_settings(installation)
    return {name: value for name, value in installation.variables.items() if written.get(name) != value}


class DockerSilent(CommandRefused):
    """Docker did not answer: the state of its containers is unknown."""


def is_of_docker(installation: Installation) -> bool:
    """Return whether the installation runs in Docker: `init` made it, and no `up` runs here."""
    own = running.holder(installation) is not None or installation.variables.get("CASEPATH_HOME")
    return not own and installation.checkout.joinpath("secrets").is_dir()


def services_up(installation: Installation) -> list[str]:
    """Return the services whose containers run; none where the installation does not run in Docker.

    Raises `DockerSilent` where Docker can't be asked.
    """
    if not is_of_docker(installation):
        return []
    return ask(installation, "ps", "--status", "running", "--services").split()


# control: H-OPERATION-4 unknown-is-not-ok
def ask(installation: Installation, *arguments: str) -> str:
    """Return the answer of `docker compose`. Raises `DockerSilent` where it could not be asked."""
    try:
        return must(installation, *arguments, seconds=DOCKER_SECONDS)
    except CommandRefused as error:
        raise DockerSilent(
            "Docker did not answer: the state of its containers is unknown.",
            why=error.why,
            next_step="run the command as a user who may use Docker, with its daemon running: docker info",
        ) from None


def volumes(installation: Installation) -> list[str]:
    """Return the names of all of Docker's volumes on this machine; none where there is no Docker."""
    program = shutil.which("docker", path=installation.variables.get("PATH"))
    if program is None:
        return []
    try:
        done = subprocess.run(
            [program, "volume", "ls", "--quiet"],
            env=shell_of(installation),
            capture_output=True,
            text=True,
            timeout=DOCKER_SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return []
    return done.stdout.split()


def compose(installation: Installation, *arguments: str) -> str:
    """Return what `docker compose` says; nothing where it could not be asked, or failed."""
    try:
        done = subprocess.run(
            ["docker", "compose", *arguments],
            cwd=installation.checkout,
            env=shell_of(installation),
            capture_output=True,
            text=True,
            timeout=DOCKER_SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout


def must(installation: Installation, *arguments: str, seconds: float = 600.0) -> str:
    """Return what `docker compose` says. Raises `CommandRefused` where it could not be asked, or failed."""
    try:
        done = subprocess.run(
            ["docker", "compose", *arguments],
            cwd=installation.checkout,
            env=shell_of(installation),
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise _failed(arguments, type(error).__name__) from None
    if done.returncode:
        raise _failed(arguments, reason_in(done.stderr))
    return done.stdout


def _failed(arguments: tuple[str, ...], why: str) -> CommandRefused:
    asked = f"docker compose {' '.join(arguments)}"
    return CommandRefused(f"`{asked}` failed.", why=why, next_step="docker compose logs says more")
