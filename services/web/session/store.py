"""Sessions and unfinished sign-ins in the database `web`. A hash of the cookie finds a row, and its content is sealed.

A cookie is a random value of 256 bits. The database reveals neither cookies nor tokens.
"""

import hashlib
import json
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

import psycopg
from psycopg.rows import DictRow, dict_row
from psycopg_pool import ConnectionPool

from services.web.session.rules import IDLE, KEPT, LONGEST, LONGEST_ATTEMPT, VISIT_KEPT, Lifetime, is_to_be_renewed
from shared.sealing.ring import Ring, RingRefused
from shared.sealing.seal import Cell, bound
from shared.store.file_address import address_now
from shared.telemetry import logger

log = logger()

MOST_CONNECTIONS: Final = 8
#: The longest wait of a request for a connection (seconds), and for the renewal of its session (milliseconds).
WAIT_SECONDS, LOCK_MILLISECONDS = 5.0, 20_000
#: The number of stored sign-ins that wait for the person to come back. The oldest ones give way to new ones.
MOST_SIGN_INS: Final = 10_000
_SERVICE: Final = "web"
#: SQL that moves expired sessions to `ended_sessions`: a row there has the person but no tokens.
_END: Final = (
    "with over as (delete from sessions"
    " where cookie_hash = %(cookie)s or seen_at <= %(idle)s or began_at <= %(longest)s"
    " returning cookie_hash, person, seen_at)"
    " insert into ended_sessions (cookie_hash, person, seen_at) select * from over on conflict do nothing"
)


@dataclass(frozen=True)
class Tokens:
    """The tokens that a provider issued at a sign-in or at a renewal."""

    issuer: str
    subject: str
    access: str = field(repr=False)
    ends_at: datetime
    refresh: str = field(default="", repr=False)
    identity: str = field(default="", repr=False)
    #: The staff id in the register of staff.
    member: str = ""
    #: The roles at the time of the sign-in, which decide the links on a page. The services decide the person's access.
    roles: list[str] = field(default_factory=list)
    #: Their own name at the time of the sign-in; empty if the register has none.
    name: str = field(default="", repr=False)


@dataclass(frozen=True)
class Session:
    """The session of a signed-in person."""

    cookie: str = field(repr=False)
    lifetime: Lifetime
    tokens: Tokens = field(repr=False)
    #: The language that the person chose; empty if they chose none.
    language: str = ""
    #: The end of the person's previous visit; None at the first one.
    visited_before: datetime | None = None
    #: Whether the person wants a sound for new alerts.
    sound: bool = False
    #: The message that a page shows once: its code, and the path of the page. Empty: there is none.
    said: str = ""

    @property
    def form_token(self) -> str:
        """Return the token of each form of this session."""
        return form_token(self.cookie)


def form_token(cookie: str) -> str:
    """Return the token of each form of the session with this cookie. Only the holder of the cookie can compute it."""
    return hashlib.blake2b(b"form", key=cookie.encode()[:64], digest_size=24).hexdigest()


