"""`agencies webhook`: webhook endpoints of agencies, their delivery attempts and redelivery."""

from collections.abc import Iterator, Mapping
from typing import Final
from uuid import UUID

import click

from deploy.cli.console import print_table, say, whole
from deploy.cli.errors import CommandRefused
from deploy.cli.result import Result, with_json
from deploy.cli.service_requests import operator

SERVICE: Final = "partners"
_AGENCY: Final = click.argument("agency", type=click.UUID)
_WEBHOOK: Final = click.argument("webhook", type=click.UUID)


@click.group(short_help="Manage webhook endpoints.")
def webhook() -> None:
    r"""Manage webhook endpoints. Events are posted in order and retried for three days. Then the endpoint is disabled.

    \b
    Examples:
      ./casepath agencies webhook list AGENCY
      ./casepath agencies webhook attempts AGENCY WEBHOOK
    """


@webhook.command()
@_AGENCY
@click.argument("url")
@click.option("--signature", "kind", default="v1", show_default=True, help="v1: shared secret; v1a: public key.")
@click.option("--after", type=click.IntRange(min=0), help="Start after this position; by default with new events.")
@with_json
def add(*, agency: UUID, url: str, kind: str, after: int | None) -> Iterator[Result]:
    r"""Register URL as a webhook endpoint of AGENCY (its id). The signature secret or public key is shown once.

    \b
    Exit code: 0 done, 1 refused.
    Example:
      ./casepath agencies webhook add 0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57 https://hooks.example.org/casepath
    """
    body = {"url": url, "kind": kind, "after": after}
    reply = operator().post(SERVICE, f"/v1/agencies/{agency}/webhooks", body).json()
    yield Result(reply)
    say(f"Registered as {reply['id']}.", style="green")
    _say_secret(reply)
    say(f"  next: ./casepath agencies webhook test {agency} {reply['id']}")


@webhook.command("list")
@_AGENCY
@with_json
def list_webhooks(*, agency: UUID) -> Iterator[Result]:
    r"""List the webhook endpoints of AGENCY (its id) and their state.

    \b
    Exit code: 0 done, 1 refused, or partners does not answer.
    Example:
      ./casepath agencies webhook list 0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57
    """
    rows = operator().get(SERVICE, f"/v1/agencies/{agency}/webhooks").json()["webhooks"]
    yield Result({"webhooks": rows})
    print_table(
        ["webhook", "address", "state", "position", "behind", "failed", "next try"],
        [
            [
                whole(row["id"]),
                whole(row["url"]),
                row["state"] if row["reason"] is None else f"{row['state']}: {row['reason']}",
                str(row["position"]),
                str(row["behind"]),
                str(row["tries"]),
                row["next_at"] if row["breaker"] == "open" else "",
            ]
            for row in rows
        ],
    )
    say(f"{len(rows)} webhooks.")


@webhook.command()
@_AGENCY
@_WEBHOOK
@with_json
def test(*, agency: UUID, webhook: UUID) -> Iterator[Result]:
    r"""Post a test event to WEBHOOK of AGENCY (their ids), in any state. `attempts` shows the result.

    \b
    Exit code: 0 asked for, 1 refused.
    Example:
      ./casepath agencies webhook test 0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57 0199f0c2-8a11-7c3a-9b1e-4f6a2d8c1b57
    """
    operator().post(SERVICE, f"{_path(agency, webhook)}/test")
    yield Result({"webhook": webhook, "asked": "test"})
    say("A test event is posted now.")
    say(f"  next: ./casepath agencies webhook attempts {agency} {webhook}")


@webhook.command()
@_AGENCY
@_WEBHOOK
@with_json
def attempts(*, agency: UUID, webhook: UUID) -> Iterator[Result]:
    r"""List the latest delivery attempts at WEBHOOK of AGENCY (their ids), newest first, for 30 days.

    \b
    Exit code: 0 done, 1 refused, or partners does not answer.
    Example:
      ./casepath agencies webhook attempts 0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57 0199f0c2-8a11-7c3a-9b1e-4f6a2d8c1b57
    """
    rows = operator().get(SERVICE, f"{_path(agency, webhook)}/attempts").json()["attempts"]
    yield Result({"attempts": rows})
    print_table(
        ["at", "position", "outcome", "status", "ms", "answer"],
        [
            [
                row["at"],
                "test" if row["sequence"] is None else str(row["sequence"]),
                row["outcome"],
                "" if row["status"] is None else str(row["status"]),
                str(row["milliseconds"]),
                row["answer"] or "",
            ]
            for row in rows
        ],
    )


