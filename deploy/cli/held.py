"""`held` and `parked`: subjects whose events wait, and what an operator can do.

The service retries a held subject. A parked subject has no retries left, or waits for a newer release.
"""

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

import click

from deploy.cli.api import Api
from deploy.cli.console import print_table, say, whole
from deploy.cli.errors import CommandRefused
from deploy.cli.replies import HeldSubject
from deploy.cli.result import Result, with_json
from deploy.cli.service_requests import Answers, ask_each, operator, read_all, service_option
from shared.exchange.interventions import SKIP_REASONS

COLUMNS = ["service", "source", "subject", "position", "type", "attempts", "reason", "next try"]
SAMPLE = "0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57"
MEANING = {
    "held": "An event could not be applied. The service retries it. Later events of the subject wait.",
    "parked": "All retries of an event failed, or it requires a newer release, which retries it. Later events of the "
    "subject wait.",
}
_reasons = "\n".join(f"  {code:<17} {meaning}" for code, meaning in SKIP_REASONS.items())


class NothingWaits(CommandRefused):
    """The named subject is not held, or not parked, at any service that answered."""

    status = 404

    def __init__(self, subject: UUID, state: str, away: dict[str, str]) -> None:
        other = "parked" if state == "held" else "held"
        super().__init__(
            f"{subject} is not {state} at any service that answered.",
            why=" ".join(away.values()) or "none of its events wait, or it is in the other list",
            next_step=f"run ./casepath {state} list and ./casepath {other} list",
        )


class SeveralWait(CommandRefused):
    """The subject waits in more than one place, and a skip is for one event."""

    status = 409

    def __init__(self, rows: Sequence[HeldSubject]) -> None:
        places = ", ".join(f"{row['service']} (from {row['source']})" for row in rows)
        super().__init__(
            "This subject waits in more than one place.", why=places, next_step="use --service and --source to name one"
        )


def _group(state: str) -> click.Group:
    short = f"List, retry or skip {state} events."
    text = f"""List the subjects whose events are {state}, retry them, or skip the event that fails.

    {MEANING[state]}
    All other subjects continue.

    \b
    Examples:
      ./casepath {state} list --service legal
      ./casepath {state} retry {SAMPLE}
      ./casepath {state} retry --type org.casepath.intake.case.closed.v1
      ./casepath {state} skip {SAMPLE} --reason superseded
    """
    group = click.Group(state, help=text, short_help=short)
    for make in (_list, _show, _retry, _skip):
        group.add_command(make(state))
    return group


def _list(state: str) -> click.Command:
    @click.command("list", help=f"List the {state} subjects.\n\n\b\nExample:\n  ./casepath {state} list --json")
    @service_option
    @with_json
    def command(*, services: tuple[str, ...]) -> Iterator[Result]:
        answers = _find(operator(), state, services)
        yield Result({"holds": _rows(answers), "away": answers.away}, exit_code=1 if answers.away else 0)
        _report(state, answers)

    return command


def _show(state: str) -> click.Command:
    example = f"\n\n\b\nExample:\n  ./casepath {state} show {SAMPLE}"

    @click.command("show", help=f"Show where a subject is {state}, and why.{example}")
    @click.argument("subject", type=click.UUID)
    @service_option
    @with_json
    def command(*, subject: UUID, services: tuple[str, ...]) -> Iterator[Result]:
        answers = _find(operator(), state, services, subject)
        rows = _rows(answers)
        if not rows:
            raise NothingWaits(subject, state, answers.away)
        yield Result({"holds": rows, "away": answers.away})
        for row in rows:
            print_table(["what", "is"], [[name, whole(value)] for name, value in row.items()])
        answers.print_away()

    return command


