"""Output of the command: data on stdout, messages on stderr; colour on a terminal only (`NO_COLOR` is obeyed)."""

import json
import threading

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from deploy.cli.errors import CommandRefused

WIDE = 140  # columns of a table that goes to a file or a pipe, where there is no terminal to ask

out = Console(highlight=False)
talk = Console(stderr=True, highlight=False)
for _console in (out, talk):
    if not _console.is_terminal:
        _console.width = WIDE

_one_line_at_a_time = threading.Lock()
_COLOURS = ("cyan", "green", "yellow", "magenta", "blue", "bright_cyan", "bright_green")


def say(sentence: str, *, style: str = "") -> None:
    """Print a message on stderr, as one line."""
    with _one_line_at_a_time:
        talk.print(Text(sentence, style=style), soft_wrap=True)


def say_line_of(name: str, line: str) -> None:
    """Show one line of a program's output after its name. Each name has its own colour."""
    colour = _COLOURS[sum(name.encode()) % len(_COLOURS)]
    with _one_line_at_a_time:
        talk.print(Text.assemble((f"{name:>10} │ ", colour), line), soft_wrap=True)


def say_error(error: CommandRefused) -> None:
    """Print what happened, why, and what to do next."""
    say(error.what, style="bold red")
    if error.why:
        say(f"  why:  {error.why}")
    if error.next_step:
        say(f"  next: {error.next_step}")


def print_json(document: object) -> None:
    """Print one JSON document on stdout."""
    click.echo(json.dumps(document, indent=2, ensure_ascii=False, default=str))


def whole(value: object) -> Text:
    """Return a cell that is wrapped where there is no room, never cut: an id is there to be copied."""
    return Text("" if value is None else str(value), overflow="fold")


def print_table(columns: list[str], rows: list[list[str | Text]]) -> None:
    """Print rows on stdout under their headings."""
    table = Table(*columns, box=None, pad_edge=False, header_style="bold")
    for row in rows:
        table.add_row(*row)
    out.print(table)
