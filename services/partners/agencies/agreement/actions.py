"""Record, confirm, suspend, resume, end, show and list agreements, and remind agencies before they end.

Each change locks the agency's row in the register, so that the agency's events keep their order.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, TypeAlias
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, defer

from services.partners.agencies.agency.actions import generations
from services.partners.agencies.agency.actions.locking import lock, record_of
from services.partners.agencies.agency.models import Entry
from services.partners.agencies.agreement import events, rules
from services.partners.agencies.agreement.models import AgreementRecord
from services.partners.agencies.agreement.rules import Agreement
from services.partners.agencies.agreement.schemas import ListedAgreement, RecordAgreement, StopAgreement
from shared import encryption
from shared.access import agencies, endings, staff, views
from shared.access.permissions import existing
from shared.access.tokens import Principal
from shared.casework import dates
from shared.deadlines import time_source
from shared.encryption import Cell
from shared.events.contract import Emits
from shared.events.envelope import Announcement, new_id
from shared.exchange.eventlog import ORIGIN, Origin
from shared.exchange.eventlog import record as announce
from shared.store.database import Database
from shared.store.loop import Loop

#: The fields of an agreement in a view.
Shown: TypeAlias = dict[str, Any]
#: Seconds between two checks for due reminders.
PASS_SECONDS: Final = 60.0
_AGREED_ON: Final = ("purposes", "data_categories", "jurisdictions", "first_day", "last_day")
#: The columns that a step can change.
_STEPS: Final = ("step", "asked_by", "asked_at", "confirmed_by", "confirmed_at", "ended_on")


def record(
    session: Session, agency: UUID, command: RecordAgreement, now: datetime, *, by: Principal
) -> tuple[UUID, int]:
    """Record the agreement that an agency signed; it takes effect after a second person confirms it.

    Return its id and version. Raises `NotFound`, `StepForbidden`, `FactRefused`.
    """
    rules.check_agency(lock(session, agency))
    fields = command.stored()
    rules.check_new(**fields, today=dates.today(now, None))
    agreement, who = new_id(), UUID(by.subject)
    fields["reference"] = encryption.of(session).seal(agency, _cell(agreement), fields["reference"])
    steps = {"step": rules.PROPOSED, "since": now, "recorded_by": who, "recorded_at": now}
    first = {"asked_by": who, "asked_at": now}
    session.add(AgreementRecord(id=agreement, version=1, agency=agency, **fields, **steps, **first))
    return agreement, 1


def confirm(
    session: Session,
    agency: UUID,
    agreement: UUID,
    now: datetime,
    matches: Callable[[int], None],
    *,
    by: Principal,
) -> int:
    """Confirm, as a second person who has read it, that an agreement takes effect or is resumed.

    Return its version. `matches` raises for a version not read before. Raises `NotFound`, `SecondRefused`,
    `StepForbidden`.
    """
    endings.check_second(staff.find(session, UUID(by.subject)), rules.SECOND, dates.today(now, None))
    return _take(session, agency, agreement, rules.CONFIRM, now, by=by, matches=matches)


def resume(
    session: Session,
    agency: UUID,
    agreement: UUID,
    now: datetime,
    matches: Callable[[int], None],
    *,
    by: Principal,
) -> int:
    """Request that a suspended agreement be resumed; a second person confirms it.

    The caller must have read the current version. Return its version. `matches` as above. Raises `NotFound`,
    `StepForbidden`.
    """
    return _take(session, agency, agreement, rules.RESUME, now, by=by, matches=matches)


def suspend(
    session: Session, agency: UUID, agreement: UUID, command: StopAgreement, now: datetime, *, by: Principal
) -> int:
    """Suspend an agreement immediately; one person is enough.

    Return its version. Raises `NotFound`, `StepForbidden`.
    """
    return _take(session, agency, agreement, rules.SUSPEND, now, by=by, reason=command.reason)


def end(
    session: Session, agency: UUID, agreement: UUID, command: StopAgreement, now: datetime, *, by: Principal
) -> int:
    """End an agreement immediately; one person is enough.

    Return its version. Raises `NotFound`, `StepForbidden`.
    """
    return _take(session, agency, agreement, rules.END, now, by=by, reason=command.reason)


def _take(
    session: Session,
    agency: UUID,
    agreement: UUID,
    step: str,
    now: datetime,
    *,
    by: Principal,
    reason: str | None = None,
    matches: Callable[[int], None] = lambda _version: None,
) -> int:
    agency_state, row = lock(session, agency), record_of(session, AgreementRecord, agency, agreement)
    matches(row.version)
    before, today = _read(row), dates.today(now, None)
    after = rules.take(before, step, agency_state, by=UUID(by.subject), now=now, today=today)
    for name in _STEPS:
        setattr(row, name, getattr(after, name))
    row.version, row.since = row.version + 1, now
    if step in (rules.SUSPEND, rules.END):
        generations.raise_for(session, [agency])
    # After a request to resume, the agreement is still suspended, for the same reason.
    row.reason = row.reason if step == rules.RESUME else reason
    announce(session, agency, _told(row, before, after))
    return row.version


def _told(row: AgreementRecord, before: Agreement, after: Agreement) -> list[Announcement]:
    """Return the events of a step: an agreement takes effect or stops.

    Steps that wait for a second person publish nothing.
    """
    named = {"agreement": row.id, "agency": row.agency}
    if after.step == rules.AGREED and before.confirmed_at is None:
        return [Announcement(events.BEGAN.name, named | {name: getattr(row, name) for name in _AGREED_ON})]
    if after.step == rules.AGREED:
        return [Announcement(events.RESUMED.name, named)]
    if after.step == rules.SUSPENDED and before.step == rules.AGREED:
        return [Announcement(events.SUSPENDED.name, named)]
    if after.step == rules.ENDED and before.confirmed_at is not None:
        return [Announcement(events.ENDED.name, named)]
    return []


def shown(session: Session, agency: UUID, agreement: UUID, now: datetime) -> tuple[Shown, int]:
    """Show an agreement and where its signed paper is filed; a change requires its ETag.

    Return it with its version. Raises `NotFound`.
    """
    row = record_of(session, AgreementRecord, agency, agreement)
    reference = encryption.of(session).unseal(agency, _cell(agreement), row.reference)
    [listed] = [entry for entry in _listed(session, _rows(session, agency), now) if entry["id"] == agreement]
    return {**listed, "reference": reference}, row.version


def agreements_of_agency(
    session: Session, agency: UUID, state: str | None, after: UUID | None, limit: int, now: datetime
) -> Shown:
    """List the agreements with an agency.

    Raises `NotFound`.
    """
    existing(session.get(Entry, agency))
    return _paged(page(session, now, agency=agency, state=state, after=after, limit=limit), limit)


def find_agreements(session: Session, state: str | None, after: UUID | None, limit: int, now: datetime) -> Shown:
    """List the agreements with all agencies, such as those that wait for confirmation or end soon."""
    return _paged(page(session, now, agency=None, state=state, after=after, limit=limit), limit)


def _paged(agreements: Sequence[Shown], limit: int) -> Shown:
    following = str(agreements[-1]["id"]) if len(agreements) == limit else None
    return {"agreements": agreements, "next": following}


def page(
    session: Session, now: datetime, *, agency: UUID | None, state: str | None, after: UUID | None, limit: int
) -> list[Shown]:
    """Return agreements in the order of their ids, starting after `after`: of all agencies, or of one."""
    # An agreement's state depends on the agency's other agreements. An agency has only a few over the years.
    agreements = _listed(session, _rows(session, agency), now)
    wanted = (row for row in agreements if (after is None or row["id"] > after) and state in (None, row["state"]))
    return [row for row, _ in zip(wanted, range(limit), strict=False)]


def by_agency(session: Session, among: Collection[UUID]) -> dict[UUID, list[Agreement]]:
    """Return the agreements of each of these agencies that has any, with the days on which newer ones replace them."""
    query = select(AgreementRecord).options(defer(AgreementRecord.reference))
    grouped: dict[UUID, list[Agreement]] = defaultdict(list)
    for row in session.scalars(query.where(AgreementRecord.agency.in_(among))):
        grouped[row.agency].append(_read(row))
    return {agency: rules.side_by_side(agreements) for agency, agreements in grouped.items()}


def have_turned(session: Session, agency: UUID, before: Mapping[str, date], today: Mapping[str, date]) -> bool:
    """Return whether an agreement with an agency began or ended by date between two moments."""
    agreed = by_agency(session, [agency]).get(agency, ())
    return any(rules.has_turned(agreement, before, today) for agreement in agreed)


def _listed(session: Session, rows: Iterable[AgreementRecord], now: datetime) -> list[Shown]:
    today = dates.today(now, None)
    grouped: dict[UUID, list[AgreementRecord]] = defaultdict(list)
    for row in rows:
        grouped[row.agency].append(row)
    states = agencies.states(session, grouped)
    listed = []
    for agency, records in grouped.items():
        for row, agreement in zip(records, rules.side_by_side(list(map(_read, records))), strict=True):
            is_counting = rules.counts(agreement, states[agency], today)
            state = rules.state_of(agreement, now, today)
            listed.append(views.shown(row, ListedAgreement, state=state, counts=is_counting))
    return sorted(listed, key=lambda each: each["id"])


def _rows(session: Session, agency: UUID | None) -> Sequence[AgreementRecord]:
    query = select(AgreementRecord).options(defer(AgreementRecord.reference))
    return session.scalars(query if agency is None else query.where(AgreementRecord.agency == agency)).all()


def _read(row: AgreementRecord) -> Agreement:
    agreed: Shown = {name: frozenset(getattr(row, name)) for name in ("purposes", "data_categories", "jurisdictions")}
    steps: Shown = {name: getattr(row, name) for name in _STEPS}
    return Agreement(id=row.id, first_day=row.first_day, last_day=row.last_day, **agreed, **steps)


def _cell(agreement: UUID) -> Cell:
    return Cell(AgreementRecord.__tablename__, "reference", agreement)


class Reminders(Loop):
    """Publishes due reminders. Every replica can run it: the agency's row is locked, and each reminder is stored."""

    def __init__(self, database: Database, emits: Emits) -> None:
        """Store the database. If it is unavailable, the loop tries again."""
        super().__init__(self.remind_all, pause=PASS_SECONDS, passing=(SQLAlchemyError,))
        self._database, self._emits = database, emits

    def remind_all(self) -> int:
        """Publish the reminders that are due now; return how many."""
        with self._database.reading() as session:
            candidates = _candidates(session, time_source.now(session))
        return sum(self._remind(agency) for agency in candidates)

    def _remind(self, agency: UUID) -> int:
        with self._database.transaction(ORIGIN.holding(Origin(self._emits))) as session:
            return remind(session, agency, time_source.now(session))


def remind(session: Session, agency: UUID, now: datetime) -> int:
    """Publish the reminders about an agency's agreements that are due now; return how many."""
    lock(session, agency)
    today, reminded = dates.today(now, None), 0
    for agreement in by_agency(session, [agency]).get(agency, ()):
        row = session.get_one(AgreementRecord, agreement.id)
        days = rules.reminder_due(agreement, row.reminded_days, today)
        if days is None:
            continue
        row.reminded_days = days
        named = {"agreement": row.id, "agency": agency, "last_day": row.last_day}
        announce(session, agency, [Announcement(events.END_APPROACHED.name, named)])
        reminded += 1
    return reminded


def _candidates(session: Session, now: datetime) -> list[UUID]:
    last = dates.today(now, None) + rules.FIRST_REMINDER
    due = (AgreementRecord.step == rules.AGREED, AgreementRecord.last_day <= last)
    not_over = AgreementRecord.last_day >= dates.today(now, None)
    return sorted(session.scalars(select(AgreementRecord.agency).where(*due, not_over).distinct()))
