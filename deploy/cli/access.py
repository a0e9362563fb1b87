"""`access`: end what a member of staff may do, at once and everywhere, and set who supervises whom."""

import time
from datetime import datetime
from uuid import UUID, uuid4

import click

from deploy.cli.api import Api, ApiProblem, ServiceAway
from deploy.cli.console import print_json, say
from deploy.cli.installation import SERVICES
from deploy.cli.service_requests import ask_each, json_option, operator
from deploy.cli.staff_proposals import waiting_for

POLL_SECONDS = 0.2


@click.group(short_help="End what a member of staff may do; set who supervises whom.")
def access() -> None:
    r"""End what a member of staff may do (a phone was stolen, or somebody has left), and set who supervises whom.

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
@json_option
@click.pass_context
def revoke(ctx: click.Context, *, member: UUID, seconds: float, as_json: bool) -> None:
    r"""Revoke every token of MEMBER (a staff id) that exists now, at every service.

    Prints when each service refuses them. Whoever signs in anew is known again: `end` refuses that too. While intake is
    away, which tells the others, access is ended at each service that answers, as by `end`.

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
        ctx.exit(_end(api, member, uuid4(), as_json=as_json))
    before = datetime.fromisoformat(revocation["before"])
    began, refusing = time.monotonic(), list[str]()
    while len(refusing) < len(SERVICES) and time.monotonic() - began < seconds:
        for name in SERVICES:
            if name not in refusing and _refuses(api, name, member, before):
                refusing.append(name)
                if not as_json:
                    say(f"{name} refuses the tokens of {member}.", style="green")
        time.sleep(POLL_SECONDS)
    late = [name for name in SERVICES if name not in refusing]
    if as_json:
        print_json({**revocation, "refusing": refusing, "late": late})
    for name in late:
        say(f"{name} has not heard of it yet; it will, and a token ends by itself within hours.", style="bold red")
    ctx.exit(1 if late else 0)


@access.command()
@click.argument("member", type=click.UUID)
@click.option("--ending", type=click.UUID, help="The id of an ending, to repeat it where a service was away.")
@json_option
@click.pass_context
def end(ctx: click.Context, *, member: UUID, ending: UUID | None, as_json: bool) -> None:
    r"""End the access of MEMBER (a staff id) at each service that answers: no token counts, also none made anew.

    It lapses after a day, unless a supervisor or a data-protection officer confirms it at intake
    (`POST /v1/access/endings/<ending>/confirmation`), who is not the one who ended it. Each service is asked by
    itself, so that none waits for another; repeat it with `--ending` for one that was away.

    \b
    Exit code: 0 ended at every service, 1 one was away.
    Example:
      ./casepath access end 0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57
    """
    ctx.exit(_end(operator(), member, ending or uuid4(), as_json=as_json))


@access.command()
@click.argument("supervisor", type=click.UUID)
@click.argument("member", type=click.UUID)
@click.option("--end", "ending", is_flag=True, help="They do so no longer.")
def supervise(*, supervisor: UUID, member: UUID, ending: bool) -> None:
    r"""Make SUPERVISOR the supervisor of MEMBER (both staff ids), at every service.

    A supervisor sees the cases of those whom they supervise, and no others. In production a data protection officer
    confirms it first; an end acts at once.

    \b
    Exit code: 0 done, 1 refused.
    Example:
      ./casepath access supervise 0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57 0199f0c2-8a11-7f20-8c55-1d9b3e7a6c02
    """
    api = operator()
    if ending:
        api.delete("intake", f"/v1/supervisions/{supervisor}/{member}")
        say(f"{supervisor} supervises {member} no longer.", style="green")
        return
    api.post("intake", "/v1/supervisions", {"supervisor": str(supervisor), "member": str(member)})
    proposal = waiting_for(api, str(member), str(supervisor))
    if proposal is None:
        say(f"{supervisor} supervises {member} from now on.", style="green")
    else:
        say(f"Proposed; it begins once it is confirmed: ./casepath staff confirm {proposal['id']}.", style="yellow")


def _end(api: Api, member: UUID, ending: UUID, *, as_json: bool) -> int:
    """End somebody's access at each service that answers; return the exit code."""
    body = {"member": str(member), "ending": str(ending)}
    answers = ask_each((), lambda name: api.post(name, "/v1/access/endings", body).json())
    if as_json:
        print_json({**body, "ended": answers.replies, "away": sorted(answers.away)})
    for name, reply in answers.replies.items():
        if not as_json and reply["state"] == "lifted":
            say(f"{name} has this ending already, and it counts no more.", style="yellow")
        elif not as_json:
            until = "" if reply["until"] is None else f", until {reply['until']} unless somebody else confirms it"
            say(f"{name} has ended the access of {member}{until}.", style="green")
    for name in answers.away:
        say(
            f"{name} is away and takes its tokens still. Repeat with --ending {ending} when it is back.",
            style="bold red",
        )
    return 1 if answers.away else 0


def _refuses(api: Api, service: str, member: UUID, before: datetime) -> bool:
    try:
        revocation = api.get(service, f"/v1/access/revocations/{member}").json()
    except (ApiProblem, ServiceAway):
        return False
    return datetime.fromisoformat(revocation["before"]) >= before
