"""The desk of an installation that `up` runs: its database, its key ring, its process, and the training provider.

A production installation gets no training provider. It gets a desk only if CASEPATH_WEB_DESK_ADDRESS is set to an
address that browsers reach by TLS.
"""

import sys
from collections.abc import Mapping
from pathlib import Path

from deploy.cli import running
from deploy.cli.accepted_providers import (
    TRAINING,
    accept_training,
    accepted_providers,
    is_for_training,
    training_issuer,
)
from deploy.cli.child import Program
from deploy.cli.compose import is_of_docker
from deploy.cli.environment import answers
from deploy.cli.environment_record import environment_name, record_file
from deploy.cli.installation import SERVICES, WEB, Installation, write_private
from deploy.cli.keys import make_ring, ring_file
from deploy.cli.stores import Stores
from services import DESK

#: Its container.
IN_DOCKER = "web-desk"
_ADDRESS = f"CASEPATH_{DESK.upper()}_ADDRESS"
_OWN = f"CASEPATH_{DESK.upper()}"


def has_desk(installation: Installation, stores: Stores) -> bool:
    """Return whether `up` runs a desk here. It needs a database, and in production also an address with TLS."""
    has_database = stores.postgres is not None or stores.has_given_web
    return has_database and (is_for_training(installation) or installation.is_set(_ADDRESS))


def ports(installation: Installation, stores: Stores) -> list[str]:
    """Return the names of the ports that the desk and the sign-in for it listen on."""
    if not has_desk(installation, stores):
        return []
    return [DESK, TRAINING] if is_for_training(installation) else [DESK]


def address(installation: Installation) -> str:
    """Return the address of the desk in a browser."""
    return installation.variables.get(_ADDRESS) or f"http://127.0.0.1:{installation.ports[DESK]}"


def runs_here(installation: Installation) -> bool:
    """Return whether `up` runs now, and runs a desk."""
    processes = running.read(installation.running_file).get("processes", [])
    return running.holder(installation) is not None and any(each["name"] == DESK for each in processes)


def is_expected(installation: Installation) -> bool:
    """Return whether a desk should answer on this machine: that of `up`, or one in Docker."""
    if not is_of_docker(installation):
        return runs_here(installation)
    return installation.is_set(_ADDRESS) or "training.yml" in installation.variables.get("COMPOSE_FILE", "")


def complaints(installation: Installation) -> list[str]:
    """Return a sentence if a desk should answer here and is not ready."""
    ready = f"http://127.0.0.1:{installation.ports[DESK]}/health/ready"
    if not is_expected(installation) or answers(ready):
        return []
    return [f"{DESK}: the desk is unavailable. It is not running, or its database {WEB} does not answer."]


def prepare(installation: Installation, stores: Stores) -> None:
    """Create the desk's database and key ring. `migrate_all` creates its tables."""
    if stores.postgres is not None and not stores.has_given_web:
        stores.postgres.create_database(WEB)
    if is_for_training(installation):
        accept_training(installation)
    make_ring(ring_file(installation.keys, WEB))


def address_file(installation: Installation, stores: Stores) -> Path:
    """Write the address of the desk's database into the file that the desk reads; return the file."""
    file = installation.addresses / f"{DESK}-database_url"
    installation.addresses.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_private(file, stores.database_url(WEB))
    return file


def training_program(installation: Installation) -> Program:
    """Return the program of the training provider."""
    return Program(
        name=TRAINING,
        command=[sys.executable, "-m", "deploy.training"],
        environment={
            **_inherited(installation),
            "CASEPATH_ENVIRONMENT": environment_name(installation),
            "CASEPATH_ENVIRONMENT_RECORD": str(record_file(installation)),
            "CASEPATH_TRAINING_LISTEN": f"127.0.0.1:{installation.ports[TRAINING]}",
            _ADDRESS: address(installation),
        },
        directory=installation.checkout,
        ready=lambda: answers(f"{training_issuer(installation)}/health/ready"),
    )


def desk_program(installation: Installation, stores: Stores) -> Program:
    """Return the program of the desk. The only secrets of this installation in it are its database and its key ring."""
    port = installation.ports[DESK]
    ours: dict[str, str | Path] = {
        "CASEPATH_LOG_FORMAT": "console",
        f"{_OWN}_LISTEN": f"127.0.0.1:{port}",
        f"{_OWN}_ADDRESS": address(installation),
        f"{_OWN}_DATABASE_URL": address_file(installation, stores),
        f"{_OWN}_KEY_RING": ring_file(installation.keys, WEB),
        **{f"CASEPATH_{name.upper()}_URL": installation.address(name) for name in SERVICES},
    }
    file = accepted_providers(installation)
    if file is not None:
        ours["CASEPATH_PROVIDERS"] = file
    variables = dict(_inherited(installation))
    for name, value in ours.items():
        if not installation.is_set(name):
            variables[name if isinstance(value, str) else f"{name}_FILE"] = str(value)
    variables["CASEPATH_ENVIRONMENT"] = environment_name(installation)
    variables.setdefault("MALLOC_ARENA_MAX", "2")  # as in docker-compose.yml
    return Program(
        name=DESK,
        command=[sys.executable, "-m", "services.web"],
        environment=variables,
        directory=installation.checkout,
        ready=lambda: answers(f"http://127.0.0.1:{port}/health/ready"),
    )


def _inherited(installation: Installation) -> Mapping[str, str]:
    """Return the caller's variables without those of services and the command, and add those for every Python."""
    kept = {
        name: value
        for name, value in installation.variables.items()
        if not name.startswith("CASEPATH_")
        or name.startswith((_OWN, "CASEPATH_LOG_", "CASEPATH_PROVIDERS", "CASEPATH_PROFILES", "CASEPATH_HOME"))
    }
    return {**kept, "PYTHONPATH": str(installation.checkout), "PYTHONUNBUFFERED": "1"}
