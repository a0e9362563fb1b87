"""Continuous archive of a key database: losing the key database would erase all cases.

There is one file a day. It begins with all keys, and each new or rewrapped key is appended. Keys are archived in
wrapped form. Files are deleted after the configured number of days, after which erased data can never be decrypted.
"""

import base64
import json
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import chain, islice
from pathlib import Path
from uuid import UUID

import psycopg
from sqlalchemy import delete, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from shared.encryption.tables import blind_indexes, case_keys, known_of, tombstones
from shared.store.leader import LeaseLost, try_acquire
from shared.store.loop import Loop
from shared.telemetry.logs import logger

POLL_SECONDS = 2.0
#: Seconds until the next attempt to become leader.
LEAD_SECONDS = 5.0
#: Rows of longer transactions are archived in the next day's file (seconds).
OVERLAP = timedelta(seconds=60)
PAGE = 5_000

_IS_ANY_NEW = text("""
    select now() as at, cast(:since as timestamptz) is null
        or exists (select from case_keys where changed_at > cast(:since as timestamptz))
        or exists (select from tombstones where at > cast(:since as timestamptz)) as is_any
""")

log = logger()


class NotAnArchive(ValueError):
    """A file with content but without a key."""

    status = 422


class Archive:
    """The archive of one key database: a folder of files that only this user can read."""

    def __init__(self, engine: Engine, folder: Path, *, days: int) -> None:
        """Store the key database, the archive folder, and the number of days to keep files."""
        self._engine, self._alone = engine, engine.execution_options(isolation_level="AUTOCOMMIT")
        self._folder = folder
        self.days = days
        self._since: datetime | None = None
        self._written: set[str] = set()

    def append(self, now: datetime) -> int:
        """Append new entries durably to the day's file; return their number. A new day's file begins with all keys."""
        path = self._folder / f"keys-{now:%Y-%m-%d}.jsonl"
        if not path.exists():
            self._begin(path)
        read_at, is_any = self._look()
        fresh = set[str]()
        if is_any:
            with self._engine.begin() as connection:
                fresh = {line for line in _lines(connection, self._since) if line not in self._written}
        if fresh:
            _append(path, sorted(fresh))
        os.utime(path)  # even without new entries: the file's time states until when it is complete
        # Remember written lines for as long as they can be read again.
        self._written = (self._written | fresh) if self._since is not None else fresh
        self._since = read_at - OVERLAP
        if len(self._written) > PAGE:
            self._written = set()
        return len(fresh)

    def _look(self) -> tuple[datetime, bool]:
        """Return the server's time, and whether there can be new entries. Needs one round trip."""
        with self._alone.connect() as connection:
            answer = connection.execute(_IS_ANY_NEW, {"since": self._since}).one()
        return answer.at, answer.is_any

    def age(self) -> float | None:
        """Return the seconds since the archive was known to contain every key; None if it does not exist yet."""
        files = sorted(self._folder.glob("keys-*.jsonl"))
        return max(0.0, time.time() - files[-1].stat().st_mtime) if files else None

    def _begin(self, path: Path) -> None:
        """Create a day's file atomically.

        If the database lacks a key without a tombstone, that key is lost there. It is copied from the last file, so
        that it remains after that file is deleted.
        """
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished = path.with_suffix(".unfinished")
        unfinished.unlink(missing_ok=True)
        files = sorted(self._folder.glob("keys-*.jsonl"))
        with self._engine.begin() as connection:
            self._since = connection.execute(text("select now()")).scalar_one() - OVERLAP
            lost = _lost_keys(connection, files[-1]) if files else []
            _append(unfinished, chain(lost, _lines(connection, None)))
        unfinished.rename(path)
        self._written = set()

    def forget(self, now: datetime) -> list[str]:
        """Delete files older than the configured days if a newer one exists; return their names."""
        files = sorted(self._folder.glob("keys-*.jsonl"))
        oldest = f"keys-{now - timedelta(days=self.days):%Y-%m-%d}.jsonl"
        # A day's file includes keys destroyed on that day, so it must be deleted exactly that many days later.
        expired_files = [path for path in files[:-1] if path.name <= oldest]
        for path in expired_files:
            path.unlink()
        return [path.name for path in expired_files]


