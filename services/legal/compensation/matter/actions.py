"""Record a claim from its opening to the payment. It does not depend on the person's status."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.legal.cases.case.models import CASES, Correction
from services.legal.cases.deadline.actions import FACTS, ends_by
from services.legal.cases.deadline.hooks import Adoption
from services.legal.compensation.matter import rules
from services.legal.compensation.matter.models import Matter
from services.legal.compensation.matter.schemas import (
    CorrectMatter,
    OpenMatter,
    RecordApplication,
    RecordDecision,
    RecordPayment,
)
from shared.access.tokens import Principal
from shared.casework import corrections
from shared.casework.cases import one
from shared.casework.dates import dated
from shared.deadlines import Fact
from shared.events.envelope import Announcement, new_id
from shared.exchange import eventlog


def open_matter(session: Session, case: UUID, command: OpenMatter, now: datetime, *, by: Principal) -> UUID:
    """Open a matter towards a remedy of the jurisdiction.

    Return its id. Raises `NotArrivedYet`, `FactRefused`.
    """
    locked_case, today = CASES.begin_change(session, case, now)
    remedy = rules.remedy_of(locked_case.jurisdiction, command.remedy)
    opened_on = dated("opened_on", command.opened_on, today)
    stated = {"remedy": remedy.code, "status": "opened", "opened_on": opened_on}
    matter = Matter(id=new_id(), case_id=case, recorded_by=UUID(by.subject), **stated)
    session.add(matter)
    announced = {"matter": matter.id, "remedy": remedy.code, "opened_on": opened_on}
    eventlog.record(session, case, [Announcement("matter.opened", announced)])
    return matter.id


def record_application(
    session: Session, case: UUID, matter: UUID, command: RecordApplication, now: datetime, *, by: Principal
) -> dict[str, object]:
    """Record that a claim was made, which meets the limitation period of its remedy.

    Return the status, and whether the limitation was met in time: lateness is only noted. Raises `FactRefused` if it
    can answer several events and names none.
    """
    locked_case, today = CASES.begin_change(session, case, now)
    claim = one(session, Matter, case, matter)
    status = rules.advance("application", claim.status)
    applied_on = dated("applied_on", command.applied_on, today)
    clock = rules.limit_of(locked_case.jurisdiction, claim.remedy)
    claim.status, claim.applied_on, claim.about = status, applied_on, command.about
    fact = _claimed(claim, applied_on, claim.about)
    FACTS.check_named_start(session, fact)
    FACTS.note(session, fact, now, by=by)
    limitation = rules.limitation_after(clock, ends_by(session, case, claim.id))
    claim.late = limitation == "late"
    _announce(session, claim, "compensation.applied", {"applied_on": applied_on, "late": claim.late})
    return {"id": matter, "status": status, "limitation": limitation}


# control: H-DEADLINE-7 decided-claim
def record_decision(
    session: Session, case: UUID, matter: UUID, command: RecordDecision, now: datetime, *, by: Principal
) -> dict[str, object]:
    """Record how a claim was decided. The windows to challenge a refusal start on that day.

    Return the status.
    """
    _case, today = CASES.begin_change(session, case, now)
    claim = one(session, Matter, case, matter)
    status = rules.advance("decision", claim.status)
    rules.award(command.outcome, command.amount_band, command.currency)
    decided_on = dated("decided_on", command.decided_on, today, since=claim.applied_on, after="the application")
    claim.status, claim.decided_on = status, decided_on
    claim.outcome, claim.amount_band, claim.currency = command.outcome, command.amount_band, command.currency
    FACTS.note(session, _decided(claim, command.outcome, decided_on), now, by=by)
    decided = {"outcome": claim.outcome, "decided_on": decided_on}
    _announce(session, claim, "compensation.decided", decided, rules.WITHOUT_AMOUNT)
    return {"id": matter, "status": status}


def record_payment(
    session: Session, case: UUID, matter: UUID, command: RecordPayment, now: datetime, *, by: Principal
) -> dict[str, object]:
    """Record that the award was paid.

    Return the status.
    """
    _case, today = CASES.begin_change(session, case, now)
    claim = one(session, Matter, case, matter)
    status = rules.advance("payment", claim.status)
    rules.payable(claim.outcome)
    paid_on = dated("paid_on", command.paid_on, today, since=claim.decided_on, after="the decision")
    claim.status, claim.paid_on = status, paid_on
    FACTS.note(session, _paid(claim, paid_on), now, by=by)
    _announce(session, claim, "compensation.paid", {"paid_on": paid_on})
    return {"id": matter, "status": status}


def correct_matter(
    session: Session, case: UUID, matter: UUID, command: CorrectMatter, now: datetime, *, by: Principal
) -> UUID:
    """Correct or withdraw a matter; earlier values are kept, and its limitation is derived again.

    Return the correction's id. Raises `NotFound`, `StepForbidden`, `FactRefused`.
    """
    _case, today = CASES.begin_change(session, case, now)
    claim = one(session, Matter, case, matter)
    _state_decisions(session, case, [claim], now)
    rules.check_taken(claim.status, corrections.stated(command))
    corrected = corrections.put_right(session, Correction, claim, "compensation", command, now=now, today=today, by=by)
    rules.in_order({name: getattr(claim, name) for name in rules.DAYS}, today)
    if claim.outcome is not None:
        rules.award(claim.outcome, claim.amount_band, claim.currency)
    eventlog.record(session, case, [corrected.announcement])
    if claim.applied_on is not None and (corrected.takes_back or {"applied_on", "about"} & set(corrected.was)):
        stands = {"happened": claim.applied_on.isoformat(), "about": claim.about}
        _revise(session, claim.id, stands, corrected, command.reason, now, case=case, by=by)
    if claim.decided_on is not None and (corrected.takes_back or {"decided_on", "outcome"} & set(corrected.was)):
        decided = {"happened": claim.decided_on.isoformat(), "result": claim.outcome}
        _revise(session, decided_fact(claim.id), decided, corrected, command.reason, now, case=case, by=by)
    if claim.paid_on is not None and (corrected.takes_back or "paid_on" in corrected.was):
        paid = {"happened": claim.paid_on.isoformat()}
        _revise(session, paid_fact(claim.id), paid, corrected, command.reason, now, case=case, by=by)
    return corrected.id


def _revise(
    session: Session,
    fact: UUID,
    stands: Mapping[str, object],
    corrected: corrections.Corrected,
    reason: str,
    now: datetime,
    *,
    case: UUID,
    by: Principal,
) -> None:
    changes = {"withdrawn": True} if corrected.takes_back else stands
    FACTS.follow(session, case, fact, changes, reason, now, by=by)


def facts_of_matters(session: Session, case: UUID) -> set[UUID]:
    """Return the ids of the facts of the case's claims."""
    matters = session.scalars(select(Matter.id).where(Matter.case_id == case))
    return {fact for matter in matters for fact in (matter, decided_fact(matter), paid_fact(matter))}


