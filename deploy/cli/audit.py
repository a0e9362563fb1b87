"""`audit`: whether the audit log is whole, and who saw a case."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import click
from rich.progress import Progress, SpinnerColumn, TextColumn

from deploy.cli.api import Api, find_key_set, find_targets
from deploy.cli.asking import as_option, ask_each, json_option, read_all, service_option
from deploy.cli.console import print_json, print_table, say, talk
from deploy.cli.staff import own_subject
from shared import audit_chain, tokens

COLUMNS = ["service", "at", "who", "as", "did", "answered"]


@click.group(short_help="Whether the audit log is whole; who saw a case.")
def audit() -> None:
    r"""Check the audit logs, and read them.

    \b
    Examples:
      ./casepath audit verify
      ./casepath audit case 0198c0de-0000-7000-8000-000000000000
    """


@dataclass
class Checked:
    """What the check of one service's log found; `faults` is empty for one that is whole."""

    rows: int = 0
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
            found = Checked()
            hashes = {}
            # Before the chain: one that is signed while the chain is read is further on than what was read.
            said = api.get(name, "/v1/audit/checkpoints").json()
            for place, hash_ in _follow(api, name, found):
                hashes[place] = hash_
                progress.update(task, description=f"{name}: {found.rows} rows")
            _check_signed(said, name, found, hashes, key_set)
            return found

        answers = ask_each(services, check_one)
    if as_json:
        print_json({"services": {name: vars(each) for name, each in answers.said.items()}, "away": answers.away})
    else:
        _tell(answers.said)
        answers.tell_away()
    ctx.exit(1 if answers.away or any(each.faults for each in answers.said.values()) else 0)


def _follow(api: Api, service: str, found: Checked) -> Iterator[tuple[int, str]]:
    """Recompute a service's chain; each link is checked against the hash before it as stored, so that one is named."""
    place, before = 0, audit_chain.BEGINNING
    for each in read_all(api, service, "/v1/audit/chain", "links"):
        found.rows += 1
        if each["place"] != place + 1:
            found.faults.append(f"links {place + 1} to {each['place'] - 1} of the chain were removed")
        place = each["place"]
        if each["row"] is None:
            found.faults.append(f"row {each['number']} was removed")
        elif audit_chain.link(before, _typed(each["row"])).hex() != each["hash"]:
            found.faults.append(f"row {each['number']} (or its link {place}) was changed")
        before = bytes.fromhex(each["hash"])
        yield place, each["hash"]


def _typed(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "at": datetime.fromisoformat(row["at"])}


def _check_signed(said: dict[str, Any], service: str, found: Checked, hashes: dict[int, str], key_set: str) -> None:
    found.unchained = said["unchained"]
    found.faults += [f"row {number} was slipped in" for number in said["slipped_in"]]
    for each in said["checkpoints"]:
        found.signed += 1
        try:
            statement = tokens.read_signed(
                each, key_set, kind=audit_chain.STATEMENT, issuer=tokens.service_issuer(service)
            )
        except tokens.TokenRefused:
            found.faults.append(f"checkpoint {found.signed} is not signed by {service}")
            continue
        if hashes.get(statement["place"]) != statement["hash"] or statement["service"] != service:
            found.faults.append(f"the chain is not the one that was signed at link {statement['place']}")


def _tell(said: dict[str, Checked]) -> None:
    rows = [
        [name, str(each.rows), str(each.signed), str(each.unchained), str(len(each.faults))]
        for name, each in said.items()
    ]
    if rows:
        print_table(["service", "rows", "checkpoints", "not chained yet", "faults"], [list(row) for row in rows])
    for name, each in said.items():
        for fault in each.faults:
            say(f"{name}: {fault}", style="bold red")
    if said and not any(each.faults for each in said.values()):
        say("Every row is as it was written.", style="green")


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
    rows = sorted((row for found in answers.said.values() for row in found), key=lambda row: row["at"])
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
    answers.tell_away()
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
    acts = sorted((act for found in answers.said.values() for act in found), key=lambda act: act["on"])
    if as_json:
        print_json({"acts": acts, "away": answers.away})
    else:
        shown = [
            [act["service"], act["on"], ", ".join(act["roles"]), act["who"] or "", act["did"], act["kind"]]
            for act in acts
        ]
        print_table(["service", "on", "as", "who", "did", "kind"], shown)
    answers.tell_away()
    ctx.exit(1 if answers.away else 0)


def _officer() -> Api:
    """Give the services as a data-protection officer asks them."""
    return Api(find_targets(), roles=["data_protection_officer"], subject=own_subject())
