"""What was asked of clocks, in order, and by which fact: so that a fact that was recorded wrongly can be undone.

A request stays although nothing came of it: it may have found a clock of its code running only because of another
fact, which counts no more later.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, Column, DateTime, Identity, Index, Table, Text, Uuid, delete, insert, select, update
from sqlalchemy.orm import Session

from shared.store.database import metadata

START, STOP = "start", "stop"

requests = Table(
    "clock_requests",
    metadata,
    Column("position", BigInteger, Identity(always=True), primary_key=True),
    Column("subject", Uuid, nullable=False),
    Column("cause", Uuid, comment="the fact that asked; null: none that can be undone"),
    Column("code", Text, nullable=False),
    Column("verb", Text, nullable=False, comment="start or stop"),
    Column("jurisdiction", Text, comment="of a start"),
    Column("begins", Text, comment="of a start: a date, perhaps partial, or an instant"),
    Column("at", DateTime(timezone=True), comment="by the domain's clock; null: not known"),
    Column("clock", Uuid, comment="the clock that a start began; null: one was running already"),
)
Index("clock_requests_subject_index", requests.c.subject, requests.c.code)


@dataclass(frozen=True, slots=True)
class Request:
    """Something asked of the clock of a code: a start, or a stop."""

    position: int
    verb: str
    at: datetime | None = None
    clock: UUID | None = None
    jurisdiction: str | None = None
    begins: str | None = None

    @property
    def first_moment(self) -> str | datetime:
        """From when a start counts."""
        written = str(self.begins)
        return datetime.fromisoformat(written) if "T" in written else written


def note_start(
    session: Session,
    subject: UUID,
    jurisdiction: str,
    code: str,
    begins: date | datetime | str,
    *,
    at: datetime,
    cause: UUID | None,
    clock: UUID | None,
) -> None:
    """Record the request to start a clock, and which one it started."""
    written = begins if isinstance(begins, str) else begins.isoformat()
    columns = {"jurisdiction": jurisdiction, "begins": written, "clock": clock}
    session.execute(insert(requests).values(subject=subject, cause=cause, code=code, verb=START, at=at, **columns))


def note_stop(session: Session, subject: UUID, code: str, *, at: datetime | None, cause: UUID | None) -> None:
    """Record the request to stop the clock of a code."""
    session.execute(insert(requests).values(subject=subject, cause=cause, code=code, verb=STOP, at=at))


def note_clock(session: Session, request: Request, clock: UUID) -> None:
    """Record which clock a start request began afterwards."""
    session.execute(update(requests).where(requests.c.position == request.position).values(clock=clock))


def forget(session: Session, subject: UUID, cause: UUID) -> list[str]:
    """Forget what a fact asked; returns the codes of the clocks that it was about."""
    deletion = delete(requests).where(requests.c.subject == subject, requests.c.cause == cause)
    return sorted(set(session.execute(deletion.returning(requests.c.code)).scalars()))


def of_code(session: Session, subject: UUID, code: str) -> list[Request]:
    """Return the requests for the clocks of a code, in order."""
    column_names = ("position", "verb", "at", "clock", "jurisdiction", "begins")
    query = select(*(requests.c[name] for name in column_names)).where(
        requests.c.subject == subject, requests.c.code == code
    )
    return [Request(**row) for row in session.execute(query.order_by(requests.c.position)).mappings()]


def outcome(made_requests: Iterable[Request], over: Callable[[Request, datetime], bool]) -> list[tuple[Request, bool]]:
    """Return the starts that begin a clock, each with whether it is stopped, had only these requests been made.

    `over`: whether the clock of a start had come to its own end by an instant; then a stop finds nothing to stop, and
    the next start begins another.
    """
    starts: list[tuple[Request, bool]] = []
    running: Request | None = None
    for request in made_requests:
        if running is not None and request.at is not None and over(running, request.at):
            starts.append((running, False))
            running = None
        if request.verb == START:
            running = running or request
        elif running is not None:
            starts.append((running, True))
            running = None
    return starts if running is None else [*starts, (running, False)]
