"""The file with the providers whose tokens the services of an installation accept.

Those that the operators declare; and, where `up` runs a desk for training, the training provider.
"""

import json
from pathlib import Path

from deploy.cli.environment_record import PRODUCTION, environment_name
from deploy.cli.installation import PROVIDERS, Installation, write_private

TRAINING = "training_sign_in"
#: What the training provider calls the desk.
DESK_CLIENT = "casepath-desk"
#: Below the state folder: written by an `up` with a desk for training.
_WITH_TRAINING = "providers-with-training.toml"


def training_issuer(installation: Installation) -> str:
    """Return the address of the training provider."""
    return f"http://127.0.0.1:{installation.ports[TRAINING]}"


def is_for_training(installation: Installation) -> bool:
    """Return whether fictitious people may sign in here by a click."""
    return environment_name(installation) != PRODUCTION and not installation.is_set("CASEPATH_PROVIDERS")


def accept_training(installation: Installation) -> None:
    """Have the services that start from now on accept the training provider."""
    installation.make_home()
    write_private(installation.home / _WITH_TRAINING, _declared(installation))


def accepted_providers(installation: Installation) -> Path | None:
    """Return the file of the providers that services accept; None where there is none."""
    declared, with_training = installation.home / PROVIDERS, installation.home / _WITH_TRAINING
    if is_for_training(installation) and with_training.exists():
        accepted = _declared(installation)
        if with_training.read_text(encoding="utf-8") != accepted:  # what is declared may have changed since
            write_private(with_training, accepted)
        return with_training
    return declared if declared.exists() else None


def _declared(installation: Installation) -> str:
    file = installation.home / PROVIDERS
    fields = {
        "issuer": training_issuer(installation),
        "audience": "casepath",
        "algorithms": ["Ed25519"],
        "desk_client": DESK_CLIENT,
        "training": True,
    }
    training = "".join(f"{name} = {json.dumps(value)}\n" for name, value in fields.items())
    return f"{file.read_text(encoding='utf-8') if file.exists() else ''}\n[[provider]]\n{training}"
