"""Errors that end the command. Each states the problem, the reason and the next step."""

import re

#: How a traceback's own line begins that names an error.
_ERROR = re.compile(r"((\w+\.)+\w+|\w+Error): ")


class CommandRefused(Exception):
    """The command ends with a message.

    `exit_code` is 1 when something is wrong, 2 when something is missing that only a person can give.
    """

    def __init__(self, what: str, *, why: str = "", next_step: str = "", exit_code: int = 1) -> None:
        super().__init__(what)
        self.what = what
        self.why = why
        self.next_step = next_step
        self.exit_code = exit_code


class MissingOnThisMachine(CommandRefused):
    """A program that Casepath needs is not installed, and may not be installed by us."""

    def __init__(self, what: str, *, why: str = "", next_step: str = "") -> None:
        super().__init__(what, why=why, next_step=next_step, exit_code=2)


class PortTaken(CommandRefused):
    """A port that Casepath needs is held by someone else."""

    status = 409


class AlreadyRunning(CommandRefused):
    """Another `up` holds this installation."""

    status = 409


class NotRunning(CommandRefused):
    """A verb needs running services, and none are found."""

    status = 503
    retryable = True


class DidNotStart(CommandRefused):
    """A process ended, or did not get ready in time, while it was being started."""

    status = 503
    retryable = True


class DatabaseTooOld(CommandRefused):
    """A database, or the backup of one, is older than the oldest release that this release can upgrade."""

    status = 409

    def __init__(self, what: str, *, why: str, first: str = "") -> None:
        """Build the message. `first`: the step with the older release before it is started."""
        super().__init__(
            what,
            why=why,
            next_step=f"check out v0.2.0, {first}start it once (./casepath up), then upgrade to this release "
            "(docs/guides/operate/upgrade.md)",
        )


class StopAsked(CommandRefused):
    """The user asked to stop during the work."""

    def __init__(self) -> None:
        super().__init__("Stopped on request. Run the command again to continue.", exit_code=1)


class RefusedInProduction(CommandRefused):
    """Meant for training and development only."""

    status = 409


def reason_in(complaint: str) -> str:
    """Return the line of a failed program's output that names the error.

    In a traceback, the lines after it can contain an SQL statement with values, or the address of a library's manual.
    """
    lines = complaint.strip().splitlines()
    errors = [line for line in lines if _ERROR.match(line)]
    return (errors or lines or ["it said nothing"])[-1]
