"""`search`: rebuild the name index, once a key database was restored without fingerprints."""

from uuid import UUID

import click

from deploy.cli.console import print_json, say
from deploy.cli.service_requests import json_option, operator

SERVICE = "intake"


@click.group(short_help="Make persons findable by their names again, after a restore.")
def search() -> None:
    r"""Maintain the fingerprints by which a person is found. See docs/guides/operate/keys.md.

    \b
    Example:
      ./casepath search index
    """


@search.command()
@click.option("--after", type=click.UUID, help="Go on behind this case, as a run that was broken off said.")
@json_option
def index(*, after: UUID | None, as_json: bool) -> None:
    r"""Make the fingerprints of every name anew, a hundred cases at a time, while intake serves.

    No name is shown. Doing it again changes nothing.

    \b
    Exit code: 0 every case is found again, 1 intake did not answer or refused.
    Examples:
      ./casepath search index
      ./casepath search index --after 0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57
    """
    api, indexed = operator(), 0
    following = str(after) if after else None
    while True:
        page = api.post(SERVICE, "/v1/searches/index", {"after": following}).json()
        indexed += page["indexed"]
        if page["next"] is None:
            break
        following = page["next"]
        if not as_json:
            say(f"{indexed} cases so far; go on from here with --after {following}")
    if as_json:
        print_json({"indexed": indexed})
    else:
        say(f"{indexed} cases are found by name.", style="green")