def _retry(state: str) -> click.Command:
    example = f"\n\n\b\nExamples:\n  ./casepath {state} retry {SAMPLE}\n  ./casepath {state} retry --all"

    @click.command("retry", help=f"Retry {state} events now: those of one subject, of one event type, or all.{example}")
    @click.argument("subject", type=click.UUID, required=False)
    @click.option("--type", "type_", metavar="TYPE", help="Retry all subjects that wait for an event of this type.")
    @click.option("--all", "everything", is_flag=True, help=f"Retry everything that is {state}.")
    @service_option
    @with_json
    def command(
        *, subject: UUID | None, type_: str | None, everything: bool, services: tuple[str, ...]
    ) -> Iterator[Result]:
        if sum((subject is not None, type_ is not None, everything)) != 1:
            raise click.UsageError("Give one of SUBJECT, --type or --all.")
        chosen = {"subject": str(subject)} if subject else {"type": type_} if type_ else {"all": True}
        api, body = operator(), {"state": state, **chosen}
        answers = ask_each(services, lambda name: int(api.post(name, "/v1/holds/retry", body).json()["retried"]))
        if subject is not None and not any(answers.replies.values()):
            raise NothingWaits(subject, state, answers.away)
        yield Result({"retried": answers.replies, "away": answers.away}, exit_code=1 if answers.away else 0)
        _print_retried(state, answers)

    return command


def _print_retried(state: str, answers: Answers[int]) -> None:
    for name, count in answers.replies.items():
        if count:
            say(f"{name}: {count} {'subject is' if count == 1 else 'subjects are'} tried again now.")
    if not any(answers.replies.values()):
        say(f"Nothing to retry: no such subject is {state}.")
    answers.print_away()


def _skip(state: str) -> click.Command:
    text = f"""Skip the one event that fails. Its later events then follow in order. You cannot undo this.

    An event that ends or restricts access, or orders an erasure, cannot be skipped.

    \b
    Reasons:
    {_reasons.replace(chr(10), chr(10) + "    ")}

    \b
    Example:
      ./casepath {state} skip {SAMPLE} --reason superseded
    """

    @click.command("skip", help=text)
    @click.argument("subject", type=click.UUID)
    @click.option("--reason", type=click.Choice(list(SKIP_REASONS)), required=True, help="Reason, see above.")
    @click.option("--source", help="Source of the event, if the subject waits for several.")
    @service_option
    @with_json
    def command(*, subject: UUID, reason: str, source: str | None, services: tuple[str, ...]) -> Iterator[Result]:
        api = operator()
        answers = _find(api, state, services, subject)
        rows = [row for row in _rows(answers) if source in (None, row["source"])]
        if not rows:
            raise NothingWaits(subject, state, answers.away)
        if len(rows) > 1:
            raise SeveralWait(rows)
        yield from _skip_one(api, rows[0], reason)

    return command


def _skip_one(api: Api, row: HeldSubject, reason: str) -> Iterator[Result]:
    """Skip exactly the event that was read: if the hold has moved since, the service refuses."""
    path = f"/v1/holds/{row['source']}/{row['subject']}/skip"
    skipped = api.post(row["service"], path, {"reason": reason, "position": row["position"]}).json()["skipped"]
    yield Result({"service": row["service"], "skipped": skipped})
    say(
        f"{row['service']} skips {skipped['type']} at position {skipped['position']}. "
        "Later events of the subject continue."
    )


def _find(api: Api, state: str, services: tuple[str, ...], subject: UUID | None = None) -> Answers[list[HeldSubject]]:
    query = {"state": state, **({"subject": str(subject)} if subject else {})}
    return ask_each(services, lambda name: read_all(api, name, "/v1/holds", "holds", **query))


def _rows(answers: Answers[list[HeldSubject]]) -> list[HeldSubject]:
    return [row for rows in answers.replies.values() for row in rows]


def _report(state: str, answers: Answers[list[HeldSubject]]) -> None:
    rows: Sequence[Mapping[str, object]] = _rows(answers)
    if rows:
        names = [column.replace(" ", "_") + ("_at" if column == "next try" else "") for column in COLUMNS]
        print_table(COLUMNS, [[whole(row[name]) for name in names] for row in rows])
    elif answers.replies:
        say(f"Nothing is {state}: every subject flows at {', '.join(answers.replies)}.")
    answers.print_away()


held = _group("held")
parked = _group("parked")
