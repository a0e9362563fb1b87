"""How a command prints its result: as lines for people, or with `--json` as one JSON document for scripts."""

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import click

from deploy.cli.console import print_json


@dataclass(frozen=True)
class Result:
    """The result of a command. `exit_code` is 1 if it found a problem."""

    document: object
    exit_code: int = 0


def is_for_scripts() -> bool:
    """Return whether this command was called with `--json`: it then asks nothing, and prints no lines of its own."""
    return bool(click.get_current_context().params.get("as_json"))


def with_json(command: Callable[..., Iterator[Result]]) -> Callable[..., None]:
    """Add `--json` to a command that yields its result once, and then prints it for people.

    With `--json` the command stops at its result, so that standard output has the JSON document and nothing else.
    """

    @click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
    @functools.wraps(command)
    def run(*arguments: object, as_json: bool, **options: object) -> None:
        steps = command(*arguments, **options)
        result = next(steps, None)
        if result is None:
            return  # a group: the result is that of the command inside it
        if as_json:
            print_json(result.document)
        else:
            next(steps, None)
        click.get_current_context().exit(result.exit_code)

    return run
