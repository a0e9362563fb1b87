"""Encrypted fields under load: writing and reading persons, bulk creation of keys, and rotation of the key ring."""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from sqlalchemy import func, insert, select
from sqlalchemy.engine import Engine

from deploy.cli import rings
from deploy.cli.api import Api
from deploy.cli.errors import CommandRefused
from deploy.cli.keys import ring_file
from shared.encryption import Cell, FileRing
from shared.encryption.tables import case_keys
from shared.sealing.seal import KEY_BYTES, bound
from shared.store.database import engine_for
from tests.faults.casework import Desk
from tests.faults.field import Field

KEYS = "/v1/keys"
PERSONS = 3


@contextlib.contextmanager
def key_store(field: Field) -> Iterator[Engine]:
    """Yield intake's key database, without the proxy."""
    engine = engine_for(field.postgres.database_url("intake_keys"), pool_size=2)
    try:
        yield engine
    finally:
        engine.dispose()


def ring(field: Field) -> FileRing:
    """Return intake's key ring from its file."""
    return FileRing(ring_file(field._installation.keys, "intake").read_text(encoding="utf-8"))


def record_keys(field: Field, count: int) -> None:
    """Insert the keys of many cases directly into intake's key database."""
    wraps = ring(field)

    def row(subject: UUID) -> dict[str, object]:
        name, wrapped = wraps.wrap(bytes(KEY_BYTES), bound("intake", subject, Cell("case_keys", "wrapped", subject)))
        return {"subject": subject, "wrapped": wrapped, "ring_key": name}

    with key_store(field) as engine, engine.begin() as connection:
        connection.execute(insert(case_keys), [row(uuid4()) for _ in range(count)])


def keys_under(field: Field) -> dict[str, int]:
    """Count intake's keys by the key of the ring that encrypts them."""
    counted = select(case_keys.c.ring_key, func.count()).group_by(case_keys.c.ring_key)
    with key_store(field) as engine, engine.connect() as connection:
        return {str(name): int(count) for name, count in connection.execute(counted)}


def add_ring_key(field: Field) -> str:
    """Add a new current key to the ring file of running services; returns its name."""
    return rings.add_key(ring_file(field._installation.keys, "intake"), f"of-the-test-{uuid4().hex[:8]}")


def rotate(api: Api, under: str, most: int, between: Callable[[int], object] = lambda _left: None) -> int:
    """Rewrap all keys, a few at a time; return the number of requests.

    `between`: called after each request with the number of keys that are left.
    """
    asked, left = 0, 1
    while left:
        left = api.post("intake", f"{KEYS}/rotation", {"under": under, "most": most}).json()["left"]
        asked += 1
        between(left)
    return asked


class Sealing:
    """One case whose person is written and read, with its own worker."""

    def __init__(self, field: Field, *, patience: float = 0.0) -> None:
        """Open the case."""
        self.desk = Desk(field, patience=patience)
        self._count = 0

    @property
    def path(self) -> str:
        """Return the path of the person."""
        return f"{self.desk.path}/person"

    def write(self, etag: str | None = None) -> str:
        """Record a new name, and return it; `etag` is the case's, if it was read already."""
        self._count += 1
        name = f"Ioana {self._count}, fictitious"
        body = {"names": [{"kind": "given", "name": name}]}
        self.desk.api.put("intake", self.path, body, if_match=etag or self.desk.etag())
        return name

    def read(self) -> str:
        """Return the stored name."""
        found: str = self.desk.api.get("intake", self.path).json()["names"][0]["name"]
        return found


@dataclass
class Load:
    """The result of writing and reading: the number of requests, the errors, and the longest wait (seconds)."""

    done: int = 0
    wrong: list[str] = field(default_factory=list)
    longest: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def work(self, worker: Sealing) -> None:
        """Write and read once, and count."""
        wrong = ""
        try:
            etag = self._timed(worker.desk.etag)
            written = self._timed(lambda: worker.write(etag))
            wrong = "" if self._timed(worker.read) == written else "another name was read than was written"
        except CommandRefused as refused:
            wrong = f"{refused.what} {refused.why}"
        with self._lock:
            self.done += 1
            self.wrong += [wrong] if wrong else []

    def _timed(self, ask: Callable[[], str]) -> str:
        began = time.monotonic()
        try:
            return ask()
        finally:
            with self._lock:
                self.longest = max(self.longest, time.monotonic() - began)


@contextlib.contextmanager
def under_sealing(field: Field) -> Iterator[Load]:
    """Write and read the persons of several cases continuously until the block ends, with one worker for each case."""
    load, ended = Load(), threading.Event()
    workers = [Sealing(field) for _ in range(PERSONS)]

    def work(worker: Sealing) -> None:
        while not ended.is_set():
            load.work(worker)

    with ThreadPoolExecutor(len(workers)) as beside:
        working = [beside.submit(work, each) for each in workers]
        try:
            yield load
        finally:
            ended.set()
    for each in working:
        each.result()
