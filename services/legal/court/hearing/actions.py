"""Record, move, prepare and end hearings. Each change updates the work list of the matter's team."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.legal.cases.case.models import CASES
from services.legal.court.hearing import rules
from services.legal.court.hearing.models import Hearing, HearingHelp, HearingMeasure, HearingStep
from services.legal.court.hearing.rules import Entry
from services.legal.court.hearing.schemas import (
    CorrectHearing,
    CorrectMeasure,
    EndHearing,
    MoveHearing,
    PrepareHearing,
    RecordMeasure,
    SetHearing,
    ShownHearing,
)
from services.legal.court.proceeding.models import Proceeding
from services.legal.matters.matter_file.actions.correcting import correct
from services.legal.matters.matter_file.actions.reach import (
    add,
    check_fits,
    grouped,
    in_file,
    members_of,
    own,
    own_open,
    own_record,
    rows_of,
)
from services.legal.matters.matter_file.actions.tasks import agree
from services.legal.matters.matter_file.rules import check_counts
from shared.access.tokens import Principal
from shared.access.views import shown
from shared.casework.cases import find
from shared.casework.dates import dated, today
from shared.casework.refusals import FactRefused
from shared.events.envelope import Announcement, new_id
from shared.exchange import eventlog


def set_hearing(session: Session, case: UUID, file: UUID, command: SetHearing, *, by: Principal) -> UUID:
    """Record a hearing; it appears in the work list until its outcome is recorded.

    Return its id. Raises `NotFound`, `StepForbidden`, `FactRefused`.
    """
    own_open(session, case, file, by=by)
    check_fits(session, Hearing, file, rules.MOST_HEARINGS)
    if command.proceeding is not None:
        proceeding = find(session, Proceeding, case, command.proceeding)
        if proceeding is None or proceeding.file != file:
            raise FactRefused(
                "proceeding",
                "of_the_same_matter",
                "These proceedings are not part of this matter. Read the matter again.",
            )
    begun = {"state": rules.SET, "arranged": [], "statement": "unknown"}
    hearing = add(session, Hearing, case, file, command, by=by, **begun)
    _update_tasks(session, case, file)
    return hearing.id


def move(
    session: Session, case: UUID, file: UUID, hearing: UUID, command: MoveHearing, now: datetime, *, by: Principal
) -> UUID:
    """Move a hearing to another day; the work list changes accordingly.

    Return the step's id. Raises `NotFound`, `StepForbidden`.
    """
    row = _open_hearing(session, case, file, hearing, by=by)
    return _step(session, row, rules.MOVED, command.held_on, now, by=by)


def end(
    session: Session, case: UUID, file: UUID, hearing: UUID, command: EndHearing, now: datetime, *, by: Principal
) -> UUID:
    """Record that a hearing was held, adjourned or cancelled.

    Return the step's id. Raises `NotFound`, `StepForbidden`, `FactRefused`.
    """
    row = _open_hearing(session, case, file, hearing, by=by)
    rules.check_held(command.state, row.held_on, today(now, CASES.read(session, case).jurisdiction))
    row.state = command.state
    return _step(session, row, command.state, row.held_on, now, by=by)


def prepare(session: Session, case: UUID, file: UUID, hearing: UUID, command: PrepareHearing, *, by: Principal) -> UUID:
    """Record the person's needs at a hearing, and the arrangements made.

    Return the hearing's id. Raises `NotFound`, `StepForbidden`, `FactRefused`.
    """
    row = _open_hearing(session, case, file, hearing, by=by)
    rules.check_no_contact(command.no_contact_from, command.no_contact_until)
    rules.check_language(command.wanted, command.interpreter_language)
    for name, stated in command.stored().items():
        setattr(row, name, stated)
    _update_tasks(session, case, file)
    return row.id


def record_measure(
    session: Session, case: UUID, file: UUID, hearing: UUID, command: RecordMeasure, now: datetime, *, by: Principal
) -> UUID:
    """Record that a measure was requested, granted, refused or used, and whether the person wants it.

    Return the entry's id. Raises `NotFound`, `FactRefused`.
    """
    row = own_record(session, case, file, Hearing, hearing, by=by)
    check_counts(row.taken_back_at)
    check_fits(session, HearingMeasure, file, rules.MOST_MEASURES)
    happened_on = dated("happened_on", command.happened_on, today(now, CASES.read(session, case).jurisdiction))
    recorded = {"happened_on": happened_on, "recorded_at": now}
    entry = add(session, HearingMeasure, case, file, command, by=by, hearing=row.id, **recorded)
    _update_tasks(session, case, file)
    return entry.id


def correct_hearing(
    session: Session, case: UUID, file: UUID, hearing: UUID, command: CorrectHearing, now: datetime, *, by: Principal
) -> UUID:
    """Correct or withdraw a hearing; the work list changes accordingly.

    Return the correction's id. Raises `NotFound`, `StepForbidden`, `FactRefused`.
    """
    row = own_record(session, case, file, Hearing, hearing, by=by)
    day = today(now, CASES.read(session, case).jurisdiction)
    rules.check_held(command.state or row.state, command.held_on or row.held_on, day)
    return correct(session, row, "hearing", command, now, _update_tasks, by=by)


def correct_measure(
    session: Session,
    case: UUID,
    file: UUID,
    hearing: UUID,
    measure: UUID,
    command: CorrectMeasure,
    now: datetime,
    *,
    by: Principal,
) -> UUID:
    """Correct or withdraw the entry of a measure.

    Return the correction's id. Raises `NotFound`, `StepForbidden`, `FactRefused`.
    """
    row = own_record(session, case, file, HearingMeasure, measure, by=by, hearing=hearing)
    dated("happened_on", command.happened_on, today(now, CASES.read(session, case).jurisdiction))
    return correct(session, row, "hearing_measure", command, now, _update_tasks, by=by)


def hearings_shown(session: Session, case: UUID, file: UUID, *, by: Principal) -> dict[str, object]:
    """Return the hearings of a matter, with the measures that protect the person there.

    Raises `NotFound`.
    """
    own(session, case, file, by=by)
    measures = grouped(rows_of(session, HearingMeasure, file), "hearing")
    steps = grouped(rows_of(session, HearingStep, file), "hearing")
    return {
        "hearings": [
            shown(
                row,
                ShownHearing,
                measures=measures[row.id],
                steps=steps[row.id],
                is_ready=not _is_missing(row, measures[row.id]),
            )
            for row in sorted(rows_of(session, Hearing, file), key=lambda hearing: hearing.held_on)
        ]
    }


def _step(session: Session, row: Hearing, state: str, held_on: date, now: datetime, *, by: Principal) -> UUID:
    check_fits(session, HearingStep, row.file, rules.MOST_STEPS)
    days = {"held_on": held_on, "was_on": row.held_on}
    recorded = {"recorded_by": UUID(by.subject), "recorded_at": now}
    place = {"hearing": row.id, "file": row.file, "case_id": row.case_id}
    step = HearingStep(id=new_id(), state=state, **place, **days, **recorded)
    session.add(step)
    row.held_on = held_on
    _update_tasks(session, row.case_id, row.file)
    return step.id


def _update_tasks(session: Session, case: UUID, file: UUID) -> None:
    session.flush()
    measures = grouped(rows_of(session, HearingMeasure, file), "hearing")
    counting = [row for row in rows_of(session, Hearing, file) if row.taken_back_at is None]
    waiting = [
        item
        for row in counting
        for item in rules.waiting_for(row.id, row.state, row.held_on, is_missing=_is_missing(row, measures[row.id]))
    ]
    agree(session, case, file, rules.KINDS, waiting, members_of(session, file))
    _announce_help(session, case, file, counting)


def _announce_help(session: Session, case: UUID, file: UUID, hearings: Sequence[Hearing]) -> None:
    """Publish changes in the help that support must arrange."""
    rows = {(row.hearing, row.arrangement): row for row in rows_of(session, HearingHelp, file)}
    needed = {
        (hearing.id, arrangement): hearing.held_on
        for hearing in hearings
        for arrangement in sorted(rules.help_for(hearing.state, hearing.wanted, hearing.arranged))
    }
    announcements: list[Announcement] = []
    for key, needed_on in needed.items():
        row = rows.get(key) or _new_help(session, case, file, *key)
        if not row.is_open or row.needed_on != needed_on:
            row.is_open, row.needed_on = True, needed_on
            announcements.append(rules.help_set(row.id, row.arrangement, needed_on))
    for row in (row for key, row in rows.items() if row.is_open and key not in needed):
        row.is_open = False
        announcements.append(rules.help_done(row.id))
    eventlog.record(session, case, announcements)


def _new_help(session: Session, case: UUID, file: UUID, hearing: UUID, arrangement: str) -> HearingHelp:
    place = {"file": file, "case_id": case, "hearing": hearing, "arrangement": arrangement}
    row = HearingHelp(id=new_id(), is_open=False, **place)
    session.add(row)
    return row


def _is_missing(row: Hearing, measures: Sequence[HearingMeasure]) -> bool:
    counted = [entry for entry in measures if entry.taken_back_at is None]
    states = rules.states_of(Entry(entry.measure, entry.state, entry.happened_on) for entry in counted)
    return rules.missing(row.wanted, row.arranged, states)


def _open_hearing(session: Session, case: UUID, file: UUID, hearing: UUID, *, by: Principal) -> Hearing:
    own_open(session, case, file, by=by)
    row = in_file(session, Hearing, file, hearing)
    check_counts(row.taken_back_at)
    rules.check_set(row.state)
    return row
