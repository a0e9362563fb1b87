"""`agencies`: the register of the agencies that take part, a sheet of them, their agreements, keys and webhooks."""

from pathlib import Path
from typing import Final
from uuid import UUID

import click

from deploy.cli.agency_keys import key
from deploy.cli.agency_queues import amqp
from deploy.cli.agency_sheet import Load, load_sheet
from deploy.cli.agreements import agreement
from deploy.cli.console import print_json, print_table, say, whole
from deploy.cli.notifiers import notifier
from deploy.cli.sandbox import sandbox
from deploy.cli.service_requests import json_option, operator, read_all
from deploy.cli.webhooks import webhook

SERVICE: Final = "partners"
#: How long a load waits for a service that is away, or that has been asked too often.
PATIENCE_SECONDS: Final = 20.0
_REASON: Final = click.option("--reason", required=True, help="A code of the list agency_standing_reason.")


@click.group(short_help="The register of agencies, and their agreements, keys, webhooks, queues, sandboxes.")
def agencies() -> None:
    r"""Keep the register of the agencies that take part: whom people consent to, and are referred to.

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
agencies.add_command(key)
agencies.add_command(webhook)
agencies.add_command(notifier)
agencies.add_command(amqp)


@agencies.command("list")
@click.option("--type", help="Only of this kind, such as TradeUnion.")
@click.option("--country", help="Only of this country, such as NL.")
@click.option("--region", help="Only those that work in this region, such as NL-ZH.")
@click.option("--language", help="Only those that work in this language.")
@click.option("--for", "help_with", help="Only those that help with this, such as legal_advice.")
@click.option("--function", help="Only those with this function: an authority's or first responder's code.")
@click.option("--state", help="Only those in this state: active, suspended, ended.")
@json_option
def list_agencies(*, help_with: str | None, as_json: bool, **wanted: str | None) -> None:
    r"""List the agencies of the register.

    \b
    Exit code: 0 done, 1 refused, or partners does not answer.
    Examples:
      ./casepath agencies list --country RO
      ./casepath agencies list --function NL.IND --json
    """
    query = {name: value for name, value in {**wanted, "service": help_with}.items() if value}
    rows = read_all(operator(), SERVICE, "/v1/agencies", "agencies", **query)
    if as_json:
        print_json({"agencies": rows})
        return
    print_table(
        ["id", "name", "type", "country", "state"],
        [[whole(row["id"]), whole(row["name"]), row["type"], row["country"], row["state"]] for row in rows],
    )
    say(f"{len(rows)} agencies.")


@agencies.command()
@click.argument("agency", type=click.UUID)
@json_option
def show(*, agency: UUID, as_json: bool) -> None:
    r"""Show AGENCY (its id), with how it is reached for a referral.

    \b
    Exit code: 0 done, 1 there is no such agency.
    Example:
      ./casepath agencies show 0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57
    """
    entry = operator().get(SERVICE, f"/v1/agencies/{agency}").json()
    if as_json:
        print_json(entry)
        return
    print_table(["what", "is"], [[name, whole(_said(value))] for name, value in entry.items()])


@agencies.command()
@click.option("--name", required=True, help="What it is called.")
@click.option("--type", "kind", required=True, help="What kind it is, such as NGO or TradeUnion.")
@click.option("--country", required=True, help="Its country, such as NL.")
@click.option("--region", "regions", multiple=True, help="Where it works; may be repeated; else all of its country.")
@click.option("--language", "languages", multiple=True, help="In which it works; may be repeated.")
@click.option("--for", "services", multiple=True, help="What it helps with; may be repeated.")
@click.option("--contact", help="How it is reached for a referral; better by `load`, since a shell remembers.")
@json_option
def add(*, kind: str, contact: str | None, as_json: bool, **fields: tuple[str, ...] | str) -> None:
    r"""Register one agency.

    \b
    Exit code: 0 done, 1 refused.
    Example:
      ./casepath agencies add --name "Fictitious Union" --type TradeUnion --country RO --language ro
    """
    lists = {name: list(fields.pop(name)) for name in ("regions", "languages", "services")}
    registered = operator().post(SERVICE, "/v1/agencies", {**fields, **lists, "type": kind, "contact": contact}).json()
    if as_json:
        print_json(registered)
        return
    say(f"Registered as {registered['id']}.", style="green")


@agencies.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--rejects", type=click.Path(dir_okay=False, path_type=Path), help="Where rows go that are refused.")
@json_option
@click.pass_context
def load(ctx: click.Context, *, file: Path, rejects: Path | None, as_json: bool) -> None:
    r"""Register every agency of FILE: a spreadsheet saved as CSV (UTF-8), its first row the names of the columns.

    Columns: key, name, type, country, regions, languages, services, duties, authority, first_responder,
    takes_referrals, contact. Several values of one cell stand with ; between. Name, type and country are needed. `key`
    is your own for the row (else its country and name): the same key is the same agency, so that a sheet can be loaded
    again, goes on where it was broken off, and changes what is another since.

    A row that is refused is written, with the reason, beside FILE (or to --rejects), to be put right and loaded by
    itself. How an agency is reached is in no message.

    \b
    Exit code: 0 every row is in the register, 1 some were refused, or partners does not answer.
    Example:
      ./casepath agencies load agencies.csv --rejects refused.csv
    """
    rejected = rejects or file.with_name(f"{file.stem}.rejects.csv")
    done = load_sheet(operator(patience=PATIENCE_SECONDS), SERVICE, file, rejected)
    if as_json:
        print_json({**done.document(), "rejects": str(rejected) if done.refused else None})
    else:
        _report(done, rejected)
    ctx.exit(1 if done.refused else 0)


def _report(done: Load, rejected: Path) -> None:
    say(f"{done.added} new, {done.changed} changed, {done.same} as they were.", style="green")
    if done.refused:
        say(f"{done.refused} rows were refused; they are in {rejected}, each with the reason.", style="bold red")
        say(f"  next: put them right there, and ./casepath agencies load {rejected}")


@agencies.command()
@click.argument("agency", type=click.UUID)
@_REASON
def suspend(*, agency: UUID, reason: str) -> None:
    r"""Have AGENCY (its id) take no part for now: nobody is newly referred to it. `resume` takes it back.

    \b
    Exit code: 0 done, 1 refused.
    Example:
      ./casepath agencies suspend 0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57 --reason no_capacity
    """
    operator().post(SERVICE, f"/v1/agencies/{agency}/suspension", {"reason": reason})
    say(f"{agency} takes no part for now.", style="yellow")


@agencies.command()
@click.argument("agency", type=click.UUID)
def resume(*, agency: UUID) -> None:
    r"""Have AGENCY (its id), which was suspended, take part again.

    \b
    Exit code: 0 done, 1 refused.
    Example:
      ./casepath agencies resume 0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57
    """
    api = operator()
    read = api.get(SERVICE, f"/v1/agencies/{agency}")
    api.post(SERVICE, f"/v1/agencies/{agency}/resumption", if_match=read.headers.get("ETag"))
    say(f"{agency} takes part again.", style="green")


@agencies.command()
@click.argument("agency", type=click.UUID)
@_REASON
def end(*, agency: UUID, reason: str) -> None:
    r"""Have AGENCY (its id) take no part any more. It stays in the register, since cases name it; it never comes back.

    \b
    Exit code: 0 done, 1 refused.
    Example:
      ./casepath agencies end 0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57 --reason closed_down
    """
    operator().post(SERVICE, f"/v1/agencies/{agency}/ending", {"reason": reason})
    say(f"{agency} takes no part any more.", style="yellow")


def _said(value: object) -> object:
    return ", ".join(map(str, value)) if isinstance(value, list) else value
