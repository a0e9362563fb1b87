"""`staff proposals`, `staff confirm` and `staff code`: changes that open access, and their second person."""

import hashlib
import secrets
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import click
from psycopg.sql import Literal

from deploy.cli.api import Api
from deploy.cli.console import say
from deploy.cli.errors import CommandRefused
from deploy.cli.installation import here
from deploy.cli.migrate import database_running
from deploy.cli.result import Result, with_json
from deploy.cli.saving.reach import PsqlSession, reach_of, runs_in_docker
from deploy.cli.service_requests import oneself, operator
from deploy.cli.staff import own_subject
from deploy.cli.stores import stores_of

_PROPOSALS = "/v1/staff/proposals"
_LARGEST_PAGE = 100


@click.command()
@click.option("--taken-over", is_flag=True, help="List entries from before this release.")
@with_json
def proposals(*, taken_over: bool) -> Iterator[Result]:
    r"""List the changes that would open access and wait for a second person.

    In production a data protection officer must confirm new staff, new sign-ins, new roles and supervision. The command
    uses the operator's key, or your sign-in.

    \b
    Examples:
      ./casepath staff proposals
      ./casepath staff proposals --taken-over
    """
    rows = _listed(operator(), "taken_over" if taken_over else "waiting")
    yield Result({"proposals": rows})
    for row in rows:
        say(_line(row))
    if not rows:
        say("Nothing waits." if not taken_over else "Nothing was taken over.")


@click.command()
@click.argument("proposal", type=click.UUID)
@click.option("--refuse", is_flag=True, help="Reject the proposal.")
@with_json
def confirm(*, proposal: UUID, refuse: bool) -> Iterator[Result]:
    r"""Confirm PROPOSAL as a second person. Sign in as a data protection officer first (`./casepath login`).

    If an officer exists already, another operator confirms an officer who was registered with a one-time code.

    \b
    Exit code: 0 done, 1 refused.
    Example:
      ./casepath staff confirm 0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57
    """
    api = oneself("it is confirmed by a second person who signs in; the operators' key confirms nothing")
    answered = api.post("intake", f"{_PROPOSALS}/{proposal}/confirmation", {"confirms": not refuse}).json()
    yield Result(answered)
    say(f"{answered['member']}: {'confirmed' if answered['confirmed'] else 'refused; nothing opens'}.")


@click.command()
@with_json
def code() -> Iterator[Result]:
    r"""Print a one-time code to register a data protection officer with `./casepath staff first`.

    The code is valid once, for 1 hour. The command stores it directly in the database of intake: no key or token can
    create a code.

    \b
    Example:
      ./casepath staff first data_protection_officer --code "$(./casepath staff code)" …
    """
    installation = here()
    stores = stores_of(installation)
    one_time = secrets.token_urlsafe(24)
    digest, issuer = hashlib.sha256(one_time.encode()).hexdigest(), own_subject(installation)
    with (
        database_running(installation, None if runs_in_docker(installation) else stores.postgres),
        PsqlSession(reach_of(installation, stores), "intake") as session,
    ):
        columns = "digest, issued_by, issued_at, ends_at"
        values = f"{_quoted(digest)}, {_quoted(issuer)}, now(), now() + interval '1 hour'"
        session.run(f"insert into public.staff_codes ({columns}) values ({values})")  # noqa: S608 - quoted above
    yield Result({"code": one_time})
    click.echo(one_time)


def _quoted(text: str) -> str:
    return Literal(text).as_string(None)


def waiting_for(api: Api, member: str, supervisor: str | None = None) -> dict[str, Any] | None:
    """Return the proposal about a member of staff, or their supervision, that waits; None if none is shown."""
    try:
        rows = _listed(api, "waiting")
    except CommandRefused:
        return None  # a release of the services before this one
    return next((row for row in rows if (row["member"], row["supervisor"]) == (member, supervisor)), None)


def _listed(api: Api, state: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    after: dict[str, str] = {}
    while True:
        page = api.get("intake", _PROPOSALS, state=state, limit=_LARGEST_PAGE, **after).json()
        rows += page["proposals"]
        if page["next"] is None:
            return rows
        after = {"after": page["next"]}


def _line(row: dict[str, Any]) -> str:
    who = row["name"] or row["member"]
    what = f"supervised by {row['supervisor']}" if row["supervisor"] else ", ".join(row["roles"])
    sign_ins = "".join(f"; signs in as {each['subject']} at {each['issuer']}" for each in row["sign_ins"])
    until = f", lapses {row['lapses_at']}" if row["lapses_at"] else ""
    return f"{row['id']}  {row['kind']}  {who}  {what}{sign_ins}{until}"
