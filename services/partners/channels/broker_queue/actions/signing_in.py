"""What the broker asks before it lets somebody in to the agencies' virtual host: who they are, and what they may there.

Who comes in is a key: its id is the user's name, and the key the password. So a key that is bound to addresses is so at
the broker too, and one that was revoked reads nothing that it had not begun to read. The services' accounts the broker
knows itself, and asks nobody about them. While partners is away no agency comes in.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Final, TypeAlias
from uuid import UUID

from sqlalchemy.orm import Session

from services.partners.agencies.key import actions as keys
from services.partners.agencies.key.rules import is_within
from services.partners.channels.broker_queue import rules
from services.partners.channels.broker_queue.actions.opening import serves
from services.partners.channels.broker_queue.models import BrokerQueue
from shared.access import agency_keys
from shared.deadlines.time_source import TIME_SOURCE
from shared.exchange.broker import AGENCIES_VHOST, BROKER_OF_AGENCIES
from shared.http import FormListener
from shared.store.database import Database
from shared.store.loop import Loop

#: What the broker sends with a question: a form, each name once.
Form: TypeAlias = Mapping[str, str]
_RESOURCE: Final = ("resource", "name", "permission")


class SignIn:
    """Answers the broker (`rabbitmq_auth_backend_http`): yes or no, to each path."""

    def __init__(self, database: Database) -> None:
        """Store where keys and queues are."""
        self._database = database

    def __call__(self, path: str, form: Form) -> bool:
        """Return whether the broker may allow what it asks about; nothing that is not expected is."""
        user = rules.id_in(form.get("username", ""))
        if user is None:
            return False
        with self._database.transaction() as session:
            if path == "/user":
                return _is_reader(session, user, form.get("password", ""))
            if form.get("vhost") != AGENCIES_VHOST:
                return False
            if path == "/vhost":
                return _may_come_from(session, user, form.get("ip", ""))
            if path == "/resource":
                queue = _queue_of(session, user)
                return queue is not None and rules.may(queue, *(form.get(name, "") for name in _RESOURCE))
        return False


def _is_reader(session: Session, user: UUID, password: str) -> bool:
    presented = agency_keys.read(password)
    if presented is None or presented.id != user:
        return False
    reader = keys.reader(session, user, datetime.now(UTC), presented=presented)
    return reader is not None and _queue(session, reader.agency) is not None


def _may_come_from(session: Session, user: UUID, address: str) -> bool:
    reader = keys.reader(session, user, datetime.now(UTC))
    try:
        return reader is not None and is_within(ip_address(address), reader.networks)
    except ValueError:
        return False


def _queue_of(session: Session, user: UUID) -> str | None:
    reader = keys.reader(session, user, datetime.now(UTC))
    return None if reader is None else _queue(session, reader.agency)


def _queue(session: Session, agency: UUID) -> str | None:
    row = session.get(BrokerQueue, agency)
    now = TIME_SOURCE.of(session).now(session)
    return row.queue if row is not None and serves(session, row, now) else None


class BrokerSignIn(Loop):
    """Listens to the broker's questions, where the settings say so."""

    def __init__(self, database: Database) -> None:
        """Store where to listen; nothing is opened before `run`."""
        super().__init__(self.wait)
        listen = database.provided(BROKER_OF_AGENCIES).sign_in
        self._listener = FormListener(listen, SignIn(database)) if listen else None

    def stop(self) -> None:
        """Answer what is in hand, then return from `run`."""
        super().stop()
        if self._listener is not None:
            self._listener.stop()

    def run(self) -> None:
        """Listen until stopped."""
        (self._listener.run if self._listener is not None else super().run)()
