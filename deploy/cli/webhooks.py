"""`agencies webhook`: where the events of an agency are posted, what became of it, and what is posted again."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

import click

from deploy.cli.console import print_json, print_table, say, whole
from deploy.cli.errors import CommandRefused
from deploy.cli.service_requests import json_option, operator

SERVICE: Final = "partners"
_AGENCY: Final = click.argument("agency", type=click.UUID)
_WEBHOOK: Final = click.argument("webhook", type=click.UUID)


@click.group(short_help="Webhooks of agencies: add, list, test, attempts, redeliver, rotate, pause, resume, remove.")
def webhook() -> None:
    r"""Keep the webhooks of agencies: their events are posted there, in order, until they are taken.

    \b
    Examples:
      ./casepath agencies webhook list AGENCY
      ./casepath agencies webhook attempts AGENCY WEBHOOK
    """


@webhook.command()
@_AGENCY
@click.argument("url")
@click.option("--signature", "kind", default="v1", show_default=True, help="v1: a shared secret; v1a: a public key.")
@click.option(
    "--after", type=click.IntRange(min=0), help="Begin behind this position; by default with what comes next."
)
@json_option
def add(*, agency: UUID, url: str, kind: str, after: int | None, as_json: bool) -> None:
    r"""Register URL for AGENCY (its id). What verifies the signatures is shown this once.

    \b
    Exit code: 0 done, 1 refused.
    Example:
      ./casepath agencies webhook add 0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57 https://hooks.example.org/casepath
    """
    body = {"url": url, "kind": kind, "after": after}
    reply = operator().post(SERVICE, f"/v1/agencies/{agency}/webhooks", body).json()
    if as_json:
        print_json(reply)
        return
    say(f"Registered as {reply['id']}.", style="green")
    _say_secret(reply)
    say(f"  next: ./casepath agencies webhook test {agency} {reply['id']}")


@webhook.command("list")
@_AGENCY
@json_option
def list_webhooks(*, agency: UUID, as_json: bool) -> None:
    r"""List the webhooks of AGENCY (its id), and how each stands.

    \b
    Exit code: 0 done, 1 refused, or partners does not answer.
    Example:
      ./casepath agencies webhook list 0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57
    """
    rows = operator().get(SERVICE, f"/v1/agencies/{agency}/webhooks").json()["webhooks"]
    if as_json:
        print_json({"webhooks": rows})
        return
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
def test(*, agency: UUID, webhook: UUID) -> None:
    r"""Have a test event posted to WEBHOOK of AGENCY (their ids), whatever its state; see `attempts`.

    \b
    Exit code: 0 asked for, 1 refused.
    Example:
      ./casepath agencies webhook test 0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57 0199f0c2-8a11-7c3a-9b1e-4f6a2d8c1b57
    """
    operator().post(SERVICE, f"{_path(agency, webhook)}/test")
    say("A test event is posted now.")
    say(f"  next: ./casepath agencies webhook attempts {agency} {webhook}")


@webhook.command()
@_AGENCY
@_WEBHOOK
@json_option
def attempts(*, agency: UUID, webhook: UUID, as_json: bool) -> None:
    r"""List the last attempts at WEBHOOK of AGENCY (their ids), the newest first. They are kept for thirty days.

    \b
    Exit code: 0 done, 1 refused, or partners does not answer.
    Example:
      ./casepath agencies webhook attempts 0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57 0199f0c2-8a11-7c3a-9b1e-4f6a2d8c1b57
    """
    rows = operator().get(SERVICE, f"{_path(agency, webhook)}/attempts").json()["attempts"]
    if as_json:
        print_json({"attempts": rows})
        return
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
@click.option("--sequence", type=click.IntRange(min=1), help="This one position.")
@click.option("--after", type=click.IntRange(min=0), help="All that is behind this position.")
@click.option("--type", "kind", help="With --after: only events of this type.")
def redeliver(*, agency: UUID, webhook: UUID, sequence: int | None, after: int | None, kind: str | None) -> None:
    r"""Have something posted again to WEBHOOK of AGENCY (their ids): one position, or what is behind one.

    \b
    Exit code: 0 asked for, 1 refused, 2 it is not clear what.
    Example:
      ./casepath agencies webhook redeliver 0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57 \
        0199f0c2-8a11-7c3a-9b1e-4f6a2d8c1b57 --after 41
    """
    if (sequence is None) == (after is None):
        raise CommandRefused("Say what: one of --sequence and --after.", next_step="add one of them", exit_code=2)
    body = {"sequence": sequence, "after": after, "type": kind}
    operator().post(SERVICE, f"{_path(agency, webhook)}/redelivery", body)
    say("It is posted again.")


@webhook.command()
@_AGENCY
@_WEBHOOK
@click.option("--overlap-hours", type=click.IntRange(0, 168), default=24, show_default=True, help="Both sign so long.")
@json_option
def rotate(*, agency: UUID, webhook: UUID, overlap_hours: int, as_json: bool) -> None:
    r"""Make a new secret for WEBHOOK of AGENCY (their ids), shown this once. The one before signs too, for a while.

    \b
    Exit code: 0 done, 1 refused.
    Example:
      ./casepath agencies webhook rotate 0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57 0199f0c2-8a11-7c3a-9b1e-4f6a2d8c1b57
    """
    body = {"overlap_hours": overlap_hours}
    reply = operator().post(SERVICE, f"{_path(agency, webhook)}/rotation", body).json()
    if as_json:
        print_json(reply)
        return
    _say_secret(reply)
    if reply["former_until"] is not None:
        say(f"  the one before signs, too, until {reply['former_until']}")


@webhook.command()
@_AGENCY
@_WEBHOOK
def pause(*, agency: UUID, webhook: UUID) -> None:
    r"""Have nothing posted to WEBHOOK of AGENCY (their ids) for now; its position stays. `resume` takes it back.

    \b
    Exit code: 0 done, 1 refused.
    Example:
      ./casepath agencies webhook pause 0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57 0199f0c2-8a11-7c3a-9b1e-4f6a2d8c1b57
    """
    api = operator()
    read = api.get(SERVICE, _path(agency, webhook))
    api.patch(SERVICE, _path(agency, webhook), {"is_paused": True}, if_match=read.headers["ETag"])
    say(f"Webhook {webhook} is paused.", style="yellow")


@webhook.command()
@_AGENCY
@_WEBHOOK
def resume(*, agency: UUID, webhook: UUID) -> None:
    r"""Have WEBHOOK of AGENCY (their ids), which was paused, disabled or failing, go on now where it was.

    \b
    Exit code: 0 done, 1 refused.
    Example:
      ./casepath agencies webhook resume 0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57 0199f0c2-8a11-7c3a-9b1e-4f6a2d8c1b57
    """
    api = operator()
    read = api.get(SERVICE, _path(agency, webhook))
    api.post(SERVICE, f"{_path(agency, webhook)}/resumption", if_match=read.headers.get("ETag"))
    say(f"Webhook {webhook} goes on.", style="green")


@webhook.command()
@_AGENCY
@_WEBHOOK
def remove(*, agency: UUID, webhook: UUID) -> None:
    r"""Remove WEBHOOK of AGENCY (their ids): nothing is posted there any more, and its attempts are forgotten.

    \b
    Exit code: 0 done, 1 refused.
    Example:
      ./casepath agencies webhook remove 0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57 0199f0c2-8a11-7c3a-9b1e-4f6a2d8c1b57
    """
    operator().delete(SERVICE, _path(agency, webhook))
    say(f"Webhook {webhook} is removed.", style="yellow")


def _path(agency: UUID, webhook: UUID) -> str:
    return f"/v1/agencies/{agency}/webhooks/{webhook}"


def _say_secret(reply: Mapping[str, object]) -> None:
    say("What verifies the signatures, shown this once; hand it over in a way that nobody else reads:")
    print(str(reply["secret"]))
