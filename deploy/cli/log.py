"""`log`: the services' event logs, and how far each has been published and followed."""

from collections.abc import Iterator

import click
from rich.text import Text

from deploy.cli.console import print_table, say, whole
from deploy.cli.installation import SERVICES
from deploy.cli.replies import FollowerState, LogState
from deploy.cli.result import Result, with_json
from deploy.cli.service_requests import Answers, ask_each, operator, read_all, service_option

LOGS = ["service", "epoch", "head", "published", "oldest unpublished"]
FOLLOWERS = ["service", "follows", "cursor", "lag", "held", "parked", ""]
VANISHED = ["reaction", "subject", "source", "position", "event", "answered at"]


@click.group(short_help="Show event logs and their consumers.")
def log() -> None:
    r"""Show the event logs of the services and the positions of their consumers.

    \b
    Examples:
      ./casepath log status
      ./casepath log vanished legal
    """


@log.command()
@service_option
@with_json
def status(*, services: tuple[str, ...]) -> Iterator[Result]:
    r"""Show the epoch, last position and published position of each log, and the position of each consumer.

    The lag is the number of events that a consumer still has to apply.

    \b
    Examples:
      ./casepath log status
      ./casepath log status --service legal --json
    """
    api = operator()
    # Heads are needed of every source, also of one that is not asked for.
    everyone: Answers[LogState] = ask_each((), lambda name: api.get(name, "/v1/exchange").json())
    names = services or (*everyone.replies, *everyone.away)
    answers = Answers(
        {name: _with_lag(log_state, everyone.replies) for name, log_state in everyone.replies.items() if name in names},
        {name: why for name, why in everyone.away.items() if name in names},
    )
    document = {"services": answers.replies, "away": answers.away}
    yield Result(document, exit_code=1 if answers.away else 0)
    _report(answers)


@log.command()
@click.argument("service", type=click.Choice(SERVICES))
@with_json
def vanished(*, service: str) -> Iterator[Result]:
    r"""List what SERVICE did because of events that no longer exist after a restore of their source.

    These actions are still in effect. The people who work on the cases decide whether they should be.

    \b
    Example:
      ./casepath log vanished legal
    """
    rows = read_all(operator(), service, "/v1/reactions/vanished", "reactions")
    yield Result({"reactions": rows})
    if rows:
        print_table(VANISHED, [[whole(row[name.replace(" ", "_")]) for name in VANISHED] for row in rows])
    else:
        say(f"Nothing that {service} did has lost its cause.")


@log.command("new-epoch")
@click.argument("service", type=click.Choice(SERVICES))
@click.option("--after", type=click.IntRange(min=0), help="Last valid position; by default the last one.")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@with_json
def new_epoch(*, service: str, after: int | None, yes: bool) -> Iterator[Result]:
    r"""Start a new epoch of the log of SERVICE after you restored a snapshot of its disk.

    Services detect a restored backup, a copy or a standby server without this command. Consumers that have read beyond
    the last valid position rebuild their projections and list what they did because of events that no longer exist.

    \b
    Examples:
      ./casepath log new-epoch intake
      ./casepath log new-epoch intake --after 48210 --yes
    """
    where = "its head" if after is None else f"position {after}"
    if not yes:
        question = f"Every consumer of {service} beyond {where} will rebuild its projections. Continue?"
        click.confirm(question, abort=True, err=True)
    begun = operator().post(service, "/v1/exchange/epochs", {"after": after}).json()
    yield Result({"service": service, **begun})
    say(f"{service} is in epoch {begun['epoch']}, which began after position {begun['after']}.")


def _with_lag(log_state: LogState, everyone: dict[str, LogState]) -> LogState:
    """Return the state with each follower's lag in events; None where the source does not answer."""
    following: list[FollowerState] = []
    for followed in log_state["following"]:
        head = everyone[followed["source"]]["head"] if followed["source"] in everyone else None
        following.append({**followed, "head": head, "lag": None if head is None else max(0, head - followed["cursor"])})
    return {
        "epoch": log_state["epoch"],
        "head": log_state["head"],
        "published": log_state["published"],
        "unpublished_age_seconds": log_state["unpublished_age_seconds"],
        "following": following,
    }


def _report(answers: Answers[LogState]) -> None:
    if answers.replies:
        print_table(LOGS, [_log_row(name, log_state) for name, log_state in answers.replies.items()])
    rows = [
        _follower_row(name, followed)
        for name, log_state in answers.replies.items()
        for followed in log_state["following"]
    ]
    if rows:
        click.echo()
        print_table(FOLLOWERS, [list(row) for row in rows])
    elif answers.replies:
        say(f"{', '.join(answers.replies)} follows no other service.")
    answers.print_away()


def _log_row(name: str, log_state: LogState) -> list[str | Text]:
    waits = log_state["published"] < log_state["head"]
    age = f"{log_state['unpublished_age_seconds']:.1f} s" if waits else "nothing waits"
    return [name, log_state["epoch"], str(log_state["head"]), str(log_state["published"]), age]


def _follower_row(name: str, followed: FollowerState) -> list[str]:
    lag = "source is away" if followed["lag"] is None else str(followed["lag"])
    remark = "beyond a restore of the source: rebuilds automatically" if followed["diverged"] else ""
    return [
        name,
        followed["source"],
        str(followed["cursor"]),
        lag,
        str(followed["held"]),
        str(followed["parked"]),
        remark,
    ]
