"""`agencies play`: fictitious cases that a sandbox receives, played through the public HTTP APIs of the services."""

import datetime as dt
from collections.abc import Iterator
from uuid import UUID

import click

from deploy.cli.api import Targets, find_targets
from deploy.cli.console import say
from deploy.cli.environment_record import refuse_in_production
from deploy.cli.installation import here
from deploy.cli.plays.catalogue import PLAYS, Play
from deploy.cli.plays.stage import Stage, staff
from deploy.cli.result import Result, with_json


@click.command()
@click.argument("name", metavar="PLAY", type=click.Choice(sorted(PLAYS)))
@click.argument("agency", type=click.UUID)
@with_json
def play(*, name: str, agency: UUID) -> Iterator[Result]:
    r"""Play PLAY for the sandbox AGENCY (its id): staff of a training installation work on a new fictitious case.

    The last line states what the receiver should have done. The sandbox needs an agreement in force, which `agencies
    sandbox` records. Production refuses this command.

    \b
    Exit code: 0 done, 1 a service refused a step.
    Examples:
      ./casepath agencies play referral 0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57
      ./casepath agencies play withdrawal 0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57 --json
    """
    # control: H-AGENCY-41 plays-only-in-training
    refuse_in_production(here(), "A play")
    case, chosen = play_for(find_targets(), name, str(agency)), PLAYS[name]
    yield Result({"play": name, "agency": agency, "case": case, "expected": chosen.expected})
    say(f"Played {name}: {chosen.about}", style="green")
    say(f"Your receiver should have done this: {chosen.expected}")


def play_for(targets: Targets, name: str, agency: str) -> str:
    """Play a new case for an agency, to its end; return the case. Raises `CommandRefused` if a step fails."""
    desk = staff(targets)
    stage = Stage(desk, agency, dt.date.fromisoformat(desk.today()))
    PLAYS[name].run(stage)
    return stage.case


__all__ = ["PLAYS", "Play", "play", "play_for"]
