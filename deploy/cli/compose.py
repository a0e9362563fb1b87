"""Docker compose, asked about the containers that it runs from this checkout."""

import shutil
import subprocess

from deploy.cli.environment_record import docker_settings
from deploy.cli.errors import CommandRefused, reason_in
from deploy.cli.installation import Installation

#: Docker is asked, and starts a process in a container (seconds).
DOCKER_SECONDS = 60.0


def shell_of(installation: Installation) -> dict[str, str]:
    """Return the settings without those of `.env`, which docker compose reads and expands itself."""
    written = docker_settings(installation)
    return {name: value for name, value in installation.variables.items() if written.get(name) != value}


def services_up(installation: Installation) -> list[str]:
    """Return the services whose containers run; none where this checkout was not made for Docker, or has none."""
    if not installation.checkout.joinpath("secrets").is_dir() or shutil.which("docker") is None:
        return []
    return compose(installation, "ps", "--status", "running", "--services").split()


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
