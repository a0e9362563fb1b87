"""Entry point of the `casepath` command: the names of its verbs, and how an error becomes an exit code."""

import importlib.util
import sys

import click

import shared
from deploy.cli.console import say_error
from deploy.cli.errors import CommandRefused

VERBS = {
    "up": "deploy.cli.up",
    "down": "deploy.cli.down",
    "status": "deploy.cli.status",
    "journey": "deploy.cli.journey",
    "watch": "deploy.cli.watch",
    "held": "deploy.cli.held",
    "parked": "deploy.cli.held",
    "quarantine": "deploy.cli.quarantine",
    "log": "deploy.cli.log",
    "rebuild": "deploy.cli.rebuild",
    "audit": "deploy.cli.audit",
    "copy": "deploy.cli.copy",
    "access": "deploy.cli.access",
    "staff": "deploy.cli.staff_register",
    "agencies": "deploy.cli.agencies",
    "directory": "deploy.cli.directory",
    "outreach": "deploy.cli.outreach",
    "provider": "deploy.cli.provider",
    "login": "deploy.cli.login",
    "keys": "deploy.cli.keyring",
    "rotate": "deploy.cli.rotate",
    "search": "deploy.cli.search",
    "clock": "deploy.cli.clock",
    "deadline": "deploy.cli.deadline",
    "reference": "deploy.cli.reference",
    "token": "deploy.cli.staff_token",
    "run": "deploy.cli.run",
    "migrate": "deploy.cli.migrate",
    "backup": "deploy.cli.backup",
    "restore": "deploy.cli.restore",
    "verify": "deploy.cli.verify",
    "upgrade": "deploy.cli.upgrade",
    "init": "deploy.cli.init",
    "doctor": "deploy.cli.doctor",
    "config": "deploy.cli.config",
    "completion": "deploy.cli.completion",
    "test": "deploy.cli.checks",
    "reset": "deploy.cli.down",
}


def _with_kept_lines(command: click.Command) -> click.Command:
    r"""Docstrings are raw, so click's mark for lines that it must not join (`\b`) arrives there spelled out."""
    command.help = (command.help or "").replace(r"\b", "\b")
    for inner in getattr(command, "commands", {}).values():
        _with_kept_lines(inner)
    return command


class Verbs(click.Group):
    """Loads a verb's module when the verb is called, so that `./casepath` answers at once."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the verbs in the order of the help, as far as this checkout has them."""
        return [verb for verb, module in VERBS.items() if importlib.util.find_spec(module)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the verb of this name: its module holds a command of the same name. None when there is none."""
        if cmd_name not in self.list_commands(ctx):
            return None
        command: click.Command = getattr(importlib.import_module(VERBS[cmd_name]), cmd_name)
        return _with_kept_lines(command)

    def invoke(self, ctx: click.Context) -> object:
        """Run the verb; a refusal is printed and becomes the exit code."""
        try:
            return super().invoke(ctx)
        except CommandRefused as error:
            say_error(error)
            ctx.exit(error.exit_code)


@click.command(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(shared.__version__, message="casepath %(version)s")
def casepath() -> None:
    r"""Casepath follows a case from detection, through identification, to justice.

    \b
    Start here:
      ./casepath up              start everything and stay; Ctrl-C ends it
      ./casepath journey         play a fictitious case and watch its path
      ./casepath doctor          what is wrong with this machine, and the fix

    Exit codes: 0 done, 1 something is wrong, 2 something is missing that only you can give.
    """


def main() -> None:
    """Run the command line."""
    try:
        _with_kept_lines(casepath)(prog_name="./casepath", complete_var="_CASEPATH_COMPLETE")
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output has gone (`… | head`): nothing is left to say
        sys.exit(1)


if __name__ == "__main__":
    main()
