"""The public pages of an installation that `up` runs: their process, which has no database, no key and no token.

A production installation gets them only if CASEPATH_WEB_PUBLIC_ADDRESS is set to an address that browsers reach by TLS.
"""

import sys
from pathlib import Path

from deploy.cli import running
from deploy.cli.accepted_providers import is_for_training
from deploy.cli.child import Program
from deploy.cli.environment import answers
from deploy.cli.environment_record import environment_name
from deploy.cli.installation import Installation
from deploy.cli.keys import public_secret_file
from services import PUBLIC

#: Its container.
IN_DOCKER = "web-public"
_OWN = f"CASEPATH_{PUBLIC.upper()}"
_ADDRESS = f"{_OWN}_ADDRESS"


def has_public(installation: Installation) -> bool:
    """Return whether `up` runs the public pages here."""
    return is_for_training(installation) or installation.is_set(_ADDRESS)


def ports(installation: Installation) -> list[str]:
    """Return the names of the ports that the public pages listen on."""
    return [PUBLIC] if has_public(installation) else []


def address(installation: Installation) -> str:
    """Return the address of the public pages in a browser."""
    return installation.variables.get(_ADDRESS) or f"http://127.0.0.1:{installation.ports[PUBLIC]}"


def runs_here(installation: Installation) -> bool:
    """Return whether `up` runs now, and runs the public pages."""
    processes = running.read(installation.running_file).get("processes", [])
    return running.holder(installation) is not None and any(each["name"] == PUBLIC for each in processes)


def public_program(installation: Installation) -> Program:
    """Return the program of the public pages."""
    port = installation.ports[PUBLIC]
    ours: dict[str, str | Path] = {
        "CASEPATH_LOG_FORMAT": "console",
        f"{_OWN}_LISTEN": f"127.0.0.1:{port}",
        _ADDRESS: address(installation),
        "CASEPATH_INTAKE_URL": installation.address("intake"),
        "CASEPATH_PUBLIC_SECRET": public_secret_file(installation.keys),
    }
    variables = {
        name: value
        for name, value in installation.variables.items()
        if not name.startswith("CASEPATH_")
        or name.startswith((_OWN, "CASEPATH_LOG_", "CASEPATH_PUBLIC_SECRET", "CASEPATH_TRUSTED_HEADER"))
    }
    for name, value in ours.items():
        if not installation.is_set(name):
            variables[name if isinstance(value, str) else f"{name}_FILE"] = str(value)
    variables |= {"PYTHONPATH": str(installation.checkout), "PYTHONUNBUFFERED": "1"}
    variables["CASEPATH_ENVIRONMENT"] = environment_name(installation)
    return Program(
        name=PUBLIC,
        command=[sys.executable, "-m", "services.web.public"],
        environment=variables,
        directory=installation.checkout,
        ready=lambda: answers(f"http://127.0.0.1:{port}/health/ready"),
    )
