"""`token`: a token for a fictitious member of staff, or an operator, for development and training."""

import uuid
from collections.abc import Iterator

import click
from dateutil.relativedelta import relativedelta

from deploy.cli.api import find_targets
from deploy.cli.durations import Duration, seconds_of
from deploy.cli.environment_record import refuse_in_production
from deploy.cli.errors import CommandRefused
from deploy.cli.installation import here
from deploy.cli.result import Result, with_json
from shared.access.tokens import LONGEST_LIFETIME

ROLES = (
    "outreach_worker",
    "caseworker",
    "legal_adviser",
    "counsellor",
    "support_worker",
    "supervisor",
    "data_protection_officer",
    "statistician",
    "operator",
)


@click.command(short_help="Create a staff token, for development.")
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice(ROLES), help="Repeatable.")
@click.option("--subject", type=click.UUID, help="Staff id; by default a new one.")
@click.option("--lifetime", type=Duration(), default="1h", show_default=True, help="Lifetime, at most 8h.")
@with_json
def token(*, roles: tuple[str, ...], subject: uuid.UUID | None, lifetime: relativedelta) -> Iterator[Result]:
    r"""Create a token for a fictitious member of staff or an operator, and print it. Production refuses this command.

    A token of an operator has this role only.

    \b
    Example:
      curl -H "Authorization: Bearer $(./casepath token --role operator)" http://127.0.0.1:8101/v1/exchange
    """
    refuse_in_production(here(), "A development token")
    seconds = seconds_of(lifetime)
    if not 0 < seconds <= LONGEST_LIFETIME:
        raise CommandRefused(
            f"A token may live for up to {LONGEST_LIFETIME // 3600} hours.",
            next_step="choose a shorter --lifetime, such as 1h",
            exit_code=2,
        )
    staff = str(subject or uuid.uuid4())
    staff_token = find_targets().token(roles, staff, seconds)
    yield Result({"token": staff_token, "subject": staff, "roles": sorted(roles), "seconds": seconds})
    click.echo(staff_token)
