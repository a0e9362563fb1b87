"""Actions about accounts that a person gave: load, decide, store, announce. None commits."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.intake.account import rules
from services.intake.account.models import Account
from services.intake.account.schemas import RecordAccount
from services.intake.case.models import Case, bump
from shared.casework import dates
from shared.events.envelope import Announcement
from shared.exchange.eventlog import record


def record_account(session: Session, case_id: UUID, command: RecordAccount, now: datetime) -> tuple[UUID, int]:
    """Record that a person gave an account, to us or elsewhere. Raises `StepForbidden` for one asked for needlessly."""
    today = dates.today(now, session.get_one(Case, case_id).jurisdiction)
    given_on = command.given_on or today
    dates.not_in_future("given_on", given_on, today)
    before = list(session.execute(select(Account).where(Account.case_id == case_id)).scalars())
    ours = [str(account.id) for account in before if not account.elsewhere]
    # An account given elsewhere is counted as it is; only one that we asked for needs a reason to be repeated.
    times = len(before) + 1 if command.elsewhere else rules.ask_for_account(len(before), ours, command.reason)
    stored = command.stored(given_on=given_on)
    account = Account(case_id=case_id, times=times, **stored)
    session.add(account)
    version = bump(session, case_id)
    record(session, case_id, [Announcement("account.recorded", {"account": account.id, "times": times, **stored})])
    return account.id, version
