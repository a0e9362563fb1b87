"""Find excess rights of a service's account at the broker, by asking the broker with that account.

The questions change nothing: each names something that does not exist (a queue with the name of an exchange, a binding
that was never made), and the broker checks the rights first. In Docker only containers reach the broker, so the
container of the service asks: `python -m deploy.cli.broker_rights legal` prints the answer.
"""

import json
import os
import re
import socket
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from urllib.parse import unquote, urlsplit

import amqp
import requests

from deploy.cli.installation import SERVICES
from deploy.cli.servers.rabbitmq_users import MAX_MESSAGE_BYTES, permissions_of
from deploy.cli.stores import ALL_BROKER, own_broker
from shared.exchange.broker import BrokerRefused, BrokerUnsure, Link
from shared.runtime.variables import from_files

#: A name that nothing at the broker has.
NOBODYS = "casepath-doctor"
DEFAULT_EXCHANGE = "amq.default"
QUEUES = ("inbox", "guard")
#: The argument of a process that only signs in.
CONNECTS_ONLY = "--connects-only"
MANAGEMENT_PORT = 15672
ANSWER_SECONDS = 3.0
HEADER, METHOD_FRAME = b"AMQP\x00\x00\x09\x01", b"\x01"


@dataclass(frozen=True)
class Look:
    """The answers of the broker to one service's account."""

    service: str
    account: str
    #: Why nothing could be asked; empty where it could.
    trouble: str = ""
    #: Excess rights: configure, write, read.
    excess: dict[str, list[str]] = field(default_factory=dict)
    #: Its tags, as far as the management pages could be asked.
    tags: list[str] = field(default_factory=list)
    #: Whether the broker accepts a message that is larger than our limit.
    takes_large: bool = False


def beyond_needs(service: str) -> dict[str, list[str]]:
    """Return names of queues and exchanges that a service's account need not configure, write to or read."""
    others = [name for name in SERVICES if name != service]
    parts = [f"{name}.{part}" for name in others for part in ("events", *QUEUES)]
    needed = permissions_of(service).read
    return {
        "configure": [*parts, NOBODYS],
        # By the exchange without a name one reaches every queue.
        "write": [*parts, NOBODYS, DEFAULT_EXCHANGE],
        "read": [*(name for name in parts if re.search(needed, name) is None), NOBODYS],
    }


def look(service: str, uri: str, *, asks_rights: bool = True) -> Look:
    """Ask the broker with a service's account; `uri` may name several nodes.

    `asks_rights`: also find excess rights of the account. The broker logs each question that it refuses.
    """
    account = unquote(urlsplit(uri.partition(";")[0]).username or "")
    try:
        link = Link(uri, name=f"{service} doctor")
    except BrokerRefused as refused:
        return Look(service, account, trouble=f"{refused}. {refused.remedy}")
    except BrokerUnsure:
        return Look(service, account, trouble=_why_unsure(uri))
    if not asks_rights:
        link.cut()
        return Look(service, account)
    try:
        asked = _Asked(link, service)
        rights = {"configure": asked.configure(), "write": asked.write(), "read": asked.read()}
        takes_large = asked.takes(MAX_MESSAGE_BYTES + 1)
    except (amqp.exceptions.AMQPError, OSError) as error:
        return Look(service, account, trouble=f"the broker ended the connection ({type(error).__name__})")
    finally:
        link.cut()
    excess = {right: names for right, names in rights.items() if names}
    return Look(service, account, "", excess, _tags(uri), takes_large)


