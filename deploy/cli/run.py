"""`run`: run one service in the foreground with the settings of this installation."""

import os
import sys

import click

from deploy.cli import running
from deploy.cli.environment import service_environment
from deploy.cli.environment_record import record_environment
from deploy.cli.errors import NotRunning
from deploy.cli.installation import SERVICES, here
from deploy.cli.keys import make_keys
from deploy.cli.stores import check_service_port, own_broker, stores_of


@click.command(short_help="Run one service in the foreground.")
@click.argument("service", type=click.Choice(SERVICES))
def run(*, service: str) -> None:
    r"""Run one service in the foreground with the settings of this installation.

    It uses the broker and database of a running `up`, or those in CASEPATH_<SERVICE>_AMQP_URI and
    CASEPATH_<SERVICE>_DATABASE_URL. A second replica needs another port.

    \b
    Examples:
      ./casepath run intake
      CASEPATH_INTAKE_PORT=9101 ./casepath run intake
    """
    installation = here()
    stores = stores_of(installation)
    variable = f"CASEPATH_{service.upper()}_DATABASE_URL"
    if running.holder(installation) is None and (stores.rabbitmq or variable not in stores.given):
        raise NotRunning(
            f"{service} has no broker or no database to work with.",
            why="./casepath up does not run here, and the environment names none",
            next_step=f"start ./casepath up in another terminal, or set {own_broker(service)} and {variable}",
        )
    check_service_port(installation, service)
    installation.make_home()
    make_keys(installation.keys, record_environment(installation))
    os.chdir(installation.checkout)
    os.execve(  # noqa: S606 - the service takes our place, and the terminal's signals with it
        sys.executable,
        [sys.executable, "-m", "services", service],
        dict(service_environment(installation, stores, service)),
    )
