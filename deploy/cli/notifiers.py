"""`agencies notifier`: where an agency's on-call staff are rung, and the process that rings them with Docker."""

import os
from collections.abc import Callable, Iterator, Mapping
from typing import Final
from uuid import UUID

import click

from deploy.cli.console import print_table, say, whole
from deploy.cli.errors import CommandRefused
from deploy.cli.result import Result, with_json
from deploy.cli.service_requests import operator
from shared.access.signing import FollowingVerifier
from shared.access.tokens import TokenRefused
from shared.outbound import Outlets
from shared.outbound.ringing import DirectRinger, RingSender, server
from shared.runtime.variables import from_files
from shared.telemetry import logs

SERVICE: Final = "partners"
_AGENCY: Final = click.argument("agency", type=click.UUID)
_NOTIFIER: Final = click.argument("notifier_id", metavar="NOTIFIER", type=click.UUID)
_LEVELS: Final = ("team", "supervisors", "agency_supervisors", "named_agency", "every_supervisor", "data_protection")


@click.group(short_help="Manage on-call notifiers.")
def notifier() -> None:
    r"""Manage on-call notifiers. A safeguarding alert rings them until a member of staff acknowledges it.

    \b
    Examples:
      ./casepath agencies notifier add AGENCY webhook https://pager.example.org/casepath --level team
      ./casepath agencies notifier rings AGENCY
    """


@notifier.command()
@_AGENCY
@click.argument("channel", type=click.Choice(["webhook", "email"]))
@click.argument("address")
@click.option("--level", "levels", multiple=True, type=click.Choice(_LEVELS), help="Level; repeatable; by default all.")
@with_json
def add(*, agency: UUID, channel: str, address: str, levels: tuple[str, ...]) -> Iterator[Result]:
    r"""Register ADDRESS as a notifier of AGENCY (its id).

    An SMS gateway is a webhook or an e-mail address. A ring says "Open Casepath" and nothing else.

    \b
    Exit code: 0 done, 1 refused.
    Example:
      ./casepath agencies notifier add 0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57 email on-call@example.org --level team
    """
    body = {"channel": channel, "address": address, "levels": list(levels or _LEVELS)}
    reply = operator().post(SERVICE, f"/v1/agencies/{agency}/notifiers", body).json()
    yield Result(reply)
    say(f"Registered as {reply['id']}.", style="green")
    if "secret" in reply:
        say(f"  secret: {reply['secret']}  (verifies the signatures; it is not shown again)")
    say(f"  next: ./casepath agencies notifier test {agency} {reply['id']}")


@notifier.command("list")
@_AGENCY
@with_json
def list_notifiers(*, agency: UUID) -> Iterator[Result]:
    r"""List the notifiers of AGENCY (its id).

    \b
    Exit code: 0 done, 1 refused, or partners does not answer.
    Example:
      ./casepath agencies notifier list 0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57
    """
    rows = operator().get(SERVICE, f"/v1/agencies/{agency}/notifiers").json()["notifiers"]
    yield Result({"notifiers": rows})
    columns = [[whole(row["id"]), row["channel"], whole(row["address"]), ", ".join(row["levels"])] for row in rows]
    print_table(["notifier", "channel", "address", "levels"], columns)


@notifier.command()
@_AGENCY
@_NOTIFIER
@with_json
def test(*, agency: UUID, notifier_id: UUID) -> Iterator[Result]:
    r"""Ring NOTIFIER of AGENCY now, as a test.

    \b
    Exit code: 0 done, 1 refused. `rings` shows the outcome.
    Example:
      ./casepath agencies notifier test AGENCY NOTIFIER
    """
    operator().post(SERVICE, f"/v1/agencies/{agency}/notifiers/{notifier_id}/test", {})
    yield Result({"notifier": notifier_id, "asked": "test"})
    say("Ringing.", style="green")
    say(f"  next: ./casepath agencies notifier rings {agency}")


@notifier.command()
@_AGENCY
@click.option("--limit", type=click.IntRange(1, 100), default=20, show_default=True, help="Largest number of entries.")
@with_json
def rings(*, agency: UUID, limit: int) -> Iterator[Result]:
    r"""List the latest rings of AGENCY (its id) and their outcomes.

    \b
    Exit code: 0 done, 1 refused, or partners does not answer.
    Example:
      ./casepath agencies notifier rings 0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57
    """
    rows = operator().get(SERVICE, f"/v1/agencies/{agency}/rings?limit={limit}").json()["rings"]
    yield Result({"rings": rows})
    print_table(
        ["due", "level", "urgency", "state", "outcome", "tries", "notifier"],
        [
            [
                row["due_at"],
                row["level"] or "test",
                row["urgency"] or "",
                row["state"],
                row["outcome"] or "",
                str(row["tries"]),
                whole(row["notifier"] or ""),
            ]
            for row in rows
        ],
    )


@notifier.command()
@_AGENCY
@_NOTIFIER
@with_json
def remove(*, agency: UUID, notifier_id: UUID) -> Iterator[Result]:
    r"""Remove NOTIFIER of AGENCY. It is no longer rung.

    \b
    Exit code: 0 done, 1 refused.
    Example:
      ./casepath agencies notifier remove AGENCY NOTIFIER
    """
    operator().delete(SERVICE, f"/v1/agencies/{agency}/notifiers/{notifier_id}")
    yield Result({"notifier": notifier_id, "state": "removed"})
    say("Removed.", style="green")


@notifier.command("send-rings", hidden=True)
def send_rings() -> None:
    r"""Send the rings that `partners` orders.

    In Docker this process has internet access, like `key-fetcher`.

    \b
    Example:
      ./casepath agencies notifier send-rings
    """
    settings = from_files(os.environ)
    host, _, port = settings.get("CASEPATH_RING_SENDER_LISTEN", "127.0.0.1:8107").rpartition(":")
    logs.configure("ring_sender", form="json", level="info")
    sender = RingSender(ringer_of(settings), may_order(settings["CASEPATH_KEY_SET"]))
    server(sender, host, int(port)).serve_forever()


def ringer_of(settings: Mapping[str, str]) -> DirectRinger:
    """Return what sends rings by these variables. Raises `CommandRefused`."""
    try:
        outlets = Outlets.read(
            settings.get("CASEPATH_WEBHOOK_NETWORKS", ""),
            settings.get("CASEPATH_WEBHOOK_PORTS", "443"),
            settings.get("CASEPATH_WEBHOOK_PLAIN_HOSTS", ""),
        )
        return DirectRinger.configured(
            outlets,
            settings.get("CASEPATH_WEBHOOK_CERTIFICATES", ""),
            settings.get("CASEPATH_RING_MAIL_SERVER", ""),
            settings.get("CASEPATH_RING_MAIL_FROM", ""),
        )
    except ValueError as error:
        raise CommandRefused(
            "The settings of the ring sender are not valid.",
            why=str(error),
            next_step="correct the CASEPATH_RING_MAIL_ settings, and start again",
        ) from None


def may_order(key_set: str) -> Callable[[str | None], bool]:
    """Return what decides by the `Authorization` header whether `partners` asks."""
    verifier = FollowingVerifier(key_set)

    def is_partners(authorization: str | None) -> bool:
        try:
            principal = verifier.verify(authorization)
        except TokenRefused:
            return False
        return principal.is_service and principal.subject == SERVICE

    return is_partners
