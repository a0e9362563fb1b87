"""The file with the providers whose tokens the services of an installation accept.

It lists the providers that the operators declare. If `up` runs a desk for training, it also lists the training
provider.
"""

import json
from pathlib import Path

from deploy.cli.environment_record import PRODUCTION, environment_name
from deploy.cli.installation import PROVIDERS, Installation, write_private

TRAINING = "training_sign_in"
#: The client id of the desk at the training provider.
DESK_CLIENT = "casepath-desk"
#: In the state folder, if `up` runs a desk for training; in secrets/ of an installation for training in Docker.
WITH_TRAINING = "providers-with-training.toml"
#: Where containers reach the training provider; browsers reach it at its issuer.
IN_DOCKER = "http://training-sign-in:8109"


def training_issuer(installation: Installation) -> str:
    """Return the address of the training provider."""
    return f"http://127.0.0.1:{installation.ports[TRAINING]}"


def is_for_training(installation: Installation) -> bool:
    """Return whether staff can sign in here as a fictitious person with one click."""
    return environment_name(installation) != PRODUCTION and not installation.is_set("CASEPATH_PROVIDERS")


def accept_training(installation: Installation) -> None:
    """Make the services that start from now on accept the training provider."""
    installation.make_home()
    write_private(installation.home / WITH_TRAINING, _declared(installation))


def accepted_providers(installation: Installation) -> Path | None:
    """Return the file of the providers that services accept; None if there is no such file."""
    declared, with_training = installation.home / PROVIDERS, installation.home / WITH_TRAINING
    if is_for_training(installation) and with_training.exists():
        accepted = _declared(installation)
        if with_training.read_text(encoding="utf-8") != accepted:  # the declared providers may have changed since
            write_private(with_training, accepted)
        return with_training
    return declared if declared.exists() else None


def _declared(installation: Installation) -> str:
    file = installation.home / PROVIDERS
    return with_training(file.read_text(encoding="utf-8") if file.exists() else "", training_issuer(installation))


def with_training(declared: str, issuer: str, reached_at: str = "") -> str:
    """Return declared providers and the training provider, which our processes reach at `reached_at` if it is given."""
    fields = {
        "issuer": issuer,
        "audience": "casepath",
        "algorithms": ["Ed25519"],
        "desk_client": DESK_CLIENT,
        "training": True,
        **({"reached_at": reached_at} if reached_at else {}),
    }
    training = "".join(f"{name} = {json.dumps(value)}\n" for name, value in fields.items())
    return f"{declared}\n[[provider]]\n{training}"