class Sessions:
    """The rows of the database `web`."""

    def __init__(self, address: str, ring: Ring) -> None:
        """Store the database's address and the key ring; connections are opened at their first use."""
        self._ring = ring
        self._pool: ConnectionPool[psycopg.Connection[DictRow]] = ConnectionPool(
            lambda: address_now(address),
            connection_class=psycopg.Connection[DictRow],
            kwargs={"row_factory": dict_row, "connect_timeout": 5, "application_name": "web_desk"},
            min_size=1,
            max_size=MOST_CONNECTIONS,
            timeout=WAIT_SECONDS,
            check=ConnectionPool.check_connection,
            open=False,
        )

    def open(self) -> None:
        """Start to connect. Call this in the process that serves, after any fork."""
        self._pool.open()

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()

    def answers(self) -> bool:
        """Return whether the database answers and has the tables."""
        try:
            with self.transaction() as connection:
                connection.execute("select from sessions limit 1")
        except (psycopg.Error, TimeoutError):
            return False
        return True

    def connections(self) -> tuple[int, int]:
        """Return the number of connections in use, and the most that may be open."""
        stats = self._pool.get_stats()
        return stats.get("pool_size", 0) - stats.get("pool_available", 0), MOST_CONNECTIONS

    def begin(self, tokens: Tokens, now: datetime, language: str = "") -> Session:
        """Start a session with a new cookie. A cookie from before the sign-in never becomes a session cookie."""
        session = Session(secrets.token_urlsafe(32), Lifetime(now, now), tokens, language)
        number = uuid4()
        row = {
            "cookie": _hash(session.cookie),
            "id": number,
            "person": self.person(tokens.issuer, tokens.subject),
            "now": now,
            "language": language,
            **self._sealed(Cell("sessions", "sealed", number), _written(tokens)),
        }
        with self.transaction() as connection:
            before = connection.execute("select seen_at from visits where person = %(person)s", row).fetchone()
            visited_before = before["seen_at"] if before else None
            connection.execute(
                "insert into sessions"
                " (cookie_hash, id, person, sealed, ring_key, began_at, seen_at, language, visited_before)"
                " values (%(cookie)s, %(id)s, %(person)s, %(sealed)s, %(ring_key)s, %(now)s, %(now)s, %(language)s,"
                " %(before)s)",
                {**row, "before": visited_before},
            )
            _note_visit(connection, row["person"], now)
        return replace(session, visited_before=visited_before)

    def set_sound(self, session: Session, *, on: bool) -> None:
        """Store whether the person wants a sound for new alerts in this session."""
        with self.transaction() as connection:
            connection.execute("update sessions set sound = %s where cookie_hash = %s", (on, _hash(session.cookie)))

    def say(self, cookie: str, said: str) -> None:
        """Store the message that a page of this session shows once; it replaces an earlier one."""
        with self.transaction() as connection:
            connection.execute("update sessions set said = %s where cookie_hash = %s", (said, _hash(cookie)))

    def take_said(self, session: Session) -> bool:
        """Delete the message of a session; return whether it was still there: of two requests, one shows it."""
        with self.transaction() as connection:
            taken = connection.execute(
                "update sessions set said = '' where cookie_hash = %s and said = %s",
                (_hash(session.cookie), session.said),
            )
            return taken.rowcount == 1

    def find(self, cookie: str, now: datetime, *, by_person: bool) -> Session | None:
        """Return the session of a cookie; None if there is none or it is over. `by_person` keeps it alive.

        A session ends, too, if the key ring was lost and the desk has another one.
        """
        with self.transaction() as connection:
            row = connection.execute("select * from sessions where cookie_hash = %s", (_hash(cookie),)).fetchone()
            if row is None:
                return None
            lifetime = Lifetime(row["began_at"], row["seen_at"])
            if lifetime.is_over(now):
                connection.execute(_END, {"cookie": _hash(cookie), "idle": now - IDLE, "longest": now - LONGEST})
                return None
            if by_person and lifetime.is_to_be_noted(now):
                connection.execute("update sessions set seen_at = %s where cookie_hash = %s", (now, _hash(cookie)))
                _note_visit(connection, row["person"], now)
        try:
            tokens = self._tokens(row)
        except RingRefused as refused:
            log.warning("sessions.not_opened", reason=str(refused))
            self.end(cookie)
            return None
        return Session(cookie, lifetime, tokens, row["language"], row["visited_before"], row["sound"], row["said"])

    def choose_language(self, cookie: str, language: str) -> None:
        """Store the language in which this session shows its pages."""
        with self.transaction() as connection:
            connection.execute("update sessions set language = %s where cookie_hash = %s", (language, _hash(cookie)))

    # control: H-DESK-2 renewal-under-a-lock
    def renewed(self, session: Session, now: datetime, renew: Callable[[Tokens], Tokens]) -> Session | None:
        """Return the session with a valid access token; one request at a time asks the provider for a renewal.

        The row stays locked meanwhile: two renewals with one refresh token would end the session at many providers.
        Raises the errors of `renew`.
        """
        if not is_to_be_renewed(session.tokens.ends_at, now):
            return session
        with self.transaction() as connection:
            connection.execute(f"set local lock_timeout = {LOCK_MILLISECONDS}")
            row = connection.execute(
                "select * from sessions where cookie_hash = %s for update", (_hash(session.cookie),)
            ).fetchone()
            if row is None:
                return None
            tokens = self._tokens(row)
            if is_to_be_renewed(tokens.ends_at, now):
                tokens = renew(tokens)
                sealed = self._sealed(Cell("sessions", "sealed", row["id"]), _written(tokens))
                connection.execute(
                    "update sessions set sealed = %(sealed)s, ring_key = %(ring_key)s where cookie_hash = %(cookie)s",
                    {**sealed, "cookie": _hash(session.cookie)},
                )
        return replace(session, tokens=tokens)

    def end(self, cookie: str) -> None:
        """End a session; a second call has no effect."""
        with self.transaction() as connection:
            connection.execute("delete from sessions where cookie_hash = %s", (_hash(cookie),))
            connection.execute("delete from ended_sessions where cookie_hash = %s", (_hash(cookie),))

    def person_of_ended(self, cookie: str, now: datetime) -> bytes | None:
        """Return whose session a cookie had, if it ended by time in the last hour; it reads nothing with that."""
        with self.transaction() as connection:
            row = connection.execute(
                "select person from ended_sessions where cookie_hash = %s and seen_at > %s",
                (_hash(cookie), now - IDLE - KEPT),
            ).fetchone()
        return None if row is None else bytes(row["person"])

    def end_all_of(self, issuer: str, subject: str) -> int:
        """End every session of a person; return the number of sessions."""
        with self.transaction() as connection:
            return connection.execute(
                "delete from sessions where person = %s", (self.person(issuer, subject),)
            ).rowcount

    def begin_sign_in(self, values: Mapping[str, str], now: datetime) -> str:
        """Store the values that a sign-in needs when the person returns; return the cookie that finds them."""
        cookie, number = secrets.token_urlsafe(32), uuid4()
        row = {"cookie": _hash(cookie), "id": number, "now": now}
        with self.transaction() as connection:
            connection.execute(
                "insert into sign_ins (cookie_hash, id, sealed, ring_key, began_at)"
                " values (%(cookie)s, %(id)s, %(sealed)s, %(ring_key)s, %(now)s)",
                {**row, **self._sealed(Cell("sign_ins", "sealed", number), json.dumps(dict(values)))},
            )
            # control: H-DESK-2 sign-ins-are-bounded
            connection.execute(
                "delete from sign_ins where began_at <="
                " (select began_at from sign_ins order by began_at desc offset %s limit 1)",
                (MOST_SIGN_INS,),
            )
        return cookie

    def take_sign_in(self, cookie: str, now: datetime) -> dict[str, str] | None:
        """Return the stored values of a sign-in, once; None if there are none or the sign-in took too long."""
        with self.transaction() as connection:
            row = connection.execute(
                "delete from sign_ins where cookie_hash = %s returning *", (_hash(cookie),)
            ).fetchone()
        if row is None or now >= row["began_at"] + LONGEST_ATTEMPT:
            return None
        values: dict[str, str] = json.loads(self._opened(Cell("sign_ins", "sealed", row["id"]), row))
        return values

    def sweep(self, now: datetime) -> None:
        """Delete ended sessions, expired sign-ins and visits of long ago."""
        with self.transaction() as connection:
            connection.execute(_END, {"cookie": None, "idle": now - IDLE, "longest": now - LONGEST})
            connection.execute("delete from ended_sessions where seen_at <= %s", (now - IDLE - KEPT,))
            connection.execute("delete from sign_ins where began_at <= %s", (now - LONGEST_ATTEMPT,))
            connection.execute("delete from visits where seen_at <= %s", (now - VISIT_KEPT,))

    @contextmanager
    def transaction(self) -> Iterator[psycopg.Connection[DictRow]]:
        """Begin a transaction on one of the connections."""
        with self._pool.connection() as connection, connection.transaction():
            yield connection

    def person(self, issuer: str, subject: str) -> bytes:
        """Return the keyed digest by which rows belong to a person."""
        return self._ring.fingerprint(f"{_SERVICE}/session", json.dumps([issuer, subject]).encode())

    # control: H-DESK-2 sealed-session
    def _sealed(self, place: Cell, text: str) -> dict[str, Any]:
        name, sealed = self._ring.wrap(text.encode(), bound(_SERVICE, place.row, place))
        return {"sealed": sealed, "ring_key": name}

    def _opened(self, place: Cell, row: Mapping[str, Any]) -> str:
        return self._ring.unwrap(row["ring_key"], bytes(row["sealed"]), bound(_SERVICE, place.row, place)).decode()

    def _tokens(self, row: Mapping[str, Any]) -> Tokens:
        number: UUID = row["id"]
        document = json.loads(self._opened(Cell("sessions", "sealed", number), row))
        return Tokens(**{**document, "ends_at": datetime.fromisoformat(document["ends_at"])})


def _note_visit(connection: psycopg.Connection[DictRow], person: bytes, now: datetime) -> None:
    """Store when a person was last here, by the keyed digest of their sign-in."""
    connection.execute(
        "insert into visits (person, seen_at) values (%s, %s)"
        " on conflict (person) do update set seen_at = greatest(visits.seen_at, excluded.seen_at)",
        (person, now),
    )


def _hash(cookie: str) -> bytes:
    return hashlib.sha256(cookie.encode()).digest()


def _written(tokens: Tokens) -> str:
    return json.dumps({**asdict(tokens), "ends_at": tokens.ends_at.isoformat()})
