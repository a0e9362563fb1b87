"""`clock`: the services' training clock, moved in all of them together; timers that become due fire in order."""

import datetime as dt
from collections.abc import Iterator

import click
from dateutil.relativedelta import relativedelta

from deploy.cli.api import Api
from deploy.cli.console import print_table, say
from deploy.cli.durations import Duration, Instant, later
from deploy.cli.environment_record import refuse_in_production
from deploy.cli.errors import CommandRefused
from deploy.cli.exchange import wait_until_drained
from deploy.cli.installation import SERVICES, here
from deploy.cli.replies import ClockState
from deploy.cli.result import Result, with_json
from deploy.cli.service_requests import operator

SETTLE_SECONDS = 60.0
PATIENCE_SECONDS = 10.0


@click.group(short_help="Move the clock, for training.")
def clock() -> None:
    r"""Move the clock of the services, for training and to try deadlines. Production refuses this command.

    A moved clock stands still until you move it again. Tokens, retries and the audit log use real time.

    \b
    Examples:
      ./casepath clock set 2026-12-24
      ./casepath clock advance 31d
      ./casepath clock reset
    """


@clock.command()
@with_json
def show() -> Iterator[Result]:
    r"""Show the clocks of the services and the next due time.

    \b
    Example:
      ./casepath clock show
    """
    return _report(_api())


@clock.command("set")
@click.argument("instant", type=Instant())
@with_json
def set_(*, instant: dt.datetime) -> Iterator[Result]:
    r"""Move the clock to a date or time (2026-12-24).

    Everything due before it happens.

    \b
    Example:
      ./casepath clock set 2026-12-24
    """
    api = _movable()
    if instant > _now(_clocks(api)):
        _advance(api, instant)
    else:
        _put(api, instant)
    return _report(api)


@clock.command()
@click.argument("duration", type=Duration())
@with_json
def advance(*, duration: relativedelta) -> Iterator[Result]:
    r"""Move the clock forward by a duration (31d, 2w, 1y6mo), and wait until everything due has happened.

    \b
    Example:
      ./casepath clock advance 31d
    """
    api = _movable()
    _advance(api, later(_now(_clocks(api)), duration))
    return _report(api)


@clock.command()
@with_json
def reset() -> Iterator[Result]:
    r"""Return to real time.

    \b
    Example:
      ./casepath clock reset
    """
    api = _movable()
    _put(api, None)
    return _report(api)


def _api() -> Api:
    return operator(patience=PATIENCE_SECONDS)


def _movable() -> Api:
    refuse_in_production(here(), "A moved clock")
    return _api()


def _clocks(api: Api) -> dict[str, ClockState]:
    return {name: api.get(name, "/v1/clock").json() for name in SERVICES}


def _now(clocks: dict[str, ClockState]) -> dt.datetime:
    """Return the latest of the services' clocks: advancing never moves one back."""
    return max(dt.datetime.fromisoformat(service_clock["now"]) for service_clock in clocks.values())


def _put(api: Api, instant: dt.datetime | None) -> None:
    for name in SERVICES:
        api.put(name, "/v1/clock", {"now": instant.isoformat() if instant else None})


def _advance(api: Api, target: dt.datetime) -> None:
    """Move from one due instant to the next until the target; wait each time until its events have been applied."""
    while True:
        due = [
            dt.datetime.fromisoformat(service_clock["next_due"])
            for service_clock in _clocks(api).values()
            if service_clock["next_due"]
        ]
        step = min([instant for instant in due if instant > _now(_clocks(api))] + [target])
        _put(api, min(step, target))
        _happen(api)
        if step >= target:
            return


def _happen(api: Api) -> None:
    """Fire due timers and wait until their events are applied; repeat until no timer is due."""
    while True:
        fired = sum(int(api.post(name, "/v1/clock/due").json()["fired"]) for name in SERVICES)
        exchange = wait_until_drained(api, SETTLE_SECONDS)
        if not exchange.is_drained:
            raise CommandRefused(
                "The clock stopped before its target: some services have not applied all events yet.",
                why="; ".join([*exchange.stuck, *exchange.waiting]),
                next_step="correct the cause (./casepath status shows it), then advance again",
            )
        if not fired:
            return


def _report(api: Api) -> Iterator[Result]:
    clocks = _clocks(api)
    yield Result(clocks)
    rows = [
        [
            name,
            service_clock["now"],
            "moved" if service_clock["moved"] else "real time",
            service_clock["next_due"] or "nothing",
        ]
        for name, service_clock in clocks.items()
    ]
    print_table(["service", "now", "clock", "next due"], [list(row) for row in rows])
    if any(service_clock["moved"] for service_clock in clocks.values()):
        say("The clock stands still now. ./casepath clock reset returns to real time.")
