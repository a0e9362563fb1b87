"""Ends an agency's connections to the broker, as its operator: no service has the right to.

Without it nothing leaks: the queue that such a connection has read is gone.
"""

from collections.abc import Iterable

from deploy.cli import running
from deploy.cli.compose import compose, services_up
from deploy.cli.console import say
from deploy.cli.errors import CommandRefused
from deploy.cli.installation import here
from deploy.cli.stores import stores_of

_COMMAND, _WHY = "close_all_user_connections", "the queue is gone"


def end_connections(users: Iterable[str]) -> None:
    """End the connections of these users where the broker runs here; elsewhere print the commands that do."""
    installation = here()
    rabbitmq = stores_of(installation).rabbitmq
    in_docker = "rabbitmq" in services_up(installation)
    for user in users:
        if in_docker:
            compose(installation, "exec", "-T", "rabbitmq", "rabbitmqctl", "--quiet", _COMMAND, user, _WHY)
        elif rabbitmq is not None and running.holder(installation) is not None:
            try:
                rabbitmq.ctl(_COMMAND, user, _WHY)
            except CommandRefused as refused:
                say(f"Its connections could not be ended: {refused.why}", style="yellow")
        else:
            say(f"To end its connections, at the broker: rabbitmqctl {_COMMAND} {user} '{_WHY}'", style="yellow")
