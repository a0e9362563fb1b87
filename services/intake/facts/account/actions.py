"""Record and correct accounts that a person gave. No function commits."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.intake.facts.account import rules
from services.intake.facts.account.models import Account
from services.intake.facts.account.schemas import CorrectAccount, RecordAccount
from services.intake.facts.case.actions import alike, record_of, recorded
from services.intake.facts.case.models import Case, Correction, bump
from shared.access.tokens import Principal
from shared.casework import corrections, dates, times
from shared.events.envelope import Announcement
from shared.exchange.eventlog import record
from shared.http import Created


def record_account(session: Session, case_id: UUID, command: RecordAccount, now: datetime, *, by: Principal) -> Created:
    """Record that the person gave an account; never its content.

    Raises `StepForbidden` for one asked for needlessly.
    """
    case = session.get_one(Case, case_id)
    when = times.stated(
        command.happened, command.learnt, now, case.jurisdiction, day=command.given_on, field="given_on"
    )
    stored = command.stored(given_on=when.day)
    stated = {"elsewhere": command.elsewhere, "reason": command.reason}
    # Two accounts with only the same day may be different accounts.
    earlier = alike(session, Account, case_id, stated, when, day="given_on") if when.happened else None
    valid = (Account.case_id == case_id, Account.taken_back_at.is_(None))
    before = list(session.execute(select(Account).where(*valid)).scalars())
    ours = [str(account.id) for account in before if not account.elsewhere]
    # An account that was given elsewhere is only counted. An account that we ask for again needs a reason.
    if earlier is not None:
        times_given = session.get_one(Account, earlier).times
    elif command.elsewhere:
        times_given = len(before) + 1
    else:
        times_given = rules.ask_for_account(len(before), ours, command.reason)
    account = Account(case_id=case_id, times=times_given, alike=earlier, **stored | recorded(when, now, by))
    session.add(account)
    bump(session, case_id)
    record(session, case_id, [_given(account)])
    return Created(account.id, earlier)


def correct_account(
    session: Session, case_id: UUID, account_id: UUID, command: CorrectAccount, now: datetime, *, by: Principal
) -> UUID:
    """Put it right that the person gave an account, or take it back as recorded wrongly.

    An account that was taken back is no longer counted. Return the correction's id. Raises
    `NotFound`, `FactRefused`, `StepForbidden`.
    """
    case, account = session.get_one(Case, case_id), record_of(session, Account, case_id, account_id)
    changes = corrections.stated(command)
    if "asked_because" in changes:
        changes["reason"] = changes.pop("asked_because")
    changes |= times.corrected(command, account.happened, now, case.jurisdiction, field="given_on")
    today = dates.today(now, case.jurisdiction)
    corrected = corrections.put_right(
        session, Correction, account, "account", command, now=now, today=today, by=by, says=changes
    )
    record(session, case_id, [corrected.announcement, *([] if corrected.takes_back else [_given(account)])])
    bump(session, case_id)
    return corrected.id


def _given(account: Account) -> Announcement:
    payload = {name: getattr(account, name) for name in ("times", "elsewhere", "reason", "given_on")}
    return Announcement("account.recorded", {"account": account.id, **payload})
