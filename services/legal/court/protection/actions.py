"""Record leave, legal aid and non-punishment step by step. Each change updates the work list."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.legal.cases.case.models import CASES
from services.legal.cases.deadline.hooks import Adoption
from services.legal.court.protection import rules
from services.legal.court.protection.models import BASES, Protection, ProtectionStep
from services.legal.court.protection.rules import Standing, Step
from services.legal.court.protection.schemas import (
    CorrectProtection,
    CorrectProtectionStep,
    RecordProtection,
    RecordProtectionStep,
    ShownProtection,
)
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
from shared.casework.dates import dated, not_in_future, today
from shared.deadlines.facts import own_revisions
from shared.reference import profile


def record_protection(
    session: Session, case: UUID, file: UUID, command: RecordProtection, now: datetime, *, by: Principal
) -> UUID:
    """Record leave to stay, legal aid or non-punishment, with its legal basis.

    Return its id. Raises `NotFound`, `StepForbidden`, `FactRefused`.
    """
    own_open(session, case, file, by=by)
    check_fits(session, Protection, file, rules.MOST_PROTECTIONS)
    where = CASES.read(session, case).jurisdiction
    rules.check_basis(command.kind, command.basis, BASES, where)
    rules.check_offence(command.kind, command.offence)
    not_in_future("acted_on", command.acted_on, today(now, where))
    row = add(session, Protection, case, file, command, by=by)
    _update(session, case, file, now=now, by=by)
    return row.id


def record_step(
    session: Session,
    case: UUID,
    file: UUID,
    protection: UUID,
    command: RecordProtectionStep,
    now: datetime,
    *,
    by: Principal,
) -> UUID:
    """Record a step of a protection: applied, granted until a day, refused, renewed, ended.

    Return the step's id. Raises `NotFound`, `StepForbidden`, `FactRefused`.
    """
    row = own_record(session, case, file, Protection, protection, by=by)
    check_counts(row.taken_back_at)
    check_fits(session, ProtectionStep, file, rules.MOST_STEPS)
    happened_on = dated("happened_on", command.happened_on, today(now, CASES.read(session, case).jurisdiction))
    rules.check_step(row.kind, Step(command.step, happened_on, command.until))
    recorded = {"happened_on": happened_on, "recorded_at": now}
    step = add(session, ProtectionStep, case, file, command, by=by, protection=row.id, **recorded)
    _update(session, case, file, now=now, by=by)
    return step.id


def correct_protection(
    session: Session,
    case: UUID,
    file: UUID,
    protection: UUID,
    command: CorrectProtection,
    now: datetime,
    *,
    by: Principal,
) -> UUID:
    """Correct the legal basis of a protection, or withdraw it.

    Return the correction's id. Raises `NotFound`, `StepForbidden`, `FactRefused`.
    """
    row = own_record(session, case, file, Protection, protection, by=by)
    where = CASES.read(session, case).jurisdiction
    rules.check_basis(row.kind, command.basis or row.basis, BASES, where)
    rules.check_offence(row.kind, command.offence or row.offence)
    not_in_future("acted_on", command.acted_on, today(now, where))
    return correct(session, row, "protection", command, now, partial(_update, now=now, by=by), by=by)


def correct_step(
    session: Session,
    case: UUID,
    file: UUID,
    protection: UUID,
    step: UUID,
    command: CorrectProtectionStep,
    now: datetime,
    *,
    by: Principal,
) -> UUID:
    """Correct or withdraw a step of a protection; the work list changes accordingly.

    Return the correction's id. Raises `NotFound`, `StepForbidden`, `FactRefused`.
    """
    of = own_record(session, case, file, Protection, protection, by=by)
    row = in_file(session, ProtectionStep, file, step, protection=of.id)
    dated("happened_on", command.happened_on, today(now, CASES.read(session, case).jurisdiction))
    says = Step(command.step or row.step, command.happened_on or row.happened_on, command.until or row.until)
    rules.check_step(of.kind, says)
    return correct(session, row, "protection_step", command, now, partial(_update, now=now, by=by), by=by)


def protections_shown(session: Session, case: UUID, file: UUID, *, by: Principal) -> dict[str, object]:
    """Return the leave, legal aid and non-punishment of a matter, with the state of each.

    Raises `NotFound`.
    """
    own(session, case, file, by=by)
    steps = grouped(rows_of(session, ProtectionStep, file), "protection")
    return {
        "protections": [
            shown(row, ShownProtection, steps=steps[row.id], **vars(_standing(row, steps[row.id])))
            for row in rows_of(session, Protection, file)
        ]
    }


# control: H-DEADLINE-7 adopted
def adopt_steps(session: Session, adoption: Adoption) -> None:
    """Update the tasks and the facts of the files of a case: an older release recorded steps without facts."""
    of_case = select(Protection.file).filter_by(case_id=adoption.case)
    for file in session.scalars(of_case.distinct().order_by(Protection.file)):
        _update(session, adoption.case, file, now=adoption.now, by=None)


def _update(session: Session, case: UUID, file: UUID, *, now: datetime, by: Principal | None) -> None:
    """Update the tasks of a file and the facts that its protections state."""
    session.flush()
    steps = grouped(rows_of(session, ProtectionStep, file), "protection")
    rows = [row for row in rows_of(session, Protection, file) if row.taken_back_at is None]
    challenges = _challenges(session, case)
    stated = {row.id: rules.stated_by(row.kind, row.basis, _counted(steps[row.id]), challenges) for row in rows}
    possible = {rules.stated_fact(step.id) for of_row in steps.values() for step in of_row}
    agree_facts(session, case, [fact for row in rows for fact in stated[row.id].facts], possible, now, by=by)
    waiting = [
        item
        for row in rows
        for item in rules.waiting_for(
            row.id, row.kind, _standing(row, steps[row.id]), has_window=_has_window(session, case, stated[row.id])
        )
    ]
    agree(session, case, file, rules.KINDS, waiting, members_of(session, file))


# control: H-DEADLINE-7 task-until-learnt
def _has_window(session: Session, case: UUID, stated: rules.Stated) -> bool:
    """Return whether a window replaces the task about the last refusal.

    The task of an older release stays open until the day of receipt is recorded. Its window may have passed silently.
    """
    return stated.has_window and own_revisions(session, case, stated.facts[-1].id)[-1].learnt is not None


def _challenges(session: Session, case: UUID) -> rules.Challenges:
    """Return which challenges the law of the case allows against a fact; none if the law is not known yet."""
    where = CASES.read(session, case).jurisdiction
    return (lambda _kind, _codes: ()) if where is None else profile(where).challenges_of


def _counted(steps: Sequence[ProtectionStep]) -> dict[UUID, Step]:
    return {step.id: _said(step) for step in steps if step.taken_back_at is None}


def _standing(row: Protection, steps: Sequence[ProtectionStep]) -> Standing:
    return rules.standing_of(row.kind, _counted(steps).values())


def _said(step: ProtectionStep) -> Step:
    return Step(step.step, step.happened_on, step.until)
