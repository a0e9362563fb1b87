"""Record proceedings step by step, and show the current stage of each defendant."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.legal.cases.case.models import CASES
from services.legal.cases.deadline.hooks import Adoption
from services.legal.court.proceeding import rules
from services.legal.court.proceeding.models import Defendant, Proceeding, ProceedingStep
from services.legal.court.proceeding.rules import Standing, Step
from services.legal.court.proceeding.schemas import (
    AddDefendant,
    CorrectDefendant,
    CorrectProceeding,
    CorrectProceedingStep,
    RecordProceeding,
    RecordProceedingStep,
    ShownDefendant,
    ShownProceeding,
    WarnPerson,
)
from services.legal.matters.conflict.models import Party
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
from services.legal.matters.matter_file.actions.stated import agree_facts
from services.legal.matters.matter_file.actions.tasks import agree
from services.legal.matters.matter_file.rules import check_counts
from shared.access.tokens import Principal
from shared.access.views import shown
from shared.casework.dates import dated, today
from shared.casework.refusals import FactRefused

_Record = TypeVar("_Record", Proceeding, Defendant, ProceedingStep)


def record_proceeding(
    session: Session, case: UUID, file: UUID, command: RecordProceeding, now: datetime, *, by: Principal
) -> UUID:
    """Record the start of proceedings, and the person's role in them.

    Return their id. Raises `NotFound`, `StepForbidden`, `FactRefused`.
    """
    own_open(session, case, file, by=by)
    check_fits(session, Proceeding, file, rules.MOST_PROCEEDINGS)
    began_on = dated("began_on", command.began_on, today(now, CASES.read(session, case).jurisdiction))
    row = add(session, Proceeding, case, file, command, by=by, began_on=began_on)
    _update(session, case, file, now=now, by=by)
    return row.id


def add_defendant(
    session: Session, case: UUID, file: UUID, proceeding: UUID, command: AddDefendant, now: datetime, *, by: Principal
) -> UUID:
    """Add a defendant of the proceedings, with the charges.

    Return the defendant's id. Raises `NotFound`, `StepForbidden`, and `FactRefused` if the party is not one of the
    matter.
    """
    own_open(session, case, file, by=by)
    check_fits(session, Defendant, file, rules.MOST_DEFENDANTS)
    against = _standing_one(session, file, proceeding)
    _check_party(session, file, command.party)
    row = add(session, Defendant, case, file, command, by=by, proceeding=against.id)
    _update(session, case, file, now=now, by=by)
    return row.id


def record_step(
    session: Session,
    case: UUID,
    file: UUID,
    proceeding: UUID,
    command: RecordProceedingStep,
    now: datetime,
    *,
    by: Principal,
) -> UUID:
    """Record a step of an authority or a court, about one defendant or all of the proceedings, in any order.

    Return its id. Raises `NotFound`, `StepForbidden`, `FactRefused`.
    """
    own_open(session, case, file, by=by)
    row = _standing_one(session, file, proceeding)
    check_fits(session, ProceedingStep, file, rules.MOST_STEPS)
    happened_on = dated("happened_on", command.happened_on, today(now, CASES.read(session, case).jurisdiction))
    stated = {"stage": command.stage, "disposal": command.disposal, "review": command.review}
    rules.check_step(Step(command.defendant, happened_on, **stated))
    _check_defendant(session, file, row.id, command.defendant)
    recorded = {"happened_on": happened_on, "recorded_at": now}
    step = add(session, ProceedingStep, case, file, command, by=by, proceeding=row.id, **recorded)
    _update(session, case, file, now=now, by=by)
    return step.id


def warn(
    session: Session, case: UUID, file: UUID, proceeding: UUID, command: WarnPerson, now: datetime, *, by: Principal
) -> UUID:
    """Record that the person, who is accused, was warned of the consequences of a guilty plea.

    Return the proceedings' id. Raises `NotFound`, `FactRefused`.
    """
    own_open(session, case, file, by=by)
    row = _standing_one(session, file, proceeding)
    rules.check_warning(row.kind, row.person_role)
    row.warned_on = dated("warned_on", command.warned_on, today(now, CASES.read(session, case).jurisdiction))
    _update(session, case, file, now=now, by=by)
    return row.id


def correct_proceeding(
    session: Session,
    case: UUID,
    file: UUID,
    proceeding: UUID,
    command: CorrectProceeding,
    now: datetime,
    *,
    by: Principal,
) -> UUID:
    """Correct or withdraw proceedings; earlier values are kept in the matter's file.

    Return the correction's id. Raises `NotFound`, `StepForbidden`, `FactRefused`.
    """
    row = own_record(session, case, file, Proceeding, proceeding, by=by)
    day = today(now, CASES.read(session, case).jurisdiction)
    for field in ("began_on", "warned_on"):
        dated(field, getattr(command, field), day)
    if command.warned_on is not None:
        rules.check_warning(command.kind or row.kind, command.person_role or row.person_role)
    return correct(session, row, "proceeding", command, now, partial(_update, now=now, by=by), by=by)


def correct_defendant(
    session: Session,
    case: UUID,
    file: UUID,
    proceeding: UUID,
    defendant: UUID,
    command: CorrectDefendant,
    now: datetime,
    *,
    by: Principal,
) -> UUID:
    """Correct a defendant's identity or charges, or withdraw the defendant.

    Return the correction's id. Raises `NotFound`, `StepForbidden`, `FactRefused`.
    """
    row = own_record(session, case, file, Defendant, defendant, by=by, proceeding=proceeding)
    _check_party(session, file, command.party)
    return correct(session, row, "defendant", command, now, partial(_update, now=now, by=by), by=by)


def correct_step(
    session: Session,
    case: UUID,
    file: UUID,
    proceeding: UUID,
    step: UUID,
    command: CorrectProceedingStep,
    now: datetime,
    *,
    by: Principal,
) -> UUID:
    """Correct or withdraw a step; the state of each defendant is derived again.

    Return the correction's id. Raises `NotFound`, `StepForbidden`, `FactRefused`.
    """
    row = own_record(session, case, file, ProceedingStep, step, by=by, proceeding=proceeding)
    dated("happened_on", command.happened_on, today(now, CASES.read(session, case).jurisdiction))
    says = {name: getattr(command, name) or getattr(row, name) for name in ("stage", "disposal", "review")}
    rules.check_step(Step(command.defendant or row.defendant, command.happened_on or row.happened_on, **says))
    _check_defendant(session, file, proceeding, command.defendant)
    return correct(session, row, "proceeding_step", command, now, partial(_update, now=now, by=by), by=by)


def proceedings_shown(session: Session, case: UUID, file: UUID, *, by: Principal) -> dict[str, object]:
    """Return the proceedings of a matter, with the state of each defendant.

    Raises `NotFound`.
    """
    own(session, case, file, by=by)
    defendants, steps = _parts(session, file)
    rows = rows_of(session, Proceeding, file)
    return {"proceedings": [_shown(row, defendants[row.id], steps[row.id]) for row in rows]}


def _shown(row: Proceeding, defendants: Sequence[Defendant], steps: Sequence[ProceedingStep]) -> dict[str, object]:
    standings = _standings(defendants, steps)
    counted = [standings[against.id].stage for against in defendants if against.taken_back_at is None]
    least, most = rules.advanced(counted)
    of_all = rules.standing_of(_read(step for step in steps if step.defendant is None))
    return shown(
        row,
        ShownProceeding,
        stage=of_all.stage,
        least_advanced=least,
        most_advanced=most,
        defendants=[
            shown(
                against,
                ShownDefendant,
                stage=standings[against.id].stage,
                disposal=standings[against.id].disposal,
            )
            for against in defendants
        ],
        steps=list(steps),
    )


# control: H-DEADLINE-8 adopted
def adopt_steps(session: Session, adoption: Adoption) -> None:
    """Update the tasks and the facts of the files of a case: an older release recorded steps without facts."""
    of_case = select(Proceeding.file).filter_by(case_id=adoption.case)
    for file in session.scalars(of_case.distinct().order_by(Proceeding.file)):
        _update(session, adoption.case, file, now=adoption.now, by=None)


def _update(session: Session, case: UUID, file: UUID, *, now: datetime, by: Principal | None) -> None:
    """Update the tasks of a file and the facts that its proceedings state."""
    session.flush()
    defendants, steps = _parts(session, file)
    rows = rows_of(session, Proceeding, file)
    waiting = [
        item
        for row in _counted(rows)
        for item in rules.waiting_in(
            row.id,
            is_unwarned=rules.is_accused(row.kind, row.person_role) and row.warned_on is None,
            standings=list(_standings(_counted(defendants[row.id]), steps[row.id]).items()),
        )
    ]
    agree(session, case, file, rules.KINDS, waiting, members_of(session, file))
    stated = [
        fact
        for row in _counted(rows)
        if rules.is_against_others(row.kind, row.person_role)
        for fact in rules.stated_by(
            row.id,
            {step.id: _said(step) for step in _counted(steps[row.id])},
            [against.id for against in _counted(defendants[row.id])],
        )
    ]
    possible = {fact for row in rows for fact in rules.possible_facts(row.id, (step.id for step in steps[row.id]))}
    agree_facts(session, case, stated, possible, now, by=by)


def _standings(defendants: Iterable[Defendant], steps: Sequence[ProceedingStep]) -> Mapping[UUID, Standing]:
    return {row.id: rules.standing_of(_read(step for step in steps if step.defendant == row.id)) for row in defendants}


def _read(steps: Iterable[ProceedingStep]) -> list[Step]:
    return [_said(step) for step in _counted(steps)]


def _said(step: ProceedingStep) -> Step:
    return Step(step.defendant, step.happened_on, step.stage, step.disposal, step.review)


def _counted(rows: Iterable[_Record]) -> list[_Record]:
    return [row for row in rows if row.taken_back_at is None]


def _check_party(session: Session, file: UUID, party: UUID | None) -> None:
    is_party = select(Party.id).where(Party.id == party, Party.file == file)
    if party is not None and session.scalar(is_party) is None:
        raise FactRefused(
            "party", "of_this_matter", "This party is not part of this matter. Record the party first, or leave it out."
        )


def _check_defendant(session: Session, file: UUID, proceeding: UUID, defendant: UUID | None) -> None:
    if defendant is None:
        return
    against = in_file(session, Defendant, file, defendant)
    if against.proceeding != proceeding:
        raise FactRefused(
            "defendant",
            "of_these_proceedings",
            "This party is not a defendant in these proceedings. Choose a defendant of the proceedings.",
        )
    check_counts(against.taken_back_at)


def _parts(session: Session, file: UUID) -> tuple[Mapping[UUID, list[Defendant]], Mapping[UUID, list[ProceedingStep]]]:
    """Return the defendants and the steps of a file, by their proceedings."""
    defendants, steps = rows_of(session, Defendant, file), rows_of(session, ProceedingStep, file)
    return grouped(defendants, "proceeding"), grouped(steps, "proceeding")


def _standing_one(session: Session, file: UUID, proceeding: UUID) -> Proceeding:
    row = in_file(session, Proceeding, file, proceeding)
    check_counts(row.taken_back_at)
    return row
