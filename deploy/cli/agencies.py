"""`agencies`: the register of the agencies that take part, a sheet of them, their agreements, keys and webhooks."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final
from uuid import UUID

import click

from deploy.cli.agency_keys import key
from deploy.cli.agency_queues import amqp
from deploy.cli.agency_sheet import load_sheet
from deploy.cli.agreements import agreement
from deploy.cli.console import print_table, say, whole
from deploy.cli.notifiers import notifier
from deploy.cli.plays import play
from deploy.cli.result import Result, with_json
from deploy.cli.sandbox import sandbox
from deploy.cli.service_requests import operator, read_all
from deploy.cli.webhooks import webhook

SERVICE: Final = "partners"
#: How long a load waits for a service that is away, or that has been asked too often.
PATIENCE_SECONDS: Final = 20.0
_REASON: Final = click.option("--reason", required=True, help="Code from the list agency_standing_reason.")


@click.group(short_help="Manage agencies, agreements, keys, webhooks and queues.")
def agencies() -> None:
    r"""Manage the register of agencies: agreements, keys, webhooks, queues, notifiers and sandboxes.

    \b
    Examples:
      ./casepath agencies list --country NL --for legal_advice
      ./casepath agencies add --name "Fictitious Harbour" --type Shelter --country NL
      ./casepath agencies load agencies.csv
      ./casepath agencies agreement list --state ends_soon
      ./casepath agencies key list 0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57
    """


agencies.add_command(agreement)
agencies.add_command(sandbox)
agencies.add_command(play)
agencies.add_command(key)
agencies.add_command(webhook)
agencies.add_command(notifier)
agencies.add_command(amqp)


@agencies.command("list")
@click.option("--type", help="Type, for example TradeUnion.")
@click.option("--country", help="Country, for example NL.")
@click.option("--region", help="Region, for example NL-ZH.")
@click.option("--language", help="Working language.")
@click.option("--for", "help_with", help="Kind of help, for example legal_advice.")
@click.option("--function", help="Function: code of an authority or first responder.")
@click.option("--state", help="State: active, suspended or ended.")
@with_json
def list_agencies(*, help_with: str | None, **wanted: str | None) -> Iterator[Result]:
    r"""List the agencies in the register.

    \b
    Exit code: 0 done, 1 refused, or partners does not answer.
    Examples:
      ./casepath agencies list --country RO
      ./casepath agencies list --function NL.IND --json
    """
    query = {name: value for name, value in {**wanted, "service": help_with}.items() if value}
    rows = read_all(operator(), SERVICE, "/v1/agencies", "agencies", **query)
    yield Result({"agencies": rows})
    print_table(
        ["id", "name", "type", "country", "state"],
        [[whole(row["id"]), whole(row["name"]), row["type"], row["country"], row["state"]] for row in rows],
    )
    say(f"{len(rows)} agencies.")


@agencies.command()
@click.argument("agency", type=click.UUID)
@with_json
def show(*, agency: UUID) -> Iterator[Result]:
    r"""Show AGENCY (its id) with its contact details for referrals.

    \b
    Exit code: 0 done, 1 there is no such agency.
    Example:
      ./casepath agencies show 0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57
    """
    entry = operator().get(SERVICE, f"/v1/agencies/{agency}").json()
    yield Result(entry)
    print_table(["what", "is"], [[name, whole(_said(value))] for name, value in entry.items()])


@agencies.command()
@click.option("--name", required=True, help="Name of the agency.")
@click.option("--type", "kind", required=True, help="Type, for example NGO or TradeUnion.")
@click.option("--country", required=True, help="Country, for example NL.")
@click.option("--region", "regions", multiple=True, help="Region; repeatable; by default the whole country.")
@click.option("--language", "languages", multiple=True, help="Working language; repeatable.")
@click.option("--for", "services", multiple=True, help="Kind of help; repeatable.")
@click.option("--contact", help="Contact for referrals. Prefer `load`: the shell keeps a history.")
@with_json
def add(*, kind: str, contact: str | None, **fields: tuple[str, ...] | str) -> Iterator[Result]:
    r"""Register one agency.

    \b
    Exit code: 0 done, 1 refused.
    Example:
      ./casepath agencies add --name "Fictitious Union" --type TradeUnion --country RO --language ro
    """
    lists = {name: list(fields.pop(name)) for name in ("regions", "languages", "services")}
    registered = operator().post(SERVICE, "/v1/agencies", {**fields, **lists, "type": kind, "contact": contact}).json()
    yield Result(registered)
    say(f"Registered as {registered['id']}.", style="green")


@agencies.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--rejects", type=click.Path(dir_okay=False, path_type=Path), help="File for refused rows.")
@with_json
def load(*, file: Path, rejects: Path | None) -> Iterator[Result]:
    r"""Register every agency in FILE, a CSV spreadsheet (UTF-8) with a header row.

    Columns: key, name, type, country, regions, languages, services, duties, authority, first_responder,
    takes_referrals, contact. Separate several values in a cell with `;`. Name, type and country are required. `key` is
    your own id of the row; by default it is country and name. The same key is the same agency: you can load a sheet
    again to continue or to apply changes.

    Refused rows are written with the reason to a file next to FILE (or to --rejects). Correct them and load that file.
    No message contains contact details.

    \b
    Exit code: 0 every row is in the register, 1 some were refused, or partners does not answer.
    Example:
      ./casepath agencies load agencies.csv --rejects refused.csv
    """
    rejected = rejects or file.with_name(f"{file.stem}.rejects.csv")
    done = load_sheet(operator(patience=PATIENCE_SECONDS), SERVICE, file, rejected)
    document = {**done.document(), "rejects": str(rejected) if done.refused else None}
    yield Result(document, exit_code=1 if done.refused else 0)
    say(f"{done.added} new, {done.changed} changed, {done.same} as they were.", style="green")
    if done.refused:
        say(f"{done.refused} rows were refused; they are in {rejected}, each with the reason.", style="bold red")
        say(f"  next: correct them there, then run ./casepath agencies load {rejected}")


@agencies.command()
@click.argument("agency", type=click.UUID)
@_REASON
@with_json
def suspend(*, agency: UUID, reason: str) -> Iterator[Result]:
    r"""Suspend AGENCY (its id): it receives no new referrals. `resume` ends the suspension.

    \b
    Exit code: 0 done, 1 refused.
    Example:
      ./casepath agencies suspend 0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57 --reason no_capacity
    """
    operator().post(SERVICE, f"/v1/agencies/{agency}/suspension", {"reason": reason})
    yield Result({"agency": agency, "state": "suspended"})
    say(f"{agency} is suspended.", style="yellow")


@agencies.command()
@click.argument("agency", type=click.UUID)
@with_json
def resume(*, agency: UUID) -> Iterator[Result]:
    r"""Resume the participation of AGENCY (its id), which was suspended.

    \b
    Exit code: 0 done, 1 refused.
    Example:
      ./casepath agencies resume 0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57
    """
    api = operator()
    read = api.get(SERVICE, f"/v1/agencies/{agency}")
    api.post(SERVICE, f"/v1/agencies/{agency}/resumption", if_match=read.headers.get("ETag"))
    yield Result({"agency": agency, "state": "active"})
    say(f"{agency} takes part again.", style="green")


@agencies.command()
@click.argument("agency", type=click.UUID)
@_REASON
@with_json
def end(*, agency: UUID, reason: str) -> Iterator[Result]:
    r"""End the participation of AGENCY (its id). You cannot undo this.

    The agency stays in the register, because cases refer to it.

    \b
    Exit code: 0 done, 1 refused.
    Example:
      ./casepath agencies end 0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57 --reason closed_down
    """
    operator().post(SERVICE, f"/v1/agencies/{agency}/ending", {"reason": reason})
    yield Result({"agency": agency, "state": "ended"})
    say(f"The participation of {agency} has ended.", style="yellow")


def _said(value: object) -> object:
    return ", ".join(map(str, value)) if isinstance(value, list) else value
