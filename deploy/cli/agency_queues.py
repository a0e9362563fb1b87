"""`agencies amqp`: the agencies' queues at the broker."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import click

from deploy.cli.api import Api
from deploy.cli.broker_connections import end_connections
from deploy.cli.console import print_table, say, whole
from deploy.cli.result import Result, with_json
from deploy.cli.service_requests import operator, read_all

SERVICE: Final = "partners"
_AGENCY: Final = click.argument("agency", type=click.UUID)


@click.group(short_help="Manage queues at the broker.")
def amqp() -> None:
    r"""Manage the queues of agencies at the broker.

    An agency signs in with one of its keys. It can read its own queue and nothing else.

    \b
    Examples:
      ./casepath agencies amqp enable AGENCY
      ./casepath agencies amqp show AGENCY
    """


@amqp.command()
@_AGENCY
@with_json
def show(*, agency: UUID) -> Iterator[Result]:
    r"""Show the name of the queue of AGENCY (its id), its position, and the number of messages in it.

    \b
    Exit code: 0 done, 1 there is none.
    Example:
      ./casepath agencies amqp show 0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57
    """
    queue = operator().get(SERVICE, _path(agency)).json()
    yield Result(queue)
    print_table(["what", "is"], [[name, whole(value)] for name, value in queue.items()])
    warn_if_clear(queue)


@amqp.command()
@_AGENCY
@with_json
def enable(*, agency: UUID) -> Iterator[Result]:
    r"""Open a queue for AGENCY (its id). It receives events while an agreement with the agency is valid.

    \b
    Exit code: 0 done, 1 refused.
    Example:
      ./casepath agencies amqp enable 0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57
    """
    api = operator()
    api.post(SERVICE, _path(agency))
    queue = api.get(SERVICE, _path(agency)).json()
    yield Result(queue)
    say(f"Its queue is {queue['queue']}. Give the name to the agency only.", style="green")
    say(f"It signs in with a key that reads, by the key's id, at {queue['address'] or 'no address yet'}.")
    if not queue["address"]:
        say(
            "  next: open the broker to agencies (docs/guides/operate/deliveries.md, Queues at the broker)",
            style="yellow",
        )
    if not queue["serves"]:
        say("Nothing goes into it until an agreement with the agency counts.", style="yellow")
    warn_if_clear(queue)


@amqp.command()
@_AGENCY
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_json
def encrypt(*, agency: UUID, file: Path) -> Iterator[Result]:
    r"""Encrypt the messages in the queue of AGENCY (its id) to its public key, a JWK in FILE.

    The messages that wait in clear are deleted, and the latest events are sent again. Only the agency itself can
    replace its key.

    \b
    Exit code: 0 done, 1 refused, or there is none.
    Example:
      ./casepath agencies amqp encrypt 0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57 key.json
    """
    try:
        key = json.loads(file.read_text(encoding="utf-8"))
    except ValueError:
        raise click.ClickException(f"{file} is not JSON. Ask the agency for its public key as a JWK.") from None
    api = operator()
    api.post(SERVICE, f"{_path(agency)}/encryption-key", key)
    yield Result(api.get(SERVICE, _path(agency)).json())
    say("New messages in its queue are encrypted to this key.", style="green")


@amqp.command()
@_AGENCY
@with_json
def rotate(*, agency: UUID) -> Iterator[Result]:
    r"""Replace the queue of AGENCY (its id) with a queue of a new name, and delete the old one with its messages.

    Use this after the theft of a key. Revoke the key first. Open connections of the thief then read nothing more.

    \b
    Exit code: 0 done, 1 refused, or there is none.
    Example:
      ./casepath agencies amqp rotate 0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57
    """
    api = operator()
    read = api.get(SERVICE, _path(agency))
    api.post(SERVICE, f"{_path(agency)}/renaming", if_match=read.headers.get("ETag"))
    queue = api.get(SERVICE, _path(agency)).json()
    say(f"Its queue is {queue['queue']} now. The feed has the events of the old queue.", style="green")
    end_connections(keys_of(api, agency))
    yield Result(queue)


@amqp.command()
@_AGENCY
@with_json
def disable(*, agency: UUID) -> Iterator[Result]:
    r"""Close and delete the queue of AGENCY (its id). The agency can no longer sign in to the broker.

    \b
    Exit code: 0 done, 1 there is none.
    Example:
      ./casepath agencies amqp disable 0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57
    """
    api = operator()
    api.post(SERVICE, f"{_path(agency)}/closing")
    end_connections(keys_of(api, agency))
    yield Result({"agency": agency, "queue": None})
    say(f"The queue of {agency} was deleted.", style="yellow")


def warn_if_clear(queue: Mapping[str, Any]) -> None:
    """Warn that the messages in a queue are in clear."""
    if queue["is_open"] and queue["encryption_kid"] is None:
        say(
            "Its messages are in clear in the broker's files. Ask the agency for a public key, and register it "
            "(docs/guides/agencies/queue.md, Encrypt the messages).",
            style="yellow",
        )


def keys_of(api: Api, agency: UUID) -> list[str]:
    """Return the ids of an agency's keys, by which it signs in."""
    return [str(key["id"]) for key in read_all(api, SERVICE, f"/v1/agencies/{agency}/keys", "keys")]


def _path(agency: UUID) -> str:
    return f"/v1/agencies/{agency}/broker-queue"
