"""Record and correct refusals. A refusal withdraws no consent, and stays valid after a later consent."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.intake.agencies.consent import rules
from services.intake.agencies.consent.actions.agencies import check_known
from services.intake.agencies.consent.actions.consents import standing_consents
from services.intake.agencies.consent.models import ConsentRefusal
from services.intake.agencies.consent.schemas import CorrectRefusal, RecordRefusal
from services.intake.facts.case.actions import alike, record_change, record_of, recorded
from services.intake.facts.case.models import Case, Correction, bump
from shared.access.tokens import Principal
from shared.casework import corrections, dates, times
from shared.events.envelope import Announcement
from shared.exchange.eventlog import record
from shared.http import Created


def record_refusal(session: Session, case_id: UUID, command: RecordRefusal, now: datetime, *, by: Principal) -> Created:
    """Record that the person was asked about an agency, and said no.

    Raises `FactRefused`, `StepForbidden`.
    """
    case = session.get_one(Case, case_id)
    check_known(session, command.agency)
    when = times.stated(
        command.happened, command.learnt, now, case.jurisdiction, day=command.refused_on, field="refused_on"
    )
    _check_none_stands(session, case, command.agency, command.purposes, when.day, now)
    stored = command.stored(refused_on=when.day)
    said = {"agency": command.agency, "purposes": command.purposes}
    earlier = alike(session, ConsentRefusal, case_id, said, when, day="refused_on")
    refusal = ConsentRefusal(case_id=case_id, alike=earlier, **stored | recorded(when, now, by))
    session.add(refusal)
    bump(session, case_id)
    record(session, case_id, [] if earlier else [_refused(refusal)])
    return Created(refusal.id, earlier)


def correct_refusal(
    session: Session, case_id: UUID, refusal_id: UUID, command: CorrectRefusal, now: datetime, *, by: Principal
) -> UUID:
    """Put a refusal right, or take it back as recorded wrongly.

    Return the correction's id. Raises `NotFound`, `StepForbidden`, `FactRefused`.
    """
    case, refusal = session.get_one(Case, case_id), record_of(session, ConsentRefusal, case_id, refusal_id)
    if command.agency is not None:
        check_known(session, command.agency)
    says = corrections.stated(command) | times.corrected(
        command, refusal.happened, now, case.jurisdiction, field="refused_on"
    )
    today = dates.today(now, case.jurisdiction)
    corrected = corrections.put_right(
        session, Correction, refusal, "consent", command, now=now, today=today, by=by, says=says
    )
    again = [] if corrected.takes_back else [_refused(refusal)]
    record_change(session, case_id, [corrected.announcement, *again])
    return corrected.id


def _check_none_stands(
    session: Session, case: Case, agency: UUID, purposes: Collection[str], day: date, now: datetime
) -> None:
    """Raise `StepForbidden` if an earlier consent to this agency, for any of these purposes, is valid."""
    standing = standing_consents(session, case.id, dates.today(now, case.jurisdiction))
    of_agency = [consent for consent in standing if consent.agency == agency and consent.granted_on <= day]
    rules.check_refusal(consented=any(not purposes or set(purposes) & set(each.purposes) for each in of_agency))


def _refused(refusal: ConsentRefusal) -> Announcement:
    payload = {name: getattr(refusal, name) for name in ("agency", "purposes", "refused_on")}
    return Announcement("consent.refused", {"refusal": refusal.id, **payload})
