"""`audit`: verify the audit log, and list who accessed a case."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from uuid import UUID

import click
from rich.progress import Progress, SpinnerColumn, TextColumn

from deploy.cli import audit_check
from deploy.cli.api import Api, find_key_set
from deploy.cli.audit_check import Checked
from deploy.cli.console import print_table, say, talk
from deploy.cli.installation import HOLDERS, SERVICES
from deploy.cli.replies import AuditLink, CheckpointReport
from deploy.cli.result import Result, with_json
from deploy.cli.service_requests import ask_each, oneself, operator, read_all, service_option

COLUMNS = ["service", "at", "who", "as", "did", "answered"]
CHECKS = ["service", "rows", "withheld", "checkpoints", "of these elsewhere", "not chained yet", "faults"]


@click.group(short_help="Verify the audit log; list who accessed a case.")
def audit() -> None:
    r"""Verify the audit log; list who accessed a case.

    \b
    Examples:
      ./casepath audit verify
      ./casepath audit case 0198c0de-0000-7000-8000-000000000000
    """


#: The message about rows that an excluded officer cannot see.
_PARTLY = (
    "Every row that you can see is unchanged. {} rows are about people who excluded you: another officer must check "
    "them."
)


@audit.command()
@service_option
@click.option(
    "--against",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Log lines collected on another machine.",
)
@with_json
def verify(*, services: tuple[str, ...], file: Path | None) -> Iterator[Result]:
    r"""Recompute the hash chain of each audit log and verify its signed checkpoints.

    The command names each row that was changed, removed or inserted. Rows of the last seconds are not in the chain yet.
    An attacker who can change everything in a service can rebuild its whole chain. Collect the log lines
    `audit.checkpoint` on another machine, and compare them with --against. The file can contain other lines, and the
    lines can have any format.

    \b
    Exit code: 0 whole, 1 something was changed, or a service did not answer.
    Examples:
      ./casepath audit verify
      ./casepath audit verify --service legal --json
      ./casepath audit verify --against collected.log
    """
    api, key_set, names = operator(), find_key_set(), services or SERVICES
    # Read before the services are asked: checkpoints signed meanwhile are later than the rows that were read.
    collected = _collected(file, names, key_set) if file else {}
    with Progress(SpinnerColumn(), TextColumn("{task.description}"), console=talk, transient=True) as progress:
        task = progress.add_task("reading")

        def check_one(name: str) -> Checked:
            def show(checked: Checked) -> None:
                progress.update(task, description=f"{name}: {checked.rows} rows")

            return check_log(api, name, key_set, collected.get(name), show)

        answers = ask_each(names, check_one)
    checks = answers.replies
    document = {"services": {name: vars(checked) for name, checked in checks.items()}, "away": answers.away}
    is_whole = not answers.away and not any(checked.faults for checked in checks.values())
    yield Result(document, exit_code=0 if is_whole else 1)
    _print_checks(checks)
    answers.print_away()


def check_log(
    api: Api,
    name: str,
    key_set: str,
    collected: audit_check.Collected | None = None,
    show: Callable[[Checked], None] = lambda _checked: None,
) -> Checked:
    """Check a service's audit log, and compare it with what was collected elsewhere, if it is named."""
    checked, hashes = Checked(), {}
    report: CheckpointReport = api.get(name, "/v1/audit/checkpoints").json()
    links: list[AuditLink] = read_all(api, name, "/v1/audit/chain", "links")
    for place, hash_ in audit_check.follow(links, checked):
        hashes[place] = hash_
        show(checked)
    audit_check.check_signed(report, name, checked, hashes, key_set)
    if collected is not None:
        audit_check.compare(collected, report, checked, hashes)
    return checked


def _collected(file: Path, services: Iterable[str], key_set: str) -> dict[str, audit_check.Collected]:
    with file.open(encoding="utf-8", errors="replace") as lines:
        return audit_check.collect(lines, services, key_set)


def _print_checks(checks: dict[str, Checked]) -> None:
    rows = [
        [
            name,
            *map(
                str,
                (
                    checked.rows,
                    checked.withheld,
                    checked.signed,
                    checked.compared,
                    checked.unchained,
                    len(checked.faults),
                ),
            ),
        ]
        for name, checked in checks.items()
    ]
    if rows:
        print_table(CHECKS, [list(row) for row in rows])
    for name, checked in checks.items():
        for fault in checked.faults:
            say(f"{name}: {fault}", style="bold red")
        for note in checked.restores:
            say(f"{name}: {note}", style="yellow")
    if checks and not any(checked.faults for checked in checks.values()):
        withheld = sum(checked.withheld for checked in checks.values())
        say("Every row is as it was written." if not withheld else _PARTLY.format(withheld), style="green")


@audit.command()
@click.argument("case", type=click.UUID)
@with_json
def case(*, case: UUID) -> Iterator[Result]:
    r"""List who read or changed a case, or was refused, in every service.

    The command uses your own token as a data protection officer (CASEPATH_TOKEN_FILE).

    \b
    Example:
      CASEPATH_TOKEN_FILE=own-token ./casepath audit case 0198c0de-0000-7000-8000-000000000000
    """
    api = oneself()
    answers = ask_each((), lambda name: read_all(api, name, "/v1/audit", "rows", subject=str(case)))
    rows = sorted((row for service_rows in answers.replies.values() for row in service_rows), key=lambda row: row["at"])
    yield Result({"rows": rows, "away": answers.away}, exit_code=1 if answers.away else 0)
    if rows:
        print_table(
            COLUMNS,
            [
                [row["service"], row["at"], row["actor"], row["roles"], row["action"], str(row["status"])]
                for row in rows
            ],
        )
    else:
        say("No service has noted anything about this case.")
    answers.print_away()


@audit.command()
@click.argument("case", type=click.UUID)
@with_json
def report(*, case: UUID) -> Iterator[Result]:
    r"""Show the access report for the person of a case: days, roles and actions, in every service.

    The report is available for 7 days after a member of the team has asked the person in private whether they are being
    coerced. The command uses your own token (CASEPATH_TOKEN_FILE). You must be on the team of the case.

    \b
    Example:
      CASEPATH_TOKEN_FILE=own-token ./casepath audit report 0198c0de-0000-7000-8000-000000000000
    """
    api = oneself()
    answers = ask_each(HOLDERS, lambda name: read_all(api, name, f"/v1/cases/{case}/access-report", "acts"))
    acts = sorted((act for service_acts in answers.replies.values() for act in service_acts), key=lambda act: act["on"])
    yield Result({"acts": acts, "away": answers.away}, exit_code=1 if answers.away else 0)
    shown = [
        [act["service"], act["on"], ", ".join(act["roles"]), act["who"] or "", act["did"], act["kind"]] for act in acts
    ]
    print_table(["service", "on", "as", "who", "did", "kind"], shown)
    answers.print_away()
