"""`search`: rebuild the name index, once a key database was restored without fingerprints."""

from collections.abc import Iterator
from uuid import UUID

import click

from deploy.cli.console import say
from deploy.cli.result import Result, with_json
from deploy.cli.service_requests import operator

SERVICE = "intake"


@click.group(short_help="Rebuild the index of names.")
def search() -> None:
    r"""Rebuild the index that finds people by name.

    The guide is docs/guides/operate/keys.md.

    \b
    Example:
      ./casepath search index
    """


@search.command()
@click.option("--after", type=click.UUID, help="Continue after this case, as an interrupted run has printed.")
@with_json
def index(*, after: UUID | None) -> Iterator[Result]:
    r"""Rebuild the search index of names, 100 cases at a time, while intake runs.

    The command shows no name. You can repeat it.

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
        say(f"{indexed} cases so far; continue with --after {following}")
    yield Result({"indexed": indexed})
    say(f"{indexed} cases are found by name.", style="green")