class _Asked:
    """Questions to the broker, each on a separate channel: the broker closes a channel when it refuses.

    The library then opens the channel again.
    """

    def __init__(self, link: Link, service: str) -> None:
        self._link = link
        self._own = service
        self._beyond = beyond_needs(service)

    def configure(self) -> list[str]:
        """Return the excess rights to declare and delete. Each name is requested as an object of another kind."""
        exchanges = [name for name in self._beyond["configure"] if name.endswith(QUEUES)]
        queues = [name for name in self._beyond["configure"] if name not in exchanges]
        return [
            *self._allowed(queues, lambda channel, name: channel.queue_delete(name, if_unused=True)),
            *self._allowed(exchanges, lambda channel, name: channel.exchange_delete(name, if_unused=True)),
        ]

    def write(self) -> list[str]:
        """Return where it may publish, and which queues it may bind."""
        names = [name for name in self._beyond["write"] if name != DEFAULT_EXCHANGE]
        source = f"{self._own}.events"
        return [
            *self._allowed(names, lambda channel, name: channel.exchange_unbind(name, source, routing_key=NOBODYS)),
            *self._allowed([DEFAULT_EXCHANGE], lambda channel, _: _publish(channel, b"")),
        ]

    def read(self) -> list[str]:
        """Return the excess rights to consume, purge or bind, other than to the exchanges that it follows."""
        queue = f"{self._own}.inbox"
        return self._allowed(
            self._beyond["read"], lambda channel, name: channel.queue_unbind(queue, name, routing_key=NOBODYS)
        )

    def takes(self, size: int) -> bool:
        """Return whether the broker takes a message of this size (bytes); no queue would have it."""
        channel = self._link.connection.channel()
        try:
            _publish(channel, b"\x00" * size)
            is_taken = True
        except amqp.PreconditionFailed:
            is_taken = False
        except amqp.AccessRefused:  # it checks the size first
            is_taken = True
        channel.close()
        return is_taken

    def _allowed(self, names: list[str], ask: Callable[[amqp.Channel, str], object]) -> list[str]:
        return [name for name in names if self._is_allowed(name, ask)]

    def _is_allowed(self, name: str, ask: Callable[[amqp.Channel, str], object]) -> bool:
        channel = self._link.connection.channel()
        try:
            with self._link.in_time():
                ask(channel, name)
            is_allowed = True
        except amqp.AccessRefused as refused:
            is_allowed = f"'{name}'" not in str(refused)  # it lacks another right, which the service itself will report
        except amqp.NotFound:
            is_allowed = True  # the broker checks the rights first
        channel.close()
        return is_allowed


def _publish(channel: amqp.Channel, body: bytes) -> None:
    channel.basic_publish(amqp.Message(body), exchange="", routing_key=NOBODYS)
    channel.basic_qos(0, 1, a_global=False)  # answered after the message was checked


def _tags(uri: str) -> list[str]:
    """Return the account's tags by the management pages; none where they are not to be had."""
    tags: set[str] = set()
    for node in filter(None, uri.split(";")):
        parts = urlsplit(node)
        if parts.scheme != "amqp":  # a password that goes over TLS there does not go without it here
            continue
        with requests.Session() as session:
            session.trust_env = False
            session.auth = (unquote(parts.username or ""), unquote(parts.password or ""))
            try:
                reply = session.get(f"http://{parts.hostname}:{MANAGEMENT_PORT}/api/whoami", timeout=ANSWER_SECONDS)
                tags.update(reply.json()["tags"] if reply.ok else [])
            except (requests.RequestException, ValueError, KeyError):
                continue
    return sorted(tags)


def _why_unsure(uri: str) -> str:
    nodes = [urlsplit(node) for node in filter(None, uri.split(";"))]
    states = [greeting(str(node.hostname), node.port or 5672) for node in nodes if node.scheme == "amqp"]
    if "mute" in states:
        return "it takes connections and ends each before a word: half dead, as after a full disk"
    return "it can't be reached"


def greeting(host: str, port: int) -> str:
    """Return how a broker greets a client: `greets`, `mute` (it takes the connection and does not answer), `away`."""
    try:
        connection = socket.create_connection((host, port), timeout=ANSWER_SECONDS)
    except ConnectionResetError:  # a reset can overtake the beginning of the connection itself
        return "mute"
    except OSError:
        return "away"
    with connection:
        try:
            connection.sendall(HEADER)
            return "greets" if connection.recv(1) == METHOD_FRAME else "mute"
        except OSError:
            return "mute"


def main(service: str, *, asks_rights: bool) -> int:
    """Print what the broker answers to the account that this environment has for a service, as JSON."""
    given = from_files(os.environ)
    uri = given.get(own_broker(service)) or given[ALL_BROKER]
    print(json.dumps(asdict(look(service, uri, asks_rights=asks_rights))))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], asks_rights=CONNECTS_ONLY not in sys.argv))
