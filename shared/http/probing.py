"""Who asks for many addresses that are not there: somebody who tries ids, and no slip of the fingers.

Counted in this process's memory by distinct addresses, within a window: whoever asks for one address again and again
(a case that has not arrived here yet, a list that is out of date) is counted once, and not at all once it is there. An
alarm is a metric, a log line, and a row for operators; it names the caller and no address. A staff id is a reference
that only the sign-in resolves, and operators need it: with it they end the caller's access (`POST
/v1/access/revocations`).
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Final

from sqlalchemy import Column, DateTime, Integer, Table, Text, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from shared.store.database import metadata
from shared.telemetry import metrics
from shared.telemetry.logs import logger

#: So many different addresses in one window are an alarm. A list of a day's cases that somebody was taken off has
#: seldom more than a handful; an id that is mistyped is one, and most often not even of the form of an id.
ALARMING: Final = 20
#: Seconds. Long enough that slow trying shows, short enough that a day of slips does not add up.
WINDOW: Final = 600.0
#: Addresses are remembered by digests of 8 bytes, this many at most for each caller, and so many callers.
MOST_ADDRESSES: Final = 100
MOST_CALLERS: Final = 5_000
#: Alarms that operators are shown; older ones are deleted.
SHOWN: Final = timedelta(days=1)

probing_alarms = Table(
    "probing_alarms",
    metadata,
    Column("caller", Text, primary_key=True, comment="staff id or service name"),
    Column("not_found", Integer, nullable=False, comment="addresses that were not there, in one window"),
    Column("first_at", DateTime(timezone=True), nullable=False),
    Column("last_at", DateTime(timezone=True), nullable=False),
)

log = logger()


@dataclass
class _Caller:
    """When each address was not there, the earliest first; and the last alarm: how many they were, and when."""

    addresses: OrderedDict[bytes, float] = field(default_factory=OrderedDict)
    alarmed: int = 0
    alarmed_at: float = 0.0


class Probing:
    """The addresses that were not there, of the callers who asked last."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        """Begin with nobody."""
        self._now = now
        self._callers: OrderedDict[str, _Caller] = OrderedDict()
        self._lock = threading.Lock()

    def missed(self, session: Session, caller: str, address: str) -> None:
        """Note that an address was not there for a caller, and raise the alarm if they were many in this window."""
        count = self.count(caller, address)
        if count is not None:
            raise_alarm(session, caller, count)

    def count(self, caller: str, address: str) -> int | None:
        """Note that an address was not there for a caller; return how many were in this window, if that is an alarm.

        It is one at the threshold, and again each time that the number has doubled, or once in each window.
        """
        with self._lock:
            return self._count(caller, address)

    def _count(self, caller: str, address: str) -> int | None:
        of_caller = self._callers.setdefault(caller, _Caller())
        self._callers.move_to_end(caller)
        while len(self._callers) > MOST_CALLERS:
            self._callers.popitem(last=False)
        addresses, now = of_caller.addresses, self._now()
        addresses[_digest(address)] = now
        addresses.move_to_end(_digest(address))
        while addresses and (len(addresses) > MOST_ADDRESSES or next(iter(addresses.values())) < now - WINDOW):
            addresses.popitem(last=False)
        count = len(addresses)
        if count < ALARMING:
            of_caller.alarmed = 0
            return None
        if count < 2 * of_caller.alarmed and now < of_caller.alarmed_at + WINDOW:
            return None
        of_caller.alarmed, of_caller.alarmed_at = count, now
        return count

    def found(self, caller: str, address: str) -> None:
        """Forget an address that is there after all: an event had not arrived yet."""
        with self._lock:
            of_caller = self._callers.get(caller)
            if of_caller is not None:
                of_caller.addresses.pop(_digest(address), None)


@dataclass(frozen=True)
class ProbingAlarm:
    """Who asked for many addresses that were not there, how many in one window, and when."""

    caller: str
    not_found: int
    first_at: datetime
    last_at: datetime


def raise_alarm(session: Session, caller: str, count: int) -> None:
    """Count, log and store that a caller asks for many addresses that are not there; the highest number stays."""
    metrics.probing_alarms.inc()
    log.warning("access.probing", caller=caller, count=count)
    now = datetime.now(UTC)
    session.execute(delete(probing_alarms).where(probing_alarms.c.last_at < now - SHOWN))
    new = insert(probing_alarms).values(caller=caller, not_found=count, first_at=now, last_at=now)
    highest = func.greatest(probing_alarms.c.not_found, new.excluded.not_found)
    session.execute(new.on_conflict_do_update(index_elements=["caller"], set_={"not_found": highest, "last_at": now}))


def alarms(session: Session) -> list[ProbingAlarm]:
    """Return the alarms of the last day, the latest first."""
    recent = probing_alarms.c.last_at >= datetime.now(UTC) - SHOWN
    rows = session.execute(select(probing_alarms).where(recent).order_by(probing_alarms.c.last_at.desc()))
    return [ProbingAlarm(**row) for row in rows.mappings()]


def _digest(address: str) -> bytes:
    return blake2b(address.encode(), digest_size=8).digest()
