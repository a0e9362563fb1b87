"""Docker compose, asked about the containers that it runs from this checkout."""

import shutil
import subprocess

from deploy.cli.installation import Installation

#: Docker is asked, and starts a process in a container (seconds).
DOCKER_SECONDS = 60.0


def services_up(installation: Installation) -> list[str]:
    """Return the services whose containers run; none where this checkout was not made for Docker, or has none."""
    if not installation.checkout.joinpath("secrets").is_dir() or shutil.which("docker") is None:
        return []
    return compose(installation, "ps", "--status", "running", "--services").split()


def compose(installation: Installation, *arguments: str) -> str:
    """Return what `docker compose` says; nothing where it could not be asked, or failed."""
    try:
        done = subprocess.run(
            ["docker", "compose", *arguments],
            cwd=installation.checkout,
            env=dict(installation.variables),
            capture_output=True,
            text=True,
            timeout=DOCKER_SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout
