"""`audit`: whether the audit log is whole, and who saw a case."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import click
from rich.progress import Progress, SpinnerColumn, TextColumn

from deploy.cli.api import Api, find_key_set, find_targets
from deploy.cli.console import print_json, print_table, say, talk
from deploy.cli.replies import AuditLink, CheckpointReport
from deploy.cli.service_requests import as_option, ask_each, json_option, read_all, service_option
from deploy.cli.staff import own_subject
from shared.access import tokens
from shared.audit import hash_chain

COLUMNS = ["service", "at", "who", "as", "did", "answered"]
CHECKS = ["service", "rows", "withheld", "checkpoints", "not chained yet", "faults"]


@click.group(short_help="Whether the audit log is whole; who saw a case.")
def audit() -> None:
    r"""Check the audit logs, and read them.

    \b
    Examples:
      ./casepath audit verify
      ./casepath audit case 0198c0de-0000-7000-8000-000000000000
    """


#: What an excluded officer is told of the rows that they do not see.
_PARTLY = "Every row that you may see is as it was written. {} are about people who excluded you: somebody else checks."


@dataclass
class Checked:
    """The outcome of checking one service's audit log; `faults` is empty for one that is whole.

    `withheld`: rows about people who excluded the caller; their hashes are followed, and somebody else checks the rows.
    """

    rows: int = 0
    withheld: int = 0
    signed: int = 0
    unchained: int = 0
    faults: list[str] = field(default_factory=list)


@audit.command()
@service_option
@json_option
@click.pass_context
def verify(ctx: click.Context, *, services: tuple[str, ...], as_json: bool) -> None:
    r"""Recompute the chain of each service's audit log, and check its signed checkpoints.

    A row that was changed, removed or slipped in is named. Rows of the last seconds are not chained yet. Each
    checkpoint is also in the service's log lines (audit.checkpoint): compare the two where you fear that a whole chain
    was replaced.

    \b
    Exit code: 0 whole, 1 something was changed, or a service did not answer.
    Examples:
      ./casepath audit verify
      ./casepath audit verify --service legal --json
    """
    api = _officer()
    key_set = find_key_set()
    with Progress(SpinnerColumn(), TextColumn("{task.description}"), console=talk, transient=True) as progress:
        task = progress.add_task("reading")

        def check_one(name: str) -> Checked:
            checked = Checked()
            hashes = {}
            # Before the chain: one that is signed while the chain is read is further on than what was read.
            checkpoint_report: CheckpointReport = api.get(name, "/v1/audit/checkpoints").json()
            for place, hash_ in _follow(api, name, checked):
                hashes[place] = hash_
                progress.update(task, description=f"{name}: {checked.rows} rows")
            _check_signed(checkpoint_report, name, checked, hashes, key_set)
            return checked

        answers = ask_each(services, check_one)
    if as_json:
        print_json(
            {"services": {name: vars(checked) for name, checked in answers.replies.items()}, "away": answers.away}
        )
    else:
        _print_checks(answers.replies)
        answers.print_away()
    ctx.exit(1 if answers.away or any(checked.faults for checked in answers.replies.values()) else 0)


def _follow(api: Api, service: str, checked: Checked) -> Iterator[tuple[int, str]]:
    """Recompute a service's chain. Each link is checked against the stored hash before it: a fault names one link."""
    place, before = 0, hash_chain.BEGINNING
    links: list[AuditLink] = read_all(api, service, "/v1/audit/chain", "links")
    for link in links:
        checked.rows += 1
        if link["place"] != place + 1:
            checked.faults.append(f"links {place + 1} to {link['place'] - 1} of the chain were removed")
        place = link["place"]
        if link.get("excluded"):
            checked.withheld += 1
        elif link["row"] is None:
            checked.faults.append(f"row {link['number']} was removed")
        elif hash_chain.link(before, _typed(link["row"])).hex() != link["hash"]:
            checked.faults.append(f"row {link['number']} (or its link {place}) was changed")
        before = bytes.fromhex(link["hash"])
        yield place, link["hash"]


