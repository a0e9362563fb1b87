"""Entry point of the `casepath` command: the names of its verbs, and how an error becomes an exit code."""

import importlib.util
import os
import re
import sys
from pathlib import Path

import click

import shared
from deploy.cli.console import say_error
from deploy.cli.errors import CommandRefused
from deploy.cli.settings import settings

#: The verbs of each part of the help, in its order: the module of each verb.
PARTS: dict[str, dict[str, str]] = {
    "Run": {
        "up": "deploy.cli.up",
        "down": "deploy.cli.down",
        "init": "deploy.cli.init",
        "doctor": "deploy.cli.doctor",
        "config": "deploy.cli.config",
        "migrate": "deploy.cli.migrate",
        "upgrade": "deploy.cli.upgrade",
        "run": "deploy.cli.run",
        "reset": "deploy.cli.down",
    },
    "Observe": {
        "status": "deploy.cli.status",
        "watch": "deploy.cli.watch",
        "verify": "deploy.cli.verify",
        "held": "deploy.cli.held",
        "parked": "deploy.cli.held",
        "quarantine": "deploy.cli.quarantine",
        "log": "deploy.cli.log",
        "rebuild": "deploy.cli.rebuild",
        "audit": "deploy.cli.audit",
    },
    "Agencies and staff": {
        "agencies": "deploy.cli.agencies",
        "staff": "deploy.cli.staff_register",
        "access": "deploy.cli.access",
        "provider": "deploy.cli.provider",
        "login": "deploy.cli.login",
        "directory": "deploy.cli.directory",
        "outreach": "deploy.cli.outreach",
        "copy": "deploy.cli.copy",
    },
    "Keys and backup": {
        "backup": "deploy.cli.backup",
        "restore": "deploy.cli.restore",
        "keys": "deploy.cli.keyring",
        "rotate": "deploy.cli.rotate",
        "search": "deploy.cli.search",
    },
    "Law": {
        "deadline": "deploy.cli.deadline",
        "reference": "deploy.cli.reference",
    },
    "Develop": {
        "journey": "deploy.cli.journey",
        "clock": "deploy.cli.clock",
        "token": "deploy.cli.staff_token",
        "test": "deploy.cli.checks",
        "completion": "deploy.cli.completion",
    },
}
VERBS = {verb: module for verbs in PARTS.values() for verb, module in verbs.items()}


def _first_sentence(text: str) -> str:
    """Return the first sentence of a help text, on one line."""
    return re.split(r"(?<=\.)\s", " ".join(text.split()), maxsplit=1)[0]


def _with_kept_lines(command: click.Command) -> click.Command:
    r"""Replace `\b` of raw docstrings with click's mark, and have lists of commands show whole sentences."""
    command.help = (command.help or "").replace(r"\b", "\b")
    command.short_help = command.short_help or _first_sentence(command.help)
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

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the verbs of each part under its heading."""
        for part, verbs in PARTS.items():
            commands = [(verb, self.get_command(ctx, verb)) for verb in verbs]
            rows = [(verb, command.get_short_help_str(limit=80)) for verb, command in commands if command]
            with formatter.section(part):
                formatter.write_dl(rows)

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
    r"""Run and operate Casepath: case events for agencies that support victims of human trafficking.

    \b
    Examples:
      ./casepath up              start everything on this machine
      ./casepath journey         create a fictitious case and show its events
      ./casepath doctor          find problems of this machine and show the fix
      ./casepath COMMAND --help  show options and examples of a command

    Exit codes: 0 done, 1 a problem was found, 2 an input is missing or wrong.
    """


CHECKOUT = Path(__file__).resolve().parents[2]
_PROFILES = "CASEPATH_PROFILES"


def _use_own_profiles() -> None:
    """Have the command use the installation's legal profiles, also if `.env` names their folder.

    Code lists are built when modules are imported, so this comes before any verb is loaded.
    """
    try:
        folder = settings(CHECKOUT, os.environ).get(_PROFILES)
    except CommandRefused:
        return  # each verb that needs `.env` reports that it can't be read
    if folder:
        os.environ[_PROFILES] = str((Path.cwd() if _PROFILES in os.environ else CHECKOUT) / folder)


def main() -> None:
    """Run the command line."""
    _use_own_profiles()
    try:
        _with_kept_lines(casepath)(prog_name="./casepath", complete_var="_CASEPATH_COMPLETE")
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output has gone (`… | head`): nothing is left to say
        sys.exit(1)


if __name__ == "__main__":
    main()
