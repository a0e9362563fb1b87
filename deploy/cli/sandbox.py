"""`agencies sandbox`: create an agency with an agreement for developers, and play a fictitious case for it."""

import datetime as dt
from collections.abc import Iterator
from typing import Final

import click

from deploy.cli.api import Api
from deploy.cli.console import say
from deploy.cli.environment_record import refuse_in_production
from deploy.cli.installation import here
from deploy.cli.journey.desk import Desk
from deploy.cli.plays import play_for
from deploy.cli.plays.stage import CATEGORIES, OFFICER, PURPOSE, staff
from deploy.cli.result import Result, with_json
from deploy.cli.service_requests import operator
from shared.reference import JURISDICTIONS, codes

_SERVICE: Final = "partners"
_AGREED_DAYS: Final = 365
#: Checked before the sandbox is created: its key is shown only once, at the end.
_PURPOSES: Final = click.Choice(sorted(codes("consent_purpose")))
_CATEGORIES: Final = click.Choice(sorted(codes("data_category")))


@click.command()
@click.option("--country", default="NL", show_default=True, help="Country of the developers, for example NL.")
@click.option(
    "--purpose", "purposes", multiple=True, type=_PURPOSES, help="Further purpose of the agreement; repeatable."
)
@click.option(
    "--category", "data_categories", multiple=True, type=_CATEGORIES, help="Further data category; repeatable."
)
@with_json
def sandbox(*, country: str, purposes: tuple[str, ...], data_categories: tuple[str, ...]) -> Iterator[Result]:
    r"""Create a sandbox: an agency with an agreement, for developers. Its key is shown once.

    All people of a training installation are fictitious. Staff play the first case, a referral. The command prints
    three commands that you can run: read the feed, play another referral, and show which agency the key belongs to.
    Production refuses this command.

    \b
    Exit code: 0 done, 1 partners does not answer, or you may not.
    Examples:
      ./casepath agencies sandbox
      ./casepath agencies sandbox --json
      ./casepath agencies sandbox --purpose legal_representation --category health
    """
    refuse_in_production(here(), "A sandbox")
    api = operator()
    made = api.post(_SERVICE, "/v1/sandboxes", {"country": country}).json()
    agree(api, staff(api.targets), made["id"], (PURPOSE, *purposes), (*CATEGORIES, *data_categories))
    play_for(api.targets, "referral", made["id"])
    url = api.targets.urls[_SERVICE].rstrip("/")
    yield Result({**made, "url": url})
    say("Created a sandbox with an agreement, and played a referral of a fictitious person.", style="green")
    say("The key is shown once. It is valid for this sandbox only and opens no real data. Run these commands:")
    asked = 'curl -H "Authorization: Bearer $CASEPATH_KEY"'
    # Printed without wrapping, so that each command can be copied into a shell.
    click.echo(f"export CASEPATH_KEY={made['key']}")
    click.echo(f'{asked} "{url}/v1/feed?after=0&limit=3"')
    click.echo(f"./casepath agencies play referral {made['id']}")
    click.echo(f"{asked} {url}/v1/agency")
    say("Write your own consumer: docs/guides/agencies/agencies.md")


def agree(api: Api, desk: Desk, agency: str, purposes: tuple[str, ...], data_categories: tuple[str, ...]) -> None:
    """Record an agreement as an operator, and confirm it as a fictitious data protection officer."""
    today = dt.date.fromisoformat(desk.today())
    body = {
        "purposes": sorted(set(purposes)),
        "data_categories": sorted(set(data_categories)),
        "jurisdictions": list(JURISDICTIONS),
        "first_day": today.isoformat(),
        "last_day": (today + dt.timedelta(days=_AGREED_DAYS)).isoformat(),
        "reference": "Sandbox, no paper",
    }
    path = f"/v1/agencies/{agency}/agreements"
    agreed = f"{path}/{api.post(_SERVICE, path, body).json()['id']}"
    desk.member(OFFICER)
    officer = desk.api(OFFICER)
    etag = desk.insist(lambda: officer.get(_SERVICE, agreed)).headers.get("ETag")
    desk.insist(lambda: officer.post(_SERVICE, f"{agreed}/confirmation", if_match=etag))
