"""The release that last served a database: a new release retries parked subjects once."""

from collections.abc import Callable, Iterable

from sqlalchemy import CheckConstraint, Column, DateTime, SmallInteger, Table, Text, func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

import shared
from shared.access.tokens import Principal
from shared.audit import trail
from shared.events.contract import Reads
from shared.events.envelope import new_id
from shared.exchange import interventions
from shared.exchange.interventions import Choice
from shared.store.database import metadata
from shared.telemetry.logs import logger

served_by = Table(
    "follow_release",
    metadata,
    Column("single", SmallInteger, CheckConstraint("single = 1", name="single"), primary_key=True, autoincrement=False),
    Column("mark", Text, nullable=False, comment="the package's version, and the newest version of each type read"),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)

log = logger()


def mark_of(reads: Reads) -> str:
    """Return the release mark: the code's version, and the newest version of each event type that it reads."""
    newest: dict[str, int] = {}
    for read in reads.reads:
        newest[read.key] = max(read.version, newest.get(read.key, 0))
    return " ".join([shared.__version__, *(f"{key}.v{version}" for key, version in sorted(newest.items()))])


def retry_parked_once(
    session: Session, service: str, reads: Reads, also: Iterable[Callable[[Session], None]] = ()
) -> int:
    """Retry all parked subjects if this release is new to the database; return the number of subjects.

    `also`: the other actions of the service that a new release requires. A release is also new after a roll-back. If
    several processes start at once, only one of them finds that the release is new.
    """
    now = insert(served_by).values(single=1, mark=mark_of(reads))
    changed = now.on_conflict_do_update(
        index_elements=["single"],
        set_={"mark": now.excluded.mark, "at": func.now()},
        where=served_by.c.mark != now.excluded.mark,
    )
    if session.execute(changed.returning(served_by.c.single)).first() is None:
        return 0
    for act in also:
        act(session)
    count = interventions.retry(session, Choice(state="parked"))
    if count:
        ourselves = Principal(service, frozenset({"service"}), f"casepath:service:{service}")
        trail.note(session, ourselves, action="holds.retry", subject=None, status=200, correlation=new_id())
        log.info("release.retries_parked", subjects=count)
    return count
