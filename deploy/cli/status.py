"""`status`: the state of event logs, consumers, databases, broker, disks and backups."""

from collections.abc import Iterator

import click
from rich.text import Text

from deploy.cli import backup_record, desk, readiness
from deploy.cli.compose import DockerSilent
from deploy.cli.console import print_table, say
from deploy.cli.disks import nearly_full
from deploy.cli.exchange import Exchange, wait_until_drained
from deploy.cli.installation import here
from deploy.cli.result import Result, with_json
from deploy.cli.service_requests import operator

COLUMNS = ["service", "head", "published", "follows", "cursor", "held", "parked", "quarantine", "skipped"]


@click.command(short_help="Show the status of all services.")
@click.option("--wait", "seconds", type=click.FloatRange(min=0), default=0.0, help="Wait up to this many seconds.")
@with_json
def status(*, seconds: float) -> Iterator[Result]:
    r"""Show the status of all services: event logs, consumers, databases, disks and backups.

    Exit 0 if every consumer has applied all events, nothing is held or parked, each service reaches its broker and
    databases, the desk is ready, no disk is nearly full, and no backup is overdue. Exit 1 otherwise, also if Docker
    does not answer: the state of the disks is then unknown. The last line is the worst problem.

    \b
    Examples:
      ./casepath status
      ./casepath status --wait 30 --json
    """
    exchange = wait_until_drained(operator(), seconds)
    wrong = [*readiness.complaints(readiness.look()), *desk.complaints(here()), *backup_record.complaints(here())]
    full, unknown = _disks()
    wrong += full
    is_well = exchange.is_drained and not wrong and not unknown
    complaints = {"waiting": exchange.waiting, "stuck": exchange.stuck}
    state = {"settled": exchange.is_drained, "wrong": wrong, "unknown": unknown}
    document = {**state, **complaints, "services": exchange.services, "away": exchange.away}
    yield Result(document, exit_code=0 if is_well else 1)
    print_table(COLUMNS, _rows(exchange))
    for sentence in [*exchange.stuck, *exchange.waiting, *exchange.worth_knowing]:
        say(sentence, style="yellow")
    say("Settled: nothing is waiting, held or parked." if exchange.is_drained else "Not settled.")
    # The worst comes last, where it is read.
    for sentence in unknown:
        say(f"Unknown: {sentence}", style="bold magenta")
    for sentence in wrong:
        say(sentence, style="bold red")


def _disks() -> tuple[list[str], list[str]]:
    """Return a sentence for each disk that is nearly full, and one if Docker could not be asked."""
    try:
        return nearly_full(here()), []
    except DockerSilent as silent:
        return [], [f"{silent.what} {silent.why}".strip()]


def _rows(exchange: Exchange) -> list[list[str | Text]]:
    rows: list[list[str | Text]] = [[name, Text("away", style="red")] for name in exchange.away]
    for name, service_state in exchange.services.items():
        own = [name, str(service_state["head"]), str(service_state["published"])]
        tail = [str(service_state["quarantined"]), str(service_state["skipped"])]
        for followed in service_state["following"]:
            cursor = f"{followed['cursor']}/{exchange.head(followed['source'])}"
            rows.append([*own, followed["source"], cursor, str(followed["held"]), str(followed["parked"]), *tail])
            own, tail = ["", "", ""], ["", ""]
        if not service_state["following"]:
            rows.append([*own, "", "", "", "", *tail])
    return rows
