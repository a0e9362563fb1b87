"""Move a record that was made on the wrong person to the right case. The wrong case keeps a note of the withdrawal.

Nothing in the wrong case leads its readers to the right one: the record gets a new id there, its event shares neither
correlation nor trace, and each case has its own row in the audit log.
"""

from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from services.intake.access.rights import rules
from services.intake.access.rights.actions.annotations import statement_cell
from services.intake.access.rights.models import Annotation
from services.intake.access.rights.schemas import MoveRecord
from services.intake.agencies.consent.actions.consents import granted
from services.intake.agencies.consent.models import Consent, WithdrawalAnswer
from services.intake.agencies.consent.rules import NAMED_BY_ID
from services.intake.agencies.referral.actions.packages import move_package
from services.intake.agencies.referral.actions.received import received
from services.intake.agencies.referral.actions.referrals import withdraw_uncovered
from services.intake.agencies.referral.actions.settling import release
from services.intake.agencies.referral.models import Referral, ReferralIn
from services.intake.facts.case.actions import admit, announce, record_of
from services.intake.facts.case.models import Case, Correction, bump, fields, lock
from services.intake.facts.case.rules import check_two_cases, check_wanted
from services.intake.facts.detection.actions import (
    announcement_of,
    check_days,
    facts_of,
    standing_facts_of,
    unpaid_work_of,
    was_denied,
)
from services.intake.facts.detection.models import Detection
from services.intake.facts.fact.actions import KEEPING, take_back
from services.intake.facts.fact.actions import announce as announce_facts
from services.intake.facts.fact.rules import check_stands
from shared import encryption
from shared.access import exclusions
from shared.access.tokens import Principal
from shared.audit import trail
from shared.casework import dates
from shared.deadlines import facts
from shared.events.envelope import Announcement, new_id
from shared.exchange.eventlog import record
from shared.exchange.unlinked import unlinked

_MOVE: Final = "record.move"
_Movable = Detection | Consent | Referral | ReferralIn
_KINDS: Final[dict[str, type[_Movable]]] = {
    "detection": Detection,
    "consent": Consent,
    "referral": Referral,
    "referral_in": ReferralIn,
}


def move_record(session: Session, case_id: UUID, command: MoveRecord, now: datetime, *, by: Principal) -> UUID:
    """Move a record that was made on the wrong person to the right case, which the caller works on too.

    Return the id of the correction that stays in the wrong case. Raises `NotFound`,
    also for a case to which the caller may not move records, `CaseRestricted`, `StepForbidden`, `FactRefused`.
    """
    record_class, record_id, to = command.record_class, command.record, command.to_case
    check_two_cases(case_id, to)
    admit(session, to, rules.ACCESS, _MOVE, by=by)
    rules.check_movable(record_class)
    lock(session, to)
    wrong, right = session.get_one(Case, case_id), session.get_one(Case, to)
    misplaced = record_of(session, _KINDS[record_class], case_id, record_id)
    _check(session, right, misplaced)
    stated = standing_facts_of(session, misplaced) if isinstance(misplaced, Detection) else []
    denied = isinstance(misplaced, Detection) and was_denied(session, misplaced)
    moved = _moved(session, misplaced, to)
    today = dates.today(now, wrong.jurisdiction)
    correction = Correction(
        id=new_id(),
        case_id=case_id,
        record_class=record_class,
        record=record_id,
        reason="wrong_person",
        corrected_on=today,
        corrected_at=now,
        corrected_by=UUID(by.subject),
    )
    session.add(correction)
    _announce_withdrawal(session, wrong, misplaced, moved, correction, now)
    take_back(session, stated, correction.reason, now, by=UUID(by.subject))
    if isinstance(moved, Detection):
        facts.note_all(session, facts_of(moved), now=now, by=UUID(by.subject))
    with unlinked(session) as origin:
        announce(session, to, _announcements(right, moved))
        # control: H-DEADLINE-8 moved-wages
        if isinstance(moved, Detection) and not denied:
            announce_facts(session, unpaid_work_of(moved), now, by=UUID(by.subject))
        _move_annotations(session, case_id, record_id, to, moved.id)
        if isinstance(moved, Consent):
            release(session, right, moved.agency, now)
        trail.note(session, by, action=_MOVE, subject=to, status=201, correlation=origin.correlation)
        KEEPING.derive(session, to, now)
    KEEPING.derive(session, case_id, now)
    bump(session, to)
    bump(session, case_id)
    return correction.id


