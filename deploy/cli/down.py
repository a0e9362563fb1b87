"""`down` ends what `up` runs; `reset` also forgets everything that it has stored."""

import os
import signal
from collections.abc import Iterator

import click

from deploy.cli import running
from deploy.cli.console import say
from deploy.cli.errors import CommandRefused
from deploy.cli.installation import Installation, here
from deploy.cli.processes import wait_until
from deploy.cli.result import Result, with_json
from deploy.cli.stores import stores_of

LONGEST_STOP_SECONDS = 120.0


@click.command(short_help="Stop what `up` runs.")
@with_json
def down() -> Iterator[Result]:
    r"""Stop what `up` runs from this checkout, and the processes that a killed run left.

    \b
    Example:
      ./casepath down
    """
    yield Result(stop(here()))


def stop(installation: Installation) -> dict[str, object]:
    """Stop the running `up`, or the processes that a killed one left. Return its process id and their names."""
    holder = running.holder(installation)
    if holder:
        os.kill(holder, signal.SIGTERM)
        say(f"Asked process {holder} to end; waiting.")
        if not wait_until(lambda: running.holder(installation) is None, LONGEST_STOP_SECONDS):
            raise CommandRefused(
                f"Process {holder} has not ended after {LONGEST_STOP_SECONDS:.0f} s.",
                why="one of its processes does not stop",
                next_step=f"kill -9 {holder}, and run ./casepath down again",
            )
        say("Stopped.")
        return {"stopped": holder, "left": []}
    strays = running.end_strays(installation.running_file)
    installation.lock_file.unlink(missing_ok=True)
    say(f"Ended what a killed run had left: {', '.join(strays)}." if strays else "Nothing runs here.")
    return {"stopped": None, "left": strays}


@click.command(short_help="Stop everything and delete all stored data.")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@with_json
def reset(*, yes: bool) -> Iterator[Result]:
    r"""Stop everything, and delete the databases, queues and keys of this checkout. The command asks first.

    Your own servers (CASEPATH_<SERVICE>_AMQP_URI and _DATABASE_URL) are not changed.

    \b
    Example:
      ./casepath reset --yes
    """
    installation = here()
    if not yes:
        click.confirm(
            f"Remove every case, queue and key stored in {installation.home}? They can't be brought back.",
            abort=True,
            err=True,
        )
    stopped = stop(installation)
    stores = stores_of(installation)
    for server in (stores.postgres, stores.rabbitmq):
        if server:
            server.wipe()
    installation.empty_home()
    yield Result({**stopped, "removed": installation.home})
    say("Removed. The next ./casepath up begins from nothing.")
