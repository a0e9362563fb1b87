"""Run the training provider: `python -m deploy.training`. It refuses to start for a production installation."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from deploy.training.provider import TrainingProvider, server
from services.web.look.files import look_files
from shared.runtime.variables import ENVIRONMENTS, PRODUCTION
from shared.telemetry.logs import configure


class TrainingRefused(Exception):
    """Report that the training provider must not run here; the message gives the reason."""


@dataclass(frozen=True)
class Place:
    """Where the provider listens, the address under which browsers reach it, and the address of the desk."""

    host: str
    port: int
    issuer: str
    desk: str


# control: H-DESK-1 training-provider-refuses-production
def checked(variables: Mapping[str, str]) -> Place:
    """Return where the provider runs. Raises `TrainingRefused`.

    The environment of the installation must be on record: a variable is not enough to allow training. Browsers reach
    the provider on loopback only. In a container it listens on every address, and the container's port is published on
    loopback: CASEPATH_TRAINING_ISSUER states that address.
    """
    try:
        recorded = Path(variables["CASEPATH_ENVIRONMENT_RECORD"]).read_text(encoding="utf-8").strip()
    except (KeyError, OSError):
        raise TrainingRefused("No record states the environment here. ./casepath up creates the record.") from None
    if recorded not in ENVIRONMENTS or recorded == PRODUCTION or variables.get("CASEPATH_ENVIRONMENT") == PRODUCTION:
        raise TrainingRefused("This is a production installation. The training provider never runs in production.")
    listen = variables.get("CASEPATH_TRAINING_LISTEN", "127.0.0.1:8109")
    issuer = variables.get("CASEPATH_TRAINING_ISSUER") or f"http://{listen}"
    if not _is_loopback(urlsplit(issuer).hostname or ""):
        raise TrainingRefused(
            "Browsers must reach the training provider on loopback. Set CASEPATH_TRAINING_LISTEN to an address such as "
            "127.0.0.1:8109, or in a container CASEPATH_TRAINING_ISSUER to the published one."
        )
    host, _, port = listen.rpartition(":")
    return Place(host, int(port), issuer, variables.get("CASEPATH_WEB_DESK_ADDRESS", "http://127.0.0.1:8100"))


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def main() -> int:
    """Serve the training provider until the process is stopped; return the exit code."""
    try:
        place = checked(os.environ)
    except TrainingRefused as refused:
        sys.stderr.write(f"{refused}\n")
        return 2
    configure("training", form=os.environ.get("CASEPATH_LOG_FORMAT", "json"), level="INFO")
    provider = TrainingProvider(place.issuer, place.desk)
    server(provider, place.host, place.port, look_files()["desk.css"].content).serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main())
