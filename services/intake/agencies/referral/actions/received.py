"""Record and correct referrals that other agencies made to us."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.intake.agencies.referral import rules
from services.intake.agencies.referral.models import ReferralIn
from services.intake.agencies.referral.schemas import CorrectReferralIn, RecordReferralIn
from services.intake.facts.case.actions import alike, record_change, record_of, recorded
from services.intake.facts.case.models import Case, Correction, bump
from shared.access.tokens import Principal
from shared.casework import corrections, dates, times
from shared.events.envelope import Announcement
from shared.exchange.eventlog import record
from shared.http import Created


def record_referral_in(
    session: Session,
    case_id: UUID,
    command: RecordReferralIn,
    now: datetime,
    *,
    by: Principal,
    offered: UUID | None = None,
) -> Created:
    """Record that another agency referred the person to us.

    Raises `FactRefused`.
    """
    case = session.get_one(Case, case_id)
    when = times.stated(
        command.happened, command.learnt, now, case.jurisdiction, day=command.received_on, field="received_on"
    )
    stored = command.stored(received_on=when.day)
    stated = {name: stored[name] for name in ("agency_type", "reason", "service_types", "urgent")}
    earlier = alike(session, ReferralIn, case_id, stated, when, day="received_on")
    own_id = {} if offered is None else {"id": offered}
    referral_in = ReferralIn(case_id=case_id, alike=earlier, **own_id, **stored | recorded(when, now, by))
    session.add(referral_in)
    session.flush()
    bump(session, case_id)
    record(session, case_id, [received(referral_in)])
    return Created(referral_in.id, earlier)


def received(referral_in: ReferralIn) -> Announcement:
    """Return the event of a referral to us with its current values."""
    names = ("agency_type", "service_types", "received_on")
    payload = {name: getattr(referral_in, name) for name in names} | rules.urgency(referral_in.urgent)
    return Announcement("referral_in.recorded", {"referral": referral_in.id, **payload})


def correct_referral_in(
    session: Session, case_id: UUID, referral_id: UUID, command: CorrectReferralIn, now: datetime, *, by: Principal
) -> UUID:
    """Put a referral to us right, or take it back as recorded wrongly.

    Return the correction's id. Raises as `put_right` does.
    """
    case, referral_in = session.get_one(Case, case_id), record_of(session, ReferralIn, case_id, referral_id)
    changes = corrections.stated(command)
    if "referred_because" in changes:
        changes["reason"] = changes.pop("referred_because")
    changes |= times.corrected(command, referral_in.happened, now, case.jurisdiction, field="received_on")
    today = dates.today(now, case.jurisdiction)
    corrected = corrections.put_right(
        session, Correction, referral_in, "referral_in", command, now=now, today=today, by=by, says=changes
    )
    again = [] if corrected.takes_back else [received(referral_in)]
    record_change(session, case_id, [corrected.announcement, *again])
    return corrected.id
