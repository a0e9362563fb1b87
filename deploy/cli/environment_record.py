"""The environment of this installation: production, training or development. It is recorded once and never changes.

`up` records it in a file in the state folder. For Docker, `init` writes it to `.env`. Each service's database stores it
too, and a service with another value refuses to start. The caller's shell decides only before the first record.
"""

from pathlib import Path

from deploy.cli import running
from deploy.cli.errors import CommandRefused, RefusedInProduction
from deploy.cli.installation import Installation, write_private
from deploy.cli.settings import FILE, settings_written
from shared.runtime.variables import ENVIRONMENTS, from_files

TRAINING, PRODUCTION = "training", "production"
NOBODY_SIGNS_IN = (
    "Staff cannot sign in yet: this is a production installation, and no provider is declared. The services, the "
    "self-check, /health, /metrics and operators' commands work; case work does not. "
    "Next: ./casepath provider add (docs/guides/operate/identity.md)"
)


def environment_name(installation: Installation) -> str:
    """Return what an installation that we run ourselves is: as recorded, else as its first start will record it."""
    return _recorded(installation) or _to_be_recorded(installation)


def record_environment(installation: Installation) -> str:
    """Record the environment of this installation at its first start. Return it.

    Raises `CommandRefused` if the caller's environment differs from the record, or if this checkout has an installation
    in Docker: a second, empty one on the same ports could be mistaken for it.
    """
    _refuse_beside_docker(installation)
    recorded, asked = _recorded(installation), _environment_of_caller(installation)
    if recorded is None:
        recorded = _to_be_recorded(installation)
        if recorded not in ENVIRONMENTS:
            raise CommandRefused(
                "CASEPATH_ENVIRONMENT is not valid; nothing was started.",
                next_step=f"set it to one of {', '.join(ENVIRONMENTS)}",
                exit_code=2,
            )
        write_private(record_file(installation), f"{recorded}\n")
    if asked not in (None, recorded):
        raise CommandRefused(
            f"This is an installation for {recorded}, and CASEPATH_ENVIRONMENT says {asked}; nothing was started.",
            why="the environment cannot change, because the installation can have cases",
            next_step="unset CASEPATH_ENVIRONMENT, or set CASEPATH_HOME to another state folder",
        )
    return recorded


def _refuse_beside_docker(installation: Installation) -> None:
    kind = docker_settings(installation).get("CASEPATH_ENVIRONMENT")
    of_its_own = installation.variables.get("CASEPATH_HOME") or record_file(installation).exists()
    if kind is None or of_its_own or not installation.checkout.joinpath("secrets").is_dir():
        return
    raise CommandRefused(
        f"This checkout is an installation for {kind} that runs in Docker; nothing was started.",
        why="`up` would start a second, empty installation on the same ports",
        next_step="docker compose up --wait; for another installation use another checkout, or CASEPATH_HOME with "
        "ports of its own",
    )


def how_to_start(installation: Installation) -> str:
    """Return the command that starts the installation that this checkout is."""
    is_docker = docker_settings(installation).get("CASEPATH_ENVIRONMENT") and not installation.variables.get(
        "CASEPATH_HOME"
    )
    return "docker compose up --wait" if is_docker and not record_file(installation).exists() else "./casepath up"


def environment_in_force(installation: Installation) -> str:
    """Return the environment of the installation: of the running one, of `init`, or of an earlier run."""
    of_docker = docker_settings(installation).get("CASEPATH_ENVIRONMENT")
    if running.holder(installation) is not None or not of_docker:
        return environment_name(installation)
    return of_docker


def refuse_in_production(installation: Installation, what: str) -> None:
    """Raise `RefusedInProduction` for a command of training and development."""
    if environment_in_force(installation) == PRODUCTION:
        raise RefusedInProduction(
            f"{what} is refused: this is a production installation.",
            why="it would act for fictitious people, or at a fictitious date",
            next_step="use a training installation with another CASEPATH_HOME or checkout",
        )


def docker_settings(installation: Installation) -> dict[str, str]:
    """Read what `init` wrote into `.env` for docker compose; empty when there is none."""
    return settings_written(installation.checkout / FILE, installation.variables)


def record_file(installation: Installation) -> Path:
    """Return the file in which this installation's kind is recorded."""
    return installation.home / "environment"


def _recorded(installation: Installation) -> str | None:
    file = record_file(installation)
    if not file.exists():
        return None
    recorded = file.read_text(encoding="utf-8").strip()
    if recorded not in ENVIRONMENTS:
        raise CommandRefused(
            f"{file} does not say what this installation is.",
            why=f"it holds none of {', '.join(ENVIRONMENTS)}",
            next_step="put it back from your copy, or write the one that it is into it",
        )
    return recorded


def _to_be_recorded(installation: Installation) -> str:
    """Return the recorded environment (0.1.0: of the running installation), or the caller's; by default training."""
    of_run = running.read(installation.running_file).get("environment")
    return of_run or _environment_of_caller(installation) or TRAINING


def _environment_of_caller(installation: Installation) -> str | None:
    """Return what the caller sets, read as a service reads it: from the variable, or the file that it names."""
    names = ("CASEPATH_ENVIRONMENT", "CASEPATH_ENVIRONMENT_FILE")
    set_names = {name: installation.variables[name] for name in names if installation.variables.get(name)}
    return from_files(set_names).get("CASEPATH_ENVIRONMENT")
