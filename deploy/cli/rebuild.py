"""`rebuild`: a service's projections of others' events, rebuilt from their logs while everything serves."""

import time
from collections.abc import Iterator
from uuid import UUID

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from deploy.cli.api import Api
from deploy.cli.console import print_table, say, talk
from deploy.cli.errors import CommandRefused
from deploy.cli.installation import SERVICES
from deploy.cli.replies import RebuildState, TableDifference
from deploy.cli.result import Result, with_json
from deploy.cli.service_requests import operator

POLL_SECONDS = 0.2
#: A service that is killed during a rebuild restarts and continues.
PATIENCE_SECONDS = 60.0
COLUMNS = ["table", "rows", "differed", "added", "changed", "taken away"]
STATES = {"waiting": "waits for its turn", "building": "reads the logs", "swapping": "compares and swaps"}


class RebuildFailed(CommandRefused):
    """The service aborted the rebuild."""

    def __init__(self, service: str, outcome: RebuildState) -> None:
        alone = outcome["projection"] is not None
        super().__init__(
            f"{service} stopped the rebuild. Its projections are unchanged.",
            why=f"an event that was applied before fails now ({outcome['reason']})"
            if alone
            else str(outcome["reason"]),
            next_step="rebuild without --projection: the case of that event is held then, and can be retried"
            if alone
            else f"the log of {service} says where it stood",
        )


@click.command(short_help="Rebuild the projections of a service.")
@click.argument("service", type=click.Choice(SERVICES))
@click.option("--projection", metavar="NAME", help="Rebuild this projection only, for example `team`.")
@click.option("--subject", type=click.UUID, help="Rebuild the rows of this case only.")
@with_json
def rebuild(*, service: str, projection: str | None, subject: UUID | None) -> Iterator[Result]:
    r"""Rebuild the projections of SERVICE from the event logs of the other services.

    The service builds them in shadow tables and swaps them in one step, so it stays available. It repeats no reaction.
    The command reports how many rows differed: none if everything was correct.

    After Ctrl-C the rebuild continues in the service, also after a restart. Run the same command to see its progress.

    \b
    Examples:
      ./casepath rebuild legal
      ./casepath rebuild support --projection team
      ./casepath rebuild legal --subject 0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57
    """
    api = operator(patience=PATIENCE_SECONDS)
    scope = {"projection": projection, "subject": None if subject is None else str(subject)}
    body = {name: value for name, value in scope.items() if value is not None}
    begun = api.post(service, "/v1/rebuilds", body).json()
    if begun["joined"]:
        say("The same rebuild runs already; here is how far it has come.")
    try:
        outcome = _watch(api, service, begun["id"])
    except KeyboardInterrupt:
        say("The rebuild continues in the service. Run the same command to see its progress.", style="yellow")
        raise click.exceptions.Exit(130) from None
    if outcome["state"] == "failed":
        raise RebuildFailed(service, outcome)
    yield Result({"service": service, **outcome})
    _report(outcome)


def _watch(api: Api, service: str, rebuild_id: str) -> RebuildState:
    """Show the progress of a rebuild until it has ended; return its final state."""
    bar = Progress(
        TextColumn(f"{service} {{task.description}}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("events"),
        TimeElapsedColumn(),
        console=talk,
        transient=True,
    )
    with bar:
        task = bar.add_task("", total=None)
        while True:
            progress: RebuildState = api.get(service, f"/v1/rebuilds/{rebuild_id}").json()
            if progress["ended_at"] is not None:
                return progress
            total = sum(source["target"] for source in progress["sources"])
            done = sum(source["position"] for source in progress["sources"])
            bar.update(task, description=_state(progress), total=total or None, completed=done)
            time.sleep(POLL_SECONDS)


def _state(progress: RebuildState) -> str:
    return STATES[progress["state"]] + (f" ({progress['reason']})" if progress["reason"] else "")


def _row(table: TableDifference) -> list[str | Text]:
    counts = (table["rows"], table["differed"], table["inserted"], table["changed"], table["deleted"])
    return [table["table"], *(f"{count:,}" for count in counts)]


def _report(outcome: RebuildState) -> None:
    if outcome["tables"]:
        print_table(COLUMNS, [_row(table) for table in outcome["tables"]])
    differed = sum(table["differed"] for table in outcome["tables"])
    rows_were = "row was" if differed == 1 else "rows were"
    say("Nothing differed." if not differed else f"{differed:,} {rows_were} corrected.")
