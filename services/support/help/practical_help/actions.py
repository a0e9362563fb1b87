"""Record practical help and its progress, and list pending requests in the caller's cases."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.support.cases.case.actions import Change
from services.support.cases.case.models import TeamMember
from services.support.cases.task.actions import finish_if_withdrawn, finish_task, set_task
from services.support.help.delivery.actions import follow_record
from services.support.help.delivery.rules import Service
from services.support.help.practical_help import rules
from services.support.help.practical_help.models import PracticalHelp
from services.support.help.practical_help.schemas import AskForHelp, CorrectHelp, ProgressHelp, Waiting
from shared.access.exclusions import excludes
from shared.access.tokens import Principal
from shared.access.views import shown
from shared.casework.corrections import Corrected
from shared.casework.dates import today


def ask_for_help(change: Change, command: AskForHelp) -> UUID:
    """Record a request of the person for practical help.

    Return its id. Raises `FactRefused`.
    """
    stored = change.recorded(command, "asked_on")
    asked = change.add(PracticalHelp, state=rules.ASKED, tries=0, **stored)
    set_task(change.session, change.case, rules.TASK, asked.id, command.needed_by or stored["asked_on"])
    return asked.id


def progress_help(change: Change, help_id: UUID, command: ProgressHelp) -> None:
    """Record that practical help was tried, given, or not given and why.

    Raises `NotFound`, `FactRefused`, `StepForbidden`.
    """
    asked = change.one(PracticalHelp, help_id)
    because = command.not_given_because
    rules.check_progress(asked.state, command.state, because, taken_back=asked.taken_back_at is not None)
    rules.check_ended_on(asked.asked_on, command.ended_on, is_open=command.state in rules.OPEN)
    asked.state, asked.not_given_because = command.state, because
    if command.state in rules.OPEN:
        asked.tries += command.state != rules.ASKED
    else:
        asked.ended_on = change.stated("ended_on", command.ended_on)
        finish_task(change.session, change.case, rules.TASK, asked.id, change.today)
        follow_record(change, asked.id, None, _given(asked))


def correct_help(change: Change, help_id: UUID, command: CorrectHelp) -> UUID:
    """Correct or withdraw practical help; the earlier values are kept.

    Return the correction's id. Raises `NotFound`, `FactRefused`, `StepForbidden`.
    """
    asked = change.one(PracticalHelp, help_id)
    before = _given(asked)
    if command.ended_on is not None:
        change.stated("ended_on", command.ended_on)

    def update(_corrected: Corrected) -> None:
        finish_if_withdrawn(change, asked, rules.TASK)
        follow_record(change, asked.id, before, _given(asked))

    return change.correct_dated(
        "asked_on",
        asked,
        "practical_help",
        command,
        check=lambda day: rules.check_ended_on(day, command.ended_on or asked.ended_on, is_open=asked.ended_on is None),
        after=update,
    )


def _given(asked: PracticalHelp) -> Service | None:
    """Return the service that practical help gives: none until it was given, and if it was withdrawn."""
    if asked.state != rules.GIVEN or asked.ended_on is None or asked.taken_back_at is not None:
        return None
    return Service(asked.service_type, asked.ended_on)


def queue_of(session: Session, now: datetime, *, by: Principal) -> dict[str, object]:
    """Return the pending requests for practical help in the caller's cases."""
    me = UUID(by.subject)
    row = PracticalHelp.__table__.c
    waiting = (
        select(PracticalHelp)
        .join(TeamMember, TeamMember.case_id == row.case_id)
        .where(
            TeamMember.member == me, row.state.in_(rules.OPEN), row.taken_back_at.is_(None), ~excludes(row.case_id, me)
        )
        .order_by(row.needed_by.asc().nulls_last(), row.asked_on, row.id)
        .limit(rules.LONGEST_QUEUE)
    )
    day = today(now, None)
    return {
        "waiting": [
            shown(asked, Waiting, case=asked.case_id, days=max(0, (day - asked.asked_on).days))
            for asked in session.scalars(waiting)
        ]
    }
