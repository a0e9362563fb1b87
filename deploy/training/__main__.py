"""Run the training provider: `python -m deploy.training`. It refuses to start for a production installation."""

import os
import sys
from collections.abc import Mapping
from ipaddress import ip_address

from deploy.cli.environment_record import PRODUCTION, environment_in_force
from deploy.cli.installation import here
from deploy.training.provider import TrainingProvider, server
from services.web.look.files import look_files


class TrainingRefused(Exception):
    """The training provider does not run here; the message says why."""


# control: H-DESK-1 training-provider-refuses-production
def checked(variables: Mapping[str, str], in_force: str) -> tuple[str, int, str]:
    """Return host, port and the address of the desk. Raises `TrainingRefused`."""
    stated = variables.get("CASEPATH_ENVIRONMENT", PRODUCTION)
    if PRODUCTION in (stated, in_force):
        raise TrainingRefused("This is a production installation: the training provider never runs in one.")
    host, _, port = variables.get("CASEPATH_TRAINING_LISTEN", "127.0.0.1:8109").rpartition(":")
    try:
        is_loopback = ip_address(host).is_loopback
    except ValueError:
        is_loopback = False
    if not is_loopback:
        raise TrainingRefused("CASEPATH_TRAINING_LISTEN has to be on loopback, such as 127.0.0.1:8109.")
    return host, int(port), variables.get("CASEPATH_WEB_DESK_ADDRESS", "http://127.0.0.1:8100")


def main() -> int:
    """Serve the training provider until the process is stopped; return the exit code."""
    try:
        host, port, desk = checked(os.environ, environment_in_force(here()))
    except TrainingRefused as refused:
        sys.stderr.write(f"{refused}\n")
        return 2
    provider = TrainingProvider(f"http://{host}:{port}", desk)
    server(provider, host, port, look_files()["desk.css"].content).serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main())