@webhook.command()
@_AGENCY
@_WEBHOOK
@click.option("--sequence", type=click.IntRange(min=1), help="Deliver this position.")
@click.option("--after", type=click.IntRange(min=0), help="Deliver everything after this position.")
@click.option("--type", "kind", help="With --after: deliver events of this type only.")
@with_json
def redeliver(
    *, agency: UUID, webhook: UUID, sequence: int | None, after: int | None, kind: str | None
) -> Iterator[Result]:
    r"""Deliver events again to WEBHOOK of AGENCY (their ids): one position, or all after a position.

    \b
    Exit code: 0 asked for, 1 refused, 2 it is not clear what.
    Example:
      ./casepath agencies webhook redeliver 0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57 \
        0199f0c2-8a11-7c3a-9b1e-4f6a2d8c1b57 --after 41
    """
    if (sequence is None) == (after is None):
        raise CommandRefused("Neither --sequence nor --after is given.", next_step="add one of them", exit_code=2)
    body = {"sequence": sequence, "after": after, "type": kind}
    operator().post(SERVICE, f"{_path(agency, webhook)}/redelivery", body)
    yield Result({"webhook": webhook, "asked": "redelivery", **body})
    say("It is posted again.")


@webhook.command()
@_AGENCY
@_WEBHOOK
@click.option(
    "--overlap-hours",
    type=click.IntRange(0, 168),
    default=24,
    show_default=True,
    help="Hours for which both secrets sign.",
)
@with_json
def rotate(*, agency: UUID, webhook: UUID, overlap_hours: int) -> Iterator[Result]:
    r"""Create a new secret for WEBHOOK of AGENCY (their ids), and show it once.

    The old secret stays valid for some hours.

    \b
    Exit code: 0 done, 1 refused.
    Example:
      ./casepath agencies webhook rotate 0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57 0199f0c2-8a11-7c3a-9b1e-4f6a2d8c1b57
    """
    body = {"overlap_hours": overlap_hours}
    reply = operator().post(SERVICE, f"{_path(agency, webhook)}/rotation", body).json()
    yield Result(reply)
    _say_secret(reply)
    if reply["former_until"] is not None:
        say(f"  the one before signs, too, until {reply['former_until']}")


@webhook.command()
@_AGENCY
@_WEBHOOK
@with_json
def pause(*, agency: UUID, webhook: UUID) -> Iterator[Result]:
    r"""Pause WEBHOOK of AGENCY (their ids). It keeps its position. `resume` continues.

    \b
    Exit code: 0 done, 1 refused.
    Example:
      ./casepath agencies webhook pause 0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57 0199f0c2-8a11-7c3a-9b1e-4f6a2d8c1b57
    """
    api = operator()
    read = api.get(SERVICE, _path(agency, webhook))
    api.patch(SERVICE, _path(agency, webhook), {"is_paused": True}, if_match=read.headers["ETag"])
    yield Result({"webhook": webhook, "state": "paused"})
    say(f"Webhook {webhook} is paused.", style="yellow")


@webhook.command()
@_AGENCY
@_WEBHOOK
@with_json
def resume(*, agency: UUID, webhook: UUID) -> Iterator[Result]:
    r"""Resume WEBHOOK of AGENCY (their ids) at its position now, if it is paused, disabled or failing.

    \b
    Exit code: 0 done, 1 refused.
    Example:
      ./casepath agencies webhook resume 0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57 0199f0c2-8a11-7c3a-9b1e-4f6a2d8c1b57
    """
    api = operator()
    read = api.get(SERVICE, _path(agency, webhook))
    api.post(SERVICE, f"{_path(agency, webhook)}/resumption", if_match=read.headers.get("ETag"))
    yield Result({"webhook": webhook, "state": "active"})
    say(f"Webhook {webhook} continues.", style="green")


@webhook.command()
@_AGENCY
@_WEBHOOK
@with_json
def remove(*, agency: UUID, webhook: UUID) -> Iterator[Result]:
    r"""Remove WEBHOOK of AGENCY (their ids), and delete the record of its delivery attempts.

    \b
    Exit code: 0 done, 1 refused.
    Example:
      ./casepath agencies webhook remove 0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57 0199f0c2-8a11-7c3a-9b1e-4f6a2d8c1b57
    """
    operator().delete(SERVICE, _path(agency, webhook))
    yield Result({"webhook": webhook, "state": "removed"})
    say(f"Webhook {webhook} is removed.", style="yellow")


def _path(agency: UUID, webhook: UUID) -> str:
    return f"/v1/agencies/{agency}/webhooks/{webhook}"


def _say_secret(reply: Mapping[str, object]) -> None:
    say("The secret that verifies the signatures, shown once. Send it to the agency over a secure channel:")
    print(str(reply["secret"]))
