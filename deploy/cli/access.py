"""`access`: revoke the access of a member of staff in every service, and assign supervisors."""

import time
from collections.abc import Iterator
from datetime import datetime
from uuid import UUID, uuid4

import click

from deploy.cli.api import Api, ApiProblem, ServiceAway
from deploy.cli.console import say
from deploy.cli.installation import SERVICES
from deploy.cli.result import Result, with_json
from deploy.cli.service_requests import ask_each, operator
from deploy.cli.staff_proposals import waiting_for

POLL_SECONDS = 0.2


@click.group(short_help="Revoke a member of staff's access; assign supervisors.")
def access() -> None:
    r"""Revoke the access of a member of staff (after a theft or a departure); assign supervisors.

    \b
    Examples:
      ./casepath access revoke 0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57
      ./casepath access end 0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57
      ./casepath access supervise 0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57 0199f0c2-8a11-7f20-8c55-1d9b3e7a6c02
    """


@access.command()
@click.argument("member", type=click.UUID)
@click.option(
    "--wait", "seconds", type=float, default=30.0, show_default=True, help="Seconds to wait for all services."
)
@with_json
def revoke(*, member: UUID, seconds: float) -> Iterator[Result]:
    r"""Revoke all existing tokens of MEMBER (a staff id) in every service.

    The command shows when each service refuses them. A new sign-in works again: use `end` to refuse that too. If intake
    is unavailable, the command ends the access in the other services, as `end` does.

    \b
    Exit code: 0 every service refuses them, 1 one does not refuse them in time, or is away.
    Example:
      ./casepath access revoke 0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57
    """
    api = operator()
    try:
        revocation = api.post("intake", "/v1/access/revocations", {"member": str(member)}).json()
    except ServiceAway as away:
        say(away.what, style="yellow")
        yield from _end(api, member, uuid4())
        return
    before = datetime.fromisoformat(revocation["before"])
    began, refusing = time.monotonic(), list[str]()
    while len(refusing) < len(SERVICES) and time.monotonic() - began < seconds:
        for name in SERVICES:
            if name not in refusing and _refuses(api, name, member, before):
                refusing.append(name)
                say(f"{name} refuses the tokens of {member}.", style="green")
        time.sleep(POLL_SECONDS)
    late = [name for name in SERVICES if name not in refusing]
    yield Result({**revocation, "refusing": refusing, "late": late}, exit_code=1 if late else 0)
    for name in late:
        say(f"{name} has not received it yet. It will. Tokens also expire within hours.", style="bold red")


@access.command()
@click.argument("member", type=click.UUID)
@click.option("--ending", type=click.UUID, help="Id of an earlier ending, to repeat it.")
@with_json
def end(*, member: UUID, ending: UUID | None) -> Iterator[Result]:
    r"""End the access of MEMBER (a staff id) in each service. Old and new tokens are refused.

    The change expires after 1 day unless a second person confirms it: a supervisor or a data protection officer (`POST
    /v1/access/endings/<ending>/confirmation` at intake). The command asks each service separately. If a service was
    unavailable, repeat the command with `--ending`.

    \b
    Exit code: 0 ended at every service, 1 one was away.
    Example:
      ./casepath access end 0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57
    """
    return _end(operator(), member, ending or uuid4())


@access.command()
@click.argument("supervisor", type=click.UUID)
@click.argument("member", type=click.UUID)
@click.option("--end", "ending", is_flag=True, help="End the supervision.")
@with_json
def supervise(*, supervisor: UUID, member: UUID, ending: bool) -> Iterator[Result]:
    r"""Make SUPERVISOR the supervisor of MEMBER (both are staff ids) in every service.

    A supervisor sees the cases of the people they supervise, and no other cases. In production a data protection
    officer must confirm first. --end takes effect immediately.

    \b
    Exit code: 0 done, 1 refused.
    Example:
      ./casepath access supervise 0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57 0199f0c2-8a11-7f20-8c55-1d9b3e7a6c02
    """
    api, pair = operator(), {"supervisor": str(supervisor), "member": str(member)}
    if ending:
        api.delete("intake", f"/v1/supervisions/{supervisor}/{member}")
        yield Result({**pair, "state": "ended", "proposal": None})
        say(f"{supervisor} is not the supervisor of {member} now.", style="green")
        return
    api.post("intake", "/v1/supervisions", pair)
    proposal = waiting_for(api, str(member), str(supervisor))
    if proposal is None:
        yield Result({**pair, "state": "active", "proposal": None})
        say(f"{supervisor} supervises {member} from now on.", style="green")
    else:
        yield Result({**pair, "state": "proposed", "proposal": proposal["id"]})
        say(f"Proposed; it begins once it is confirmed: ./casepath staff confirm {proposal['id']}.", style="yellow")


def _end(api: Api, member: UUID, ending: UUID) -> Iterator[Result]:
    """End the access of a member of staff in each service that answers, and yield the result."""
    body = {"member": str(member), "ending": str(ending)}
    answers = ask_each((), lambda name: api.post(name, "/v1/access/endings", body).json())
    document = {**body, "ended": answers.replies, "away": sorted(answers.away)}
    yield Result(document, exit_code=1 if answers.away else 0)
    for name, reply in answers.replies.items():
        if reply["state"] == "lifted":
            say(f"{name} has this ending already, and it is not valid now.", style="yellow")
        else:
            until = "" if reply["until"] is None else f", until {reply['until']} unless a second person confirms it"
            say(f"{name} has ended the access of {member}{until}.", style="green")
    for name in answers.away:
        say(
            f"{name} does not answer and still accepts the tokens. Repeat with --ending {ending} when it answers.",
            style="bold red",
        )


def _refuses(api: Api, service: str, member: UUID, before: datetime) -> bool:
    try:
        revocation = api.get(service, f"/v1/access/revocations/{member}").json()
    except (ApiProblem, ServiceAway):
        return False
    return datetime.fromisoformat(revocation["before"]) >= before
