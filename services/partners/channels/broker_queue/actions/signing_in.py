"""Answer the broker's authentication and authorisation questions about the agencies' virtual host.

A client signs in with a key: the user name is the key's id, and the password is the key. A key that is limited to
networks is therefore limited at the broker too. A revoked key can start reading nothing new. The broker knows the
services' accounts itself and does not ask about them. While partners is unavailable, no agency can sign in.

The broker never reports that a connection ended, so partners can't count open connections. It limits how fast a key
opens them: a stolen key can't quickly take the connections that all agencies share.
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
from shared.http import AskedTooOften, FormListener, Rate, TokenBuckets
from shared.store.database import Database
from shared.store.loop import Loop

#: The form that the broker sends with a question; each name occurs once.
Form: TypeAlias = Mapping[str, str]
_RESOURCE: Final = ("resource", "name", "permission")
#: Connections that one key can open at once, and the seconds after which it can open that many again.
OPENINGS: Final = Rate(20, 20 * 60)


class SignIn:
    """Answers the broker (`rabbitmq_auth_backend_http`): allow or deny, for each path."""

    def __init__(self, database: Database) -> None:
        """Store the database, which contains the keys and queues."""
        self._database = database
        self._openings = TokenBuckets(OPENINGS)

    def __call__(self, path: str, form: Form) -> bool:
        """Return whether the broker may allow a request. Unknown requests are denied."""
        user = rules.id_in(form.get("username", ""))
        if user is None:
            return False
        with self._database.transaction() as session:
            if path == "/user":
                return _is_reader(session, user, form.get("password", ""))
            if form.get("vhost") != AGENCIES_VHOST:
                return False
            if path == "/vhost":
                return _may_come_from(session, user, form.get("ip", "")) and self._may_open(user)
            if path == "/resource":
                queue = _queue_of(session, user)
                return queue is not None and rules.may(queue, *(form.get(name, "") for name in _RESOURCE))
        return False

    # control: H-AGENCY-21 openings-per-key
    def _may_open(self, user: UUID) -> bool:
        try:
            self._openings.take(str(user))
        except AskedTooOften:
            return False
        return True


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
    """Listens for the broker's questions if the settings enable it."""

    def __init__(self, database: Database) -> None:
        """Store where to listen; nothing is opened before `run`."""
        super().__init__(self.wait)
        listen = database.provided(BROKER_OF_AGENCIES).sign_in
        self._listener = FormListener(listen, SignIn(database)) if listen else None

    def stop(self) -> None:
        """Answer the current question, then return from `run`."""
        super().stop()
        if self._listener is not None:
            self._listener.stop()

    def run(self) -> None:
        """Listen until stopped."""
        (self._listener.run if self._listener is not None else super().run)()