def _lost_keys(connection: Connection, path: Path) -> list[str]:
    """Return the lines of a file whose keys the database has neither as a key nor as a tombstone."""
    lost: dict[UUID, str] = {}
    with path.open(encoding="ascii") as opened:
        while lines := [line for line in islice(opened, PAGE) if line.endswith("\n")]:
            read = {}
            for line in lines:
                with suppress(ValueError):  # an incomplete line
                    entry = json.loads(line)
                    read[UUID(entry["subject"])] = None if entry.get("erased") else line.rstrip("\n")
            in_store = known_of(connection, read)
            for subject, kept in read.items():
                lost.pop(subject, None)
                if kept is not None and subject not in in_store:
                    lost[subject] = kept
    return sorted(lost.values())


def _lines(connection: Connection, since: datetime | None) -> Iterator[str]:
    keys = select(case_keys).order_by(case_keys.c.changed_at)
    dead = select(tombstones).order_by(tombstones.c.at)
    if since is not None:
        keys, dead = keys.where(case_keys.c.changed_at > since), dead.where(tombstones.c.at > since)
    for row in connection.execute(keys.execution_options(yield_per=PAGE)):
        wrapped = base64.b64encode(row.wrapped).decode()
        yield json.dumps({"subject": str(row.subject), "wrapped": wrapped, "ring_key": row.ring_key})
    for row in connection.execute(dead.execution_options(yield_per=PAGE)):
        yield json.dumps({"subject": str(row.subject), "erased": True})


def _append(path: Path, lines: Iterable[str]) -> None:
    broken_off = _is_broken_off(path)
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(file, "w", encoding="ascii") as opened:
        if broken_off:
            opened.write("\n")  # otherwise the next entry would be lost with the incomplete line
        for line in lines:
            opened.write(line + "\n")
        opened.flush()
        os.fsync(opened.fileno())


def _is_broken_off(path: Path) -> bool:
    """Return whether a file's last line is incomplete: the process was killed, or the disk was full."""
    if not path.exists():
        return False
    with path.open("rb") as opened:
        length = opened.seek(0, os.SEEK_END)
        opened.seek(max(0, length - 1))
        return opened.read(1) not in (b"\n", b"")


def restore(engine: Engine, path: Path) -> tuple[int, int]:
    """Restore missing keys from a day's file; return their number, and the number of erased cases.

    Keys of erased cases are not restored, and are deleted if an older file had restored them. An incomplete line is
    ignored. Raises `NotAnArchive`.
    """
    keys: dict[UUID, dict[str, object]] = {}
    dead: set[UUID] = set()
    lines = path.read_text(encoding="ascii").splitlines()
    for line in lines:
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        subject = UUID(entry["subject"])
        if entry.get("erased"):
            dead.add(subject)
        else:
            wrapped = base64.b64decode(entry["wrapped"])
            keys[subject] = {"subject": subject, "wrapped": wrapped, "ring_key": entry["ring_key"]}
    if lines and not keys and not dead:
        raise NotAnArchive("no line of the file holds a key or an erasure; take the newest keys-<day>.jsonl")
    with engine.begin() as connection:
        dead |= set(connection.scalars(select(tombstones.c.subject)))
        for erased_subject in dead:
            connection.execute(insert(tombstones).values(subject=erased_subject).on_conflict_do_nothing())
            connection.execute(delete(case_keys).where(case_keys.c.subject == erased_subject))
            connection.execute(delete(blind_indexes).where(blind_indexes.c.subject == erased_subject))
        left_out = dead | set(connection.scalars(select(case_keys.c.subject)))
        lacking = [row for subject, row in keys.items() if subject not in left_out]
        for start in range(0, len(lacking), PAGE):
            connection.execute(insert(case_keys).on_conflict_do_nothing(), lacking[start : start + PAGE])
    return len(lacking), len(dead)


class Archiver(Loop):
    """Loop that writes the archive while this process is the leader for that task."""

    def __init__(self, archive: Archive, database_url: str) -> None:
        """Store the archive, and the key database's address."""
        super().__init__(
            self._archive_while_leading,
            pause=LEAD_SECONDS,
            passing=(LeaseLost, psycopg.Error, SQLAlchemyError, OSError),
        )
        self._archive = archive
        self._database_url = database_url

    def report(self, error: Exception) -> None:
        """Log that the archive cannot be written now."""
        log.error("keys.not_archived", reason=type(error).__name__, exc_info=error)

    def _archive_while_leading(self) -> None:
        lease = try_acquire(self._database_url, "keys")
        if lease is None:
            return
        with lease:
            while not self.is_stopping:
                lease.renew()
                now = datetime.now(UTC)
                self._archive.append(now)
                for name in self._archive.forget(now):
                    log.info("keys.archive_forgotten", file=name)
                self.wait(POLL_SECONDS)
