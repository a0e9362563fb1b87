"""`staff`: the register of staff: add, name, list, and hand over cases when a member leaves."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import click

from deploy.cli.api import Api
from deploy.cli.console import say
from deploy.cli.result import Result, with_json
from deploy.cli.service_requests import at_machine, operator
from deploy.cli.staff_proposals import code as one_time_code
from deploy.cli.staff_proposals import confirm, proposals, waiting_for
from shared.reference import codes

_Command = TypeVar("_Command", bound=Callable[..., Any])
_STAFF = "/v1/staff"
_LARGEST_PAGE = 100


@click.group(short_help="Manage the register of staff.")
def staff() -> None:
    r"""Manage the register of staff. Only registered staff can join a team, supervise or confirm.

    In production a data protection officer must confirm each registration. Register the first officer on this machine
    with a one-time code (`./casepath staff code`).

    \b
    Examples:
      ./casepath staff add --agency NL.COMENSHA --role caseworker --language nl --name 'A. Worker'
      ./casepath staff proposals
      ./casepath staff list --unnamed
      ./casepath staff leave 0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57 --successor 0199f0c2-8a11-7f20-8c55-1d9b3e7a6c02
    """


for _command in (proposals, confirm, one_time_code):
    staff.add_command(_command)


def _who(command: _Command) -> _Command:
    """Add the options with a person's identity."""
    for option in (
        click.option(
            "--sign-in",
            "sign_ins",
            type=(str, str),
            multiple=True,
            metavar="ISSUER SUBJECT",
            help="Sign-in at an identity provider; repeatable.",
        ),
        click.option("--address", help="E-mail or telephone number for colleagues."),
        click.option("--name", prompt="Their name", help="Name; stored encrypted. The command asks if you omit it."),
        click.option("--agency", required=True, help="Id of the agency, or code of an authority."),
    ):
        command = option(command)
    return command


def _work(command: _Command) -> _Command:
    """Add the options with a person's work."""
    roles = click.Choice(sorted(codes("staff_role")))
    for option in (
        click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Last day, if known."),
        click.option("--no-cases", is_flag=True, help="Cannot be assigned to cases."),
        click.option("--language", "languages", multiple=True, help="Working language; repeatable."),
        click.option("--role", "roles", type=roles, multiple=True, required=True, help="Repeatable."),
    ):
        command = option(command)
    return command


@staff.command()
@_work
@_who
@with_json
def add(**stated: Any) -> Iterator[Result]:
    r"""Register a member of staff, and print the staff id.

    \b
    Exit code: 0 done, 1 refused.
    Example:
      ./casepath staff add --agency NL.COMENSHA --role caseworker --language nl --name 'A. Worker'
    """
    return _register(None, **stated)


@staff.command()
@click.argument("member", type=click.UUID)
@_work
@_who
@with_json
def name(*, member: UUID, **stated: Any) -> Iterator[Result]:
    r"""Register MEMBER: a staff id that is on a team already (`./casepath staff list --unnamed`).

    \b
    Exit code: 0 done, 1 refused.
    Example:
      ./casepath staff name 0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57 --agency NL.COMENSHA --role caseworker
    """
    return _register(member, **stated)


@staff.command()
@click.argument("role", type=click.Choice(["data_protection_officer", "operator"]))
@_who
@click.option("--code", help="One-time code (production, officers only).")
@with_json
def first(
    *,
    role: str,
    agency: str,
    name: str,
    address: str | None,
    sign_ins: tuple[tuple[str, str], ...],
    code: str | None,
) -> Iterator[Result]:
    r"""Register the first data protection officer or operator on this machine. The audit log records it.

    In production an officer needs a sign-in and a one-time code. If another officer can sign in already, a second
    operator must confirm, and every officer is notified.

    \b
    Exit code: 0 done, 1 refused.
    Example:
      ./casepath staff first data_protection_officer --agency NL.COMENSHA --name 'D. Officer' \
        --sign-in https://login.example.org/realms/casework d.officer --code "$(./casepath staff code)"
    """
    who = {"role": role, "agency": agency, "name": name, "address": address, "sign_ins": _sign_ins(sign_ins)}
    api = at_machine()
    return _said(api, api.post("intake", f"{_STAFF}/first", {**who, "code": code}).json())


