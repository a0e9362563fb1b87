"""`agencies sandbox`: create a test agency that receives events about fictitious people only."""

from collections.abc import Iterator

import click

from deploy.cli.console import say
from deploy.cli.result import Result, with_json
from deploy.cli.service_requests import operator

_SERVICE = "partners"


@click.command()
@click.option("--country", default="NL", show_default=True, help="Country of the developers, for example NL.")
@with_json
def sandbox(*, country: str) -> Iterator[Result]:
    r"""Create a sandbox: a test agency that receives events about fictitious people only. Its key is shown once.

    The command prints three commands that you can run: read the feed, create events of another fictitious person, and
    show which agency the key belongs to.

    \b
    Exit code: 0 done, 1 partners does not answer, or you may not.
    Examples:
      ./casepath agencies sandbox
      ./casepath agencies sandbox --json
    """
    api = operator()
    made = api.post(_SERVICE, "/v1/sandboxes", {"country": country}).json()
    url = api.targets.urls[_SERVICE].rstrip("/")
    yield Result({**made, "url": url})
    say(f"Created a sandbox. Its feed has {made['events']} events about one fictitious person.", style="green")
    say("The key is shown once. It is valid for this sandbox only and opens no real data. Run these commands:")
    asked = 'curl -H "Authorization: Bearer $CASEPATH_KEY"'
    # Printed without wrapping, so that each command can be copied into a shell.
    click.echo(f"export CASEPATH_KEY={made['key']}")
    click.echo(f'{asked} "{url}/v1/feed?after=0&limit=3"')
    body = """-H "Content-Type: application/json" -d '{"people":1}'"""
    click.echo(f"{asked} {body} {url}/v1/agencies/{made['id']}/fictitious-cases")
    click.echo(f"{asked} {url}/v1/agency")
    say("Write your own consumer: docs/guides/agencies/agencies.md")
