"""Record, check and correct dependants. Events only state that a check is due, never about whom."""

from uuid import UUID

from sqlalchemy.orm import Session

from services.support.cases.case.actions import Change
from services.support.cases.case.models import CASES
from services.support.cases.safety.actions import reopen
from services.support.cases.task.actions import finish_if_withdrawn, finish_task, set_task
from services.support.help.dependant import rules
from services.support.help.dependant.models import Dependant
from services.support.help.dependant.schemas import CheckDependant, CorrectDependant, RecordDependant
from shared.access.permissions import Relation
from shared.access.tokens import Principal
from shared.casework.refusals import FactRefused


def record_dependant(change: Change, command: RecordDependant) -> UUID:
    """Record a child or another person who depends on the person.

    Return their id. The safety plan is reopened for review. Raises `FactRefused`.
    """
    _check_own_case(change.session, change.case, command.own_case, change.by)
    stored = change.recorded(command, "noted_on")
    stored["check_on"] = rules.check_due(command.whereabouts, command.care, change.today, command.check_on)
    dependant = change.add(Dependant, **stored)
    set_task(change.session, change.case, rules.TASK, dependant.id, dependant.check_on)
    reopen(change.session, change.case, "child_joined", change.today)
    return dependant.id


def check_dependant(change: Change, dependant_id: UUID, command: CheckDependant) -> None:
    """Record a check of a dependant, and when the next one is due.

    Raises `NotFound`, `FactRefused`.
    """
    dependant = change.one(Dependant, dependant_id)
    _check_own_case(change.session, change.case, command.own_case, change.by)
    dependant.whereabouts = command.whereabouts or dependant.whereabouts
    dependant.care, dependant.own_case = command.care or dependant.care, command.own_case or dependant.own_case
    dependant.checked_on = change.today
    dependant.check_on = rules.check_due(dependant.whereabouts, dependant.care, change.today, command.check_on)
    dependant.revision += 1
    if dependant.taken_back_at is None:
        finish_task(change.session, change.case, rules.TASK, dependant.id, change.today)
        set_task(change.session, change.case, rules.TASK, dependant.id, dependant.check_on)


def correct_dependant(change: Change, dependant_id: UUID, command: CorrectDependant) -> UUID:
    """Correct or withdraw a dependant; the earlier values are kept.

    Return the correction's id. Raises `NotFound`, `FactRefused`, `StepForbidden`.
    """
    dependant = change.one(Dependant, dependant_id)
    return change.correct_dated(
        "noted_on", dependant, "dependant", command, after=lambda _: finish_if_withdrawn(change, dependant, rules.TASK)
    )


def _check_own_case(session: Session, case: UUID, own_case: UUID | None, by: Principal) -> None:
    """Raise `FactRefused` for a case that the user does not work on, and for one that does not exist."""
    if own_case is None:
        return
    if own_case == case or CASES.relations(session, [own_case], by).get(own_case) is not Relation.TEAM:
        words = "This is not another case that you work on. Ask to be added to its team, or leave it out."
        raise FactRefused("own_case", "worked_on", words)
