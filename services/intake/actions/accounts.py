"""Tell once: it is counted how often a person gave an account, and why they were asked again."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.intake import rules
from services.intake.actions.today import local_today
from services.intake.models import Account, Case, bump
from services.intake.rules.tell_once import ask_for_account
from shared.envelope import Announcement
from shared.eventlog import record


def record_account(session: Session, now: datetime, case_id: UUID, body: dict[str, Any]) -> tuple[UUID, int]:
    """Record that a person gave an account, to us or elsewhere. Raises `StepForbidden` for one asked for needlessly."""
    today = local_today(session.get_one(Case, case_id).jurisdiction, now)
    body.setdefault("given_on", today)
    rules.not_in_future("given_on", body["given_on"], today)
    before = list(session.execute(select(Account).where(Account.case_id == case_id)).scalars())
    ours = [str(each.id) for each in before if not each.elsewhere]
    # What was told elsewhere is counted; nobody asks us before it is.
    times = len(before) + 1 if body["elsewhere"] else ask_for_account(len(before), ours, body["reason"])
    made = Account(case_id=case_id, times=times, **body)
    session.add(made)
    version = bump(session, case_id)
    record(session, case_id, [Announcement("account.recorded", {"account": made.id, "times": times, **body})])
    return made.id, version
