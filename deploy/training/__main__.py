"""Run the training provider: `python -m deploy.training`. It refuses to start for a production installation."""

import os
import sys
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path

from deploy.training.provider import TrainingProvider, server
from services.web.look.files import look_files
from shared.runtime.variables import ENVIRONMENTS, PRODUCTION


class TrainingRefused(Exception):
    """Report that the training provider must not run here; the message gives the reason."""


# control: H-DESK-1 training-provider-refuses-production
def checked(variables: Mapping[str, str]) -> tuple[str, int, str]:
    """Return host, port and the address of the desk. Raises `TrainingRefused`.

    The environment of the installation must be on record: a variable is not enough to allow training.
    """
    try:
        recorded = Path(variables["CASEPATH_ENVIRONMENT_RECORD"]).read_text(encoding="utf-8").strip()
    except (KeyError, OSError):
        raise TrainingRefused("No record states the environment here. ./casepath up creates the record.") from None
    if recorded not in ENVIRONMENTS or recorded == PRODUCTION or variables.get("CASEPATH_ENVIRONMENT") == PRODUCTION:
        raise TrainingRefused("This is a production installation. The training provider never runs in production.")
    host, _, port = variables.get("CASEPATH_TRAINING_LISTEN", "127.0.0.1:8109").rpartition(":")
    try:
        is_loopback = ip_address(host).is_loopback
    except ValueError:
        is_loopback = False
    if not is_loopback:
        raise TrainingRefused("CASEPATH_TRAINING_LISTEN must be on loopback, such as 127.0.0.1:8109.")
    return host, int(port), variables.get("CASEPATH_WEB_DESK_ADDRESS", "http://127.0.0.1:8100")


def main() -> int:
    """Serve the training provider until the process is stopped; return the exit code."""
    try:
        host, port, desk = checked(os.environ)
    except TrainingRefused as refused:
        sys.stderr.write(f"{refused}\n")
        return 2
    provider = TrainingProvider(f"http://{host}:{port}", desk)
    server(provider, host, port, look_files()["desk.css"].content).serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main())
