"""`quarantine`: messages that could not be read. Their bodies are not stored, only hash, size and reason."""

from collections.abc import Iterator

import click
import requests

from deploy.cli.api import Api, ApiProblem
from deploy.cli.console import print_table, say, whole
from deploy.cli.errors import CommandRefused
from deploy.cli.result import Result, with_json
from deploy.cli.service_requests import ask_each, operator, read_all, service_option

COLUMNS = ["service", "hash", "reason", "size", "exchange", "count", "last at"]


@click.group(short_help="List unreadable messages.")
def quarantine() -> None:
    r"""List the messages that a service received and could not read as events.

    No event is lost: the consumer fetches missing events from the feed of the source.

    \b
    Examples:
      ./casepath quarantine list
      ./casepath quarantine show 2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae
    """


@quarantine.command("list")
@service_option
@with_json
def list_(*, services: tuple[str, ...]) -> Iterator[Result]:
    r"""List the messages in quarantine.

    \b
    Example:
      ./casepath quarantine list --service legal --json
    """
    api = operator()
    answers = ask_each(services, lambda name: read_all(api, name, "/v1/quarantine", "quarantine"))
    rows = [row for service_rows in answers.replies.values() for row in service_rows]
    yield Result({"quarantine": rows, "away": answers.away}, exit_code=1 if answers.away else 0)
    if rows:
        names = [column.replace(" ", "_") for column in COLUMNS]
        print_table(COLUMNS, [[whole(row[name]) for name in names] for row in rows])
    elif answers.replies:
        say(f"Nothing is in quarantine at {', '.join(answers.replies)}.")
    answers.print_away()


@quarantine.command()
@click.argument("hash_", metavar="HASH")
@service_option
@with_json
def show(*, hash_: str, services: tuple[str, ...]) -> Iterator[Result]:
    r"""Show one message by its SHA-256 hash (hexadecimal).

    \b
    Example:
      ./casepath quarantine show 2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae
    """
    if len(hash_) != len("2c26b46b") * 8 or not set(hash_.lower()) <= set("0123456789abcdef"):
        raise click.BadParameter("is no SHA-256 of 64 hexadecimal digits", param_hint="HASH")
    api = operator()
    answers = ask_each(services, lambda name: _one(api, name, hash_.lower()))
    rows = [{"service": name, **row} for name, row in answers.replies.items() if row is not None]
    if not rows:
        raise CommandRefused(
            "No message with this hash is in quarantine.",
            why=" ".join(answers.away.values()),
            next_step="./casepath quarantine list shows what there is",
        )
    yield Result({"quarantine": rows, "away": answers.away})
    for row in rows:
        print_table(["what", "is"], [[name, whole(value)] for name, value in row.items()])
    answers.print_away()


def _one(api: Api, service: str, hash_: str) -> dict[str, object] | None:
    try:
        message: dict[str, object] = api.get(service, f"/v1/quarantine/{hash_}").json()
    except ApiProblem as problem:
        if problem.status == requests.codes.not_found:
            return None
        raise
    return message
