"""Drafts: the texts of a form that was not sent yet, one encrypted row for each form.

A row's id is a keyed digest of the person and the form, and the encrypted text is bound to this id. Only the person who
typed a draft therefore finds it, in any of their sessions. A row that is moved to another person cannot be decrypted.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from services.web.session.rules import KEPT
from services.web.session.store import Sessions
from shared.sealing.ring import Ring, RingRefused
from shared.sealing.seal import Cell, bound
from shared.telemetry import logger

log = logger()

#: The number of drafts of one person. The oldest make room for a new one.
MOST_DRAFTS: Final = 20
_SERVICE: Final = "web"


@dataclass(frozen=True)
class Draft:
    """An unfinished form: the texts of its inputs, the texts of the record as it was shown, and the version and key."""

    typed: Mapping[str, tuple[str, ...]] = field(repr=False)
    shown: Mapping[str, tuple[str, ...]] = field(repr=False)
    version: str
    key: str
    saved_at: datetime | None = None
    #: The desk's answer to the form when it was sent, for the page that shows this; empty: it was not sent.
    reply: Mapping[str, Any] = field(default_factory=dict, repr=False)


class Drafts:
    """The drafts in the database `web`."""

    def __init__(self, sessions: Sessions, ring: Ring) -> None:
        """Store the sessions, whose connections are used, and the key ring."""
        self._sessions, self._ring = sessions, ring

    # control: H-DESK-7 sealed-drafts
    def save(self, person: bytes, form: str, draft: Draft, now: datetime) -> None:
        """Store what a person has typed into a form, in place of the earlier draft of this form."""
        number = self._id(person, form)
        text = json.dumps({**asdict(draft), "saved_at": None})
        name, sealed = self._ring.wrap(text.encode(), self._bound(number))
        row = {"id": number, "person": person, "sealed": sealed, "ring_key": name, "now": now, "most": MOST_DRAFTS}
        with self._sessions.transaction() as connection:
            connection.execute(
                "insert into drafts (id, person, sealed, ring_key, saved_at)"
                " values (%(id)s, %(person)s, %(sealed)s, %(ring_key)s, %(now)s)"
                " on conflict (id) do update set sealed = excluded.sealed, ring_key = excluded.ring_key,"
                " saved_at = excluded.saved_at",
                row,
            )
            connection.execute(
                "delete from drafts where id in"
                " (select id from drafts where person = %(person)s order by saved_at desc offset %(most)s)",
                row,
            )

    # control: H-DESK-7 drafts-are-of-one-person
    def find(self, person: bytes, form: str, now: datetime) -> Draft | None:
        """Return the person's draft of a form; None if there is none, its time is over, or its key was lost."""
        number = self._id(person, form)
        with self._sessions.transaction() as connection:
            row = connection.execute(
                "select * from drafts where id = %s and person = %s and saved_at > %s", (number, person, now - KEPT)
            ).fetchone()
        if row is None:
            return None
        try:
            document = json.loads(self._ring.unwrap(row["ring_key"], bytes(row["sealed"]), self._bound(number)))
        except RingRefused as refused:
            log.warning("drafts.not_opened", reason=str(refused))
            self.delete(person, form)
            return None
        return Draft(
            typed=_texts(document["typed"]),
            shown=_texts(document["shown"]),
            version=document["version"],
            key=document["key"],
            saved_at=row["saved_at"],
            reply=document.get("reply") or {},
        )

    def delete(self, person: bytes, form: str) -> None:
        """Delete the person's draft of a form; a second call has no effect."""
        with self._sessions.transaction() as connection:
            connection.execute("delete from drafts where id = %s", (self._id(person, form),))

    # control: H-DESK-7 drafts-end
    def delete_all_of(self, person: bytes) -> None:
        """Delete every draft of a person."""
        with self._sessions.transaction() as connection:
            connection.execute("delete from drafts where person = %s", (person,))

    def sweep(self, now: datetime) -> None:
        """Delete the drafts whose time is over."""
        with self._sessions.transaction() as connection:
            connection.execute("delete from drafts where saved_at <= %s", (now - KEPT,))

    def _id(self, person: bytes, form: str) -> UUID:
        digest = self._ring.fingerprint(f"{_SERVICE}/draft", json.dumps([person.hex(), form]).encode())
        return UUID(bytes=digest[:16])

    def _bound(self, number: UUID) -> bytes:
        return bound(_SERVICE, number, Cell("drafts", "sealed", number))


def _texts(stored: Mapping[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(texts) for name, texts in stored.items()}