@staff.command(name="list")
@click.option("--agency", help="Staff of this agency: id, or code of an authority.")
@click.option("--role", type=click.Choice(sorted(codes("staff_role"))), help="Staff with this role.")
@click.option("--language", help="Staff who work in this language.")
@click.option("--unnamed", is_flag=True, help="List staff ids on teams that are not registered.")
@with_json
def list_staff(*, agency: str | None, role: str | None, language: str | None, unnamed: bool) -> Iterator[Result]:
    r"""List the staff, or the staff ids on teams that are not registered.

    \b
    Examples:
      ./casepath staff list --role legal_adviser --language ro
      ./casepath staff list --unnamed
    """
    asked = {"agency": agency, "role": role, "language": language}
    path, key = (f"{_STAFF}/unnamed", "unnamed") if unnamed else (_STAFF, "staff")
    query = {} if unnamed else {field: text for field, text in asked.items() if text is not None}
    rows = list(_pages(operator(), path, key, query))
    yield Result({key: rows})
    for row in rows:
        say(_unnamed_line(row) if unnamed else _line(row))
    if not rows:
        say("Every id on a team has a name." if unnamed else "None of these people is registered.")


@staff.command()
@click.argument("member", type=click.UUID)
@click.option("--successor", type=click.UUID, required=True, help="Staff id of the person who takes over their cases.")
@click.option(
    "--supervisor", type=click.UUID, help="New supervisor of the people they supervised; by default the successor."
)
@click.option(
    "--case",
    "elsewhere",
    type=(click.UUID, click.UUID),
    multiple=True,
    metavar="CASE MEMBER",
    help="Another successor for one case; repeatable.",
)
@with_json
def leave(
    *,
    member: UUID,
    successor: UUID,
    supervisor: UUID | None,
    elsewhere: tuple[tuple[UUID, UUID], ...],
) -> Iterator[Result]:
    r"""Record that MEMBER (a staff id) leaves, and hand over each of their cases.

    The command changes nothing unless a successor can take each case. From then on no service accepts the tokens or
    sign-ins of MEMBER.

    \b
    Exit code: 0 done, 1 refused: the response lists the cases that the successor can't take over.
    Example:
      ./casepath staff leave 0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57 --successor 0199f0c2-8a11-7f20-8c55-1d9b3e7a6c02
    """
    body = {
        "successor": str(successor),
        "supervisor": None if supervisor is None else str(supervisor),
        "elsewhere": [{"case": str(case), "member": str(to)} for case, to in elsewhere],
    }
    handed = operator().post("intake", f"{_STAFF}/{member}/leaving", body).json()
    yield Result(handed)
    say(f"{member} has left. {handed['cases']} cases were handed over.", style="green")


def _register(
    member: UUID | None,
    *,
    agency: str,
    name: str,
    address: str | None,
    sign_ins: tuple[tuple[str, str], ...],
    roles: tuple[str, ...],
    languages: tuple[str, ...],
    no_cases: bool,
    until: datetime | None,
) -> Iterator[Result]:
    body = {
        "id": None if member is None else str(member),
        "agency": agency,
        "roles": list(roles),
        "languages": list(languages),
        "takes_cases": not no_cases,
        "until": None if until is None else until.date().isoformat(),
        "name": name,
        "address": address,
        "sign_ins": _sign_ins(sign_ins),
    }
    api = operator()
    return _said(api, api.post("intake", _STAFF, body).json())


def _sign_ins(sign_ins: tuple[tuple[str, str], ...]) -> list[dict[str, str]]:
    return [{"issuer": issuer, "subject": subject} for issuer, subject in sign_ins]


def _said(api: Api, reply: Any) -> Iterator[Result]:
    proposal = waiting_for(api, reply["id"])
    yield Result({**reply, "proposal": None if proposal is None else proposal["id"]})
    if proposal is None:
        say(f"Registered as {reply['id']}.", style="green")
    else:
        say(
            f"Proposed as {reply['id']}: it opens once it is confirmed, ./casepath staff confirm {proposal['id']}. "
            f"It lapses at {proposal['lapses_at']}.",
            style="yellow",
        )


def _pages(api: Api, path: str, key: str, query: dict[str, str]) -> Iterator[dict[str, Any]]:
    after: dict[str, str] = {}
    while True:
        page = api.get("intake", path, limit=_LARGEST_PAGE, **query, **after).json()
        yield from page[key]
        if page["next"] is None:
            return
        after = {"after": page["next"]}


def _line(member: dict[str, Any]) -> str:
    until = "" if member["until"] is None else f", until {member['until']}"
    where = member["agency_code"] or member["agency"]
    return f"{member['id']}  {member['name'] or '-'}  {where}  {', '.join(member['roles'])}{until}"


def _unnamed_line(unnamed: dict[str, Any]) -> str:
    roles = f" as {', '.join(unnamed['roles'])}" if unnamed["roles"] else ""
    return f"{unnamed['id']}  {unnamed['cases']} cases{roles}; supervises {unnamed['supervises']}"