def decided_fact(matter: UUID) -> UUID:
    """Return the id of the fact of the decision on a claim."""
    return uuid5(matter, "claim_decided")


# control: H-DEADLINE-7 adopted
def adopt_decisions(session: Session, adoption: Adoption) -> None:
    """State the decisions on claims that an older release recorded."""
    claims = session.scalars(select(Matter).filter_by(case_id=adoption.case).order_by(Matter.id)).all()
    _state_decisions(session, adoption.case, claims, adoption.now)


def _state_decisions(session: Session, case: UUID, claims: Sequence[Matter], now: datetime) -> None:
    """Have the facts of decisions say what the claims say, which an older release may have recorded."""
    stated = [
        _decided(claim, claim.outcome, claim.decided_on)
        for claim in claims
        if claim.taken_back_at is None and claim.outcome is not None and claim.decided_on is not None
    ]
    FACTS.agree(session, case, stated, [decided_fact(claim.id) for claim in claims], now, by=None)


def paid_fact(matter: UUID) -> UUID:
    """Return the id of the fact of the payment. The fact of the claim has the claim's own id."""
    return uuid5(matter, "award_paid")


def _claimed(matter: Matter, applied_on: date, about: UUID | None) -> Fact:
    codes, happened = {"remedy": matter.remedy}, applied_on.isoformat()
    return Fact(id=matter.id, case=matter.case_id, kind="claim", happened=happened, about=about, codes=codes)


def _decided(matter: Matter, outcome: str, decided_on: date) -> Fact:
    codes, happened = {"remedy": matter.remedy, "result": outcome}, decided_on.isoformat()
    decided = decided_fact(matter.id)
    return Fact(id=decided, case=matter.case_id, kind="claim_decided", happened=happened, about=matter.id, codes=codes)


def _paid(matter: Matter, paid_on: date) -> Fact:
    paid, codes = paid_fact(matter.id), {"remedy": matter.remedy}
    return Fact(id=paid, case=matter.case_id, kind="award_paid", happened=paid_on.isoformat(), codes=codes)


def _announce(session: Session, matter: Matter, name: str, data: Mapping[str, object], version: int = 1) -> None:
    claim_fields = {"matter": matter.id, "remedy": matter.remedy}
    eventlog.record(session, matter.case_id, [Announcement(name, {**claim_fields, **data}, version)])