def _check(session: Session, right: Case, misplaced: _Movable) -> None:
    """Check that the record may be in the right case. Raises `StepForbidden` and `FactRefused`."""
    if isinstance(misplaced, Detection):
        check_stands(withdrawn=misplaced.corrected_on is not None)
        check_days(session, right, fields(misplaced))
    if isinstance(misplaced, Referral):
        rules.check_draft(misplaced.state)
    if isinstance(misplaced, Consent | Referral):
        check_wanted(misplaced.agency, [exclusion.agency for exclusion in exclusions.of_case(session, right.id)])


def _moved(session: Session, misplaced: _Movable, to: UUID) -> _Movable:
    """Move a record to another case, unchanged except for a new id."""
    kind = type(misplaced)
    values = {name: getattr(misplaced, name) for name in kind.__mapper__.columns.keys()}  # noqa: SIM118
    # Drop the reference to a similar record: nothing in the right case names a record of the wrong one.
    unlike = {"alike": None} if "alike" in values else {}
    moved = kind(**{**values, **unlike, "id": new_id(), "case_id": to})
    session.delete(misplaced)
    session.add(moved)
    session.flush()
    return moved


def _announce_withdrawal(
    session: Session, wrong: Case, misplaced: _Movable, moved: _Movable, correction: Correction, now: datetime
) -> None:
    """Emit the withdrawal in the wrong case. A moved consent is withdrawn there, and the agency is asked to delete."""
    payload = {"record_class": correction.record_class, "record": correction.record}
    withdrawn = [Announcement("record.withdrawn", {**payload, "withdrawn_on": correction.corrected_on})]
    if isinstance(moved, Consent) and moved.withdrawn_on is None:
        withdrawn.insert(0, _consent_withdrawn(misplaced.id, moved, correction.corrected_on, erase=True))
    announce(session, wrong.id, withdrawn)
    if isinstance(moved, Referral):
        move_package(session, misplaced.id, moved)
    if isinstance(moved, Consent):
        of_it = update(WithdrawalAnswer).where(WithdrawalAnswer.consent_id == misplaced.id)
        session.execute(of_it.values(case_id=moved.case_id, consent_id=moved.id))
        withdraw_uncovered(session, wrong, moved.agency, moved.purposes, now)


def _move_annotations(session: Session, case_id: UUID, record_id: UUID, to: UUID, moved: UUID) -> None:
    """Move the record's annotations with it, sealed with the right case's key."""
    annotations = (
        select(Annotation).where(Annotation.case_id == case_id, Annotation.record == record_id).order_by(Annotation.id)
    )
    for annotation in list(session.execute(annotations).scalars()):
        words, annotation_id = (
            encryption.of(session).unseal(case_id, statement_cell(annotation.id), annotation.statement),
            new_id(),
        )
        sealed = encryption.of(session).seal(to, statement_cell(annotation_id), words)
        details = {
            "about": annotation.about,
            "record": moved,
            "reason": annotation.reason,
            "annotated_on": annotation.annotated_on,
        }
        session.add(Annotation(id=annotation_id, case_id=to, statement=sealed, by=annotation.by, **details))
        session.delete(annotation)
        record(session, to, [Announcement("annotation.recorded", {"annotation": annotation_id, **details})])


def _announcements(right: Case, moved: _Movable) -> list[Announcement]:
    if isinstance(moved, Detection):
        return [announcement_of(moved, right.jurisdiction)]
    if isinstance(moved, Consent):
        return _consent(moved)
    # A draft of a referral is announced only when it is sent.
    return [received(moved)] if isinstance(moved, ReferralIn) else []


def _consent(moved: Consent) -> list[Announcement]:
    announcements = [granted(moved)]
    if moved.withdrawn_on is not None:
        announcements.append(_consent_withdrawn(moved.id, moved, moved.withdrawn_on, erase=False))
    return announcements


def _consent_withdrawn(consent_id: UUID, consent: Consent, on: date, *, erase: bool) -> Announcement:
    payload = {"agency": consent.agency, "purposes": consent.purposes, "erase_requested": erase, "withdrawn_on": on}
    return Announcement("consent.withdrawn", {"consent": consent_id, **payload}, NAMED_BY_ID)
