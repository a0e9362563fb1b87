"""Raise a safeguarding alert when any record reports danger: one table (`shared/reference/danger.toml`), one hook.

    danger.watch("support", Record, heed)     # check every row that the service stores from now on
    danger.report(session, measure, "answers", now=..., before=...)    # report a value that no column stores in clear

The hook checks each row that is written, by any action. At the end of the transaction it calls `heed` with the dangers
that are newly reported and those that are withdrawn. Support's `heed` raises the alert. The other services publish
`danger.flagged`, and support raises the alert when it consumes that event.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias
from uuid import UUID, uuid5

from marshmallow import Schema
from sqlalchemy import MetaData, inspect
from sqlalchemy import event as orm_event
from sqlalchemy.orm import DeclarativeBase, Session, object_session

from shared.access.declarations import declare, omittable
from shared.access.permissions import FieldClass
from shared.casework.corrections import RECORD_CLASS
from shared.events.audience import inside
from shared.events.contract import Code, EventType, Read, Reference
from shared.events.envelope import Announcement
from shared.exchange import eventlog
from shared.reference import codes
from shared.reference.danger import UNKNOWN, DangerRow, Dangers, Saying, said, shipped
from shared.reference.errors import BrokenReference
from shared.store.context import Carried, ContextKey
from shared.store.database import BEFORE_COMMIT
from shared.store.migration import MigrationSet

#: The danger table of the installation. If the transaction has none, the product's table is used.
DANGERS: Final[ContextKey[Dangers]] = ContextKey("dangers")
#: The dangers that the records of this transaction have reported so far.
_SAID: Final[ContextKey[list["Said"]]] = ContextKey("danger said")
#: Set while the dangers are being handled. Records written meanwhile report no danger.
_HEEDING: Final[ContextKey[bool]] = ContextKey("danger is acted upon")
#: A record with a value in one of these was withdrawn or replaced, and reports no danger.
_GONE: Final = ("taken_back_at", "corrected_on", "superseded_by")


@dataclass(frozen=True, kw_only=True)
class Said:
    """A record that reports danger, or (`stands` is false) a correction that withdrew such a report.

    `id` follows from the record, the field, the kind and the record's revision. A repeated report changes nothing.
    """

    id: UUID
    case: UUID
    source: str
    record_class: str
    record: UUID
    kind: str
    urgency: str
    stands: bool = True


Values: TypeAlias = Mapping[str, object]
#: A record of any table.
Row: TypeAlias = Any
Heed: TypeAlias = Callable[[Session, Sequence[Said]], None]


def saying_id(record: UUID, saying: Saying, revision: int) -> UUID:
    """Return the id of a danger that a field of a record reports. It is also the id of the alert that this raises."""
    return uuid5(record, f"danger:{saying.field}:{saying.kind}:{revision}")


@dataclass(frozen=True)
class Watch:
    """The checks of the rows that a service writes, and the handler of the dangers that they report."""

    service: str
    heed: Heed

    def rows(self, session: Session, table: str, *, computed: bool) -> list[DangerRow]:
        """Return the rows about a table whose values are stored in the clear, or those that its topic reports."""
        table_rows = (DANGERS.find(session) or shipped()).of(self.service, table)
        return [row for row in table_rows if row.computed is computed]

    def after_insert(self, _mapper: object, _connection: object, row: Row) -> None:
        """Note the dangers that a new row reports."""
        self._compare(row, lambda _name: None)

    def before_update(self, _mapper: object, _connection: object, row: Row) -> None:
        """Note the dangers that a changed row newly reports, and those that it does not report now."""
        attributes = inspect(row).attrs

        def before(name: str) -> object:
            changed = attributes[name].history
            return changed.deleted[0] if changed.deleted else getattr(row, name) if not changed.added else None

        self._compare(row, before)

    def _compare(self, row: Row, before: Callable[[str], object]) -> None:
        session = object_session(row)
        if session is None or _HEEDING.find(session):
            return
        rows = self.rows(session, row.__tablename__, computed=False)
        if not rows:
            return
        names = {entry.field for entry in rows}.union(*(entry.when for entry in rows))
        gone = [name for name in _GONE if name in row.__table__.c]
        was: Values = {name: before(name) for name in (*names, *gone)}
        now: Values = {name: getattr(row, name) for name in (*names, *gone)}
        self.note(session, row, rows, _standing(was, gone), _standing(now, gone))

    def note(
        self,
        session: Session,
        row: Row,
        rows: Sequence[DangerRow],
        was: Values,
        now: Values,
        time: int | None = None,
    ) -> None:
        """Note the difference between the earlier and the current dangers of a record."""
        before, after = said(rows, was), said(rows, now)
        revision, record_class = time or getattr(row, "revision", None) or 1, rows[0].record
        of_record = {"case": row.case_id, "source": self.service, "record_class": record_class, "record": row.id}
        for saying, urgency in after.items():
            if before.get(saying) != urgency:
                its_id = saying_id(row.id, saying, revision)
                self._put(session, Said(id=its_id, kind=saying.kind, urgency=urgency, **of_record))
        for kind in {saying.kind for saying in before} - {saying.kind for saying in after}:
            its_id = saying_id(row.id, Saying("", kind), revision)
            self._put(session, Said(id=its_id, kind=kind, urgency=UNKNOWN, stands=False, **of_record))

    def _put(self, session: Session, saying: Said) -> None:
        noted = _SAID.find(session)
        if noted is None:
            _SAID.put(session, [saying])
            BEFORE_COMMIT.put(session, [*(BEFORE_COMMIT.find(session) or ()), self._act])
        else:
            noted.append(saying)

    def _act(self, session: Session) -> None:
        noted = _SAID.of(session)
        _SAID.drop(session)
        _HEEDING.put(session, True)
        try:
            self.heed(session, noted)
            session.flush()
        finally:
            _HEEDING.drop(session)


def _standing(values: Values, gone: Sequence[str]) -> Values:
    """Return the values of a record while it is valid."""
    return {} if any(values[name] is not None for name in gone) else values


#: By the tables of a service.
_WATCHES: Final[dict[MetaData, Watch]] = {}


# control: H-DANGER-1 danger-table
def watch(service: str, base: type[DeclarativeBase], heed: Heed) -> None:
    """Check every row of a service from now on."""
    watching = _WATCHES[base.metadata] = Watch(service, heed)
    orm_event.listen(base, "after_insert", watching.after_insert, propagate=True)
    orm_event.listen(base, "before_update", watching.before_update, propagate=True)


def report(
    session: Session, row: Row, field: str, *, now: str | None, before: str | None = None, time: int | None = None
) -> None:
    """Note the danger that a value reports which no column stores in the clear. None: it reports no danger.

    `time` distinguishes one report from the next where the record's revision does not.
    """
    watching = _WATCHES[row.metadata]
    rows = watching.rows(session, row.__tablename__, computed=True)
    watching.note(session, row, rows, {field: before}, {field: now}, time)


def holding(dangers: Dangers, service: str, migrations: MigrationSet) -> Carried:
    """Return the table as a transaction carries it.

    Raises `BrokenReference` for a row about a table or column that the service does not have.
    """
    tables = migrations.metadata[-1].tables
    for row in dangers.rows:
        if row.service == service and not row.computed:
            table = tables.get(row.table)
            if table is None or not {row.field, *row.when} <= set(table.c.keys()):
                raise BrokenReference(f"{row.table}.{row.field}", f"is no column of {service}: its danger row is wrong")
    return DANGERS.holding(dangers)


class DangerFlagged(Schema):
    """A danger; `alert` is the safeguarding alert that support raises for it.

    `record_class` and `record` name the record that reports it. The event does not contain the record's text.
    """

    alert = declare(Reference(), FieldClass.BASIC, "The safeguarding alert, at support.")
    danger_type = declare(Code(codes("danger_type")), FieldClass.HEALTH, "The kind of danger.")
    urgency = declare(Code(codes("danger_urgency")), FieldClass.BASIC, "The urgency.")
    record_class = omittable(RECORD_CLASS)
    record = omittable(declare(Reference(), FieldClass.BASIC, "The record that says it."))


class DangerNotStanding(Schema):
    """A correction withdrew the report of a danger. The alert stays open until a person closes it."""

    danger_type = declare(Code(codes("danger_type")), FieldClass.HEALTH, "What the danger was.")
    record = declare(Reference(), FieldClass.BASIC, "The record that said it.")


class FlaggedView(Schema):
    """A danger that another service reports. For an unknown code, support uses `check_this`."""

    alert = Reference(required=True)
    danger_type = Code(required=True)
    urgency = Code(required=True)
    record_class = Code(load_default=None, allow_none=True)
    record = Reference(load_default=None, allow_none=True)


class NotStandingView(Schema):
    """A danger that a record of another service does not report now."""

    danger_type = Code(required=True)
    record = Reference(required=True)


_INSIDE: Final = inside("Support raises an alert for it. Agencies receive the alert and its end.")
FLAGGED, NOT_STANDING = "danger.flagged", "danger.not_standing"
EVENTS: Final = (
    EventType(
        FLAGGED,
        DangerFlagged,
        "safety",
        "A record says danger; support raises an alert.",
        protects=True,
        audience=_INSIDE,
    ),
    EventType(
        NOT_STANDING,
        DangerNotStanding,
        "safety",
        "A correction took away what said danger. A person confirms whether the alert still applies.",
        audience=_INSIDE,
    ),
)


def reads_of(source: str) -> tuple[Read, ...]:
    """Return the danger events that support reads from another service."""
    return (
        Read(f"{source}.{FLAGGED}", FlaggedView, about="alert", protects=True),
        Read(f"{source}.{NOT_STANDING}", NotStandingView),
    )


def publish(session: Session, heard: Sequence[Said]) -> None:
    """Publish the dangers that records report, in a service that raises no alerts itself."""
    for saying in heard:
        named = {"danger_type": saying.kind, "record": saying.record}
        flagged = {"alert": saying.id, "urgency": saying.urgency, "record_class": saying.record_class}
        event = Announcement(FLAGGED, {**named, **flagged}) if saying.stands else Announcement(NOT_STANDING, named)
        eventlog.record(session, saying.case, [event])