def _typed(row: Mapping[str, object]) -> Mapping[str, object]:
    return {**row, "at": datetime.fromisoformat(str(row["at"]))}


def _check_signed(
    checkpoint_report: CheckpointReport, service: str, checked: Checked, hashes: dict[int, str], key_set: str
) -> None:
    checked.unchained = checkpoint_report["unchained"]
    checked.faults += [f"row {number} was slipped in" for number in checkpoint_report["slipped_in"]]
    for checkpoint in checkpoint_report["checkpoints"]:
        checked.signed += 1
        try:
            statement = tokens.read_signed(
                checkpoint, key_set, kind=hash_chain.STATEMENT, issuer=tokens.service_issuer(service)
            )
        except tokens.TokenRefused:
            checked.faults.append(f"checkpoint {checked.signed} is not signed by {service}")
            continue
        if hashes.get(statement["place"]) != statement["hash"] or statement["service"] != service:
            checked.faults.append(f"the chain is not the one that was signed at link {statement['place']}")


def _print_checks(checks: dict[str, Checked]) -> None:
    rows = [
        [
            name,
            *map(str, (checked.rows, checked.withheld, checked.signed, checked.unchained, len(checked.faults))),
        ]
        for name, checked in checks.items()
    ]
    if rows:
        print_table(CHECKS, [list(row) for row in rows])
    for name, checked in checks.items():
        for fault in checked.faults:
            say(f"{name}: {fault}", style="bold red")
    if checks and not any(checked.faults for checked in checks.values()):
        withheld = sum(checked.withheld for checked in checks.values())
        say("Every row is as it was written." if not withheld else _PARTLY.format(withheld), style="green")


@audit.command()
@click.argument("case", type=click.UUID)
@json_option
@click.pass_context
def case(ctx: click.Context, *, case: UUID, as_json: bool) -> None:
    r"""Show who read or changed a case, or was refused, at every service.

    \b
    Example:
      ./casepath audit case 0198c0de-0000-7000-8000-000000000000
    """
    api = _officer()
    answers = ask_each((), lambda name: read_all(api, name, "/v1/audit", "rows", subject=str(case)))
    rows = sorted((row for service_rows in answers.replies.values() for row in service_rows), key=lambda row: row["at"])
    if as_json:
        print_json({"rows": rows, "away": answers.away})
    elif rows:
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
    ctx.exit(1 if answers.away else 0)


@audit.command()
@click.argument("case", type=click.UUID)
@as_option
@json_option
@click.pass_context
def report(ctx: click.Context, *, case: UUID, member: UUID | None, as_json: bool) -> None:
    r"""Show what a person is told of who saw their file, or tried to: days, roles and acts, at every service.

    Handed over only within 7 days after somebody asked the person in private whether anybody forces them.

    \b
    Example:
      ./casepath audit report 0198c0de-0000-7000-8000-000000000000 --as 0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57
    """
    api = Api(find_targets(), roles=["caseworker"], subject=str(member or own_subject()))
    answers = ask_each((), lambda name: read_all(api, name, f"/v1/cases/{case}/access-report", "acts"))
    acts = sorted((act for service_acts in answers.replies.values() for act in service_acts), key=lambda act: act["on"])
    if as_json:
        print_json({"acts": acts, "away": answers.away})
    else:
        shown = [
            [act["service"], act["on"], ", ".join(act["roles"]), act["who"] or "", act["did"], act["kind"]]
            for act in acts
        ]
        print_table(["service", "on", "as", "who", "did", "kind"], shown)
    answers.print_away()
    ctx.exit(1 if answers.away else 0)


def _officer() -> Api:
    """Return a client with the role of a data-protection officer."""
    return Api(find_targets(), roles=["data_protection_officer"], subject=own_subject())
